"""Records that were deleted and can be brought back."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from visits.models import Merge, Suggestion
from visits.models.history import TRACKED
from visits.queries.history import PARTS, Model, Words, event_model


@dataclass(frozen=True)
class Deleted:
    """The end of one record: which, when, by whom."""

    model: Model
    pk: int
    name: str
    at: datetime
    by: str
    why: str


def _owners() -> dict[Model, list[tuple[Model, str]]]:
    """Of what each kind is a part, by the name of its foreign key."""
    owners: dict[Model, list[tuple[Model, str]]] = defaultdict(list)
    for owner, parts in PARTS.items():
        for part, key in parts:
            owners[part].append((owner, key))
    return owners


def deletions(model: Model) -> QuerySet[Any]:
    """The latest end of each record of this kind that is gone on its own account.

    What went with the record that it belonged to comes back with that; what went up in another comes back by undoing
    the merge.
    """
    ends = event_model(model).objects.filter(pgh_label="delete")
    ends = ends.exclude(Exists(model._base_manager.filter(pk=OuterRef("pgh_obj"))))
    standing = Q()
    for owner, key in _owners()[model]:
        standing |= Q(Exists(owner._base_manager.filter(pk=OuterRef(f"{key}_id"))))
    ends = ends.filter(standing)
    if any(field.name == "uuid" for field in model._meta.fields):
        ends = ends.exclude(Exists(Merge.objects.filter(merged=OuterRef("uuid"), undone_at=None)))
    return ends.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")


def deleted_records(models: list[Model], at_most: int) -> list[Deleted]:
    """The latest deletions of these kinds, newest first."""
    found: list[Deleted] = []
    for model in models:
        events = event_model(model).objects.filter(pk__in=deletions(model).values("pk"))
        latest = list(events.select_related("pgh_context").order_by("-pgh_created_at", "-pgh_id")[:at_most])
        words = Words((model, event) for event in latest) if latest else None
        for event in latest if words else []:
            said = event.pgh_context.metadata if event.pgh_context else {}
            name = words.name(model, event) if words else ""
            by = words.user(said.get("user")) if words else ""
            found.append(
                Deleted(model, event.pgh_obj_id, name, event.pgh_created_at, by, said.get("why", ""))
            )
    return sorted(found, key=lambda end: end.at, reverse=True)[:at_most]


def tracked() -> list[Model]:
    """The kinds of record, without the tables that only link two, and without what is only proposed."""
    return [model for model in TRACKED if not model._meta.proxy and model is not Suggestion]
