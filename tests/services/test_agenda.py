"""A meeting's agenda written down as lines."""

from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied, ValidationError

from tests.factories import (
    make_citation,
    make_country,
    make_meeting,
    make_official,
    make_point,
    make_source,
    make_statement,
    make_topic,
    make_user,
)
from visits.choices import EditorialAction, Stance, StatementKind
from visits.models import AgendaPoint, Citation, EditorialEvent, Meeting, Statement, User
from visits.services.agenda import Fault, Line, Saved, _Writing, faults, lines_of, save_lines
from visits.services.saving import Overtaken

pytestmark = pytest.mark.django_db


def agenda(meeting: Meeting) -> list[tuple[str, list[str]]]:
    """Each point's title and what was said on it."""
    return [
        (point.title, list(point.statements.values_list("text", flat=True))) for point in meeting.points.all()
    ]


def meeting_of(point: AgendaPoint) -> Meeting:
    assert point.meeting is not None
    return point.meeting


def cited(**target: Any) -> set[str]:
    return set(Citation.objects.supporting().filter(**target).values_list("source__title", flat=True))


def said(title: str, text: str = "", **given: Any) -> Line:
    """A line; its words are somebody's, unless the test says otherwise."""
    if text:
        given.setdefault("side", make_country())
    return Line(title=title, text=text, **given)


def write(**given: Any) -> Saved:
    """As somebody who may."""
    return save_lines(by=make_user("Analyst"), **given)


def test_lines_that_name_the_same_point_share_it() -> None:
    meeting = make_meeting()
    write(
        meeting=meeting,
        lines=[
            said("Herring  quota", "Wants more."),
            said("herring QUOTA", "Wants less."),
            said("Straße nach Čapek", "Is for it."),
            said("strasse nach capek", "Is against it."),
        ],
    )
    assert agenda(meeting) == [
        ("Herring quota", ["Wants more.", "Wants less."]),
        ("Straße nach Čapek", ["Is for it.", "Is against it."]),
    ]


def test_line_joins_a_point_on_record() -> None:
    point = make_point(title="Border crossing")
    write(meeting=meeting_of(point), lines=[said("BORDER CROSSING", "Opens it.")])
    assert agenda(meeting_of(point)) == [("Border crossing", ["Opens it."])]


def test_line_without_words_is_a_point_without_a_statement() -> None:
    meeting = make_meeting()
    topic, source = make_topic(), make_source(title="Gazette")
    saved = write(meeting=meeting, lines=[said("Governance", topic=topic, sources=(source,))])
    point = meeting.points.get()
    assert (point.main_topic, agenda(meeting)) == (topic, [("Governance", [])])
    assert cited(point=point) == {"Gazette"}
    assert saved.new == [point]


def test_line_holds_everything_of_a_statement() -> None:
    meeting, side, speaker = make_meeting(), make_country(), make_official()
    line = Line(
        title="Quota",
        topic=make_topic(),
        side=side,
        speaker=speaker,
        text="Demands more.",
        kind=StatementKind.DEMAND,
        stance=Stance.SUPPORTS,
        sources=(make_source(title="A"), make_source(title="B")),
    )
    write(meeting=meeting, lines=[line])
    statement = Statement.objects.get()
    assert [statement.on_behalf_of, statement.speaker, statement.text, statement.kind, statement.stance] == [
        side, speaker, "Demands more.", StatementKind.DEMAND, Stance.SUPPORTS
    ]  # fmt: skip
    assert statement.point.main_topic == line.topic
    assert cited(statement=statement) == cited(point=statement.point) == {"A", "B"}


def test_what_is_on_record_comes_back_as_lines_and_saving_them_changes_nothing() -> None:
    statement = make_statement(text="Wants more.")
    meeting = meeting_of(statement.point)
    make_citation(statement=statement, source=make_source(title="A"))
    make_citation(point=statement.point, source=make_source(title="B"))
    make_point(meeting=meeting, title="Governance", position=9)
    lines = lines_of(meeting)
    assert [(line.title, line.text, [source.title for source in line.sources]) for line in lines] == [
        (statement.point.title, "Wants more.", ["A"]),
        ("Governance", "", []),
    ]
    before = list(Statement.objects.values()), list(AgendaPoint.objects.values())
    make_citation(point=statement.point, source=lines[0].sources[0])
    saved = write(meeting=meeting, lines=lines)
    assert (saved.new, saved.changed, saved.deleted) == ([], [], [])
    assert (list(Statement.objects.values()), list(AgendaPoint.objects.values())) == before
    assert cited(point=statement.point) == {"A", "B"}


