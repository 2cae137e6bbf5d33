"""A record with its parts as it stood at a moment."""

from collections.abc import Iterable, Iterator
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
    return Snapshot(model, pk, at, rows_at(model, Q(pgh_obj=pk), moment))


def rows_at(model: Model, chosen: Q, moment: Q) -> Rows:
    """The latest rows at the moment of the records whose events are chosen, and of their parts."""
    rows: Rows = {}
    for kind, events in tracks(model, chosen):
        latest = events.filter(moment).order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
        # A kind of part that hangs on several kinds (citations) is met once for each.
        rows[kind] = rows.get(kind, {}) | standing(latest)
    return attached(model, rows)


def tracks(model: Model, chosen: Q) -> Iterator[tuple[Model, Any]]:
    """All events of whatever was chosen, and of whatever was a part of it at any time, wherever it is now."""
    for kind, condition in walk(model, chosen):
        events = event_model(kind).objects
        yield kind, events.filter(pgh_obj__in=events.filter(condition).values("pgh_obj"))


def standing(latest: Iterable[Any]) -> dict[int, Any]:
    """Of the latest event of each row, those that leave a row, by its key."""
    return {event.pgh_obj_id: event for event in latest if event.pgh_label != "delete"}


def attached(model: Model, rows: Rows) -> Rows:
    """Without parts whose owner did not stand at that moment, or who had moved elsewhere."""
    for part, key in parts_of(model):
        owners = rows.get(model, {})
        rows[part] = {
            pk: event
            for pk, event in rows.get(part, {}).items()
            if getattr(event, f"{key}_id") is None or getattr(event, f"{key}_id") in owners
        }
        attached(part, rows)
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
