"""Nothing is lost by an edit: every way in leaves its row, and every version can be had back."""

from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from tests import factories as make
from visits.models import Citation, Meeting, Participation, Statement, User
from visits.models.base import OtherName, Record
from visits.models.history import TRACKED
from visits.queries.history import PARTS, changes_of, event_model
from visits.queries.snapshots import snapshot
from visits.services import history
from visits.services.acting import acting

pytestmark = pytest.mark.django_db(transaction=True)


def events(meeting: Meeting) -> list[tuple[str, str, Any, str]]:
    found = event_model(Meeting).objects.filter(pgh_obj=meeting.pk).select_related("pgh_context")
    return [
        (event.pgh_label, event.title, (event.pgh_context.metadata if event.pgh_context else {}).get("user"),
         (event.pgh_context.metadata if event.pgh_context else {}).get("through", ""))
        for event in found.order_by("pgh_id")
    ]  # fmt: skip


def test_every_way_in_leaves_a_row_with_the_person_where_one_is_known() -> None:
    user = make.make_user("Analyst")
    with acting(user=user, through="admin"):
        meeting = make.make_meeting(title="One")
    with acting(user=user, through="import"):
        Meeting.objects.filter(pk=meeting.pk).update(title="Two")
        Meeting.objects.bulk_update([Meeting(pk=meeting.pk, title="Three")], ["title"])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE visits_meeting SET title = 'Four' WHERE id = %s", [meeting.pk])
        cursor.execute("UPDATE visits_meeting SET title = 'Four' WHERE id = %s", [meeting.pk])
    with acting(user=user, through="command"):
        Meeting.objects.filter(pk=meeting.pk).delete()
    assert events(meeting) == [
        ("insert", "One", user.pk, "admin"),
        ("update", "Two", user.pk, "import"),
        ("update", "Three", user.pk, "import"),
        ("update", "Four", None, ""),
        ("delete", "Four", user.pk, "command"),
    ]


def test_a_bulk_insert_leaves_a_row_for_each() -> None:
    Meeting.objects.bulk_create(Meeting(start_date="2024", title=f"No. {n}") for n in range(3))
    titles = event_model(Meeting).objects.order_by("pgh_id").values_list("title", flat=True)
    assert list(titles) == ["No. 0", "No. 1", "No. 2"]


