"""One import from its preview to its end: who, what was read, the verdict on each row, what came of it.

with batches.opened(kind=…, title=…, digest=…, by=user) as batch:
    …  # what is written here is kept in the history as this batch's
    batches.report(batch, rows)
    batches.progress(batch, done=200, total=700)
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import OperationalError, connection, transaction
from django.db.models import Count, F
from django.utils import timezone

from visits.choices import BatchState, EditorialAction, EditorialState, ImportKind, Verdict
from visits.models import EditorialEvent, ImportBatch, ImportedRecord, ImportRow, Meeting, Tour, User
from visits.queries.batches import MADE, changed_owners, context_ids, doings_of, rows_of
from visits.services.acting import importing
from visits.services.ownership import editable

NOUNS: dict[Any, str] = {Tour: "tour", Meeting: "meeting"}
STARTS = (BatchState.PREVIEWED, BatchState.RUNNING, BatchState.FAILED)
# The first half of the keys of our advisory locks on batches; any number of our own.
LOCK = 1_919_250_799
AT_ONCE = 1000
BROKEN_OFF = (
    "It was broken off: its process ended or lost the database. Run it again; nothing is added twice."
)


@dataclass(frozen=True)
class Row:
    """The verdict on one row: its number from 1, the line of the file if it has lines, why, and what was read."""

    number: int
    verdict: Verdict
    says: str = ""
    line: int | None = None
    values: Mapping[str, Any] = field(default_factory=dict)


def prepare(
    *,
    kind: ImportKind,
    title: str,
    digest: str,
    by: User | None = None,
    options: Mapping[str, Any] | None = None,
) -> ImportBatch:
    """A batch that has been read and has written nothing yet. ``digest``: SHA-256 in hexadecimal digits.

    Raises PermissionDenied for somebody who may not import; ValidationError for a title or options that don't fit.
    """
    if by is not None and not by.has_perm("visits.run_imports"):
        raise PermissionDenied("You may not import files.")
    batch = ImportBatch(
        kind=kind, title=title[:250], digest=digest, uploaded_by=by, options=dict(options or {})
    )
    batch.full_clean()
    batch.save()
    return batch


@contextmanager
def opened(
    *,
    kind: ImportKind,
    title: str,
    digest: str,
    by: User | None = None,
    options: Mapping[str, Any] | None = None,
    total: int = 0,
) -> Iterator[ImportBatch]:
    """Prepare a batch and run it at once."""
    batch = prepare(kind=kind, title=title, digest=digest, by=by, options=options)
    with running(batch, total=total):
        yield batch


@contextmanager
def running(batch: ImportBatch, *, total: int = 0, whole: bool = False) -> Iterator[ImportBatch]:
    """Within this block every change is the batch's. At its end the batch is done, or failed if the block raised.

    With ``whole``, block and end are one transaction: all is there and the batch is done, or nothing is there. Without
    it the caller decides what is written at once, so that the progress can be seen and a long import that is
    interrupted can be run again or taken back. Raises ValidationError if the batch is running
    or done; PermissionDenied, at the end, if it changed tours or meetings that are not the uploader's to change.
    """
    with alone(batch):
        _start(batch, total)
        try:
            with transaction.atomic() if whole else nullcontext():
                with importing(batch):
                    yield batch
                # A state of review that this moves is no change by the import.
                with importing(batch, rows=False):
                    _finish(batch)
        except Exception as error:
            _fail(batch, error)
            raise


def progress(batch: ImportBatch, *, done: int, total: int | None = None) -> None:
    """Note how far it is."""
    batch.done, batch.total = done, batch.total if total is None else total
    batch.save(update_fields=["done", "total"])


def report(batch: ImportBatch, rows: Iterable[Row], *, anew: bool = False) -> None:
    """Keep the verdicts on rows; with ``anew``, instead of all earlier ones, as after another mapping of columns."""
    made = (
        ImportRow(
            batch=batch,
            number=row.number,
            line=row.line,
            verdict=row.verdict,
            says=row.says[:4000],
            values=dict(row.values),
        )
        for row in rows
    )
    with transaction.atomic():
        if anew:
            batch.rows.all().delete()
        ImportRow.objects.bulk_create(made, batch_size=AT_ONCE)


def is_running(batch: ImportBatch) -> bool:
    """Whether somebody runs it at this moment; a batch whose process has died is not running any more."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = %s AND objid = %s)",
            [LOCK, batch.pk],
        )
        return bool(cursor.fetchone()[0])


