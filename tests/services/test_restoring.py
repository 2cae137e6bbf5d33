"""A part that has moved to another record: each tells of its own share, and going back loses and doubles nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone

from tests import factories as make
from tests.publishing import edit, publish, published_meeting, published_tour, staff
from tests.services.test_saving import elsewhere
from visits.models import AgendaPoint, Citation, Meeting, Note, Participation, Statement, Stop, Tour, User
from visits.queries.history import changes_of
from visits.queries.known import known_at
from visits.queries.parts import PARTS
from visits.queries.snapshots import snapshot
from visits.queries.versions import publications, versions_of
from visits.services import editorial, history
from visits.services.acting import acting
from visits.services.restoring import Restoring
from visits.services.saving import Overtaken

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Move:
    """A part with a citation, the record that it left, the one that it went to, and how it stood before."""

    part: Any
    old: Meeting | Tour
    new: Meeting | Tour
    to: dict[str, Any]
    before: datetime
    label: str

    def do(self) -> None:
        """In one go, as a form does."""
        with transaction.atomic(), acting(user=staff("Analyst"), through="admin"):
            type(self.part).objects.filter(pk=self.part.pk).update(**self.to)
            for record in (self.old, self.new):
                editorial.record_change(record=record, by=staff("Analyst"))

    def rewrite(self, text: str) -> None:
        column = {Statement: "text", AgendaPoint: "title", Participation: "capacity", Stop: "remarks"}
        with acting(user=staff("Administrator")):
            type(self.part).objects.filter(pk=self.part.pk).update(**{column[type(self.part)]: text})


def a_statement() -> Move:
    old, new = published_meeting(title="Old meeting"), published_meeting(title="New meeting")
    part = Statement.objects.filter(point__meeting=old).latest("pk")
    return Move(part, old, new, {"point": new.points.latest("pk")}, timezone.now(), "point")


def a_point() -> Move:
    old, new = published_meeting(title="Old meeting"), published_meeting(title="New meeting")
    return Move(old.points.latest("pk"), old, new, {"meeting": new}, timezone.now(), "meeting")


def a_point_that_becomes_a_purpose() -> Move:
    old, new = published_meeting(title="Old meeting"), published_tour(title="New tour")
    return Move(old.points.latest("pk"), old, new, {"meeting": None, "tour": new}, timezone.now(), "meeting")


def a_participation() -> Move:
    old, new = published_meeting(title="Old meeting"), published_meeting(title="New meeting")
    return Move(old.participations.latest("pk"), old, new, {"meeting": new}, timezone.now(), "meeting")


def a_stop() -> Move:
    old, new = published_tour(title="Old tour"), published_tour(title="New tour")
    part = old.stops.get()
    return Move(part, old, new, {"tour": new, "position": 7}, timezone.now(), "tour")


MAKERS = [a_statement, a_point, a_point_that_becomes_a_purpose, a_participation, a_stop]


def moves() -> Iterator[Move]:
    """One of each kind."""
    return (maker() for maker in MAKERS)


def owns(record: Any, part: Any, at: datetime | None = None) -> tuple[bool, bool]:
    """Whether the part stands in the record's snapshot; and a citation of it, or of what hangs on it."""
    rows = snapshot(type(record), record.pk, at or timezone.now()).rows
    below = [key for owner in (type(part),) for kind, key in PARTS[owner] if kind is Citation]
    cited = {getattr(event, f"{key}_id") for event in rows[Citation].values() for key in below}
    return part.pk in rows[type(part)], part.pk in cited


def parts_of(record: Any) -> dict[str, set[int]]:
    """The keys of everything that belongs to the record, by kind, as the history has it now."""
    rows = snapshot(type(record), record.pk, timezone.now()).rows
    return {kind.__name__: set(found) for kind, found in rows.items()}


def told(record: Any) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """What the newest change did to rows of the part's kind."""
    newest = changes_of(type(record), record.pk)[0]
    return [
        (row.action, [(d.label, d.before, d.after) for d in row.differences])
        for row in newest.rows
        if row.noun not in ("meeting", "tour")
    ]


