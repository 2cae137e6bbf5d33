"""Going back: revert a record to how it stood, undo a deletion. Each is a new change; nothing is erased."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from visits.models import User
from visits.queries.history import Model, event_model, parts_of
from visits.queries.snapshots import Snapshot, columns, snapshot
from visits.services.acting import acting

# What the editorial services and the database keep is not turned back with the rest.
KEPT = {"version", "modified_at", "state", "published_at", "published_by_id"}


def revert(*, model: Model, pk: int, to: datetime, by: User, why: str = "") -> None:
    """Bring the record and its parts back to how they stood at the moment ``to``.

    Raises ValidationError if the record did not stand then, or if something that it needs is gone.
    """
    then = snapshot(model, pk, to)
    if not then.exists:
        raise ValidationError("The record did not exist then.")
    _restore(
        then, snapshot(model, pk, datetime.now(tz=to.tzinfo)), by, why or f"Reverted to {to:%Y-%m-%d %H:%M}"
    )


def undelete(*, model: Model, pk: int, by: User, why: str = "") -> None:
    """Bring back a deleted record with everything that was deleted with it."""
    last = event_model(model).objects.filter(pgh_obj=pk).order_by("-pgh_id").first()
    if last is None or last.pgh_label != "delete":
        raise ValidationError("The record is not deleted.")
    then = snapshot(model, pk, last.pgh_created_at, before=True)
    _restore(then, Snapshot(model, pk, last.pgh_created_at, {}), by, why or "Deletion undone")


def _restore(then: Snapshot, now: Snapshot, by: User, why: str) -> None:
    try:
        with transaction.atomic(), acting(user=by, through="history", why=why):
            order = _owners_first(then.model)
            for kind in reversed(order):
                gone = now.rows.get(kind, {}).keys() - then.rows.get(kind, {}).keys()
                kind._base_manager.filter(pk__in=gone).delete()
            for kind in order:
                _write(kind, then.rows.get(kind, {}))
    except IntegrityError as error:
        raise ValidationError(
            "Something that this version needs is no longer there, or its place has been taken: "
            f"{str(error).splitlines()[-1]}"
        ) from error


def _owners_first(model: Model) -> list[Model]:
    """The model and its parts, each after whatever it can hang on."""
    order = [model]
    for owner in order:
        for part, _ in parts_of(owner):
            if part in order:
                order.remove(part)
            order.append(part)
    return order


def _write(kind: Model, rows: dict[int, Any]) -> None:
    """Change the rows that stand, insert those that don't, under their old keys."""
    standing = set(kind._base_manager.filter(pk__in=rows).values_list("pk", flat=True))
    missing = []
    for pk, event in rows.items():
        values = columns(kind, event)
        if pk in standing:
            kind._base_manager.filter(pk=pk).update(**{k: v for k, v in values.items() if k not in KEPT})
        else:
            missing.append((kind._meta.concrete_model or kind)(**values))
    kind._base_manager.bulk_create(missing)
