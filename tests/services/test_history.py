"""Nothing is lost by an edit: every way in leaves its row, and every version can be had back."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction
from django.utils import timezone

from tests import factories as make
from visits.models import (
    Citation,
    EditorialEvent,
    Meeting,
    Official,
    Participation,
    Statement,
    Stop,
    Tour,
    User,
)
from visits.models.base import Versioned
from visits.models.history import TRACKED
from visits.models.links import StopPlace
from visits.queries.history import changes_of
from visits.queries.parts import LINKS, PARTS, event_model
from visits.queries.snapshots import snapshot
from visits.services import editorial, history, merging
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
        if issubclass(model, Versioned) and not model._meta.proxy
    }
    assert records <= tracked
    assert {part for parts in PARTS.values() for part, _ in parts} <= set(TRACKED)


@pytest.fixture
def meeting() -> Meeting:
    with transaction.atomic():
        return make.make_full_meeting(title="As first logged", published=False)


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
    assert not snapshot(Meeting, meeting.pk, first - timedelta(microseconds=1)).exists


def test_the_history_of_a_meeting_costs_the_same_for_one_change_and_for_three(
    meeting: Meeting, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(31):
        changes_of(Meeting, meeting.pk)
    for title in ("a", "b", "c"):
        Meeting.objects.filter(pk=meeting.pk).update(title=title)
    with django_assert_num_queries(31):
        assert len(changes_of(Meeting, meeting.pk)) == 4


def test_triggers_keep_a_steady_plan() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE proconfig @> '{enable_nestloop=off}'), count(*) "
            "FROM pg_trigger JOIN pg_proc p ON p.oid = tgfoid WHERE tgoldtable IS NOT NULL AND tgnewtable IS NOT NULL"
        )
        steady, all_of_them = cursor.fetchone()
    # Those of the history, and those by which a link that is changed counts for its owner.
    assert steady == all_of_them == len(TRACKED) + len(LINKS)


def test_links_names_and_identifiers_are_told_reverted_and_undeleted(user: User) -> None:
    country, place = make.make_country(name="Ruritania"), make.make_place()
    for record, field in ((place, "claimed_by"), (make.make_country(), "succeeded_by")):
        model, links = type(record), getattr(record, field)
        make_rows(record)
        links.add(country)
        whole = changes_of(model, record.pk)[0].at
        assert told(model, record.pk)[0] == {(verbose(links), "Ruritania", "insert")}
        make_rows(record, change="Other")
        links.set([make.make_country(name="Grausturk")])
        swap = {(verbose(links), "Grausturk", "insert"), (verbose(links), "Ruritania", "delete")}
        assert told(model, record.pk)[0] == swap
        history.revert(model=model, pk=record.pk, to=whole, by=user)
        assert parts(record, field) == (["First"], ["First"], [country])
        pk = record.pk
        model.objects.get(pk=pk).delete()
        history.undelete(model=model, pk=pk, by=user)
        assert parts(model.objects.get(pk=pk), field) == (["First"], ["First"], [country])


def make_rows(record: Any, change: str = "") -> None:
    """A name and an identifier elsewhere, or other ones in their place."""
    if change:
        record.other_names.update(name=change)
        record.external_identifiers.update(value=change)
    else:
        record.other_names.create(name="First")
        record.external_identifiers.create(scheme=record._meta.model_name, value="First")


def parts(record: Any, field: str) -> tuple[list[str], list[str], list[Any]]:
    return (
        [found.name for found in record.other_names.all()],
        [found.value for found in record.external_identifiers.all()],
        list(getattr(record, field).all()),
    )


def told(model: Any, pk: int) -> list[set[tuple[str, str, str]]]:
    return [{(row.noun, row.name, row.action) for row in change.rows} for change in changes_of(model, pk)]


def verbose(links: Any) -> str:
    return {"stop": "stop place", "place": "place claim", "from_party": "succession"}[links.source_field_name]


def test_places_of_stops_and_topics_of_purposes_are_told_reverted_and_undeleted(user: User) -> None:
    tour = make.make_tour(published=False)
    stop = make.make_stop(tour=tour, places=[make.make_place(name="Zenda")])
    purpose = make.make_point(tour=tour)
    purpose.other_topics.add(make.make_topic(name="Castles"))
    whole = changes_of(Tour, tour.pk)[0].at
    with transaction.atomic():
        stop.places.set([make.make_place(name="Hentzau")])
        purpose.other_topics.clear()
    assert told(Tour, tour.pk)[0] == {
        ("stop place", "Zenda", "delete"),
        ("stop place", "Hentzau", "insert"),
        ("point topic", "Castles", "delete"),
    }
    pk = tour.pk
    for going_back in (
        lambda: history.revert(model=Tour, pk=pk, to=whole, by=user),
        lambda: history.undelete(model=Tour, pk=pk, by=user),
    ):
        assert going_back() == []
        tour = Tour.objects.get()
        assert [place.name for place in tour.stops.get().places.all()] == ["Zenda"]
        assert [topic.name for topic in tour.purposes.get().other_topics.all()] == ["Castles"]
        tour.delete()


def test_a_revert_that_changes_nothing_leaves_everything_alone(user: User) -> None:
    tour = make.make_tour()
    stop = make.make_stop(tour=tour, places=[make.make_place()])
    rows = event_model(Stop).objects.count(), event_model(StopPlace).objects.count()
    history.revert(model=Tour, pk=tour.pk, to=timezone.now(), by=make.make_user("Reviewer"))
    tour.refresh_from_db()
    assert (tour.state, EditorialEvent.objects.count()) == ("published", 0)
    assert (event_model(Stop).objects.count(), event_model(StopPlace).objects.count()) == rows
    assert stop.places.count() == 1


def test_a_version_is_never_given_twice(meeting: Meeting, user: User) -> None:
    """Or a form that was opened before a deletion could overwrite what was written since it was undone."""
    pk, then = meeting.pk, timezone.now()
    statement = Statement.objects.filter(point__meeting=meeting).earliest("pk")
    for text in ("Second", "Third"):
        Statement.objects.filter(pk=statement.pk).update(text=text)
    Statement.objects.filter(pk=statement.pk).delete()
    history.revert(model=Meeting, pk=pk, to=then, by=user)
    back = Statement.objects.get(pk=statement.pk)
    assert (back.text, back.version) == (statement.text, 4)
    assert back.modified_at > then
    Meeting.objects.get(pk=pk).delete()
    history.undelete(model=Meeting, pk=pk, by=user)
    assert (Meeting.objects.get(pk=pk).version, Statement.objects.get(pk=statement.pk).version) == (2, 5)


def test_a_change_that_nobody_has_seen_is_not_reverted(meeting: Meeting, user: User) -> None:
    then, seen = timezone.now(), len(changes_of(Meeting, meeting.pk))
    meeting.participations.filter(pk=meeting.participations.earliest("pk").pk).update(capacity="Unseen")
    with pytest.raises(ValidationError, match="has been changed since you opened its history"):
        history.revert(model=Meeting, pk=meeting.pk, to=then, by=user, seen=seen)
    assert meeting.participations.filter(capacity="Unseen").count() == 1
    history.revert(model=Meeting, pk=meeting.pk, to=then, by=user, seen=seen + 1)
    assert meeting.participations.filter(capacity="Unseen").count() == 0


def test_what_others_build_upon_is_not_reverted_away(user: User) -> None:
    tour = make.make_tour(published=False)
    then = timezone.now()
    stop = make.make_stop(tour=tour)
    make.make_meeting(tour=tour, stop=stop, title="At the castle")
    with pytest.raises(ValidationError, match="without something that is needed by “At the castle”"):
        history.revert(model=Tour, pk=tour.pk, to=then, by=user)
    assert list(Stop.objects.all()) == [stop]


def test_what_went_up_in_another_record_is_not_undeleted_beside_it() -> None:
    keep, gone, reviewer = make.make_official(), make.make_official(), make.make_user("Reviewer")
    pk = gone.pk
    merging.merge(keep=keep, gone=gone, by=reviewer)
    with pytest.raises(ValidationError, match="gone up in another record"):
        history.undelete(model=Official, pk=pk, by=reviewer)
    assert list(Official.objects.all()) == [keep]


# Who may

WHO: list[tuple[str, dict[str, bool], bool]] = [
    ("Viewer", {}, False),
    ("Analyst", {}, False),
    ("Reviewer", {}, True),
    ("Administrator", {}, True),
    ("", {}, False),
    ("", {"is_superuser": True}, True),
    ("Reviewer", {"is_active": False}, False),
]


def test_who_may_go_back_on_an_analysts_meeting(meeting: Meeting) -> None:
    author = make.make_user("Analyst")
    editorial.record_change(record=meeting, by=author, created=True)
    then, pk = timezone.now(), meeting.pk
    for role, given, may in [*WHO, ("author", {}, True)]:
        by = author if role == "author" else make.make_user(role, **given)
        Meeting.objects.filter(pk=pk).update(title="Changed")
        revert = partial(history.revert, model=Meeting, pk=pk, to=then, by=by)
        undelete = partial(history.undelete, model=Meeting, pk=pk, by=by)
        assert attempt(revert) == may, role
        assert (Meeting.objects.get().title == "As first logged") == may, role
        Meeting.objects.get().delete()
        assert attempt(undelete) == may, role
        assert Meeting.objects.count() == may, role
        if not may:
            history.undelete(model=Meeting, pk=pk, by=author)


def attempt(act: Callable[[], Any]) -> bool:
    try:
        act()
    except PermissionDenied:
        return False
    return True


def test_who_may_go_back_on_a_record_that_is_everybodys() -> None:
    official = make.make_official(name="Rudolf")
    then, pk = timezone.now(), official.pk
    for role, given, _ in WHO:
        may = role != "Viewer" and bool(role or given) and given.get("is_active", True)
        by = make.make_user(role, **given)
        Official.objects.filter(pk=pk).update(name="Rupert")
        assert attempt(partial(history.revert, model=Official, pk=pk, to=then, by=by)) == may, role
        Official.objects.all().delete()
        assert attempt(partial(history.undelete, model=Official, pk=pk, by=by)) == may, role
        if not may:
            history.undelete(model=Official, pk=pk, by=make.make_user("Analyst"))


@pytest.mark.parametrize(
    "lacking", ["change_meeting", "add_note", "change_statement", "delete_participation"]
)
def test_going_back_needs_the_permission_for_each_kind_of_change(meeting: Meeting, lacking: str) -> None:
    then = timezone.now()
    meeting.notes.all().delete()
    Statement.objects.filter(point__meeting=meeting).update(text="Other words")
    make.make_participation(meeting=meeting, name="Came later")
    by = make.make_user()
    by.user_permissions.set(Permission.objects.exclude(codename=lacking))
    before = state(meeting)
    assert not attempt(partial(history.revert, model=Meeting, pk=meeting.pk, to=then, by=by))
    assert (state(meeting), meeting.notes.count()) == (before, 0)
    by = User.objects.get(pk=by.pk)
    by.user_permissions.set(Permission.objects.all())
    assert attempt(partial(history.revert, model=Meeting, pk=meeting.pk, to=then, by=by))


# The log of the editors


def log_of(pk: int) -> list[tuple[Any, ...]]:
    return list(EditorialEvent.objects.filter(meeting=pk).values_list("pk", "action", "by", "at", "comment"))


def test_the_log_comes_back_with_the_record_and_four_eyes_with_it(meeting: Meeting, user: User) -> None:
    reviewer, another = make.make_user("Reviewer"), make.make_user("Reviewer")
    author = make.make_user("Reviewer")
    editorial.record_change(record=meeting, by=author, created=True, comment="From the Gazette")
    editorial.submit(record=meeting, by=author)
    before, pk = log_of(meeting.pk), meeting.pk
    assert len(before) == 2
    for by in (another, author):
        with transaction.atomic(), acting(user=by):
            Meeting.objects.get(pk=pk).delete()
        assert log_of(pk) == []
        history.undelete(model=Meeting, pk=pk, by=by)
    assert log_of(pk)[:2] == before
    for by in (author, another):
        with pytest.raises(PermissionDenied, match="somebody else publishes it"):
            editorial.publish(record=Meeting.objects.get(pk=pk), by=by)
    with pytest.raises(PermissionDenied, match="another analyst's"):
        editorial.record_change(record=Meeting.objects.get(pk=pk), by=user)
    editorial.publish(record=Meeting.objects.get(pk=pk), by=reviewer)


def test_what_was_published_before_a_deletion_counts_as_published_after_it(meeting: Meeting) -> None:
    """Who has worked on it before the last publication may publish the next change of somebody else."""
    first, second, third = (make.make_user("Reviewer") for _ in range(3))
    editorial.record_change(record=meeting, by=first, created=True)
    editorial.submit(record=meeting, by=first)
    editorial.publish(record=meeting, by=second)
    pk = meeting.pk
    with transaction.atomic(), acting(user=third):
        Meeting.objects.get(pk=pk).delete()
    history.undelete(model=Meeting, pk=pk, by=third)
    back = Meeting.objects.get(pk=pk)
    assert (back.state, editorial.changed_by(back)) == ("in_review", {third.pk})
    editorial.publish(record=back, by=first)


def test_a_tour_has_its_log_back_too(user: User) -> None:
    tour = make.make_tour(published=False)
    editorial.record_change(record=tour, by=user, created=True)
    pk = tour.pk
    tour.delete()
    history.undelete(model=Tour, pk=pk, by=user)
    log = EditorialEvent.objects.filter(tour=pk).values_list("action", "by")
    assert list(log) == [("created", user.pk), ("edited", user.pk)]


def test_reverting_a_record_does_not_touch_its_log(meeting: Meeting, user: User) -> None:
    then = timezone.now()
    editorial.record_change(record=meeting, by=user, created=True)
    Meeting.objects.filter(pk=meeting.pk).update(title="Changed")
    history.revert(model=Meeting, pk=meeting.pk, to=then, by=user)
    assert [action for _, action, *_ in log_of(meeting.pk)] == ["created", "edited"]
    assert "editorial event" not in {row.noun for row in changes_of(Meeting, meeting.pk)[0].rows}
