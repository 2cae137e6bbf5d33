"""The good rows of a file become drafts: a meeting each, with its people, its points and its source."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils import timezone

from visits import dates
from visits.choices import CitationRelation, EditorialAction, MeetingKind, MeetingStatus, Role
from visits.importers.sheets.cast import Cast
from visits.importers.sheets.copying import copy, free_slugs, next_keys
from visits.importers.sheets.facts import Facts, is_group
from visits.models import (
    AgendaPoint,
    Citation,
    EditorialEvent,
    ImportBatch,
    ImportedRecord,
    Meeting,
    Participation,
    Tenure,
)

Keyed = list[tuple[int, Facts]]


class Writer:
    """Writes the meetings of one batch, within a transaction of the caller's."""

    def __init__(self, batch: ImportBatch, *, today: dt.date) -> None:
        self._batch = batch
        self._today = today
        self._cast = Cast()

    def write(self, rows: Sequence[Facts]) -> None:
        """Some thousands of rows at once."""
        if not rows:
            return
        keyed = list(zip(next_keys(Meeting, len(rows)), rows, strict=True))
        self._meetings(keyed)
        self._participations(keyed)
        points = self._points(keyed)
        self._citations(keyed, points)
        self._marks(keyed)

    def _meetings(self, keyed: Keyed) -> None:
        places = self._cast.places({(facts.country.pk, facts.city) for _, facts in keyed if facts.city})
        identifiers = [uuid.uuid4() for _ in keyed]
        slugs = free_slugs(Meeting, [_address(facts) for _, facts in keyed], identifiers)
        copy(
            Meeting,
            ("id", "uuid", "slug", "kind", "status", "start_date", "end_date", "location_id", "place_id"),
            (
                (key, identifier, slug, MeetingKind.BILATERAL, self._status(facts), facts.start, facts.end,
                 facts.country.pk, places.get((facts.country.pk, facts.city)))
                for (key, facts), identifier, slug in zip(keyed, identifiers, slugs, strict=True)
            ),
        )  # fmt: skip

    def _status(self, facts: Facts) -> MeetingStatus:
        """What is still to come can't have been held."""
        return MeetingStatus.ANNOUNCED if dates.earliest(facts.start) > self._today else MeetingStatus.HELD

    def _participations(self, keyed: Keyed) -> None:
        people = self._cast.people(
            {name for _, facts in keyed for name in facts.people() if not is_group(name)}
        )
        offices = _Offices({people[name] for _, facts in keyed for name in facts.people() if name in people})
        columns = (
            "meeting_id",
            "official_id",
            "name",
            "is_group",
            "on_behalf_of_id",
            "role",
            "capacity",
            "position",
        )
        copy(Participation, columns, _participants(keyed, people, offices))

    def _points(self, keyed: Keyed) -> list[tuple[int, str]]:
        """The keys of the points, each with the address that it is cited to."""
        points = [
            (key, position, title, facts.url)
            for key, facts in keyed
            for position, title in enumerate(facts.points, start=1)
        ]
        keys = next_keys(AgendaPoint, len(points)) if points else []
        rows = ((key, *point[:3]) for key, point in zip(keys, points, strict=True))
        if points:
            copy(AgendaPoint, ("id", "meeting_id", "position", "title"), rows)
        return [(key, url) for key, (*_, url) in zip(keys, points, strict=True)]

    def _citations(self, keyed: Keyed, points: list[tuple[int, str]]) -> None:
        sources = self._cast.sources({facts.url for _, facts in keyed if facts.url})
        cited: list[tuple[Any, ...]] = [
            (sources[facts.url], key, None, CitationRelation.SUPPORTS) for key, facts in keyed if facts.url
        ]
        cited += [(sources[url], None, key, CitationRelation.SUPPORTS) for key, url in points if url]
        if cited:
            copy(Citation, ("source_id", "meeting_id", "point_id", "relation"), cited)

    def _marks(self, keyed: Keyed) -> None:
        """Each meeting is marked with the row that it was made of, and its log says by whom."""
        batch, by = self._batch.pk, self._batch.uploaded_by_id
        marks = ((batch, key, uuid.UUID(bytes=facts.content)) for key, facts in keyed)
        copy(ImportedRecord, ("batch_id", "meeting_id", "content"), marks)
        if by is not None:
            comment, now = f"Import of {self._batch.title}", timezone.now()
            events = ((key, EditorialAction.IMPORTED, by, now, comment) for key, _ in keyed)
            copy(EditorialEvent, ("meeting_id", "action", "by_id", "at", "comment"), events)


def _address(facts: Facts) -> str:
    return " ".join((facts.start, facts.visitor, facts.host, facts.city or facts.country.name))


def _participants(keyed: Keyed, people: dict[str, int], offices: "_Offices") -> Iterator[tuple[Any, ...]]:
    """Host and visitor of each meeting. A second name of the same person is kept as reported."""
    for key, facts in keyed:
        host = people.get(facts.host)
        visitor = people.get(facts.visitor)
        pairs = ((facts.host, host, facts.host_title),
                 (facts.visitor, visitor if visitor != host else None, facts.visitor_title))  # fmt: skip
        for position, (name, official, title) in enumerate(pairs, start=1):
            party = offices.party(official, facts) if official else None
            reported = "" if official else name
            yield key, official, reported, is_group(name), party, Role.PRINCIPAL, title, position


class _Offices:
    """For whom officials acted on a day, as far as the offices on record leave no doubt."""

    def __init__(self, officials: set[int]) -> None:
        self._held: dict[int, list[Tenure]] = defaultdict(list)
        for tenure in Tenure.objects.filter(official__in=officials):
            self._held[tenure.official_id].append(tenure)

    def party(self, official: int, facts: Facts) -> int | None:
        if official not in self._held:
            return None
        day = dates.earliest(facts.start)
        parties = {tenure.party_id for tenure in self._held[official] if tenure.covers(day)}
        return parties.pop() if len(parties) == 1 else None
