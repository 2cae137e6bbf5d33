"""What an import brought becomes public by one act of somebody who did not bring it."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from tests import factories as make
from tests.importing import imported_stop, imported_tour, one_tour, opened
from visits.models import ImportBatch, Meeting, Tour, User
from visits.services import batch_publishing, batch_reverting, editorial
from visits.services.acting import acting

pytestmark = pytest.mark.django_db

# Permissions of the account (2), savepoint and batch (3), what the batch changed, the tours, the meetings, the log.
QUERIES = 68


@pytest.fixture
def analyst() -> User:
    return make.make_user("Analyst", username="ann")


@pytest.fixture
def reviewer() -> User:
    return make.make_user("Reviewer", username="rob")


def kept_back(done: batch_publishing.Publication) -> dict[str, list[str]]:
    return {str(record): reasons for record, reasons in done.kept_back}


def test_everything_of_an_import_becomes_public_at_once(analyst: User, reviewer: User) -> None:
    with opened(analyst) as batch:
        tours = [imported_tour() for number in range(3)]
        meeting = make.make_full_meeting(published=False, tour=tours[0])
    other = imported_tour()
    done = batch_publishing.publish(batch=batch, by=reviewer)
    assert (done.published, done.kept_back) == ({"tour": 3, "meeting": 1}, [])
    assert set(Tour.objects.public()) == set(tours)
    assert list(Meeting.objects.public()) == [meeting]
    assert {tour.published_by for tour in Tour.objects.public()} == {reviewer}
    assert list(tours[0].editorial_events.values_list("action", "by__username")) == [
        ("imported", "ann"),
        ("published", "rob"),
    ]
    assert list(other.editorial_events.all()) == []
    batch.refresh_from_db()
    assert (batch.state, batch.published_by) == ("published", reviewer)


def test_uploader_and_analysts_publish_nothing(analyst: User, reviewer: User) -> None:
    batch, _ = one_tour(reviewer)
    with pytest.raises(PermissionDenied, match="You have imported this; somebody else publishes it"):
        batch_publishing.publish(batch=batch, by=reviewer)
    with pytest.raises(PermissionDenied, match="You may not publish imports"):
        batch_publishing.publish(batch=batch, by=analyst)
    assert list(Tour.objects.public()) == []


@pytest.mark.parametrize("way", ["form", "sql"])
def test_reviewer_does_not_publish_what_they_have_changed(way: str, analyst: User, reviewer: User) -> None:
    with opened(analyst) as batch:
        mine, free = (imported_tour(title=f"Tour {number}") for number in (1, 2))
    if way == "form":
        editorial.record_change(record=mine, by=reviewer)
    else:
        with acting(user=reviewer):
            mine.stops.all()[0].citations.update(locator="p. 2")
    done = batch_publishing.publish(batch=batch, by=reviewer)
    assert done.published["tour"] == 1
    assert kept_back(done) == {
        "Tour 1": ["You have changed this record since it was last published; somebody else publishes it."]
    }
    assert list(Tour.objects.public()) == [free]
    rest = batch_publishing.publish(batch=batch, by=make.make_user("Reviewer"))
    assert rest.published["tour"] == 1
    assert set(Tour.objects.public()) == {mine, free}


def test_what_lacks_a_citation_is_kept_back_with_the_reason(analyst: User, reviewer: User) -> None:
    with opened(analyst) as batch:
        bare, cited = (imported_tour(title=f"Tour {number}") for number in (1, 2))
        bare.citations.all().delete()
        make.make_point(tour=bare, title="Herring")
    done = batch_publishing.publish(batch=batch, by=reviewer)
    assert kept_back(done) == {
        "Tour 1": [
            "The tour itself has no supporting citation.",
            "The point “Herring” has no supporting citation.",
        ]
    }
    assert list(Tour.objects.public()) == [cited]


def test_nothing_is_published_where_all_is_kept_back(analyst: User, reviewer: User) -> None:
    with opened(analyst) as batch:
        make.make_tour(published=False)
    done = batch_publishing.publish(batch=batch, by=reviewer)
    assert (done.published, len(done.kept_back)) == ({"tour": 0, "meeting": 0}, 1)
    batch.refresh_from_db()
    assert batch.state == "done"


def test_what_was_sent_back_withdrawn_or_is_anothers_draft_stays(analyst: User, reviewer: User) -> None:
    draft, public = imported_tour(), make.make_tour()
    make.make_citation(tour=public)
    with opened(analyst) as batch:
        returned, withdrawn = (imported_tour() for number in (2, 3))
        imported_stop(draft, position=2)
        imported_stop(public, position=2)
    editorial.submit(record=returned, by=analyst)
    editorial.return_to_author(record=returned, by=reviewer, comment="Whose words?")
    editorial.submit(record=withdrawn, by=analyst)
    editorial.publish(record=withdrawn, by=reviewer)
    editorial.withdraw(record=withdrawn, by=reviewer, comment="Wrong")
    assert list(Tour.objects.public()) == []
    done = batch_publishing.publish(batch=batch, by=reviewer)
    assert (done.published, done.kept_back) == ({"tour": 1, "meeting": 0}, [])
    assert list(Tour.objects.public()) == [public]


def test_import_that_was_taken_back_is_not_published(analyst: User, reviewer: User) -> None:
    batch, _ = one_tour(analyst)
    batch_reverting.revert(batch=batch, by=analyst)
    with pytest.raises(ValidationError, match="taken back: it can't be published"):
        batch_publishing.publish(batch=batch, by=reviewer)


def test_publishing_costs_the_same_for_three_tours(
    analyst: User, reviewer: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for many in (1, 3):
        with opened(analyst) as batch:
            for _number in range(many):
                imported_tour()
        by = User.objects.get(pk=reviewer.pk)
        with django_assert_num_queries(QUERIES), transaction.atomic():
            batch_publishing.publish(batch=ImportBatch.objects.get(pk=batch.pk), by=by)
    assert Tour.objects.public().count() == 4
