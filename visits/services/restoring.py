"""Writing rows back as they once stood."""

from collections import defaultdict
from typing import Any

from django.db.models import Max, Q
from django.db.models import Model as Record

from visits.models import User
from visits.models.base import Versioned
from visits.queries.parts import LINKS, Model, event_model, kinds_of, owners_of
from visits.queries.snapshots import Rows, Snapshot, columns, latest, standing
from visits.services.ownership import require_permission
from visits.services.saving import delete_checked, save_checked

# What the editorial services and the database keep is not turned back with the rest.
KEPT = {"version", "modified_at", "state", "published_at", "published_by_id"}

Standing = dict[Model, dict[int, Any]]


class Restoring:
    """A record that stands, and its parts, on the way back to a snapshot.

    ``brought_back`` are the parts that belong to another record now; ``sent_back`` those that belonged to another one
    then, filled by ``run``. Neither lists what only goes along with its owner.
    """

    def __init__(self, then: Snapshot, by: User) -> None:
        self.then = then
        self.by = by
        self.kinds = [kind for kind in kinds_of(then.model) if kind not in LINKS]
        self.here: Standing = {}
        self.away: Standing = {}
        for kind in self.kinds:
            self._look(kind)
        self.brought_back = [
            row
            for kind in self.kinds
            for row in self.away[kind].values()
            if not self._is_below(row, self.away)
        ]
        self.sent_back: list[Record] = []
        self.written = False

    def _look(self, kind: Model) -> None:
        """Which rows belong to the record now, and which belonged to it then, or hang on one of those."""
        rows = kind._base_manager
        own = Q(pk=self.then.pk) if kind is self.then.model else _below(kind, self.here)
        self.here[kind] = {row.pk: row for row in rows.filter(own)}
        wanted = Q(pk__in=self.then.rows.get(kind, {})) | _below(kind, self.away)
        self.away[kind] = {row.pk: row for row in rows.filter(wanted) if row.pk not in self.here[kind]}

    def run(self) -> None:
        """Raises PermissionDenied, IntegrityError and Overtaken: to be run in a transaction."""
        going = self._send_back()
        for kind in reversed(self.kinds):
            for row in going[kind]:
                require_permission(self.by, "delete", kind)
                delete_checked(record=row, expected=row.version)
                self.written = True
        for kind in self.kinds:
            self._write(kind)
        self._relink()

    def _send_back(self) -> dict[Model, list[Any]]:
        """Let go what belonged elsewhere then; the rows that are left are those that were not yet there."""
        staying: dict[Model, set[int]] = defaultdict(set)
        going: dict[Model, list[Any]] = {}
        for kind in self.kinds:
            extra = [
                row
                for pk, row in (self.here[kind] | self.away[kind]).items()
                if pk not in self.then.rows.get(kind, {})
            ]
            stood = _stood(kind, extra, self.then)
            going[kind] = []
            for row in extra:
                if row.pk in stood:
                    self._move(row, stood[row.pk])
                elif not self._is_below(row, staying):
                    going[kind].append(row)
                    continue
                staying[kind].add(row.pk)
        return going

    def _move(self, row: Any, event: Any) -> None:
        """Back to its owner of then and its place there, with whatever has been written on it since."""
        owner = {f"{key}_id": getattr(event, f"{key}_id") for _, key in owners_of(type(row))}
        moved = any(getattr(row, name) != value for name, value in owner.items())
        order = {"position": event.position} if hasattr(row, "position") else {}
        if moved and _update(row, owner | order, self.by):
            self.sent_back.append(row)
            self.written = True

    def _is_below(self, row: Any, owners: Any) -> bool:
        keys = owners_of(type(row))
        return any(getattr(row, f"{key}_id") in owners.get(owner, ()) for owner, key in keys)

    def _write(self, kind: Model) -> None:
        """Change the rows that stand, insert those that don't, under their old keys."""
        then = self.then.rows.get(kind, {})
        rows = kind._base_manager.in_bulk(then.keys())
        known = self.here[kind] | self.away[kind]
        for pk, row in rows.items():
            values = {name: value for name, value in columns(kind, then[pk]).items() if name not in KEPT}
            # As it was when this began: whoever has changed it since is not overwritten.
            self.written |= _update(known.get(pk, row), values, self.by)
        missing = {pk: event for pk, event in then.items() if pk not in rows}
        insert(kind, missing, self.by)
        self.written |= bool(missing)

    def _relink(self) -> None:
        for owner in link(self.then.rows):
            require_permission(self.by, "change", owner)
            self.written = True


def _below(kind: Model, owners: Standing) -> Q:
    """Rows that belong to one of these."""
    found = Q(pk__in=[])
    for owner, key in owners_of(kind):
        found |= Q(**{f"{key}__in": owners.get(owner, {})})
    return found


def _stood(kind: Model, rows: list[Any], then: Snapshot) -> dict[int, Any]:
    events = event_model(kind).objects.filter(pgh_obj__in=[row.pk for row in rows])
    return standing(latest(events.filter(pgh_created_at__lte=then.at)))


def _update(row: Any, values: dict[str, Any], by: User) -> bool:
    """Whether there was something to change. The row is written only if nobody has changed it since it was read."""
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    if changed:
        require_permission(by, "change", type(row))
        for name, value in changed.items():
            setattr(row, name, value)
        save_checked(record=row, expected=row.version)
    return bool(changed)


def insert(kind: Model, events: dict[int, Any], by: User | None = None) -> None:
    """Rows as their events have them, under their old keys; a version goes on from the last one that is known.

    Raises PermissionDenied unless ``by`` may add such rows; without a person it is not asked.
    """
    if not events:
        return
    if by is not None:
        require_permission(by, "add", kind)
    rows = {pk: columns(kind, event) for pk, event in events.items()}
    if issubclass(kind, Versioned):
        known = event_model(kind).objects.filter(pgh_obj__in=events).order_by()
        for pk, version in known.values_list("pgh_obj").annotate(Max("version")):
            rows[pk] |= {"version": version + 1}
            del rows[pk]["modified_at"]
    kind._base_manager.bulk_create((kind._meta.concrete_model or kind)(**values) for values in rows.values())


def link(rows: Rows) -> list[Model]:
    """Give the records of these rows the links that they had, and no others; the kinds of record that this changed."""
    changed = []
    for kind, of in LINKS.items():
        (owner, _), *_ = owners_of(kind)
        keys = (f"{of.owner}_id", f"{of.other}_id")
        wanted = {tuple(getattr(event, key) for key in keys) for event in rows.get(kind, {}).values()}
        present = kind._base_manager.filter(**{f"{of.owner}__in": rows.get(owner, {})})
        found = {tuple(getattr(row, key) for key in keys): row.pk for row in present}
        kind._base_manager.filter(pk__in=[pk for pair, pk in found.items() if pair not in wanted]).delete()
        kind._base_manager.bulk_create(
            kind(**dict(zip(keys, pair, strict=True))) for pair in sorted(wanted - found.keys())
        )
        if wanted != found.keys():
            changed.append(owner)
    return changed