def test_what_no_line_shows_is_left_alone() -> None:
    statement = make_statement(text="Wants more.")
    meeting = meeting_of(statement.point)
    write(meeting=meeting, lines=[said("Another point", "Says so.")])
    assert [texts for _, texts in agenda(meeting)] == [["Wants more."], ["Says so."]]


def test_point_is_renamed_where_all_its_lines_are() -> None:
    point = make_point(title="Quota")
    for _ in range(2):
        make_statement(point=point)
    lines = [replace(line, title="Quotas of herring") for line in lines_of(meeting_of(point))]
    write(meeting=meeting_of(point), lines=lines)
    assert [title for title, _ in agenda(meeting_of(point))] == ["Quotas of herring"]
    assert meeting_of(point).points.get().pk == point.pk


def test_statement_moves_where_only_its_line_is_renamed() -> None:
    point = make_point(title="Quota")
    stays, moves = make_statement(point=point), make_statement(point=point)
    lines = [
        replace(line, title="Tolls") if line.statement == moves else line
        for line in lines_of(meeting_of(point))
    ]
    write(meeting=meeting_of(point), lines=lines)
    assert agenda(meeting_of(point)) == [("Quota", [stays.text]), ("Tolls", [moves.text])]


def test_point_left_by_all_its_lines_hands_over_its_citations() -> None:
    meeting = make_meeting()
    left, joined = make_point(meeting=meeting, title="Tolls"), make_point(meeting=meeting, title="Tariffs")
    statement = make_statement(point=left)
    make_citation(point=left, source=make_source(title="A"), quote="Tolls!")
    (line, *_) = [line for line in lines_of(meeting) if line.statement == statement]
    saved = write(meeting=meeting, lines=[replace(line, title="tariffs")])
    assert agenda(meeting) == [("Tariffs", [statement.text])]
    assert [citation.quote for citation in joined.citations.all()] == ["Tolls!"]
    assert saved.deleted == [left]


def test_removed_line_takes_its_point_only_when_nothing_else_is_there() -> None:
    meeting = make_meeting()
    shared, alone = make_point(meeting=meeting, title="Shared"), make_point(meeting=meeting, title="Alone")
    goes, stays = make_statement(point=shared), make_statement(point=shared)
    make_statement(point=alone)
    lines = [replace(line, remove=line.statement != stays) for line in lines_of(meeting)]
    saved = write(meeting=meeting, lines=lines)
    assert agenda(meeting) == [("Shared", [stays.text])]
    assert goes in saved.deleted
    assert alone in saved.deleted


def test_removed_statement_of_a_colleague_does_not_take_theirs_along() -> None:
    """Somebody has added a statement since the page was opened."""
    shown = make_statement(text="Shown.")
    meeting = meeting_of(shown.point)
    lines = [replace(line, remove=True) for line in lines_of(meeting)]
    make_statement(point=shown.point, text="Added meanwhile.")
    write(meeting=meeting, lines=lines)
    assert agenda(meeting) == [(shown.point.title, ["Added meanwhile."])]


def test_line_may_take_the_place_of_a_removed_one() -> None:
    statement = make_statement()
    meeting = meeting_of(statement.point)
    (line,) = lines_of(meeting)
    new = replace(line, text="Put otherwise.", point=None, statement=None)
    write(meeting=meeting, lines=[new, replace(line, remove=True)])
    assert agenda(meeting) == [(line.title, ["Put otherwise."])]


def test_source_taken_away_is_no_longer_cited_unless_it_is_quoted() -> None:
    statement = make_statement()
    plain, quoted = make_source(title="Plain"), make_source(title="Quoted")
    for target in ({"statement": statement}, {"point": statement.point}):
        make_citation(source=plain, **target)
    make_citation(statement=statement, source=quoted, quote="More herring.")
    make_citation(point=statement.point, source=make_source(title="Of the point alone"))
    (line,) = lines_of(meeting_of(statement.point))
    saved = write(meeting=meeting_of(statement.point), lines=[replace(line, sources=())])
    assert cited(statement=statement) == {"Quoted"}
    assert cited(point=statement.point) == {"Of the point alone"}
    assert [citation.source for citation in saved.kept] == [quoted]