def test_both_tell_of_the_move_and_of_their_own_time_only() -> None:
    for move in moves():
        move.rewrite("Before the move")
        move.do()
        for record in (move.old, move.new):
            ((action, differences),) = told(record)
            assert (action, move.label) == ("update", differences[0][0])
        move.rewrite("After the move")
        rewritten = ["Before the move", "After the move"]
        told_of = [
            [text in texts_of(record, move.part) for text in rewritten] for record in (move.old, move.new)
        ]
        assert told_of == [[True, False], [False, True]]
        # Whoever has moved it has changed both; whoever has changed it since, the new one only.
        mover, later = staff("Analyst").pk, staff("Administrator").pk
        assert [editorial.changed_by(record) for record in (move.old, move.new)] == [
            {mover, later},
            {mover, later},
        ]
        publish(move.old)
        publish(move.new)
        move.rewrite("After the publication")
        assert [editorial.changed_by(record) for record in (move.old, move.new)] == [set(), {later}]


def test_snapshots_have_it_once_and_with_its_citation() -> None:
    for move in moves():
        assert [owns(record, move.part) for record in (move.old, move.new)] == [(True, True), (False, False)]
        move.do()
        assert [owns(record, move.part) for record in (move.old, move.new)] == [(False, False), (True, True)]
        then = [owns(record, move.part, move.before) for record in (move.old, move.new)]
        assert then == [(True, True), (False, False)]


def test_published_versions_have_it_once_each() -> None:
    for move in moves():
        move.do()
        publish(move.old)
        publish(move.new)
        noun = move.part._meta.verbose_name
        actions = [
            [row.action for row in versions_of(record)[0].changes if row.noun == noun]
            for record in (move.old, move.new)
        ]
        assert actions == [["delete"], ["insert"]]
        shown = [
            [
                move.part.pk in keys_of(known_at(record, span.since), move.part)
                for span in publications(record)
            ]
            for record in (move.old, move.new)
        ]
        assert shown == [[True, False], [False, True]]


def texts_of(record: Any, part: Any) -> set[str]:
    """Everything that was ever written into rows of the part's kind, as the record's history tells."""
    return {
        difference.after
        for change in changes_of(type(record), record.pk)
        for row in change.rows
        if row.noun == part._meta.verbose_name
        for difference in row.differences
    }


def keys_of(record: Any, part: Any) -> list[int]:
    """The parts of that kind that a page shows."""
    points: Any = record.points.all() if isinstance(record, Meeting) else record.purposes.all()
    match part:
        case Statement():
            return [said.pk for point in points for said in point.statements.all()]
        case AgendaPoint():
            return [point.pk for point in points]
        case Participation():
            return [person.pk for person in record.participations.all()]
    return [stop.pk for stop in record.stops.all()]


def test_the_old_record_brings_it_back_and_says_so() -> None:
    for move in moves():
        before = [parts_of(record) for record in (move.old, move.new)]
        move.rewrite("As it stood")
        then = timezone.now()
        move.do()
        move.rewrite("Rewritten elsewhere")
        for record in (move.old, move.new):
            publish(record)
        sentences = history.revert(
            model=type(move.old), pk=move.old.pk, to=then, by=staff("Administrator"), why="Mixed up"
        )
        part = type(move.part).objects.get(pk=move.part.pk)
        assert sentences == [f"The {part._meta.verbose_name} “{part}” was brought back from “{move.new}”."]
        assert [parts_of(record) for record in (move.old, move.new)] == before
        assert "As it stood" in vars(part).values()
        for record in (move.old, move.new):
            record.refresh_from_db()
            assert record.state == "in_review"
            assert record.editorial_events.latest("pk").by == staff("Administrator")


