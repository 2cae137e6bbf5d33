"""Lines of an agenda, as somebody writes them down: what is wrong with them, and which of them share a point."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import connection

from visits.choices import Stance, StatementKind
from visits.models import AgendaPoint, Citation, Meeting, Official, Party, Source, Statement, Topic


@dataclass(frozen=True, kw_only=True)
class Line:
    """One statement on one point. Without words it stands for a point that was discussed, nobody knows by whom.

    ``point`` and ``statement`` are the records that the line shows, as they were read; a new line has neither.
    ``quote`` and ``locator`` are those of its one source; ``citation`` is where they were read from.
    """

    title: str
    topic: Topic | None = None
    side: Party | None = None
    speaker: Official | None = None
    text: str = ""
    kind: str = StatementKind.POSITION
    stance: str = Stance.NONE_STATED
    sources: tuple[Source, ...] = ()
    quote: str = ""
    locator: str = ""
    point: AgendaPoint | None = None
    statement: Statement | None = None
    citation: Citation | None = None
    remove: bool = False

    @property
    def words_changed(self) -> bool:
        """Whether the quote or the locator is another than was read."""
        read = (self.citation.quote, self.citation.locator) if self.citation else ("", "")
        return (self.quote, self.locator) != read


@dataclass(frozen=True)
class Fault:
    """What is wrong with a field of a line, by the line's index."""

    line: int
    field: str
    message: str


@dataclass
class Group:
    """A point, perhaps not saved yet, and the indexes of the lines that are about it."""

    point: AgendaPoint
    fold: str
    lines: list[int] = field(default_factory=list)


def one_line(text: str) -> str:
    return " ".join(text.split())


