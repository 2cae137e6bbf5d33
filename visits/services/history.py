"""Going back: revert a record to how it stood, undo a deletion. Each is a new change; nothing is erased."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Model as Record
from django.db.models import ProtectedError

from visits.models import EditorialEvent, Meeting, Merge, Tour, User
from visits.queries.history import changes_of
from visits.queries.parts import LINKS, Model, event_model, kinds_of, owners_of
from visits.queries.snapshots import Rows, attached, deleted_with, snapshot
from visits.services import editorial
from visits.services.acting import acting
from visits.services.ownership import owner_of, require_own, require_permission
from visits.services.restoring import Restoring, insert, link

Owner = Tour | Meeting


def revert(
    *, model: Model, pk: int, to: datetime, by: User, why: str = "", seen: int | None = None
) -> list[str]:
    """Bring the record and its parts back to how they stood at the moment ``to``.

    A part that has moved to another record since is brought back from there; one that has come from another record
    since goes back to it as it is. Gives back a sentence for each. The other record is then changed, too: both go
    back to review. ``seen`` is how many changes of the record the person knows of.

    Raises PermissionDenied unless the person may make every one of these changes; ValidationError if the record did
    not stand then, has been changed unseen, or something that it needs is gone; Overtaken where somebody changes it
    at the same moment.
    """
    require_permission(by, "change", model)
    then = snapshot(model, pk, to)
    if not then.exists:
        raise ValidationError("The record did not exist then.")
    with _going_back(by, why or f"Reverted to {to:%Y-%m-%d %H:%M}"):
        record = model._base_manager.filter(pk=pk).first()
        if record is None:
            raise ValidationError("The record has been deleted: bring it back first.")
        require_own(by, record)
        before = owner_of(record)
        if seen is not None and len(changes_of(model, pk)) != seen:
            raise ValidationError(
                f"“{record}” has been changed since you opened its history. Look at it again."
            )
        restoring = Restoring(then, by)
        others = {owner for row in restoring.brought_back if (owner := owner_of(row))}
        told = [f"{_the(row)} was brought back from “{_whose(row)}”." for row in restoring.brought_back]
        restoring.run()
        connection.check_constraints()
        others |= {owner for row in restoring.sent_back if (owner := owner_of(row))}
        told += [f"{_the(row)} went back to “{_whose(row)}”." for row in restoring.sent_back]
        record = model._base_manager.get(pk=pk)
        after = owner_of(record)
        if before and before != after:
            told.append(f"{_the(record)} went back from “{before}” to “{after}”.")
        if restoring.written:
            _put_down({after, before, *others} - {None}, by)  # type: ignore[arg-type]
    return told


def undelete(*, model: Model, pk: int, by: User, why: str = "") -> list[str]:
    """Bring back a deleted record with everything that was deleted with it, its editorial log included.

    What went with it and stands elsewhere by now stays there; gives back a sentence for each such part. Raises
    PermissionDenied unless the person may make and edit such a record; ValidationError if the record is not deleted or
    if something that it needs is gone.
    """
    require_permission(by, "add", model)
    last = event_model(model).objects.filter(pgh_obj=pk).order_by("-pgh_id").first()
    if last is None or last.pgh_label != "delete":
        raise ValidationError("The record is not deleted.")
    uuid = getattr(last, "uuid", None)
    if uuid and Merge.objects.filter(merged=uuid, undone_at=None).exists():
        raise ValidationError("It has gone up in another record: undo that.")
    gone = deleted_with(model, last)
    rows, elsewhere = _still_gone(model, gone)
    with _going_back(by, why or "Deletion undone"):
        for kind in kinds_of(model):
            if kind not in LINKS:
                insert(kind, rows[kind], by)
        link(rows)
        _bring_back_log(model, last)
        connection.check_constraints()
        owner = owner_of(model._base_manager.get(pk=pk))
        _put_down({owner} if owner else set(), by)
    return [f"{_the(row)} now belongs to “{_whose(row)}” and stays there." for row in elsewhere]


@contextmanager
def _going_back(by: User, why: str) -> Iterator[None]:
    """All or nothing, and what the database refuses in words."""
    try:
        with transaction.atomic(), acting(user=by, through="history", why=why):
            yield
    except ProtectedError as error:
        upon = " and ".join(sorted({f"“{row}”" for row in error.protected_objects}))
        raise ValidationError(f"This version is without something that is needed by {upon}.") from error
    except IntegrityError as error:
        raise ValidationError(
            "Something that this version needs is no longer there, or its place has been taken: "
            f"{str(error).splitlines()[-1]}"
        ) from error


def _still_gone(model: Model, gone: Rows) -> tuple[Rows, list[Record]]:
    """Of what was deleted, what can come back; and what somebody has brought back elsewhere, but not below that."""
    standing = {
        kind: kind._base_manager.in_bulk(rows.keys()) for kind, rows in gone.items() if kind not in LINKS
    }
    rows = attached(
        model,
        {
            kind: {pk: event for pk, event in events.items() if pk not in standing.get(kind, {})}
            for kind, events in gone.items()
        },
    )
    elsewhere = [
        row
        for kind, found in standing.items()
        for pk, row in found.items()
        if any(getattr(gone[kind][pk], f"{key}_id") in rows.get(owner, {}) for owner, key in owners_of(kind))
    ]
    return rows, elsewhere


def _bring_back_log(model: Model, end: Any) -> None:
    """What led to the record's publication: who had begun it and changed it is not forgotten with a deletion."""
    if model not in editorial.NOUNS:
        return
    owned = {editorial.NOUNS[model]: end.pgh_obj_id}
    went = event_model(EditorialEvent).objects.filter(pgh_created_at=end.pgh_created_at, pgh_label="delete")
    log = {event.pgh_obj_id: event for event in went.filter(**owned)}
    insert(EditorialEvent, log)


def _put_down(changed: set[Owner], by: User) -> None:
    """A tour or a meeting that is changed by going back is changed like by any other way."""
    # In one order, or two who lock the same ones could wait for each other.
    for owner in sorted(changed, key=lambda owner: (editorial.NOUNS[type(owner)], owner.pk)):
        editorial.record_change(record=owner, by=by)


def _the(row: Record) -> str:
    return f"The {row._meta.verbose_name} “{row}”"


def _whose(row: Record) -> Any:
    """The tour or the meeting of which it is a part, else the record that it belongs to."""
    owner = owner_of(row)
    if owner:
        return owner
    belongs = (getattr(row, key) for _, key in owners_of(type(row)))
    return next(found for found in belongs if found)
