"""A meeting's points, statements and their sources, written down as lines."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from visits.models import AgendaPoint, Citation, Meeting, Source, Statement, User
from visits.services import saving
from visits.services.ownership import require_own, require_permission
from visits.services.points import Fault, Group, Line, chosen_topic, faults, grouped, one_line

__all__ = ["Fault", "Line", "Saved", "faults", "lines_of", "save_lines"]

Target = AgendaPoint | Statement


@dataclass
class Saved:
    """What became of the lines. ``kept`` are citations that a line no longer chose, but that hold a quote."""

    new: list[Target] = field(default_factory=list)
    changed: list[Target] = field(default_factory=list)
    deleted: list[Target] = field(default_factory=list)
    kept: list[Citation] = field(default_factory=list)

    def mark(self, target: Target) -> None:
        if target not in [*self.new, *self.changed]:
            self.changed.append(target)


def lines_of(meeting: Meeting) -> list[Line]:
    """The meeting's agenda as lines: one a statement, and one a point without a statement."""
    lines: list[Line] = []
    if meeting._state.adding:
        return lines
    for point in AgendaPoint.objects.with_statements().filter(meeting=meeting):
        statements = list(point.statements.all())
        lines += [_line(point, statement) for statement in statements] or [_line(point, None)]
    return lines


def _line(point: AgendaPoint, statement: Statement | None) -> Line:
    cited = [found for found in (statement or point).citations.all() if found.supports]
    sources = {found.source_id: found.source for found in cited}
    only = cited[0] if len(cited) == 1 else None
    line = Line(
        title=point.title,
        topic=point.main_topic,
        sources=tuple(sources.values()),
        quote=only.quote if only else "",
        locator=only.locator if only else "",
        point=point,
        statement=statement,
        citation=only,
    )
    if statement is None:
        return line
    return replace(
        line,
        side=statement.on_behalf_of,
        speaker=statement.speaker,
        text=statement.text,
        kind=statement.kind,
        stance=statement.stance,
    )


@transaction.atomic
def save_lines(
    *, meeting: Meeting, lines: Sequence[Line], by: User, use_meeting_sources: bool = False
) -> Saved:
    """Write the lines down; what no line shows is left alone.

    The sources of a line become supporting citations of its statement and of its point. With
    ``use_meeting_sources``, a line without sources gets those that support the meeting itself. The caller tells
    ``services.editorial`` of the change. Raises PermissionDenied unless the person may edit the meeting and write what
    the lines ask for; ValidationError where ``faults`` finds something; Overtaken where a point or a statement to be
    written has changed since the line's own was read.
    """
    require_permission(by, "change", Meeting)
    require_own(by, meeting)
    Meeting.objects.select_for_update().get(pk=meeting.pk)
    found = faults(meeting=meeting, lines=lines)
    if found:
        raise ValidationError([f"Line {fault.line + 1}: {fault.message}" for fault in found])
    if use_meeting_sources:
        lines = _with_meeting_sources(meeting, lines)
    return _Writing(meeting, lines, by).run()


def _with_meeting_sources(meeting: Meeting, lines: Sequence[Line]) -> list[Line]:
    cited = Citation.objects.supporting().filter(meeting=meeting).select_related("source")
    sources = tuple({found.source_id: found.source for found in cited}.values())
    return [line if line.sources else replace(line, sources=sources) for line in lines]


