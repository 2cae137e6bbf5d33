"""What an import made and changed, as the history tells it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import BoolOr
from django.db.models import Q, QuerySet
from django.db.models.fields.json import KT
from pghistory.models import Context

from visits.models import ImportBatch, Meeting, Suggestion, Tour
from visits.models.history import TRACKED
from visits.queries.history import PARTS, Model, Words, event_model

# Proposals are no records yet.
KINDS: tuple[Model, ...] = tuple(model for model in TRACKED if model is not Suggestion)
MADE, CHANGED = "made", "changed"
Keys = dict[Model, set[int]]


def context_ids(batch: ImportBatch) -> list[UUID]:
    """The contexts under which the history keeps what the batch did: one for each time that it ran."""
    contexts = Context.objects.alias(batch=KT("metadata__batch")).filter(batch=str(batch.uuid))
    return list(contexts.values_list("pk", flat=True))


def events_in(contexts: list[UUID], model: Model) -> QuerySet[Any]:
    return event_model(model).objects.filter(pgh_context__in=contexts)


def rows_of(contexts: list[UUID], model: Model, what: str) -> QuerySet[Any]:
    """The keys of the rows of one kind that were made, or that stood before and were changed or deleted."""
    # One pass, whatever the planner believes of events that it has no statistics of yet.
    made = BoolOr(Q(pgh_label="insert"))
    events = events_in(contexts, model).values("pgh_obj").annotate(made=made).order_by()
    return events.filter(made=what == MADE).values("pgh_obj")


@dataclass(frozen=True)
class Doing:
    """How many rows of one kind a batch made, and how many it changed."""

    model: Model
    made: int
    changed: int

    @property
    def noun(self) -> str:
        return str(self.model._meta.model_name)

    @property
    def label(self) -> str:
        return str(self.model._meta.verbose_name_plural)


def doings_of(batch: ImportBatch) -> list[Doing]:
    """For each kind of record of which the batch made or changed any. Two queries a kind."""
    contexts = context_ids(batch)
    if not contexts:
        return []
    counted = (
        Doing(model, rows_of(contexts, model, MADE).count(), rows_of(contexts, model, CHANGED).count())
        for model in KINDS
    )
    return [doing for doing in counted if doing.made or doing.changed]


@dataclass(frozen=True)
class Touched:
    """A row that a batch made or changed; ``record`` is the row as it stands, None if it is gone."""

    model: Model
    pk: int
    name: str
    record: Any


def touched_rows(batch: ImportBatch, model: Model, what: str, *, start: int, stop: int) -> list[Touched]:
    """A slice of the rows of one kind that the batch made, or changed, in the order of their keys."""
    contexts = context_ids(batch)
    keys = [row["pgh_obj"] for row in rows_of(contexts, model, what).order_by("pgh_obj")[start:stop]]
    latest = events_in(contexts, model).filter(pgh_obj__in=keys)
    events = {
        event.pgh_obj_id: event
        for event in latest.select_related("pgh_context")
        .order_by("pgh_obj_id", "-pgh_id")
        .distinct("pgh_obj_id")
    }
    words = Words((model, event) for event in events.values())
    standing = model._base_manager.in_bulk(keys)
    return [Touched(model, pk, words.name(model, events[pk]), standing.get(pk)) for pk in keys]


def owners_of(keys: Keys) -> Keys:
    """The tours and meetings that these rows are, or at any time were, parts of; they themselves included.

    At most two queries a kind of part.
    """
    found: Keys = defaultdict(set, {model: set(pks) for model, pks in keys.items()})
    for part in _parts_first():
        pks = found[part]
        for owner, key in _owners()[part] if pks else ():
            events = event_model(part).objects.filter(pgh_obj__in=pks).exclude(**{key: None})
            found[owner] |= set(events.values_list(f"{key}_id", flat=True).distinct())
    return {Tour: found[Tour], Meeting: found[Meeting]}


def changed_owners(batch: ImportBatch) -> Keys:
    """The tours and meetings that stood before and of which the batch changed something, parts included.

    What the batch made itself is passed over by the database: an import of a million rows changes nothing else.
    """
    contexts = context_ids(batch)
    touched: Keys = defaultdict(set)
    for model in _parts_first():
        touched[model] |= _keys(rows_of(contexts, model, CHANGED))
    for part in _parts_first():
        for owner, key in _owners()[part] if part not in (Tour, Meeting) else ():
            touched[owner] |= _owners_that_stood(contexts, part, owner, key)
    found = owners_of(touched)
    made = {
        model: _keys(rows_of(contexts, model, MADE).filter(pgh_obj__in=pks)) for model, pks in found.items()
    }
    return {model: pks - made[model] for model, pks in found.items()}


def _owners_that_stood(contexts: list[UUID], part: Model, owner: Model, key: str) -> set[int]:
    """Of the rows of one kind that were made: what they were made a part of, unless that was made with them."""
    made_too = events_in(contexts, owner).filter(pgh_label="insert").values_list("pgh_obj_id")
    parts = events_in(contexts, part).filter(pgh_label="insert").exclude(**{key: None})
    return {pk for (pk,) in parts.order_by().values_list(f"{key}_id").difference(made_too)}


def _keys(rows: Iterable[dict[str, Any]]) -> set[int]:
    return {row["pgh_obj"] for row in rows}


def _owners() -> dict[Model, list[tuple[Model, str]]]:
    """Of what each kind is a part, by the name of its foreign key."""
    owners: dict[Model, list[tuple[Model, str]]] = defaultdict(list)
    for owner, parts in PARTS.items():
        for part, key in parts:
            owners[part].append((owner, key))
    return owners


def _parts_first() -> list[Model]:
    """Tours, meetings and their parts, each kind before whatever it can hang on."""
    order: list[Model] = [Tour, Meeting]
    for owner in order:
        for part, _ in PARTS.get(owner, []):
            if part in order:
                order.remove(part)
            order.append(part)
    return order[::-1]