def test_source_stays_with_the_point_while_another_statement_rests_on_it() -> None:
    point, source = make_point(), make_source(title="Gazette")
    for _ in range(2):
        make_citation(statement=make_statement(point=point), source=source)
    make_citation(point=point, source=source)
    first, second = lines_of(meeting_of(point))
    write(meeting=meeting_of(point), lines=[replace(first, sources=()), second])
    assert cited(point=point) == {"Gazette"}
    write(meeting=meeting_of(point), lines=[replace(second, sources=())])
    assert cited(point=point) == set()


def test_contradicting_citations_are_none_of_a_lines_sources() -> None:
    statement = make_statement()
    make_citation(statement=statement, relation="contradicts", source=make_source(title="Denial"))
    (line,) = lines_of(meeting_of(statement.point))
    assert line.sources == ()
    write(meeting=meeting_of(statement.point), lines=[line])
    assert [citation.source.title for citation in statement.citations.all()] == ["Denial"]


def test_meetings_sources_stand_in_for_missing_ones_only() -> None:
    meeting = make_meeting()
    make_citation(meeting=meeting, source=make_source(title="Readout"))
    make_citation(meeting=meeting, source=make_source(title="Denial"), relation="contradicts")
    lines = [
        said("One", "Has none."),
        said("Two", "Has one.", sources=(make_source(title="Gazette"),)),
        said("Three"),
    ]
    write(meeting=meeting, lines=lines, use_meeting_sources=True)
    assert [cited(point=point) for point in meeting.points.all()] == [{"Readout"}, {"Gazette"}, {"Readout"}]
    assert [cited(statement=statement) for statement in Statement.objects.order_by("id")] == [
        {"Readout"},
        {"Gazette"},
    ]


def test_topic_of_a_point_changes_by_any_of_its_lines() -> None:
    point = make_point()
    for _ in range(2):
        make_statement(point=point)
    topic = make_topic()
    first, second = lines_of(meeting_of(point))
    write(meeting=meeting_of(point), lines=[first, replace(second, topic=topic)])
    point.refresh_from_db()
    assert point.main_topic == topic


def test_moved_line_does_not_carry_its_topic_along() -> None:
    meeting = make_meeting()
    left, joined = make_point(meeting=meeting, title="Tolls"), make_point(meeting=meeting, title="Tariffs")
    make_statement(point=left)
    topic = joined.main_topic
    write(meeting=meeting, lines=[replace(lines_of(meeting)[0], title="Tariffs")])
    joined.refresh_from_db()
    assert joined.main_topic == topic


def test_faults_name_line_and_field() -> None:
    meeting, side, speaker = make_meeting(), make_country(), make_official()
    existing = make_statement(point=make_point(meeting=meeting))
    on_record = make_statement(point=make_point(meeting=meeting, title="On record"), on_behalf_of=side)
    lines = [
        said(" "),
        said("No side", "Says so.", side=None),
        said("No words", side=side),
        replace(lines_of(meeting)[0], text=""),
        said("Two topics", topic=make_topic()),
        said("Two topics", topic=make_topic()),
        said("Twice", "Once.", side=side, speaker=speaker),
        said("Twice", "Again.", side=side, speaker=speaker),
        said("On record", "Again.", side=side),
        said("Hid\x07den"),
        said("Too long" * 100),
    ]
    assert existing.text
    assert on_record.text
    assert [(fault.line, fault.field, fault.message) for fault in faults(meeting=meeting, lines=lines)] == [
        (0, "title", "This field cannot be blank."),
        (1, "side", "Whose words are these? Choose a side."),
        (2, "text", "Say what was stated, or leave side and speaker blank for a point without a statement."),
        (3, "text", "Say what was stated; to remove the line, tick Delete."),
        (9, "title", "Holds a hidden character (control character U+0007). Remove it and try again."),
        (10, "title", "Ensure this value has at most 250 characters (it has 800)."),
        (8, "text", "This side's words on the point are already in another line."),
        (5, "topic", "Another line gives this point another main topic."),
        (7, "text", "This speaker's words on the point are already in another line."),
    ]


