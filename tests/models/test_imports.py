"""The rules of imports, their rows and suggestions, broken by SQL."""

from typing import Any

import pytest
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone

from tests import factories as make
from tests.importing import opened
from tests.models.test_invariants import change, refused
from visits.choices import SuggestionKind, Verdict
from visits.models import ImportBatch, ImportedRecord, ImportRow, Suggestion

pytestmark = pytest.mark.django_db


@pytest.fixture
def batch() -> ImportBatch:
    with opened() as batch:
        pass
    return batch


def row(batch: ImportBatch, **given: Any) -> ImportRow:
    return ImportRow.objects.create(**{"batch": batch, "number": 1, "verdict": Verdict.ACCEPT} | given)


def suggestion(batch: ImportBatch, **given: Any) -> Suggestion:
    told: dict[str, Any] = {
        "batch": batch,
        "kind": SuggestionKind.VISITOR,
        "name": "Rupert",
        "words": "With Rupert.",
    }
    told |= {"key": f"rupert-{Suggestion.objects.count()}"}
    return Suggestion.objects.create(**told | given)


def test_batch_names_what_was_read(batch: ImportBatch) -> None:
    refused("importbatch_title_not_blank", change(batch, title=""))
    refused("importbatch_digest_not_blank", change(batch, digest=""))
    refused("importbatch_digest_shape", change(batch, digest="0123456789ABCDEF" * 4))
    refused("importbatch_kind_known", change(batch, kind="?"))
    refused("importbatch_state_known", change(batch, state="?"))
    with pytest.raises(DataError), transaction.atomic():
        change(batch, digest="a" * 65)()


def test_batch_is_bounded(batch: ImportBatch) -> None:
    refused("importbatch_options_bounded", change(batch, options={"a": "x" * 100_000}))
    refused("importbatch_counts_bounded", change(batch, counts={"a": "x" * 100_000}))
    change(batch, options={"a": "x" * 99_000})()


def test_progress_ends_at_the_total(batch: ImportBatch) -> None:
    change(batch, done=5, total=0)()
    refused("importbatch_done_within_total", change(batch, done=5, total=4))
    refused("importbatch_finished_after_start", change(batch, started_at=None))
    refused("importbatch_finished_after_start", change(batch, started_at=timezone.now()))


def test_published_or_reverted_batch_says_by_whom(batch: ImportBatch) -> None:
    somebody, now = make.make_user(), timezone.now()
    refused("importbatch_published_by_somebody", change(batch, state="published"))
    refused("importbatch_published_by_somebody", change(batch, state="published", published_at=now))
    change(batch, state="published", published_at=now, published_by=somebody)()
    refused("importbatch_reverted_by_somebody", change(batch, state="reverted"))
    refused("importbatch_reverted_by_somebody", change(batch, reverted_at=now, reverted_by=somebody))
    change(batch, state="reverted", reverted_at=now, reverted_by=somebody)()


def test_row_has_one_verdict_that_says_why(batch: ImportBatch) -> None:
    made = row(batch)
    refused("importrow_once", lambda: row(batch))
    refused("importrow_counted_from_one", change(made, number=0))
    refused("importrow_verdict_known", change(made, verdict="?", says="Why"))
    refused("importrow_says_why", change(made, verdict=Verdict.NOT_IMPORTED))
    refused("importrow_says_why", change(made, verdict=Verdict.ACCEPT_WITH_NOTE))
    refused("importrow_values_bounded", change(made, values={"a": "x" * 20_000}))
    change(made, verdict=Verdict.NOT_IMPORTED, says="No date.")()


def test_import_mark_belongs_to_one_record_that_has_no_other(batch: ImportBatch) -> None:
    tour = make.make_tour()
    mark = ImportedRecord.objects.create(batch=batch, tour=tour)
    refused("importedrecord_one_target", change(mark, tour=None))
    refused("importedrecord_one_target", change(mark, meeting=make.make_meeting()))
    refused("tour_id", lambda: ImportedRecord.objects.create(batch=batch, tour=tour))


def test_suggestion_is_about_one_thing(batch: ImportBatch) -> None:
    targets: dict[str, Any] = {
        "tour": make.make_tour(),
        "stop": make.make_stop(),
        "meeting": make.make_meeting(),
    }
    names = list(targets)
    for name, other in zip(names, names[1:] + names[:1], strict=True):
        made = suggestion(batch, **{name: targets[name]})
        assert made.target == targets[name]
        refused("suggestion_one_target", change(made, **{name: None}))
        refused("suggestion_one_target", change(made, **{other: targets[other]}))


def test_suggestion_fits_its_kind(batch: ImportBatch) -> None:
    tour, official = make.make_tour(), make.make_official()
    visitor = suggestion(batch, tour=tour)
    refused("suggestion_fits_its_kind", change(visitor, kind="met"))
    refused("suggestion_fits_its_kind", change(visitor, kind="spelling"))
    refused("suggestion_fits_its_kind", change(visitor, other_official=official))
    refused("suggestion_fits_its_kind", change(visitor, tour=None, official=official))
    met = suggestion(batch, kind="met", stop=make.make_stop())
    refused("suggestion_fits_its_kind", change(met, other_official=official))
    suggestion(batch, kind="spelling", official=official, other_official=make.make_official())


def test_suggestion_shows_words_and_is_made_once(batch: ImportBatch) -> None:
    first, second = (suggestion(batch, tour=make.make_tour()) for _ in range(2))
    refused("suggestion_once", change(second, key=first.key))
    for column in ("name", "words", "key"):
        refused(f"suggestion_{column}_not_blank", change(first, **{column: ""}))
    refused("suggestion_fits_its_kind", change(first, kind="?"))
    somebody = {"decided_by": make.make_user(), "decided_at": timezone.now()}
    refused("suggestion_state_known", change(first, state="?", **somebody))


def test_decided_suggestion_says_by_whom(batch: ImportBatch) -> None:
    made, now = suggestion(batch, tour=make.make_tour()), timezone.now()
    refused("suggestion_decided_by_somebody", change(made, state="refused"))
    refused("suggestion_decided_by_somebody", change(made, decided_by=make.make_user(), decided_at=now))
    change(made, state="refused", decided_by=make.make_user(), decided_at=now)()


def test_batch_whose_suggestions_are_on_record_stays(batch: ImportBatch) -> None:
    suggestion(batch, tour=make.make_tour())
    with pytest.raises(IntegrityError):
        ImportBatch.objects.filter(pk=batch.pk).delete()
