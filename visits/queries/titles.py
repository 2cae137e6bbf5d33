"""The office that somebody held on a day, for rows that come from no queryset."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from visits.models import Tenure


class Titles:
    """The tenures of everybody concerned, read at once; ``TenureQuerySet.titles_on`` in Python."""

    def __init__(self, rows: Iterable[tuple[Any, int | None]]) -> None:
        pairs = {(official, row.on_behalf_of_id) for row, official in rows if official}
        found = Tenure.objects.filter(
            official__in={official for official, _ in pairs}, party__in={party for _, party in pairs if party}
        )
        self._held: dict[tuple[int, int], list[Tenure]] = defaultdict(list)
        # The order of the model: the latest first.
        for tenure in found:
            self._held[tenure.official_id, tenure.party_id].append(tenure)

    def held(self, row: Any, official: int | None, first: date, last: date) -> str:
        """The latest title that the official held for the row's party in these days, or ''."""
        if official is None or row.on_behalf_of_id is None:
            return ""
        tenures = self._held.get((official, row.on_behalf_of_id), [])
        return next((tenure.title for tenure in tenures if _overlaps(tenure, first, last)), "")


def _overlaps(tenure: Tenure, first: date, last: date) -> bool:
    begun = tenure.start_earliest is None or tenure.start_earliest <= last
    return begun and (tenure.end_latest is None or tenure.end_latest >= first)
