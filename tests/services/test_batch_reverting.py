"""An import is taken back as a whole, or not at all."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, transaction

from tests import factories as make
from tests.importing import imported_stop, imported_tour, one_tour, opened
from visits.choices import ImportKind, SuggestionKind
from visits.models import (
    Citation,
    EditorialEvent,
    ExternalIdentifier,
    ImportBatch,
    ImportedRecord,
    Meeting,
    Official,
    Stop,
    Suggestion,
    Tour,
    User,
)
from visits.queries.history import changes_of
from visits.queries.obstacles import obstacles
from visits.services import batch_publishing, batch_reverting, batches, editorial, merging, suggestions
from visits.services import history as going_back
from visits.services.acting import acting
from visits.services.batch_reverting import StandsInTheWay, revert

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst() -> User:
    return make.make_user("Analyst", username="ann")


@pytest.fixture
def reviewer() -> User:
    return make.make_user("Reviewer", username="rob")


def in_the_way(batch: ImportBatch) -> list[str]:
    """Without the day, which is today's."""
    found = obstacles(batch)
    with pytest.raises(StandsInTheWay) as caught:
        revert(batch=batch, by=make.make_user("Reviewer"), why="A test")
    assert [str(obstacle) for obstacle in caught.value.obstacles] == [str(obstacle) for obstacle in found]
    return [str(obstacle).split(" on 20")[0] for obstacle in found]


def counted() -> dict[str, int]:
    models: list[Any] = [
        Tour,
        Stop,
        Meeting,
        Official,
        Citation,
        ExternalIdentifier,
        ImportedRecord,
        EditorialEvent,
    ]
    return {model.__name__: model.objects.count() for model in models}


def columns(record: Any) -> dict[str, Any]:
    row = type(record).objects.get(pk=record.pk)
    names = [field.attname for field in row._meta.concrete_fields]
    return {name: getattr(row, name) for name in names if name not in ("version", "modified_at")}


def test_what_was_made_is_gone_and_what_was_changed_stands_as_before(analyst: User) -> None:
    old = make.make_tour(published=False, title="As it was")
    stop = make.make_stop(tour=old, position=1, places=[make.make_place(name="Zenda")])
    cited = make.make_citation(stop=stop)
    dropped = make.make_citation(stop=stop)
    records = [old, stop, cited, dropped]
    before, numbers = [columns(record) for record in records], counted()
    with opened(analyst) as batch:
        imported_tour()
        Tour.objects.filter(pk=old.pk).update(title="As they say", slug="as-they-say")
        Stop.objects.filter(pk=stop.pk).update(remarks="Met with Rupert.", country=make.make_country())
        stop.places.set([make.make_place(name="Hentzau")])
        Citation.objects.filter(pk=cited.pk).update(locator="p. 2")
        Citation.objects.filter(pk=dropped.pk).delete()
        imported_stop(old, position=2)
    revert(batch=batch, by=analyst)
    assert [columns(record) for record in records] == before
    assert [place.name for place in stop.places.all()] == ["Zenda"]
    assert counted() == numbers | {"EditorialEvent": 2}
    log = old.editorial_events.values_list("action", "comment")
    assert list(log) == [("edited", "Import of travels.xml"), ("edited", "Import of travels.xml taken back")]
    batch.refresh_from_db()
    assert (batch.state, batch.reverted_by) == ("reverted", analyst)


@pytest.mark.django_db(transaction=True)
def test_taking_back_is_itself_a_change_on_record(analyst: User) -> None:
    old = make.make_official(description="A king")
    with opened(analyst) as batch:
        Official.objects.filter(pk=old.pk).update(description="A prisoner")
        new = make.make_official()
    revert(batch=batch, by=analyst, why="The wrong file")
    assert Official.objects.get(pk=old.pk).description == "A king"
    for official in (old, new):
        change = changes_of(Official, official.pk or new.pk)[0]
        assert (change.user, change.why) == ("ann", "Import of travels.xml taken back: The wrong file")


def test_same_file_is_imported_again_after_it_was_taken_back(analyst: User) -> None:
    first, tour = one_tour(analyst)
    revert(batch=first, by=analyst)
    second, again = one_tour(analyst)
    assert (again.imported.batch, Tour.objects.filter(pk=tour.pk).exists()) == (second, False)
    revert(batch=second, by=analyst)
    assert Tour.objects.count() == 0


def test_import_is_taken_back_once(analyst: User) -> None:
    batch, _ = one_tour(analyst)
    revert(batch=batch, by=analyst)
    with pytest.raises(ValidationError, match="there is nothing to take back"):
        revert(batch=batch, by=analyst)
    preview = batches.prepare(kind=ImportKind.MEETINGS, title="list.csv", digest=batch.digest, by=analyst)
    with pytest.raises(ValidationError, match="previewed: there is nothing to take back"):
        revert(batch=preview, by=analyst)


