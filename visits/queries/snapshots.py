"""A record with its parts as it stood at a moment."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from visits.queries.history import Model, event_model, parts_of, walk

Rows = dict[Model, dict[int, Any]]


@dataclass(frozen=True)
class Snapshot:
    """The rows that stood at a moment: the record's own and those of its parts, by model and primary key."""

    model: Model
    pk: int
    at: datetime
    rows: Rows

    @property
    def exists(self) -> bool:
        return self.pk in self.rows.get(self.model, {})

    @property
    def event(self) -> Any:
        return self.rows[self.model][self.pk]


def snapshot(model: Model, pk: int, at: datetime, *, before: bool = False) -> Snapshot:
    """As the record stood at the moment; with ``before``, just before it. One query a kind of part."""
    moment = Q(pgh_created_at__lt=at) if before else Q(pgh_created_at__lte=at)
    rows: Rows = {}
    for kind, condition in walk(model, Q(pgh_obj=pk)):
        latest = (
            event_model(kind)
            .objects.filter(condition & moment)
            .order_by("pgh_obj_id", "-pgh_id")
            .distinct("pgh_obj_id")
        )
        # A kind of part that hangs on several kinds (citations) is met once for each.
        standing = {event.pgh_obj_id: event for event in latest if event.pgh_label != "delete"}
        rows[kind] = rows.get(kind, {}) | standing
    return Snapshot(model, pk, at, _attached(model, rows))


def _attached(model: Model, rows: Rows) -> Rows:
    """Without parts whose owner did not stand at that moment, or who had moved elsewhere."""
    for part, key in parts_of(model):
        owners = rows.get(model, {})
        rows[part] = {
            pk: event
            for pk, event in rows.get(part, {}).items()
            if getattr(event, f"{key}_id") is None or getattr(event, f"{key}_id") in owners
        }
        _attached(part, rows)
    return rows


def columns(kind: Model, event: Any) -> dict[str, Any]:
    """The stored columns of a row, from its event."""
    return {
        column.attname: getattr(event, column.attname)
        for column in kind._meta.concrete_fields
        if not column.generated
    }


def instance(kind: Model, event: Any) -> Any:
    """The row as an instance of its model, which belongs to no database row of today."""
    concrete = kind._meta.concrete_model or kind
    return concrete(**columns(kind, event))