class _Writing:
    """One call of ``save_lines``, step by step."""

    def __init__(self, meeting: Meeting, lines: Sequence[Line], by: User) -> None:
        self.lines = lines
        self.by = by
        self.groups = grouped(meeting=meeting, lines=lines)
        self.citations = _supporting(meeting)
        self.saved = Saved()
        # New statements, by the identity of their line.
        self.written: dict[int, Statement] = {}

    def run(self) -> Saved:
        # What stood before, as deleting and moving takes it away.
        before = {index: self._sources_before(line) for index, line in enumerate(self.lines)}
        for line in self.lines:
            if line.remove and line.statement:
                self._delete(line.statement)
        for group in self.groups:
            self._save_group(group)
        for group in self.groups:
            self._cite_point(group, before)
        for group in self.groups:
            self._save_quotes(group)
        for group in self.groups:
            self._drop_if_emptied(group)
        return self.saved

    def _save_group(self, group: Group) -> None:
        self._save_point(group)
        for index in group.lines:
            if self.lines[index].text:
                self._save_statement(group.point, self.lines[index])

    def _save_point(self, group: Group) -> None:
        if not group.lines:
            return
        point = group.point
        topic = chosen_topic(group, self.lines)
        titles = [
            one_line(self.lines[index].title) for index in group.lines if self.lines[index].point == point
        ]
        title = next((title for title in titles if title != point.title), point.title)
        if point._state.adding:
            point.main_topic = topic
            point.position = 1 + max((other.point.position for other in self.groups), default=0)
            self._add(point)
        elif (point.title, point.main_topic) != (title, topic):
            point.title, point.main_topic = title, topic
            self._change(point, self._version_read(point))

    def _version_read(self, point: AgendaPoint) -> int:
        """The version of the point that the lines were written from."""
        read = [line.point.version for line in self.lines if line.point == point]
        return min(read, default=point.version)

    def _save_statement(self, point: AgendaPoint, line: Line) -> None:
        statement = line.statement or Statement(position=1 + point.statements.count())
        values = {
            "point": point,
            "on_behalf_of": line.side,
            "speaker": line.speaker,
            "text": line.text,
            "kind": line.kind,
            "stance": line.stance,
        }
        if statement.pk is None or any(getattr(statement, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(statement, name, value)
            if statement._state.adding:
                self._add(statement)
                self.written[id(line)] = statement
            else:
                self._change(statement, statement.version)
        chosen = {source.pk for source in line.sources}
        existing = {found.source_id for found in self.citations[statement]}
        self.saved.kept += self._cite(statement, chosen, dropped=existing - chosen)

    def _cite_point(self, group: Group, before: dict[int, set[int]]) -> None:
        """A point rests on what its lines rest on, and on what was cited for the point alone."""
        if not group.lines:
            return
        wanted = {source.pk for index in group.lines for source in self.lines[index].sources}
        shown = [index for index, line in enumerate(self.lines) if line.point == group.point]
        dropped = {source for index in shown for source in before[index]} - wanted
        dropped -= self._sources_of_unseen(group.point)
        kept = self._cite(group.point, wanted, dropped)
        if any(not self.lines[index].text for index in group.lines):
            self.saved.kept += kept

    def _sources_of_unseen(self, point: AgendaPoint) -> set[int]:
        """What supports statements on the point that no line shows."""
        shown = {line.statement for line in self.lines}
        return {
            found.source_id
            for target, citations in self.citations.items()
            if isinstance(target, Statement) and target.point_id == point.pk and target not in shown
            for found in citations
        }

    def _sources_before(self, line: Line) -> set[int]:
        target = line.statement or line.point
        return {found.source_id for found in self.citations[target]} if target else set()

    def _cite(self, target: Target, wanted: set[int], dropped: set[int]) -> list[Citation]:
        """Add what is missing, take away what is no longer wanted; tell what is kept for its quote."""
        existing = self.citations[target]
        missing = wanted - {found.source_id for found in existing}
        name = "statement" if isinstance(target, Statement) else "point"
        if missing:
            require_permission(self.by, "add", Citation)
        for source in Source.objects.filter(pk__in=missing):
            Citation.objects.create(source=source, **{name: target})
        unwanted = [found for found in existing if found.source_id in dropped]
        plain = [found for found in unwanted if _is_plain(found)]
        for found in plain:
            require_permission(self.by, "delete", Citation)
            saving.delete_checked(record=found, expected=found.version)
        if missing or plain:
            self.saved.mark(target)
        return [found for found in unwanted if not _is_plain(found)]

    def _save_quotes(self, group: Group) -> None:
        for index in group.lines:
            if self.lines[index].words_changed:
                self._quote(group.point, self.lines[index])

    def _quote(self, point: AgendaPoint, line: Line) -> None:
        """Write quote and locator to the citation of the line's one source."""
        target: Target = line.statement or self.written.get(id(line)) or point
        cited = list(target.citations.supporting().filter(source__in=line.sources).order_by("id"))
        read = next((found for found in cited if found == line.citation), None)
        citation = read or next(filter(_is_plain, cited), None)
        if citation is None:
            return
        expected = line.citation.version if read and line.citation else citation.version
        citation.quote, citation.locator = line.quote, line.locator
        saving.save_checked(record=citation, expected=expected)
        self.saved.mark(target)

    def _drop_if_emptied(self, group: Group) -> None:
        """Remove a point whose lines have all been removed or have all moved to another point."""
        point = group.point
        shown = [line for line in self.lines if line.point == point]
        if group.lines or not shown or point.statements.exists():
            return
        moved_to = next((other for other in self.groups if self._took_from(point, other)), None)
        if moved_to:
            self._move_citations(point, moved_to.point)
        self._delete(point)

    def _took_from(self, point: AgendaPoint, group: Group) -> bool:
        return any(self.lines[index].point == point for index in group.lines)

    def _move_citations(self, point: AgendaPoint, to: AgendaPoint) -> None:
        taken = set(to.citations.values_list("source", "relation", "locator"))
        for found in point.citations.all():
            if (found.source_id, found.relation, found.locator) not in taken:
                require_permission(self.by, "change", Citation)
                found.point = to
                found.save(update_fields=["point"])

    def _add(self, target: Target) -> None:
        require_permission(self.by, "add", type(target))
        target.save()
        self.saved.new.append(target)

    def _change(self, target: Target, expected: int) -> None:
        require_permission(self.by, "change", type(target))
        saving.save_checked(record=target, expected=expected)
        self.saved.mark(target)

    def _delete(self, target: Target) -> None:
        require_permission(self.by, "delete", type(target))
        saving.delete_checked(record=target, expected=target.version)
        self.saved.deleted.append(target)


def _is_plain(citation: Citation) -> bool:
    """Whether it names the source and says nothing more."""
    return not (citation.quote or citation.locator or citation.credibility)


def _supporting(meeting: Meeting) -> defaultdict[Target, list[Citation]]:
    """The supporting citations of the meeting's points and statements, by what they support."""
    found: defaultdict[Target, list[Citation]] = defaultdict(list)
    cited = Q(point__meeting=meeting) | Q(statement__point__meeting=meeting)
    citations: Iterable[Citation] = (
        Citation.objects.supporting().filter(cited).select_related("point", "statement")
    )
    for citation in citations:
        found[citation.point or citation.statement].append(citation)  # type: ignore[index]
    return found
