"""Warnings, not walls: what a new record may be already is shown once, with links, before it is saved."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from visits import dates
from visits.admin.labels import label
from visits.admin.widgets import is_key
from visits.models import Meeting, Official, Source
from visits.queries.likeness import likely_duplicates, similar_officials

SAVE_ANYWAY = "save_anyway"
QUESTION = "Is it one of these, which are on record already? If not, tick “Save anyway”."
# More rows than any form has.
MOST_ROWS = 1000


@dataclass(frozen=True)
class Double:
    """A record that may be the same, and where it is."""

    name: str
    address: str


def _doubles(records: Iterable[Any]) -> Iterator[Double]:
    for record in records:
        name = record._meta.model_name
        yield Double(label(record), reverse(f"admin:visits_{name}_change", args=[record.pk]))


def officials_like(official: Official) -> Iterator[Double]:
    return _doubles(similar_officials(official.name))


def sources_at(source: Source) -> Iterator[Double]:
    return _doubles(Source.objects.at_address(source.url)[:5])


def meetings_like(meeting: Meeting, data: Mapping[str, Any]) -> Iterator[Double]:
    """Of the same days, with all people of the rows that were sent along."""
    officials, names = _people(data)
    if not (officials or names):
        return iter(())
    found = likely_duplicates(
        first=dates.earliest(meeting.start_date),
        last=dates.latest(meeting.end_date or meeting.start_date),
        officials=officials,
        names=names,
    )
    return _doubles(found.select_related("place", "location"))


def _people(data: Mapping[str, Any]) -> tuple[list[int], list[str]]:
    total = data.get("participations-TOTAL_FORMS", "")
    rows = range(min(int(total), MOST_ROWS) if is_key(total) else 0)
    chosen = [data.get(f"participations-{row}-official", "") for row in rows]
    reported = [data.get(f"participations-{row}-name", "").strip() for row in rows]
    officials = [int(key) for key in chosen if is_key(key)]
    return officials, [name for name, key in zip(reported, chosen, strict=True) if name and not key]
