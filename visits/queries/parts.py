"""What belongs to a record and has no life without it, and the events of all that."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q

from visits.models import (
    AgendaPoint,
    Citation,
    Contributor,
    ExternalIdentifier,
    Meeting,
    Note,
    Official,
    OfficialName,
    Participation,
    Party,
    PartyName,
    Place,
    PlaceName,
    Source,
    Statement,
    Stop,
    Tenure,
    Topic,
    Tour,
)
from visits.models.links import PlaceClaim, PointTopic, StopPlace, Succession

Model = type[models.Model]
# By the name of the foreign key that says to what it belongs.
PARTS: dict[Model, list[tuple[Model, str]]] = {
    Tour: [
        (Stop, "tour"),
        (AgendaPoint, "tour"),
        (Note, "tour"),
        (Citation, "tour"),
        (ExternalIdentifier, "tour"),
    ],
    Stop: [(StopPlace, "stop"), (Citation, "stop"), (ExternalIdentifier, "stop")],
    Meeting: [
        (Participation, "meeting"),
        (AgendaPoint, "meeting"),
        (Note, "meeting"),
        (Citation, "meeting"),
        (ExternalIdentifier, "meeting"),
    ],
    AgendaPoint: [(Statement, "point"), (PointTopic, "agendapoint"), (Citation, "point")],
    Participation: [(Citation, "participation")],
    Statement: [(Citation, "statement")],
    Note: [(Citation, "note")],
    Official: [(OfficialName, "official"), (Tenure, "official"), (ExternalIdentifier, "official")],
    Tenure: [(Citation, "tenure")],
    Party: [(PartyName, "party"), (Succession, "from_party"), (ExternalIdentifier, "party")],
    Place: [(PlaceName, "place"), (PlaceClaim, "place"), (ExternalIdentifier, "place")],
    Topic: [(ExternalIdentifier, "topic")],
    Source: [(Contributor, "source"), (ExternalIdentifier, "source")],
}
# What the name of a record needs of others.
NAMED_WITH: dict[Model, tuple[str, ...]] = {
    Stop: ("country",),
    Meeting: ("place", "location"),
    Participation: ("official",),
    Statement: ("on_behalf_of",),
    Tenure: ("party",),
}


@dataclass(frozen=True)
class Link:
    """A table that only links two records: the field of the owner, and the keys of the two."""

    field: str
    owner: str
    other: str


LINKS: dict[Model, Link] = {
    StopPlace: Link("places", "stop", "place"),
    PointTopic: Link("other_topics", "agendapoint", "topic"),
    PlaceClaim: Link("claimed_by", "place", "party"),
    Succession: Link("succeeded_by", "from_party", "to_party"),
}


def event_model(model: Model) -> Any:
    """The table of events of a tracked model."""
    return model.pgh_event_model  # type: ignore[attr-defined]


def with_names(model: Model) -> models.QuerySet[Any]:
    """All records of the model, with what their names need."""
    found = model._base_manager.all()
    return found.select_related(*NAMED_WITH[model]) if model in NAMED_WITH else found


def parts_of(model: Model) -> list[tuple[Model, str]]:
    return PARTS.get(model, [])


def owners_of(kind: Model) -> list[tuple[Model, str]]:
    """To what a part of this kind can belong, by the name of the foreign key."""
    return [(owner, key) for owner, parts in PARTS.items() for part, key in parts if part is kind]


def kinds_of(model: Model) -> list[Model]:
    """The model and the kinds of its parts, each after whatever it can belong to."""
    order = [model]
    for owner in order:
        for part, _ in parts_of(owner):
            if part in order:
                order.remove(part)
            order.append(part)
    return order


def walk(model: Model, condition: Q) -> Iterator[tuple[Model, Q]]:
    """The model and, below it, each kind of part, with the condition that picks its events."""
    yield model, condition
    owners = event_model(model).objects.filter(condition).values("pgh_obj")
    for part, key in parts_of(model):
        yield from walk(part, Q(**{f"{key}__in": owners}))


def tracks(model: Model, chosen: Q) -> Iterator[tuple[Model, Any]]:
    """All events of whatever was chosen, and of whatever was a part of it at any time, wherever it is now.

    Level by level, with the keys of each level at hand: as one nested query it is planned badly.
    """
    yield from _tracks(
        model, set(event_model(model).objects.filter(chosen).values_list("pgh_obj", flat=True))
    )


def _tracks(model: Model, keys: set[int]) -> Iterator[tuple[Model, Any]]:
    if not keys:
        return
    yield model, event_model(model).objects.filter(pgh_obj__in=keys)
    for part, owner in parts_of(model):
        belonged = event_model(part).objects.filter(**{f"{owner}__in": keys})
        yield from _tracks(part, set(belonged.values_list("pgh_obj", flat=True)))
