"""The published versions of a tour or a meeting: when each became public, and what it changed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from visits.choices import EditorialState
from visits.filtersets.moments import as_text
from visits.models import Meeting, Tour
from visits.queries.history import Difference, RowChange, told_columns
from visits.queries.parts import LINKS, Model, event_model, owners_of, tracks
from visits.queries.relations import Relations, named_columns
from visits.queries.snapshots import Rows, attached, standing

MOST_VERSIONS = 100
NAMED_BY = ("title", "name", "text", "value", "locale_text")


@dataclass(frozen=True)
class Publication:
    """A span of time in which a record was public; ``event`` is its own row when that began."""

    since: datetime
    until: datetime | None
    event: Any

    def covers(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True)
class Version:
    """What was published at one moment, and how it differs from what was published before."""

    number: int
    since: datetime
    until: datetime | None
    before: datetime | None
    changes: list[RowChange] = field(default_factory=list)

    @property
    def known_at(self) -> str:
        """The moment as an address has it."""
        return as_text(self.since)


def publications(record: Tour | Meeting) -> list[Publication]:
    """The spans in which the record was public, the earliest first. One query."""
    spans: list[Publication] = []
    begun = None
    for event in event_model(type(record)).objects.filter(pgh_obj=record.pk).order_by("pgh_id"):
        public = event.state == EditorialState.PUBLISHED and event.pgh_label != "delete"
        if public and begun is None:
            begun = event
        elif begun is not None and not public:
            spans.append(Publication(_since(begun), event.pgh_created_at, begun))
            begun = None
    if begun is not None:
        spans.append(Publication(_since(begun), None, begun))
    return [span for span in spans if span.until is None or span.since < span.until]


def _since(event: Any) -> datetime:
    """When it was published. The time of the event is that at which its transaction began; an edit that was
    saved while that one waited is part of what was published."""
    return max(event.pgh_created_at, event.published_at)


def versions_of(record: Tour | Meeting) -> list[Version]:
    """The published versions, the newest first, a hundred at most. As many queries for one as for all."""
    spans = publications(record)
    if not spans:
        return []
    events = _all_events(type(record), record.pk, spans[-1].since)
    shown = spans[-MOST_VERSIONS - 1 :]
    states = [_rows_at(type(record), events, span.since) for span in shown]
    words = _Words(states)
    versions = []
    for position, span in enumerate(shown):
        number = len(spans) - len(shown) + position + 1
        before = shown[position - 1].since if position else None
        changes = list(words.changes(states[position - 1], states[position])) if position else []
        versions.append(Version(number, span.since, span.until, before, changes))
    return versions[::-1][:MOST_VERSIONS]


def _all_events(model: Model, pk: int, until: datetime) -> dict[Model, dict[int, Any]]:
    """Every event up to the moment, by kind and its own key, the oldest first."""
    found: dict[Model, dict[int, Any]] = {}
    for kind, events in tracks(model, Q(pgh_obj=pk)):
        rows = events.filter(pgh_created_at__lte=until).order_by("pgh_id")
        found[kind] = found.get(kind, {}) | {event.pgh_id: event for event in rows}
    return found


def _rows_at(model: Model, events: dict[Model, dict[int, Any]], at: datetime) -> Rows:
    rows: Rows = {}
    for kind, found in events.items():
        ordered = (found[key] for key in sorted(found))
        latest = {event.pgh_obj_id: event for event in ordered if event.pgh_created_at <= at}
        rows[kind] = standing(latest.values())
    return attached(model, rows)


class _Words:
    """Says what differs between two versions, in words that are public."""

    def __init__(self, states: list[Rows]) -> None:
        self.relations = Relations(
            (kind, event) for rows in states for kind, found in rows.items() for event in found.values()
        )

    def changes(self, old: Rows, new: Rows) -> Iterator[RowChange]:
        """Row by row: the record's own first, then its parts, kind by kind."""
        for kind in new:
            before, after = (_identified(kind, rows.get(kind, {})) for rows in (old, new))
            for key in [*before, *(key for key in after if key not in before)]:
                change = self._change(kind, before.get(key), after.get(key), old, new)
                if change.differences or change.action != "update":
                    yield change

    def _change(self, kind: Model, was: Any, now: Any, old: Rows, new: Rows) -> RowChange:
        action = "update" if was and now else "insert" if now else "delete"
        name = self._name(kind, now or was, new if now else old)
        differences = []
        for column in _public_columns(kind):
            before = self._say(column, was) if was else ""
            after = self._say(column, now) if now else ""
            if before != after:
                differences.append(Difference(str(column.verbose_name), before, after))
        return RowChange(str(kind._meta.verbose_name), name, action, differences)

    def _say(self, column: Any, event: Any) -> str:
        value = getattr(event, column.attname)
        if column.is_relation:
            return str(self.relations.get(column.related_model, value) or "")
        if value is None:
            return ""
        if isinstance(value, bool):
            return "yes" if value else "no"
        return str(dict(column.flatchoices).get(value, value))

    def _name(self, kind: Model, event: Any, rows: Rows) -> str:
        """The row's own words, else what it points at; and, of a citation, what it is for."""
        own = next((str(getattr(event, name)) for name in NAMED_BY if getattr(event, name, "")), "")
        related = (self._say(column, event) for column in named_columns(kind))
        name = own[:120] or next(filter(None, related), "")
        owner = _owner(kind, event)
        if owner is None or owner[0] in (Tour, Meeting):
            return name
        model, pk = owner
        standing_owner = rows.get(model, {}).get(pk)
        about = self._name(model, standing_owner, rows) if standing_owner else ""
        return f"{name} ({about})" if about else name


def _identified(kind: Model, rows: dict[int, Any]) -> dict[Any, Any]:
    """By what makes two rows the same: the key, or of a link, that may be made anew, the two that it links."""
    if kind not in LINKS:
        return dict(sorted(rows.items()))
    link = LINKS[kind]
    return {
        (getattr(event, f"{link.owner}_id"), getattr(event, f"{link.other}_id")): event
        for event in rows.values()
    }


def _owner(kind: Model, event: Any) -> tuple[Model, int] | None:
    """What the row is a part of, unless it is the record itself."""
    keys = ((model, getattr(event, f"{key}_id")) for model, key in owners_of(kind))
    return next(((model, pk) for model, pk in keys if pk is not None), None)


def _public_columns(kind: Model) -> list[Any]:
    """Values, and what may be named; that a record is published goes without saying."""
    named = named_columns(kind)
    return [
        column
        for column in told_columns(kind)
        if column.name != "state" and (not column.is_relation or column in named)
    ]
