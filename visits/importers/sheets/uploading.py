"""A file that somebody sent in: kept while they look at the preview, imported when they confirm it."""

import io
from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from visits.choices import BatchState, ImportKind
from visits.importers.sheets import loading
from visits.importers.sheets.columns import Layout, layout
from visits.importers.sheets.loading import Counts, Request
from visits.importers.sheets.plain import Unreadable
from visits.importers.sheets.reading import open_sheet
from visits.models import ImportBatch, Upload, User
from visits.services import batches

# A preview that nobody confirms is forgotten.
KEPT_FOR = timedelta(days=7)


def check_size(name: str, size: int) -> None:
    """Raises Unreadable, with both figures, for a file that is too large to be imported while somebody waits."""
    if size > settings.UPLOAD_BYTES:
        raise Unreadable(
            f"“{name}” has {size / 1e6:,.0f} MB; the limit here is {settings.UPLOAD_BYTES / 1e6:,.0f} MB. "
            "manage.py import_meetings takes larger files."
        )


@transaction.atomic
def receive(*, name: str, content: bytes, by: User) -> ImportBatch:
    """Keep a file and, if its columns are plain, judge it. Raises Unreadable, PermissionDenied; keeps nothing then."""
    check_size(name, len(content))
    forget_old()
    stream = io.BytesIO(content)
    sheet = open_sheet(stream, name, unpacked=settings.UPLOAD_UNPACKED_BYTES)
    digest = loading.digest_of(stream)
    batch = batches.prepare(kind=ImportKind.MEETINGS, title=name, digest=digest, by=by)
    Upload.objects.create(batch=batch, content=content)
    if is_plain(layout(sheet.header)):
        loading.preview(batch, _request(batch))
    return batch


@transaction.atomic
def choose(batch: ImportBatch, chosen: Mapping[str, int | None]) -> Counts:
    """Judge the file anew with these columns (see ``layout``). Raises Unreadable."""
    batch.options["columns"] = dict(chosen)
    batch.save(update_fields=["options"])
    return loading.preview(batch, _request(batch))


def confirm(batch: ImportBatch, *, ticked: Iterable[int], by: User) -> Counts:
    """Import the good rows, and those that are ticked. Raises Unreadable, ValidationError, PermissionDenied."""
    if batch.uploaded_by_id != by.pk or not by.has_perm("visits.run_imports"):
        raise PermissionDenied("Whoever uploaded a file confirms its import.")
    counts = loading.run(batch, _request(batch, frozenset(ticked)))
    Upload.objects.filter(batch=batch).delete()
    return counts


def columns_of(batch: ImportBatch) -> Layout:
    """Which column of the file is which, as far as that is known or chosen."""
    asked = _request(batch)
    sheet = open_sheet(asked.stream, asked.name, unpacked=asked.unpacked)
    return layout(sheet.header, asked.chosen)


def is_plain(found: Layout) -> bool:
    """Whether nobody has to be asked which column is which."""
    return not found.missing and not found.doubtful


def discard(batch: ImportBatch) -> None:
    """Forget a file that was not imported."""
    ImportBatch.objects.filter(pk=batch.pk, state=BatchState.PREVIEWED).delete()


def forget_old() -> None:
    """Forget the previews that nobody has confirmed in a week."""
    old = ImportBatch.objects.filter(kind=ImportKind.MEETINGS, state=BatchState.PREVIEWED)
    old.filter(created_at__lt=timezone.now() - KEPT_FOR, upload__isnull=False).delete()


def _request(batch: ImportBatch, ticked: frozenset[int] = frozenset()) -> Request:
    return Request(
        io.BytesIO(bytes(batch.upload.content)),
        batch.title,
        chosen=batch.options.get("columns", {}),
        ticked=ticked,
        unpacked=settings.UPLOAD_UNPACKED_BYTES,
        most_rows=settings.UPLOAD_ROWS,
    )