def folded(texts: Sequence[str]) -> list[str]:
    """The texts as the database compares them, without accents and case."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT readout_fold(text) FROM unnest(%s::text[]) WITH ORDINALITY AS given(text, n) ORDER BY n",
            [[one_line(text.replace("\0", "")) for text in texts]],
        )
        return [row[0] for row in cursor.fetchall()]


def grouped(*, meeting: Meeting, lines: Sequence[Line]) -> list[Group]:
    """The meeting's points, new ones included, each with the lines that are to stand under it.

    Lines that name the same point share it. Where all lines of a point carry a new name, it is renamed;
    where only some do, those move to the point of that name.
    """
    points = [] if meeting._state.adding else list(meeting.points.all())
    folds = folded([*(point.title for point in points), *(line.title for line in lines)])
    groups = [Group(point, fold) for point, fold in zip(points, folds, strict=False)]
    names = folds[len(points) :]
    own = {group.point.pk: group for group in groups}
    named: dict[str, Group] = {}
    for group in groups:
        named.setdefault(group.fold, group)
    live = [index for index, line in enumerate(lines) if not line.remove]
    for group in groups:
        new_name = _new_name(group, [(lines[index], names[index]) for index in live])
        if new_name and new_name not in named:
            named[new_name] = group
    for index in live:
        origin = lines[index].point
        home = own.get(origin.pk) if origin else None
        if home is None or home.fold != names[index]:
            home = named.get(names[index])
        if home is None:
            home = Group(AgendaPoint(meeting=meeting, title=one_line(lines[index].title)), names[index])
            named[home.fold] = home
            groups.append(home)
        home.lines.append(index)
    return groups


def _new_name(group: Group, live: list[tuple[Line, str]]) -> str:
    """The one name that all lines of the point agree on, if it is not the present one."""
    names = {
        name
        for line, name in live
        if line.point == group.point or (line.point is None and name == group.fold)
    }
    return names.pop() if len(names) == 1 and group.fold not in names else ""


def chosen_topic(group: Group, lines: Sequence[Line]) -> Topic | None:
    """The main topic that the lines give their point: a change wins over what stood there."""
    changes = _topic_changes(group, lines)
    return changes[0][1] if changes else group.point.main_topic


def faults(*, meeting: Meeting, lines: Sequence[Line]) -> list[Fault]:
    """What keeps the lines from being saved, for somebody to mend."""
    found = [
        Fault(index, *fault)
        for index, line in enumerate(lines)
        if not line.remove
        for fault in _faults_of(line)
    ]
    others = _others(meeting, lines)
    for group in grouped(meeting=meeting, lines=lines):
        found += _topic_faults(group, lines)
        found += _repeated(group, lines, others)
    return found


def _faults_of(line: Line) -> Iterator[tuple[str, str]]:
    yield from _refused("title", AgendaPoint, one_line(line.title))
    if line.text:
        yield from _refused("text", Statement, line.text)
        yield from _refused("kind", Statement, line.kind)
        yield from _refused("stance", Statement, line.stance)
        if line.side is None:
            yield "side", "Whose words are these? Choose a side."
    elif line.statement:
        yield "text", "Say what was stated; to remove the line, tick Delete."
    elif line.side or line.speaker:
        yield "text", "Say what was stated, or leave side and speaker blank for a point without a statement."
    if line.words_changed:
        yield from _quote_faults(line)


def _quote_faults(line: Line) -> Iterator[tuple[str, str]]:
    yield from _refused("quote", Citation, line.quote)
    yield from _refused("locator", Citation, line.locator)
    at = "quote" if line.quote else "locator"
    if not line.sources and (line.quote or line.locator):
        yield at, "Choose the source in which this stands."
    elif len(line.sources) > 1:
        yield at, "With several sources, write quotes and locators on the statement's own page."


def _refused(
    name: str, model: type[AgendaPoint | Statement | Citation], value: str
) -> Iterator[tuple[str, str]]:
    try:
        model._meta.get_field(name).clean(value, None)  # type: ignore[union-attr]
    except ValidationError as error:
        yield from ((name, message) for message in error.messages)


def _topic_changes(group: Group, lines: Sequence[Line]) -> list[tuple[int, Topic | None]]:
    """Lines that give the point another topic than it has."""
    present = group.point.main_topic
    return [
        (index, lines[index].topic)
        for index in group.lines
        if lines[index].topic != present and _means_its_topic(lines[index], group.point)
    ]


def _means_its_topic(line: Line, point: AgendaPoint) -> bool:
    """A line from elsewhere, new or moved, that brings no topic of its own leaves the point's as it is."""
    if line.point == point:
        return True
    brought = line.point.main_topic if line.point and point.pk else None
    return line.topic not in (None, brought)


def _topic_faults(group: Group, lines: Sequence[Line]) -> Iterator[Fault]:
    changes = _topic_changes(group, lines)
    for index, topic in changes[1:]:
        if topic != changes[0][1]:
            yield Fault(index, "topic", "Another line gives this point another main topic.")


def _others(meeting: Meeting, lines: Sequence[Line]) -> set[tuple[int, int, int | None]]:
    """Point, side and speaker of the statements on record that no line shows."""
    if meeting._state.adding:
        return set()
    shown = [line.statement.pk for line in lines if line.statement]
    others = Statement.objects.filter(point__meeting=meeting.pk).exclude(pk__in=shown)
    return set(others.values_list("point", "on_behalf_of", "speaker"))


def _repeated(
    group: Group, lines: Sequence[Line], others: set[tuple[int, int, int | None]]
) -> Iterator[Fault]:
    """Lines that say twice what a speaker, or a side without a speaker, said on the point."""
    seen = {(side, speaker) for point, side, speaker in others if point == group.point.pk}
    for index in group.lines:
        line = lines[index]
        if not line.text or line.side is None:
            continue
        who = (line.side.pk, line.speaker.pk if line.speaker else None)
        if who in seen:
            whose = "This speaker's" if line.speaker else "This side's"
            yield Fault(index, "text", f"{whose} words on the point are already in another line.")
        seen.add(who)
