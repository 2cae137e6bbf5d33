"""What each side of a meeting said: a row a point, a column a side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from visits.choices import Role, SourceKind
from visits.models import AgendaPoint, Citation, Meeting, Participation, Party, Source, Statement, Topic

PRESS = (SourceKind.NEWS, SourceKind.WIRE_REPORT)


@dataclass
class Side:
    """A party at a meeting. ``letter`` is a for the visitor, b for the host, c for anybody else."""

    party: Party
    letter: str = "c"
    people: list[Participation] = field(default_factory=list)
    coded_sources: set[int] = field(default_factory=set)
    issued_sources: set[int] = field(default_factory=set)

    @property
    def speakers(self) -> list[Participation]:
        """Who stands at the head of the column."""
        leading = [person for person in self.people if person.role == Role.PRINCIPAL]
        return leading or [person for person in self.people if person.role != Role.INTERPRETER][:1]

    @property
    def silence(self) -> str:
        """What an empty cell says. That a side is not on record with a point does not deny it."""
        number = len(self.coded_sources)
        if number:
            return f"Not mentioned in the {number} source{'s' * (number > 1)} coded for this side."
        if self.issued_sources:
            return "No statement of this side is coded."
        return "No source of this side’s own is coded."


@dataclass
class Cell:
    """What one side said on one point."""

    side: Side
    statements: list[Statement]


@dataclass
class Row:
    """A point with a cell for each side."""

    point: AgendaPoint
    cells: list[Cell]

    @property
    def further_citations(self) -> list[Citation]:
        """Those of the point whose source no statement on it cites."""
        statements = self.point.statements.all()
        cited = {citation.source_id for said in statements for citation in said.citations.all()}
        return [citation for citation in self.point.citations.all() if citation.source_id not in cited]


@dataclass
class Group:
    """The points on one main topic."""

    topic: Topic | None
    rows: list[Row]


@dataclass
class Sides:
    """The sides of a meeting, their statements by topic, and the points that no side is named for."""

    sides: list[Side]
    groups: list[Group]
    unattributed: list[AgendaPoint]

    @property
    def statements(self) -> int:
        rows = [row for group in self.groups for row in group.rows]
        return sum(len(cell.statements) for row in rows for cell in row.cells)


def sides_of(meeting: Meeting) -> Sides:
    """The table for a meeting that came from ``for_list``; asks the database nothing further.

    A side's number of coded sources counts the sources that any statement of that side at this meeting
    cites in support. It says how much was read for that side, so that silence can be weighed: a point that
    it is not on record with was not found in those sources, and is not thereby denied.
    """
    points = list(meeting.points.all())
    sides = _sides(meeting, points)
    for point in points:
        _count_sources(sides, point)
    _note_issuers(sides, _everything_cited(meeting, points))
    stated = [point for point in points if point.statements.all()]
    return Sides(
        sides=list(sides.values()),
        groups=_groups(stated, list(sides.values())),
        unattributed=[point for point in points if not point.statements.all()],
    )


def _sides(meeting: Meeting, points: Sequence[AgendaPoint]) -> dict[int, Side]:
    """The visitor first, then the host, then the others in the order in which they are named."""
    people = list(meeting.participations.all())
    named = [person.on_behalf_of for person in people if person.on_behalf_of]
    named += [statement.on_behalf_of for point in points for statement in point.statements.all()]
    parties = {party.pk: party for party in ([meeting.host] if meeting.host else []) + named}
    visitor, host = _visitor(meeting, parties), meeting.host_id
    order = {visitor: 0, host: 1}
    letters = {visitor: "a", host: "b"}
    if host is None:
        other = next((pk for pk in parties if pk != visitor), None)
        order[other], letters[other] = 1, "b"
    ranked = sorted(parties.values(), key=lambda party: order.get(party.pk, 2))
    sides = {party.pk: Side(party, letters.get(party.pk, "c")) for party in ranked}
    for person in people:
        if person.on_behalf_of_id is not None:
            sides[person.on_behalf_of_id].people.append(person)
    return sides


def _visitor(meeting: Meeting, parties: Iterable[int]) -> int | None:
    """The party for which the tour is made, else the first one that is not the host."""
    parties = list(parties)
    if meeting.tour and meeting.tour.on_behalf_of_id in parties:
        return meeting.tour.on_behalf_of_id
    return next((pk for pk in parties if pk != meeting.host_id), None)


def _count_sources(sides: dict[int, Side], point: AgendaPoint) -> None:
    for statement in point.statements.all():
        supporting = (citation.source_id for citation in statement.citations.all() if citation.supports)
        sides[statement.on_behalf_of_id].coded_sources.update(supporting)


def _everything_cited(meeting: Meeting, points: Sequence[AgendaPoint]) -> list[Citation]:
    owners: list[Any] = [meeting, *meeting.participations.all(), *points]
    owners += [statement for point in points for statement in point.statements.all()]
    return [citation for owner in owners for citation in owner.citations.all()]


def _note_issuers(sides: dict[int, Side], citations: Iterable[Citation]) -> None:
    for citation in citations:
        if citation.source.issued_by_id in sides:
            sides[citation.source.issued_by_id].issued_sources.add(citation.source_id)


def _groups(points: Sequence[AgendaPoint], sides: Sequence[Side]) -> list[Group]:
    """Topics in the order in which the points first touch them."""
    groups: dict[int | None, Group] = {}
    for point in points:
        group = groups.setdefault(point.main_topic_id, Group(point.main_topic, []))
        said = list(point.statements.all())
        cells = [Cell(side, [s for s in said if s.on_behalf_of_id == side.party.pk]) for side in sides]
        group.rows.append(Row(point, cells))
    return list(groups.values())


def basis(source: Source, party_id: int | None) -> str:
    """What kind of source a statement of that party rests on: its own, another party's, or a third party's."""
    kind = source.get_kind_display()
    if source.issued_by_id is not None:
        return (
            f"Own {kind.lower()}"
            if source.issued_by_id == party_id
            else f"{source.issued_by}: {kind.lower()}"
        )
    return "Press report" if source.kind in PRESS else f"Third party, {kind.lower()}"
