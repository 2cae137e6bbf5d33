"""What the rows of a snapshot point at: people, parties, places, topics and sources, under their present names."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from visits.models import Official, Party, Place, Source, Stop, Topic, Tour
from visits.queries.parts import Model, event_model, owners_of
from visits.queries.snapshots import instance

# They have no editorial state of their own; a merged or deleted one is shown as it last stood.
STATELESS: dict[Model, Any] = {
    Official: Official.objects,
    Party: Party.objects,
    Place: Place.objects,
    Topic: Topic.objects,
    Source: Source.objects.select_related("issued_by"),
}
# A meeting's tour may be a draft: then nothing is said of it.
PUBLISHED: dict[Model, Any] = {
    Tour: Tour.objects.public(),
    Stop: Stop.objects.public().select_related("country"),
}


def named_columns(kind: Model) -> list[Any]:
    """The foreign keys of a row that don't say what it is a part of."""
    owners = {key for _, key in owners_of(kind)}
    return [
        column
        for column in kind._meta.concrete_fields
        if column.is_relation
        and column.name not in owners
        and (column.related_model in STATELESS or column.related_model in PUBLISHED)
    ]


class Relations:
    """Looks up everything at once: one query a table, and one more for what is no longer in it."""

    def __init__(self, rows: Iterable[tuple[Model, Any]], *, among: Iterable[Model] | None = None) -> None:
        models = set(STATELESS | PUBLISHED if among is None else among)
        wanted: dict[Model, set[int]] = defaultdict(set)
        for kind, event in rows:
            for column in named_columns(kind):
                if column.related_model not in models:
                    continue
                wanted[column.related_model].add(getattr(event, column.attname))
        self._found = {model: _found(model, pks - {None}) for model, pks in wanted.items()}

    def get(self, model: Model, pk: int | None) -> Any:
        """The row, or None if there is none that may be shown."""
        return self._found.get(model, {}).get(pk) if pk else None


def _found(model: Model, pks: set[int]) -> dict[int, Any]:
    if not pks:
        return {}
    if model in PUBLISHED:
        return {row.pk: row for row in PUBLISHED[model].filter(pk__in=pks)}
    found = {row.pk: row for row in STATELESS[model].filter(pk__in=pks)}
    gone = pks - found.keys()
    return found | _last(model, gone) if gone else found


def _last(model: Model, pks: set[int]) -> dict[int, Any]:
    events = event_model(model).objects.filter(pgh_obj__in=pks).order_by("pgh_obj_id", "-pgh_id")
    return {event.pgh_obj_id: instance(model, event) for event in events.distinct("pgh_obj_id")}