def test_nothing_is_written_where_one_line_has_a_fault() -> None:
    meeting = make_meeting()
    lines = [said("Good", "Says so."), said("Bad", "Says so.", side=None)]
    with pytest.raises(ValidationError, match=r"Line 2: Whose words are these\? Choose a side\."):
        write(meeting=meeting, lines=lines)
    assert agenda(meeting) == []


def test_two_points_of_one_title_are_not_merged_unasked() -> None:
    meeting = make_meeting()
    for _ in range(2):
        make_statement(point=make_point(meeting=meeting, title="Quota"))
    before = agenda(meeting)
    write(meeting=meeting, lines=lines_of(meeting))
    assert agenda(meeting) == before


def test_same_speaker_may_speak_on_two_points() -> None:
    meeting, side, speaker = make_meeting(), make_country(), make_official()
    lines = [said(title, "Says so.", side=side, speaker=speaker) for title in ("One", "Two")]
    assert faults(meeting=meeting, lines=lines) == []


def test_fault_is_told_before_the_meeting_is_saved() -> None:
    lines = [said("Point", "Says so.", side=None)]
    assert faults(meeting=Meeting(), lines=lines) == [
        Fault(0, "side", "Whose words are these? Choose a side.")
    ]


def begun_by(user: User) -> Meeting:
    meeting = make_meeting(published=False)
    EditorialEvent.objects.create(meeting=meeting, action=EditorialAction.CREATED, by=user)
    return meeting


@pytest.mark.parametrize(
    ("role", "given", "may"),
    [
        ("Viewer", {}, False),
        ("Analyst", {}, False),
        ("Reviewer", {}, True),
        ("Administrator", {}, True),
        ("", {}, False),
        ("", {"is_superuser": True}, True),
        ("Reviewer", {"is_active": False}, False),
        ("", {"is_superuser": True, "is_active": False}, False),
    ],
)
def test_who_may_write_lines_on_an_analysts_meeting(role: str, given: dict[str, bool], may: bool) -> None:
    author = make_user("Analyst")
    meeting, line = begun_by(author), said("Quota", "Wants more.")
    by = make_user(role, **given)
    if may:
        save_lines(meeting=meeting, lines=[line], by=by)
    else:
        with pytest.raises(PermissionDenied):
            save_lines(meeting=meeting, lines=[line], by=by)
    assert agenda(meeting) == ([("Quota", ["Wants more."])] if may else [])


def test_author_writes_lines_and_so_does_whoever_finds_a_meeting_that_nobody_began() -> None:
    author = make_user("Analyst")
    for meeting in (begun_by(author), make_meeting()):
        save_lines(meeting=meeting, lines=[said("Quota", "Wants more.")], by=author)
        assert agenda(meeting) == [("Quota", ["Wants more."])]


@pytest.mark.parametrize(
    "lacking",
    [
        "change_meeting",
        "add_agendapoint",
        "add_statement",
        "add_citation",
        "delete_statement",
        "change_statement",
    ],
)
def test_each_kind_of_change_needs_its_permission(lacking: str) -> None:
    meeting, source = make_meeting(), make_source()
    point = make_point(meeting=meeting, title="Quota")
    kept, going = (make_statement(point=point, text=text) for text in ("As it was", "Going"))
    first, second = lines_of(meeting)
    lines = [
        replace(first, text="As it is"),
        replace(second, remove=True),
        said("New point", "New words", sources=(source,)),
    ]
    by = make_user()
    words = Permission.objects.filter(content_type__app_label="visits").exclude(codename=lacking)
    by.user_permissions.set(words)
    before = agenda(meeting)
    with pytest.raises(PermissionDenied):
        save_lines(meeting=meeting, lines=lines, by=by)
    assert agenda(meeting) == before == [("Quota", [kept.text, going.text])]


def test_citation_that_got_a_quote_meanwhile_is_not_deleted_unseen() -> None:
    """Between the look at the citations and the write."""
    statement = make_statement()
    citation = make_citation(statement=statement)
    meeting = meeting_of(statement.point)
    writing = _Writing(
        meeting, [replace(line, sources=()) for line in lines_of(meeting)], make_user("Analyst")
    )
    Citation.objects.filter(pk=citation.pk).update(quote="More herring!")
    with pytest.raises(Overtaken):
        writing.run()
    assert Citation.objects.get().quote == "More herring!"
