"""A record with its parts as it stood at a moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from visits.queries.parts import Model, kinds_of, owners_of, tracks

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


def snapshot(model: Model, pk: int, at: datetime) -> Snapshot:
    """As the record stood at the moment. One query a kind of part."""
    return Snapshot(model, pk, at, rows_at(model, Q(pgh_obj=pk), Q(pgh_created_at__lte=at)))


def rows_at(model: Model, chosen: Q, moment: Q) -> Rows:
    """The latest rows at the moment of the records whose events are chosen, and of their parts."""
    rows: Rows = {}
    for kind, events in tracks(model, chosen):
        # A kind of part that can belong to several kinds (citations) is met once for each.
        rows[kind] = rows.get(kind, {}) | standing(latest(events.filter(moment)))
    return attached(model, rows)


def deleted_with(model: Model, end: Any) -> Rows:
    """What went in the same transaction as the record did, ``end`` being the event of its own deletion."""
    rows: Rows = {}
    for kind, events in tracks(model, Q(pgh_obj=end.pgh_obj_id)):
        went = events.filter(pgh_label="delete", pgh_created_at=end.pgh_created_at)
        rows[kind] = rows.get(kind, {}) | {event.pgh_obj_id: event for event in latest(went)}
    return attached(model, rows)


def latest(events: Any) -> Any:
    """The last one of each row."""
    return events.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")


def standing(latest: Iterable[Any]) -> dict[int, Any]:
    """Of the latest event of each row, those that leave a row, by its key."""
    return {event.pgh_obj_id: event for event in latest if event.pgh_label != "delete"}


def attached(model: Model, rows: Rows) -> Rows:
    """Without parts whose owner did not stand at that moment, and without those that belonged elsewhere then."""
    kept: Rows = {model: rows.get(model, {})}
    for kind in kinds_of(model)[1:]:
        owners = [(kept[owner], f"{key}_id") for owner, key in owners_of(kind) if owner in kept]
        kept[kind] = {
            pk: event
            for pk, event in rows.get(kind, {}).items()
            if any(getattr(event, key) in standing_owners for standing_owners, key in owners)
        }
    return {kind: kept[kind] for kind in [*rows, *(kind for kind in kept if kind not in rows)]}


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
