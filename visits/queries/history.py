"""What was changed on a record and on what hangs on it; and how it stood at a moment."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
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
    User,
)
from visits.models.history import PlaceClaim, PointTopic, StopPlace, Succession

Model = type[models.Model]
# What belongs to a record and has no life without it, by the name of its foreign key.
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
# Kept by the database or said elsewhere: not a difference that a reader looks for.
UNTOLD = {"id", "uuid", "version", "created_at", "modified_at", "published_at", "published_by"}


def event_model(model: Model) -> Any:
    """The table of events of a tracked model."""
    return model.pgh_event_model  # type: ignore[attr-defined]


def parts_of(model: Model) -> list[tuple[Model, str]]:
    return PARTS.get(model, [])


def events_of(model: Model, pk: int) -> list[tuple[Model, Any]]:
    """Every event of the record and of its parts, deleted ones included, oldest first. One query a kind of part."""
    found: list[tuple[Model, Any]] = []
    for kind, condition in walk(model, Q(pgh_obj=pk)):
        events = event_model(kind).objects.filter(condition).select_related("pgh_context").order_by("pgh_id")
        found += [(kind, event) for event in events]
    return sorted(found, key=lambda pair: pair[1].pgh_created_at)


def walk(model: Model, condition: Q) -> Iterator[tuple[Model, Q]]:
    """The model and, below it, each kind of part, with the condition that picks its events."""
    yield model, condition
    owners = event_model(model).objects.filter(condition).values("pgh_obj")
    for part, key in parts_of(model):
        yield from walk(part, Q(**{f"{key}__in": owners}))


@dataclass(frozen=True)
class Difference:
    """One column of one row, before and after, in words; a row that is new or gone has one side blank."""

    label: str
    before: str
    after: str


@dataclass
class RowChange:
    """What happened to one row: ``action`` is insert, update or delete."""

    noun: str
    name: str
    action: str
    differences: list[Difference] = field(default_factory=list)


@dataclass
class Change:
    """Everything that was changed at one moment by one person."""

    at: datetime
    user: str = ""
    user_pk: int | None = None
    through: str = ""
    why: str = ""
    rows: list[RowChange] = field(default_factory=list)


def changes_of(model: Model, pk: int) -> list[Change]:
    """The history of a record and its parts, newest first."""
    events = events_of(model, pk)
    words = Words(events)
    last: dict[tuple[Model, int], Any] = {}
    grouped: dict[tuple[datetime, Any], Change] = {}
    for kind, event in events:
        key = (event.pgh_created_at, event.pgh_context_id)
        if key not in grouped:
            grouped[key] = _change(event, words)
        before = last.get((kind, event.pgh_obj_id))
        row = _row_change(kind, before, event, words)
        if row.differences or row.action != "update":
            grouped[key].rows.append(row)
        last[kind, event.pgh_obj_id] = event
    return [change for change in reversed(grouped.values()) if change.rows]


def _change(event: Any, words: "Words") -> Change:
    context = event.pgh_context.metadata if event.pgh_context else {}
    return Change(
        at=event.pgh_created_at,
        user=words.user(context.get("user")),
        user_pk=context.get("user"),
        through=context.get("through", ""),
        why=context.get("why", ""),
    )


def _row_change(kind: Model, before: Any, event: Any, words: "Words") -> RowChange:
    gone = event.pgh_label == "delete"
    old = before if event.pgh_label != "insert" else None
    differences = []
    for column in told_columns(kind):
        was = words.say(column, getattr(old or event, column.attname)) if old or gone else ""
        now = "" if gone else words.say(column, getattr(event, column.attname))
        if was != now:
            differences.append(Difference(str(column.verbose_name), was, now))
    return RowChange(str(kind._meta.verbose_name), words.name(kind, event), event.pgh_label, differences)


def told_columns(model: Model) -> list[Any]:
    return [
        column for column in model._meta.concrete_fields if column.name not in UNTOLD and not column.generated
    ]


def _with_names(model: Model) -> models.QuerySet[Any]:
    found = model._base_manager.all()
    return found.select_related(*NAMED_WITH[model]) if model in NAMED_WITH else found


class Words:
    """Names for the foreign keys that the events hold, looked up once a table."""

    def __init__(self, events: Iterable[tuple[Model, Any]]) -> None:
        wanted: dict[Model, set[int]] = defaultdict(set)
        users: set[int] = set()
        for kind, event in events:
            if event.pgh_context and event.pgh_context.metadata.get("user"):
                users.add(event.pgh_context.metadata["user"])
            for column in told_columns(kind):
                value = getattr(event, column.attname)
                if column.is_relation and value is not None:
                    wanted[column.related_model].add(value)
        self._names = {
            model: {row.pk: str(row) for row in _with_names(model).filter(pk__in=pks)}
            for model, pks in wanted.items()
        }
        self._users = dict(User.objects.filter(pk__in=users).values_list("pk", "username"))

    def say(self, column: Any, value: Any) -> str:
        if value is None:
            return ""
        if column.is_relation:
            return self._names.get(column.related_model, {}).get(value, f"#{value}, since deleted")
        if column.choices:
            return str(dict(column.flatchoices).get(value, value))
        return str(value)

    def user(self, pk: Any) -> str:
        return self._users.get(pk, "") if pk else ""

    def name(self, kind: Model, event: Any) -> str:
        """What the row is called in its history: its own words, else those of what it points at."""
        for attribute in ("title", "name", "text", "value"):
            if getattr(event, attribute, ""):
                return str(getattr(event, attribute))[:120]
        for column in told_columns(kind):
            if column.is_relation and column.name in (
                "official",
                "place",
                "topic",
                "source",
                "to_party",
                "party",
            ):
                return self.say(column, getattr(event, column.attname))
        return str(kind._meta.verbose_name)


def differences_since(model: Model, pk: int, version: int) -> tuple[str, list[Difference]]:
    """Who changed the record's own columns last since that version, and what is different now."""
    events = list(
        event_model(model)
        .objects.filter(pgh_obj=pk, version__gte=version)
        .select_related("pgh_context")
        .order_by("pgh_id")
    )
    if len(events) < 2:
        return "", []
    words = Words((model, event) for event in (events[0], events[-1]))
    return _change(events[-1], words).user, _row_change(model, events[0], events[-1], words).differences
