"""Taking an import back as a whole, as long as nobody has built on it."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Min, OuterRef, Q, Subquery
from django.utils import timezone

from visits.choices import BatchState, EditorialAction, EditorialState, SuggestionState
from visits.models import (
    EditorialEvent,
    ImportBatch,
    ImportedRecord,
    Meeting,
    Official,
    Stop,
    Suggestion,
    Tour,
    User,
)
from visits.queries.batches import (
    CHANGED,
    KINDS,
    MADE,
    Doing,
    Keys,
    changed_owners,
    context_ids,
    doings_of,
    events_in,
    rows_of,
)
from visits.queries.history import Model, event_model
from visits.queries.obstacles import Obstacle, obstacles
from visits.queries.snapshots import instance
from visits.services import batches
from visits.services.acting import acting
from visits.services.history import KEPT

NOUNS: dict[Any, str] = batches.NOUNS
NOTHING_TO_TAKE_BACK = (BatchState.PREVIEWED, BatchState.REVERTED)
AT_ONCE = 500
NEVER_TURNED = KEPT | {"id", "uuid", "created_at"}


@dataclass
class StandsInTheWay(Exception):
    """Others have built on the import; nothing was taken back."""

    obstacles: list[Obstacle] = field(default_factory=list)

    def __str__(self) -> str:
        return "Others have built on this import; nothing was taken back."


@dataclass(frozen=True)
class Preview:
    """What would be deleted (made) and put back (changed), how much of it is public, and what stands in the way."""

    doings: list[Doing]
    public: int
    obstacles: list[Obstacle]


def preview(batch: ImportBatch) -> Preview:
    return Preview(doings_of(batch), _public(batch), obstacles(batch))


def require_reverter(*, batch: ImportBatch, by: User) -> None:
    """Its uploader as long as nothing of it was ever public; from then on whoever may publish imports."""
    if by.has_perm("visits.publish_imports"):
        return
    if batch.uploaded_by_id != by.pk or not by.has_perm("visits.run_imports"):
        raise PermissionDenied("You may not take this import back.")
    if batch.published_at or _public(batch, ever=True):
        raise PermissionDenied("Some of this import has been published: a reviewer takes it back.")


def revert(*, batch: ImportBatch, by: User, why: str = "") -> None:
    """Delete what the batch made and put back what it changed, as new changes; all of it or nothing.

    What is public is withdrawn before it is deleted, and needs a reason; a tour or a meeting that is put back and is
    public goes back to review. Open suggestions go, refused ones are remembered. Raises PermissionDenied;
    ValidationError without a reason, or where there is nothing to take back; StandsInTheWay with what others have
    built on it.
    """
    require_reverter(batch=batch, by=by)
    reason = f"Import of {batch.title} taken back" + (f": {why.strip()}" if why.strip() else "")
    with batches.alone(batch):
        try:
            with transaction.atomic(), acting(user=by, why=reason):
                _revert(batch, by, why)
                connection.check_constraints()
        except IntegrityError as error:
            raise ValidationError(
                "Something that this import changed can't be put back, as its place has been taken: "
                f"{str(error).splitlines()[-1]}"
            ) from error


def _revert(batch: ImportBatch, by: User, why: str) -> None:
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state in NOTHING_TO_TAKE_BACK:
        raise ValidationError(
            f"This import is {batch.get_state_display().lower()}: there is nothing to take back."
        )
    if _public(batch) and not why.strip():
        raise ValidationError("Some of this import is public: say why it is taken back.")
    contexts = context_ids(batch)
    for model in KINDS:
        _lock(model, contexts)
    found = obstacles(batch)
    if found:
        raise StandsInTheWay(found)
    owners = changed_owners(batch)
    _withdraw(batch)
    _drop_what_goes_along(batch, contexts)
    before = {model: _before(model, contexts) for model in KINDS}
    for model in KINDS:
        made = model._base_manager.filter(pk__in=rows_of(contexts, model, MADE))
        made._raw_delete(made.db)
    for model, rows in before.items():
        _put_back(model, rows)
    _note_changes(owners, by, f"Import of {batch.title} taken back")
    now = {"state": BatchState.REVERTED, "reverted_at": timezone.now(), "reverted_by": by}
    ImportBatch.objects.filter(pk=batch.pk).update(**now)


def _public(batch: ImportBatch, *, ever: bool = False) -> int:
    """How many of the tours and meetings that it made are public, or ever were."""
    public = {"published_at__isnull": False} if ever else {"state": EditorialState.PUBLISHED}
    return sum(model.objects.filter(imported__batch=batch, **public).count() for model in NOUNS)


def _lock(model: Model, contexts: list[UUID]) -> None:
    """Nobody changes these rows, or points at them, until the end; so what is found in the way is all there is."""
    rows = model._base_manager.filter(pk__in=events_in(contexts, model).values("pgh_obj"))
    list(rows.select_for_update().order_by("pk").values_list("pk"))


def _withdraw(batch: ImportBatch) -> None:
    for model in NOUNS:
        public = model.objects.filter(imported__batch=batch, state=EditorialState.PUBLISHED)
        public.update(state=EditorialState.WITHDRAWN)


def _drop_what_goes_along(batch: ImportBatch, contexts: list[UUID]) -> None:
    """The log and the mark of what goes, and proposals that are about it or that nobody has decided."""
    made = {model: rows_of(contexts, model, MADE) for model in (Tour, Meeting, Stop, Official)}
    theirs = Q(tour__in=made[Tour]) | Q(meeting__in=made[Meeting])
    EditorialEvent.objects.filter(theirs).delete()
    ImportedRecord.objects.filter(theirs).delete()
    about = theirs | Q(stop__in=made[Stop])
    about |= Q(official__in=made[Official]) | Q(other_official__in=made[Official])
    Suggestion.objects.filter(about | Q(batch=batch, state=SuggestionState.OPEN)).delete()


def _before(model: Model, contexts: list[UUID]) -> dict[int, Any]:
    """The rows of one kind that the batch changed or deleted, as they stood before it, by their keys."""
    own = events_in(contexts, model).filter(pgh_obj=OuterRef("pgh_obj")).order_by()
    first = own.values("pgh_obj").annotate(first=Min("pgh_id")).values("first")
    events = event_model(model).objects.filter(
        pgh_obj__in=rows_of(contexts, model, CHANGED), pgh_id__lt=Subquery(first)
    )
    latest = events.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
    return {event.pgh_obj_id: instance(model, event) for event in latest}


def _put_back(model: Model, rows: dict[int, Any]) -> None:
    """Change those that stand, insert the others under their old keys."""
    if not rows:
        return
    concrete: Any = model._meta.concrete_model
    standing = set(concrete._base_manager.filter(pk__in=rows).values_list("pk", flat=True))
    columns = [
        column.name
        for column in concrete._meta.concrete_fields
        if not column.generated and not column.primary_key and column.attname not in NEVER_TURNED
    ]
    kept = [row for pk, row in rows.items() if pk in standing]
    concrete._base_manager.bulk_update(kept, columns, batch_size=AT_ONCE)
    missing = [row for pk, row in rows.items() if pk not in standing]
    concrete._base_manager.bulk_create(missing, batch_size=AT_ONCE)


def _note_changes(owners: Keys, by: User, comment: str) -> None:
    for model, noun in NOUNS.items():
        standing = model.objects.filter(pk__in=owners[model])
        keys = list(standing.order_by("pk").values_list("pk", flat=True))
        events = (
            EditorialEvent(**{f"{noun}_id": pk}, action=EditorialAction.EDITED, by=by, comment=comment)
            for pk in keys
        )
        EditorialEvent.objects.bulk_create(events, batch_size=AT_ONCE)
        standing.filter(state=EditorialState.PUBLISHED).update(state=EditorialState.IN_REVIEW)