def test_the_new_record_gives_it_back_as_it_is() -> None:
    for move in moves():
        before = [parts_of(record) for record in (move.old, move.new)]
        move.do()
        move.rewrite("Rewritten here")
        for record in (move.old, move.new):
            publish(record)
        by = staff("Administrator")
        sentences = history.revert(model=type(move.new), pk=move.new.pk, to=move.before, by=by)
        part = type(move.part).objects.get(pk=move.part.pk)
        assert sentences == [f"The {part._meta.verbose_name} “{part}” went back to “{move.old}”."]
        assert [parts_of(record) for record in (move.old, move.new)] == before
        assert "Rewritten here" in vars(part).values()
        for record in (move.old, move.new):
            record.refresh_from_db()
            assert record.state == "in_review"


@pytest.fixture
def author() -> User:
    return make.make_user("Analyst")


def test_nobody_takes_a_part_from_anothers_record(author: User) -> None:
    move = a_statement()
    move.old.editorial_events.all().delete()
    move.do()
    parts = [parts_of(record) for record in (move.old, move.new)]
    move.old.editorial_events.all().delete()
    editorial.record_change(record=move.old, by=author, created=True)
    with pytest.raises(PermissionDenied, match="another analyst's"):
        history.revert(model=Meeting, pk=move.old.pk, to=move.before, by=author)
    assert [parts_of(record) for record in (move.old, move.new)] == parts


def test_nobody_leaves_a_part_on_anothers_record(author: User) -> None:
    move = a_statement()
    move.do()
    move.new.editorial_events.all().delete()
    editorial.record_change(record=move.new, by=author, created=True)
    with pytest.raises(PermissionDenied, match="another analyst's"):
        history.revert(model=Meeting, pk=move.new.pk, to=move.before, by=author)
    assert Statement.objects.get(pk=move.part.pk).point.meeting == move.new


def test_what_was_entered_once_more_makes_way() -> None:
    move = a_statement()
    move.do()
    make.make_statement(
        point=move.part.point,
        on_behalf_of=move.part.on_behalf_of,
        speaker=move.part.speaker,
        text="Once more",
    )
    history.revert(model=Meeting, pk=move.old.pk, to=move.before, by=staff("Reviewer"))
    assert not Statement.objects.filter(text="Once more").exists()
    assert Statement.objects.get(pk=move.part.pk).point.meeting == move.old


def test_what_has_lost_its_former_place_stays_and_is_told() -> None:
    move = a_statement()
    move.do()
    AgendaPoint.objects.filter(pk=move.part.point_id).delete()
    with pytest.raises(ValidationError, match="no longer there"):
        history.revert(model=Meeting, pk=move.new.pk, to=move.before, by=staff("Reviewer"))
    assert Statement.objects.get(pk=move.part.pk).point.meeting == move.new


def test_what_was_added_below_goes_along() -> None:
    """A statement that the new record has written on the point that is not its own."""
    move = a_point()
    move.do()
    late = make.make_statement(point=move.part)
    history.revert(model=Meeting, pk=move.new.pk, to=move.before, by=staff("Reviewer"))
    assert Statement.objects.get(pk=late.pk).point.meeting == move.old


def test_a_deleted_record_is_brought_back_without_what_stands_elsewhere() -> None:
    move = a_statement()
    move.do()
    pk, by = move.new.pk, staff("Reviewer")
    move.new.delete()
    assert not Statement.objects.filter(pk=move.part.pk).exists()
    assert history.revert(model=Meeting, pk=move.old.pk, to=move.before, by=by) == []
    assert owns(move.old, move.part) == (True, True)
    sentences = history.undelete(model=Meeting, pk=pk, by=by)
    part = Statement.objects.get(pk=move.part.pk)
    assert sentences == [f"The statement “{part}” now belongs to “Old meeting” and stays there."]
    assert owns(move.old, part) == (True, True)
    assert owns(Meeting.objects.get(pk=pk), part) == (False, False)
    assert Citation.objects.filter(statement=part).count() == 1


def test_a_part_by_itself_goes_back_to_where_it_was() -> None:
    move = a_statement()
    move.do()
    for record in (move.old, move.new):
        publish(record)
    sentences = history.revert(model=Statement, pk=move.part.pk, to=move.before, by=staff("Administrator"))
    assert sentences == [f"The statement “{move.part}” went back from “New meeting” to “Old meeting”."]
    for record in (move.old, move.new):
        record.refresh_from_db()
        assert record.state == "in_review"