# Who may


def test_uploader_takes_back_what_was_never_public(analyst: User, reviewer: User) -> None:
    batch, tour = one_tour(analyst)
    with pytest.raises(PermissionDenied, match="You may not take this import back"):
        revert(batch=batch, by=make.make_user("Analyst"))
    editorial.submit(record=tour, by=analyst)
    editorial.publish(record=tour, by=reviewer)
    with pytest.raises(PermissionDenied, match="a reviewer takes it back"):
        revert(batch=batch, by=analyst)
    editorial.withdraw(record=tour, by=reviewer, comment="Wrong")
    with pytest.raises(PermissionDenied, match="a reviewer takes it back"):
        revert(batch=batch, by=analyst)
    revert(batch=batch, by=reviewer)
    assert Tour.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_what_is_public_is_withdrawn_before_it_goes_and_that_needs_a_reason(
    analyst: User, reviewer: User
) -> None:
    batch, tour = one_tour(analyst)
    batch_publishing.publish(batch=batch, by=reviewer)
    assert batch_reverting.preview(batch).public == 1
    with pytest.raises(ValidationError, match="say why it is taken back"):
        revert(batch=batch, by=reviewer, why=" ")
    revert(batch=batch, by=reviewer, why="The source was retracted")
    history = [(row.action, row.differences) for change in changes_of(Tour, tour.pk) for row in change.rows]
    states = [d.after for _, differences in history for d in differences if d.label == "state" and d.after]
    assert states == ["Withdrawn", "Published", "Draft"]
    assert Tour.objects.count() == 0


def test_public_tour_that_is_put_back_waits_for_review(analyst: User, reviewer: User) -> None:
    tour = make.make_tour(title="As it was")
    make.make_citation(tour=tour)
    with opened(analyst) as batch:
        Tour.objects.filter(pk=tour.pk).update(title="As they say")
    batch_publishing.publish(batch=batch, by=reviewer)
    assert list(Tour.objects.public().values_list("title", flat=True)) == ["As they say"]
    revert(batch=batch, by=reviewer)
    tour.refresh_from_db()
    assert (tour.title, tour.state) == ("As it was", "in_review")


# What stands in the way


def edit_a_tour(tour: Tour) -> None:
    Tour.objects.filter(pk=tour.pk).update(summary="Corrected")


def delete_a_stop(tour: Tour) -> None:
    tour.stops.all()[0].delete()


def add_a_note(tour: Tour) -> None:
    make.make_note(tour=tour, text="They never met.")


def add_a_meeting(tour: Tour) -> None:
    make.make_meeting(tour=tour, title="The coronation")


def make_another_tour(tour: Tour) -> None:
    make.make_tour(principal=tour.principal, title="The hunt", on_behalf_of=make.make_country("X-OLD"))


def merge_officials(tour: Tour) -> None:
    by = make.make_user("Reviewer", username="merger")
    merging.merge(keep=make.make_official(name="Rudolf V"), gone=tour.principal, by=by)


BUILT_UPON: list[tuple[Callable[[Tour], None], list[str]]] = [
    (edit_a_tour, ["“Imported” (tour) has been changed since by flavia"]),
    (add_a_note, ["“They never met.” (note) refers to something that this import made by flavia"]),
    (add_a_meeting, ["“The coronation” (meeting) refers to something that this import made by flavia"]),
    (make_another_tour, ["“The hunt” (tour) refers to something that this import made by flavia"]),
    (merge_officials, ["“Imported” (tour) has been changed since by merger"]),
]


@pytest.mark.parametrize(("build", "told"), BUILT_UPON)
def test_what_others_have_built_upon_is_not_taken_back(
    build: Callable[[Tour], None], told: list[str], analyst: User
) -> None:
    with opened(analyst) as batch:
        tour = imported_tour(title="Imported", principal=make.make_official(name="Rudolf Rassendyll"))
    with acting(user=make.make_user("Analyst", username="flavia")):
        build(tour)
    numbers = counted()
    assert in_the_way(batch) == told
    assert counted() == numbers
    batch.refresh_from_db()
    assert batch.state == "done"


def test_second_import_of_a_changed_file_is_taken_back_before_the_first(analyst: User) -> None:
    first, tour = one_tour(analyst)
    with opened(analyst, title="travels-2.xml") as second:
        Tour.objects.filter(pk=tour.pk).update(title="Tour of 2025")
        imported_stop(tour, position=2)
    assert len(in_the_way(first)) > 1
    revert(batch=second, by=analyst)
    assert obstacles(first) == []
    revert(batch=first, by=analyst)
    assert Tour.objects.count() == Stop.objects.count() == Citation.objects.count() == 0


