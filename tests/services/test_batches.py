"""An import from its preview to its end: verdicts, progress, and a history that knows what it did."""

import threading
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from tests import factories as make
from tests.importing import DIGEST, done, imported_tour, one_tour, opened
from visits.choices import ImportKind, Verdict
from visits.models import EditorialEvent, ImportBatch, Official, Party, Tour, User
from visits.queries.batches import context_ids, events_in, touched_rows
from visits.queries.history import changes_of
from visits.services import batches, editorial
from visits.services.acting import acting
from visits.services.ownership import may_edit

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst() -> User:
    return make.make_user("Analyst", username="ann")


def test_history_knows_the_batch_of_every_row_however_it_was_written(analyst: User) -> None:
    country, old = make.make_country("X-RU"), make.make_official(name="Rudolf V")
    with opened(analyst) as batch:
        tour = make.make_tour(published=False, principal=old, on_behalf_of=country)
        Official.objects.bulk_create([Official(name=name) for name in ("Black Michael", "Rupert")])
        Official.objects.filter(name="Rupert").update(description="Of Hentzau")
        Party.objects.filter(pk=country.pk).update(name="The kingdom")
        with acting(user=analyst, why="A stop"):
            make.make_stop(tour=tour, country=country)
    assert done(batch) == {"party": (0, 1), "official": (2, 0), "tour": (1, 0), "stop": (1, 0)}
    said = events_in(context_ids(batch), Official).values_list("pgh_context__metadata", flat=True)
    assert {(words["through"], words["user"], words["batch"]) for words in said} == {
        ("import", analyst.pk, str(batch.uuid))
    }


def test_what_is_changed_before_and_after_in_the_same_request_is_not_the_imports(analyst: User) -> None:
    with acting(user=analyst, through="admin"):
        make.make_official(name="Before")
        with opened(analyst) as batch:
            official = make.make_official(name="Within")
        make.make_official(name="After")
        Official.objects.filter(pk=official.pk).update(description="Corrected")
    assert done(batch) == {"official": (1, 0)}
    assert [(change.through, change.user) for change in changes_of(Official, official.pk)] == [
        ("admin", "ann"),
        ("import", "ann"),
    ]


def test_rows_made_and_changed_are_listed_by_name(analyst: User) -> None:
    old = make.make_official(name="Rudolf V")
    gone = make.make_official(name="Black Michael")
    with opened(analyst) as batch:
        Official.objects.bulk_create([Official(name=name) for name in ("Antoinette", "Flavia", "Fritz")])
        Official.objects.filter(pk=old.pk).update(description="King")
        gone.delete()
    made = touched_rows(batch, Official, "made", start=1, stop=3)
    assert [(row.name, str(row.record)) for row in made] == [("Flavia", "Flavia"), ("Fritz", "Fritz")]
    changed = touched_rows(batch, Official, "changed", start=0, stop=10)
    assert [(row.name, row.record) for row in changed] == [("Rudolf V", old), ("Black Michael", None)]


def test_finished_batch_counts_verdicts_and_records(analyst: User) -> None:
    with opened(analyst, total=3) as batch:
        batch.counts["files"] = 2
        batches.report(
            batch,
            [
                batches.Row(1, Verdict.ACCEPT, line=2, values={"country": "RU"}),
                batches.Row(2, Verdict.ACCEPT_WITH_NOTE, "The date is a month.", line=3),
                batches.Row(3, Verdict.NOT_IMPORTED, "No country.", line=5),
            ],
        )
        batches.progress(batch, done=2)
        assert ImportBatch.objects.get().done == 2
        imported_tour()
    assert batch.counts == {
        "files": 2,
        "rows": {"accept": 1, "accept with note": 1, "not imported": 1},
        "made": {
            "party": 2, "official": 1, "tour": 1, "stop": 1, "source": 2, "citation": 2, "externalidentifier": 1,
        },
        "changed": {},
    }  # fmt: skip
    assert (batch.state, batch.done, batch.total) == ("done", 3, 3)
    assert batch.finished_at >= batch.started_at  # type: ignore[operator]


def test_verdicts_of_a_second_preview_take_the_place_of_the_first(analyst: User) -> None:
    batch = batches.prepare(kind=ImportKind.MEETINGS, title="list.csv", digest=DIGEST, by=analyst)
    batches.report(batch, [batches.Row(1, Verdict.NOT_IMPORTED, "No date.")])
    batches.report(batch, [batches.Row(1, Verdict.ACCEPT)], anew=True)
    assert [row.verdict for row in batch.rows.all()] == ["accept"]
    with batches.running(batch):
        imported_tour()
    assert (batch.state, batch.counts["rows"]) == ("done", {"accept": 1})
    with pytest.raises(ValidationError, match="can't be run again"), batches.running(batch):
        pass


def test_viewer_imports_nothing() -> None:
    with pytest.raises(PermissionDenied), opened(make.make_user("Viewer")):
        pass
    assert ImportBatch.objects.count() == 0


@pytest.mark.parametrize("title", ["", "a\0b"])
def test_file_without_a_proper_name_is_refused_in_words(title: str) -> None:
    with pytest.raises(ValidationError), opened(title=title):
        pass
    assert ImportBatch.objects.count() == 0


# Who has made what