def note_broken_off() -> list[ImportBatch]:
    """What claims to run and is run by nobody, as its process or the database was killed, has failed. Returns it."""
    found = []
    for batch in ImportBatch.objects.filter(state=BatchState.RUNNING).order_by("pk"):
        with suppress(ValidationError), alone(batch):
            found += [batch] if _note_failure(batch, BROKEN_OFF) else []
    return found


@contextmanager
def alone(batch: ImportBatch) -> Iterator[None]:
    """Nobody else runs this batch or takes it back meanwhile. The lock goes with the connection, however that ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK, batch.pk])
        if not cursor.fetchone()[0]:
            raise ValidationError("This import is running at this moment.")
    try:
        yield
    finally:
        if connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK, batch.pk])


def _start(batch: ImportBatch, total: int) -> None:
    begun = {"state": BatchState.RUNNING, "started_at": timezone.now(), "done": 0, "total": total}
    standing = ImportBatch.objects.filter(pk=batch.pk, state__in=STARTS)
    if not standing.update(**begun, error="", finished_at=None):
        raise ValidationError("This import is done: it can't be run again.")
    batch.refresh_from_db()


def _fail(batch: ImportBatch, error: Exception) -> None:
    """Note what went wrong, unless the transaction round it is lost, and the batch with it."""
    if connection.in_atomic_block:
        return
    # Where the database is gone, too, the next import notes it.
    with suppress(OperationalError):
        _note_failure(batch, str(error)[:10_000])


def _note_failure(batch: ImportBatch, words: str) -> bool:
    """Whether it was running until now."""
    failed = {"state": BatchState.FAILED, "finished_at": timezone.now(), "error": words}
    return bool(ImportBatch.objects.filter(pk=batch.pk, state=BatchState.RUNNING).update(**failed))


@transaction.atomic
def _finish(batch: ImportBatch) -> None:
    _mark(batch)
    _note_changes(batch)
    verdicts = batch.rows.values("verdict").annotate(number=Count("pk")).order_by("verdict")
    doings = doings_of(batch)
    batch.counts = {
        **batch.counts,
        "rows": {row["verdict"]: row["number"] for row in verdicts},
        "made": {doing.noun: doing.made for doing in doings if doing.made},
        "changed": {doing.noun: doing.changed for doing in doings if doing.changed},
    }
    batch.state, batch.finished_at = BatchState.DONE, timezone.now()
    batch.save(update_fields=["counts", "state", "finished_at"])
    ImportBatch.objects.filter(pk=batch.pk, total__gt=0).update(done=F("total"))
    batch.refresh_from_db()


def _mark(batch: ImportBatch) -> None:
    """Each tour and meeting that it made is marked as imported, and its log says by whom."""
    contexts = context_ids(batch)
    for model, noun in NOUNS.items():
        made = model.objects.filter(pk__in=rows_of(contexts, model, MADE), imported=None)
        keys = list(made.values_list("pk", flat=True))
        marks = (ImportedRecord(**{f"{noun}_id": pk}, batch=batch) for pk in keys)
        ImportedRecord.objects.bulk_create(marks, batch_size=AT_ONCE)
        _log(batch, noun, keys, EditorialAction.IMPORTED)


def _note_changes(batch: ImportBatch) -> None:
    """What stood before and was changed is noted as edited; if it was public, it goes back to review."""
    owners = changed_owners(batch)
    for model, noun in NOUNS.items():
        keys = owners[model]
        if batch.uploaded_by is not None and len(editable(batch.uploaded_by, model, keys)) < len(keys):
            raise PermissionDenied(f"This import changes a {noun} of another analyst's.")
        standing = model.objects.filter(pk__in=keys).order_by("pk")
        _log(batch, noun, standing.values_list("pk", flat=True), EditorialAction.EDITED)
        standing.filter(state=EditorialState.PUBLISHED).update(state=EditorialState.IN_REVIEW)


def _log(batch: ImportBatch, noun: str, keys: Iterable[int], action: EditorialAction) -> None:
    """Nobody is noted for what a command did on nobody's behalf."""
    if batch.uploaded_by is None:
        return
    comment = f"Import of {batch.title}"
    events = (
        EditorialEvent(**{f"{noun}_id": pk}, action=action, by=batch.uploaded_by, comment=comment)
        for pk in keys
    )
    EditorialEvent.objects.bulk_create(events, batch_size=AT_ONCE)