def test_history_is_only_ever_added_to() -> None:
    make.make_meeting()
    for write in ("UPDATE visits_meetingevent SET title = 'x'", "DELETE FROM visits_meetingevent"):
        with (
            pytest.raises(Exception, match="append_only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(write)


def test_every_record_model_is_tracked() -> None:
    tracked = {model._meta.concrete_model for model in TRACKED}
    records = {
        model
        for model in apps.get_app_config("visits").get_models()
        if issubclass(model, Record | OtherName) and not model._meta.proxy
    }
    assert records <= tracked
    assert {part for parts in PARTS.values() for part, _ in parts} <= set(TRACKED)


@pytest.fixture
def meeting() -> Meeting:
    with transaction.atomic():
        return make.make_full_meeting(title="As first logged")


@pytest.fixture
def user() -> User:
    return make.make_user("Analyst")


def state(meeting: Meeting) -> list[Any]:
    """Everything on the meeting but versions and times."""
    own = Meeting.objects.filter(pk=meeting.pk).values_list("title", "slug", "start_date", "state", "uuid")
    rows = [list(own)]
    for model, key in (
        (Participation, "meeting"),
        (Statement, "point__meeting"),
        (Citation, "statement__point__meeting"),
    ):
        skip = {"version", "modified_at"}
        names = [f.attname for f in model._meta.concrete_fields if f.attname not in skip and not f.generated]
        rows.append(list(model.objects.filter(**{key: meeting}).order_by("pk").values_list(*names)))
    return rows


def test_an_edit_is_told_field_by_field(meeting: Meeting, user: User) -> None:
    person = meeting.participations.earliest("pk").official
    assert person
    with transaction.atomic(), acting(user=user, through="admin", why="A typing error"):
        Meeting.objects.filter(pk=meeting.pk).update(title="As mended", status="skipped")
        meeting.participations.filter(official=person).delete()
    change, created = changes_of(Meeting, meeting.pk)
    assert (change.user, change.through, change.why) == (user.username, "admin", "A typing error")
    told = {(row.noun, row.name, row.action): row.differences for row in change.rows}
    mended = told["meeting", "As mended", "update"]
    assert [(d.label, d.before, d.after) for d in mended] == [
        ("title", "As first logged", "As mended"),
        ("status", "Held", "Skipped"),
    ]
    assert ("participation", person.name, "delete") in told
    assert {row.action for row in created.rows} == {"insert"}


def test_revert_brings_back_the_record_and_its_parts(meeting: Meeting, user: User) -> None:
    before, then = state(meeting), timezone.now()
    with transaction.atomic():
        Meeting.objects.filter(pk=meeting.pk).update(title="Changed", start_date="2024-02")
        meeting.participations.earliest("pk").delete()
        make.make_participation(meeting=meeting)
        meeting.points.earliest("pk").delete()
        Statement.objects.filter(point__meeting=meeting).update(text="Other words")
        make.make_statement(point=meeting.points.first())
    assert state(meeting) != before
    history.revert(model=Meeting, pk=meeting.pk, to=then, by=user)
    assert state(meeting) == before
    newest = changes_of(Meeting, meeting.pk)[0]
    assert (newest.user, newest.through) == (user.username, "history")
    assert len(changes_of(Meeting, meeting.pk)) == 3, "the edit that was reverted is still on record"


def test_a_deletion_is_undone_with_what_hung_on_it(meeting: Meeting, user: User) -> None:
    before, pk = state(meeting), meeting.pk
    meeting.delete()
    assert Meeting.objects.count() == 0
    history.undelete(model=Meeting, pk=pk, by=user)
    assert state(Meeting.objects.get(pk=pk)) == before


def test_only_what_was_deleted_with_it_comes_back(meeting: Meeting, user: User) -> None:
    pk = meeting.pk
    meeting.notes.all().delete()
    meeting.delete()
    history.undelete(model=Meeting, pk=pk, by=user)
    assert Meeting.objects.get(pk=pk).notes.count() == 0


def test_what_is_needed_and_gone_is_told(meeting: Meeting, user: User) -> None:
    pk, official = meeting.pk, meeting.participations.earliest("pk").official
    assert official
    Statement.objects.filter(speaker=official).delete()
    meeting.delete()
    history.undelete(model=Meeting, pk=pk, by=user)
    with pytest.raises(ValidationError, match="not deleted"):
        history.undelete(model=Meeting, pk=pk, by=user)
    Meeting.objects.get(pk=pk).delete()
    official.delete()
    with pytest.raises(ValidationError, match="no longer there"):
        history.undelete(model=Meeting, pk=pk, by=user)
    assert Meeting.objects.filter(pk=pk).count() == 0, "all or nothing"


def test_a_snapshot_has_what_stood_then(meeting: Meeting) -> None:
    then = timezone.now()
    late = make.make_participation(meeting=meeting)
    old, new = snapshot(Meeting, meeting.pk, then), snapshot(Meeting, meeting.pk, timezone.now())
    assert set(new.rows[Participation]) - set(old.rows[Participation]) == {late.pk}
    assert len(old.rows[Citation]) == Citation.objects.count()
    first = changes_of(Meeting, meeting.pk)[-1].at
    assert snapshot(Meeting, meeting.pk, first).exists
    assert not snapshot(Meeting, meeting.pk, first, before=True).exists


def test_the_history_of_a_meeting_costs_the_same_for_one_change_and_for_three(
    meeting: Meeting, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(21):
        changes_of(Meeting, meeting.pk)
    for title in ("a", "b", "c"):
        Meeting.objects.filter(pk=meeting.pk).update(title=title)
    with django_assert_num_queries(21):
        assert len(changes_of(Meeting, meeting.pk)) == 4


def test_triggers_keep_a_steady_plan() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE proconfig @> '{enable_nestloop=off}'), count(*) "
            "FROM pg_trigger JOIN pg_proc p ON p.oid = tgfoid WHERE tgoldtable IS NOT NULL AND tgnewtable IS NOT NULL"
        )
        steady, all_of_them = cursor.fetchone()
    assert steady == all_of_them == len(TRACKED)
