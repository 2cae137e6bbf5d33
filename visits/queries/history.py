"""What was changed on a record and on what belongs to it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import Q

from visits.models import User
from visits.queries.parts import LINKS, Model, owners_of, tracks, with_names

# Kept by the database or said elsewhere: not a difference that a reader looks for.
UNTOLD = {"id", "uuid", "version", "created_at", "modified_at", "published_at", "published_by"}


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
    """The history of a record and its parts, newest first.

    A part that moves is told of on both sides; what happened to it elsewhere, before or since, is told there.
    """
    events = _events_of(model, pk)
    words = Words(events)
    before = _former(events)
    grouped: dict[tuple[datetime, Any], Change] = {}
    for kind, event in _told(model, pk, events):
        key = (event.pgh_created_at, event.pgh_context_id)
        if key not in grouped:
            grouped[key] = change_of(event, words)
        row = row_change(kind, before.get((kind, event.pgh_id)), event, words)
        if row.differences or row.action != "update":
            grouped[key].rows.append(row)
    return [change for change in reversed(grouped.values()) if change.rows]


def _events_of(model: Model, pk: int) -> list[tuple[Model, Any]]:
    """Every event of the record and of whatever was ever a part of it, oldest first. One query a kind of part."""
    found: dict[Model, dict[int, Any]] = defaultdict(dict)
    for kind, events in tracks(model, Q(pgh_obj=pk)):
        for event in events.select_related("pgh_context").order_by("pgh_id"):
            # What can belong to several kinds is met once for each.
            found[kind][event.pgh_id] = event
    every = [(kind, events[key]) for kind, events in found.items() for key in sorted(events)]
    return sorted(every, key=_moment)


def _moment(pair: tuple[Model, Any]) -> datetime:
    moment: datetime = pair[1].pgh_created_at
    return moment


def _former(events: list[tuple[Model, Any]]) -> dict[tuple[Model, int], Any]:
    """The event before each event of the same row: as written, not as the transactions began."""
    former: dict[tuple[Model, int], Any] = {}
    latest: dict[tuple[Model, int], Any] = {}
    for kind, event in sorted(events, key=lambda pair: pair[1].pgh_id):
        former[kind, event.pgh_id] = latest.get((kind, event.pgh_obj_id))
        latest[kind, event.pgh_obj_id] = event
    return former


def _told(model: Model, pk: int, events: list[tuple[Model, Any]]) -> Iterator[tuple[Model, Any]]:
    """Events of rows that belonged to the record before or after; all of one transaction happen at once."""
    rows = _from_the_start(events)

    def belongs(kind: Model, key: int | None) -> bool:
        row = rows.get((kind, key)) if key else None
        if row is None or kind is model:
            return row is not None and key == pk
        return any(belongs(owner, getattr(row, f"{name}_id")) for owner, name in owners_of(kind))

    for _, together in groupby(events, key=_moment):
        pairs = list(together)
        touched = {(kind, event.pgh_obj_id) for kind, event in pairs}
        told = {row for row in touched if belongs(*row)}
        for kind, event in pairs:
            rows[kind, event.pgh_obj_id] = None if event.pgh_label == "delete" else event
        told |= {row for row in touched if belongs(*row)}
        yield from ((kind, event) for kind, event in pairs if (kind, event.pgh_obj_id) in told)


def _from_the_start(events: list[tuple[Model, Any]]) -> dict[tuple[Model, int], Any]:
    """Rows that are older than their history, as its first event has them."""
    first: dict[tuple[Model, int], Any] = {}
    for kind, event in events:
        first.setdefault((kind, event.pgh_obj_id), event)
    return {row: event for row, event in first.items() if event.pgh_label != "insert"}


def change_of(event: Any, words: "Words") -> Change:
    context = event.pgh_context.metadata if event.pgh_context else {}
    return Change(
        at=event.pgh_created_at,
        user=words.user(context.get("user")),
        user_pk=context.get("user"),
        through=context.get("through", ""),
        why=context.get("why", ""),
    )


def row_change(kind: Model, before: Any, event: Any, words: "Words") -> RowChange:
    match event.pgh_label:
        case "insert":
            differences = differing(kind, None, event, words)
        case "delete":
            differences = differing(kind, before or event, None, words)
        case _:
            differences = differing(kind, before, event, words)
    return RowChange(str(kind._meta.verbose_name), words.name(kind, event), event.pgh_label, differences)


def differing(kind: Model, before: Any, after: Any, words: "Words") -> list[Difference]:
    """The columns that differ between two states of a row, None being that there was none."""
    found = []
    for column in told_columns(kind):
        was, now = (words.say(column, getattr(row, column.attname)) if row else "" for row in (before, after))
        if was != now:
            found.append(Difference(str(column.verbose_name), was, now))
    return found


def told_columns(model: Model) -> list[Any]:
    return [
        column for column in model._meta.concrete_fields if column.name not in UNTOLD and not column.generated
    ]


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
            model: {row.pk: str(row) for row in with_names(model).filter(pk__in=pks)}
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
        named = (LINKS[kind].other,) if kind in LINKS else ("official", "place", "topic", "source", "party")
        for column in told_columns(kind):
            if column.is_relation and column.name in named:
                return self.say(column, getattr(event, column.attname))
        return str(kind._meta.verbose_name)