def test_notes_and_citations_that_move_to_a_tour_are_not_doubled() -> None:
    old, new = published_meeting(), published_tour()
    note, citation = old.notes.get(), old.citations.get()
    before = [parts_of(record) for record in (old, new)]
    then = timezone.now()
    Note.objects.filter(pk=note.pk).update(meeting=None, tour=new)
    Citation.objects.filter(pk=citation.pk).update(meeting=None, tour=new)
    for kind, row in ((Note, note), (Citation, citation)):
        now = [row.pk in parts_of(record)[kind.__name__] for record in (old, new)]
        assert now == [False, True]
    told = history.revert(model=Meeting, pk=old.pk, to=then, by=staff("Reviewer"))
    assert sorted(sentence.split(" “")[0] for sentence in told) == ["The citation", "The note"]
    assert [parts_of(record) for record in (old, new)] == before


def test_what_moves_within_a_record_is_no_move() -> None:
    meeting = published_meeting()
    first = meeting.points.earliest("pk")
    statement = first.statements.earliest("pk")
    then, before = timezone.now(), parts_of(meeting)
    topic = make.make_topic()
    late = make.make_point(meeting=meeting, main_topic=topic)
    edit(meeting, partial(Statement.objects.filter(pk=statement.pk).update, point=late))
    assert history.revert(model=Meeting, pk=meeting.pk, to=then, by=staff("Reviewer")) == []
    assert Statement.objects.get(pk=statement.pk).point == first
    assert parts_of(meeting) == before


def test_rows_older_than_their_history_are_told_of() -> None:
    """As those of a database that was filled before history was kept."""
    meeting = make.make_meeting(published=False, title="Old")
    note = make.make_note(meeting=meeting)
    with transaction.atomic():
        forget(meeting, note)
    Meeting.objects.filter(pk=meeting.pk).update(title="New")
    Note.objects.filter(pk=note.pk).update(text="Other words")
    nouns = [[row.noun for row in change.rows] for change in changes_of(Meeting, meeting.pk)]
    assert nouns == [["note"], ["meeting"]]


def forget(*records: Any) -> None:
    with connection.cursor() as cursor:
        for record in records:
            table = type(record).pgh_event_model._meta.db_table
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER; DELETE FROM {table};")
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_an_edit_at_the_same_moment_is_not_reverted_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look and the write, on another connection."""
    meeting = published_meeting(title="As it was")
    then = timezone.now()
    statement = Statement.objects.filter(point__meeting=meeting).earliest("pk")
    Statement.objects.filter(pk=statement.pk).update(text="Second")
    Meeting.objects.filter(pk=meeting.pk).update(title="Second")
    run = Restoring.run

    def run_late(restoring: Restoring) -> None:
        elsewhere(lambda: Statement.objects.filter(pk=statement.pk).update(text="Third"))
        run(restoring)

    monkeypatch.setattr(Restoring, "run", run_late)
    with pytest.raises(Overtaken) as caught:
        history.revert(model=Meeting, pk=meeting.pk, to=then, by=staff("Reviewer"))
    assert [(d.before, d.after) for d in caught.value.differences] == [("Second", "Third")]
    meeting.refresh_from_db()
    assert (meeting.title, meeting.state) == ("Second", "published")


def test_a_whole_history_goes_back_step_by_step() -> None:
    """Moved there, moved back, and each step reverted again: at every moment there is one of everything."""
    move = a_statement()
    moments, states = [timezone.now()], [[parts_of(record) for record in (move.old, move.new)]]
    move.do()
    moments.append(timezone.now())
    states.append([parts_of(record) for record in (move.old, move.new)])
    by = staff("Administrator")
    for turn in (0, 1, 0, 1):
        history.revert(model=Meeting, pk=move.old.pk, to=moments[turn], by=by)
        assert [parts_of(record) for record in (move.old, move.new)] == states[turn]
        assert Citation.objects.filter(statement=move.part.pk).count() == 1