def test_imported_tour_is_marked_its_log_says_by_whom_and_every_analyst_may_edit_it(analyst: User) -> None:
    batch, tour = one_tour(analyst)
    assert tour.imported.batch == batch
    log = tour.editorial_events.values_list("action", "by__username", "comment")
    assert list(log) == [("imported", "ann", "Import of travels.xml")]
    assert may_edit(make.make_user("Analyst"), tour)
    with pytest.raises(Tour.imported.RelatedObjectDoesNotExist):
        make.make_tour().imported  # noqa: B018


def test_uploader_is_an_author_and_publishes_none_of_it_one_by_one(analyst: User) -> None:
    reviewer = make.make_user("Reviewer")
    _, tour = one_tour(reviewer)
    editorial.submit(record=tour, by=analyst)
    with pytest.raises(PermissionDenied, match="somebody else publishes it"):
        editorial.publish(record=tour, by=reviewer)
    editorial.publish(record=tour, by=make.make_user("Reviewer"))


def test_command_imports_on_nobodys_behalf(analyst: User) -> None:
    _, tour = one_tour()
    assert tour.imported.batch.uploaded_by is None
    assert list(tour.editorial_events.all()) == []
    assert may_edit(analyst, tour)


def test_public_tour_that_is_changed_goes_back_to_review(analyst: User) -> None:
    stop = make.make_stop()
    untouched = make.make_tour()
    with opened(analyst) as batch:
        make.make_citation(stop=stop)
    stop.tour.refresh_from_db()
    assert stop.tour.state == "in_review"
    assert list(stop.tour.editorial_events.values_list("action", "by__username")) == [("edited", "ann")]
    untouched.refresh_from_db()
    assert (untouched.state, untouched.editorial_events.count()) == ("published", 0)
    assert not hasattr(stop.tour, "imported")
    assert batch.counts["changed"] == {}


@pytest.mark.parametrize(("role", "is_refused"), [("Analyst", True), ("Reviewer", False)])
def test_analyst_changes_no_tour_of_another_analysts(role: str, is_refused: bool, analyst: User) -> None:
    tour = make.make_tour(published=False)
    editorial.record_change(record=tour, by=analyst, created=True)
    refused = False
    try:
        with opened(make.make_user(role)):
            make.make_note(tour=tour)
    except PermissionDenied as error:
        refused = str(error) == "This import changes a tour of another analyst's."
    assert refused == is_refused


# What goes wrong


@pytest.mark.django_db(transaction=True)
def test_import_that_breaks_off_says_why_and_can_be_run_again(analyst: User) -> None:
    def broken() -> None:
        with opened(analyst, total=10) as batch:
            batches.progress(batch, done=4)
            imported_tour()
            raise ZeroDivisionError("The file ends in the middle.")

    with pytest.raises(ZeroDivisionError):
        broken()
    batch = ImportBatch.objects.get()
    assert (batch.state, batch.error, batch.done) == ("failed", "The file ends in the middle.", 4)
    with batches.running(batch, total=10):
        imported_tour()
    assert (batch.state, batch.error, batch.counts["made"]["tour"]) == ("done", "", 2)
    assert Tour.objects.exclude(imported=None).count() == 2


@pytest.mark.django_db(transaction=True)
def test_batch_runs_once_at_a_time(analyst: User) -> None:
    batch = batches.prepare(kind=ImportKind.HISTORIAN, title="travels.xml", digest=DIGEST, by=analyst)
    told: list[Any] = []

    def they_run() -> None:
        try:
            told.append(batches.is_running(batch))
            with batches.running(batch):
                told.append("ran")
        except ValidationError as error:
            told.extend(error.messages)
        finally:
            connection.close()

    with batches.running(batch):
        thread = threading.Thread(target=they_run)
        thread.start()
        thread.join(timeout=20)
    assert told == [True, "This import is running at this moment."]
    assert not batches.is_running(batch)
    assert EditorialEvent.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_batch_that_nobody_runs_any_more_has_failed_and_one_that_runs_has_not(analyst: User) -> None:
    gone = batches.prepare(kind=ImportKind.MEETINGS, title="gone.csv", digest=DIGEST, by=analyst)
    ImportBatch.objects.filter(pk=gone.pk).update(state="running", started_at=timezone.now())
    told: list[list[ImportBatch]] = []

    def they_look() -> None:
        try:
            told.append(batches.note_broken_off())
            told.append(batches.note_broken_off())
        finally:
            connection.close()

    with opened(analyst) as runs:
        thread = threading.Thread(target=they_look)
        thread.start()
        thread.join(timeout=20)
    assert told == [[gone], []]
    gone.refresh_from_db()
    assert (gone.state, gone.error, runs.state) == ("failed", batches.BROKEN_OFF, "done")
    with batches.running(gone):
        assert gone.error == ""


@pytest.mark.django_db(transaction=True)
def test_whole_import_whose_end_is_refused_leaves_nothing(analyst: User) -> None:
    others = make.make_tour(published=False)
    editorial.record_change(record=others, by=make.make_user("Analyst"), created=True)
    batch = batches.prepare(kind=ImportKind.HISTORIAN, title="travels.xml", digest=DIGEST, by=analyst)

    def refused() -> None:
        with batches.running(batch, whole=True):
            imported_tour()
            make.make_note(tour=others)

    with pytest.raises(PermissionDenied):
        refused()
    batch.refresh_from_db()
    assert (batch.state, batch.error) == ("failed", "This import changes a tour of another analyst's.")
    assert list(Tour.objects.all()) == [others]
    assert list(others.notes.all()) == []