def test_what_has_been_undone_does_not_stand_in_the_way(analyst: User) -> None:
    batch, tour = one_tour(analyst)
    title = tour.title
    Tour.objects.filter(pk=tour.pk).update(title="A slip of the pen")
    assert len(obstacles(batch)) == 1
    Tour.objects.filter(pk=tour.pk).update(title=title)
    assert obstacles(batch) == []


@pytest.mark.django_db(transaction=True)
def test_what_was_deleted_since_does_not_stand_in_the_way_unless_it_stood_before(analyst: User) -> None:
    old = make.make_official(name="Rudolf V")
    with opened(analyst) as batch:
        tour = imported_tour()
        Official.objects.filter(pk=old.pk).update(description="King")
    delete_a_stop(tour)
    assert obstacles(batch) == []
    with acting(user=make.make_user(username="flavia")):
        Official.objects.filter(pk=old.pk).delete()
    assert in_the_way(batch) == ["“Rudolf V” (official) has been changed since by flavia"]
    going_back.undelete(model=Official, pk=old.pk, by=analyst)
    revert(batch=batch, by=analyst)
    assert Official.objects.get(pk=old.pk).description == ""


def test_change_between_two_runs_stands_in_the_way_though_the_second_run_wrote_over_it(analyst: User) -> None:
    batch, tour = one_tour(analyst)
    with acting(user=analyst):
        edit_a_tour(tour)
    ImportBatch.objects.filter(pk=batch.pk).update(state="failed")
    with batches.running(batch):
        Tour.objects.filter(pk=tour.pk).update(summary="Once more")
    assert [obstacle.what for obstacle in obstacles(batch)] == ["has been changed since"]


def test_place_that_has_been_taken_since_is_told_in_words(analyst: User) -> None:
    old = make.make_official(name="Rudolf V")
    slug = old.slug
    with opened(analyst) as batch:
        Official.objects.filter(pk=old.pk).update(slug="another")
    Official.objects.create(name="Usurper", slug=slug)
    with pytest.raises(ValidationError, match="its place has been taken"):
        revert(batch=batch, by=analyst)
    assert Official.objects.get(pk=old.pk).slug == "another"


# Suggestions


def proposed(batch: ImportBatch, stop: Stop, name: str, key: str = "") -> int:
    proposal = suggestions.Proposal(
        kind=SuggestionKind.MET, name=name, words=f"Met with {name}.", key=key or name, stop=stop
    )
    return suggestions.propose(batch, [proposal])


def test_open_suggestions_go_and_refused_ones_are_not_made_again(analyst: User) -> None:
    old = make.make_stop()
    with opened(analyst) as batch:
        stop = imported_tour().stops.all()[0]
        for name in ("Rupert", "Flavia"):
            proposed(batch, stop, name)
        proposed(batch, old, "Fritz")
    suggestions.refuse(suggestions=Suggestion.objects.filter(name="Rupert"), by=analyst)
    revert(batch=batch, by=analyst)
    assert Suggestion.objects.count() == 0
    with opened(analyst) as again:
        stop = imported_tour().stops.all()[0]
        assert [proposed(again, stop, name) for name in ("Rupert", "Flavia")] == [0, 1]
        assert proposed(again, old, "Fritz") == 1


# Two at once


def somebody_waits() -> bool:
    """For a lock that another transaction holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_of_an_edit_and_a_taking_back_at_once_one_comes_first(analyst: User) -> None:
    """The taking back waits for the edit that has begun, and then finds it in the way."""
    batch, tour = one_tour(analyst)
    told: list[Any] = []

    def they_revert() -> None:
        try:
            revert(batch=batch, by=analyst)
        except StandsInTheWay as error:
            told.extend(obstacle.what for obstacle in error.obstacles)
        finally:
            connection.close()

    thread = threading.Thread(target=they_revert)
    with transaction.atomic():
        edit_a_tour(tour)
        thread.start()
        while thread.is_alive() and not somebody_waits():
            pass
    thread.join(timeout=20)
    assert told == ["has been changed since"]
    assert Tour.objects.get(pk=tour.pk).summary == "Corrected"


@pytest.mark.django_db(transaction=True)
def test_running_import_is_not_taken_back(analyst: User) -> None:
    batch = batches.prepare(kind=ImportKind.HISTORIAN, title="travels.xml", digest="a" * 64, by=analyst)
    told: list[str] = []

    def they_revert() -> None:
        try:
            revert(batch=batch, by=analyst)
        except ValidationError as error:
            told.extend(error.messages)
        finally:
            connection.close()

    thread = threading.Thread(target=they_revert)
    with batches.running(batch):
        imported_tour()
        thread.start()
        thread.join(timeout=20)
    assert told == ["This import is running at this moment."]
    assert Tour.objects.count() == 1
