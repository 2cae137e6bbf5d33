"""Writes the tables of a package, each row as it was: identifier, version and time of change included."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import CASCADE, Field, Model

from visits.exports.tables import Table
from visits.importers.package_cells import identifiers_in, value_in
from visits.importers.package_files import BadPackage, Package
from visits.models import Party, Place

AT_ONCE = 500
# What stands in every migrated database, and by what else than its identifier it is known there.
REFERENCE: dict[type[Model], tuple[str, ...]] = {Party: ("code",), Place: ("country_id", "name")}
KEPT = {"version", "modified_at"}
Line = tuple[int, list[str]]


class Skipped(Exception):
    """The row belongs to something that is left as it is."""


@dataclass
class Row:
    """One row as the database has it; the lists are still identifiers."""

    line: int
    values: dict[str, Any]
    lists: dict[str, list[UUID]]


@dataclass
class Restoring:
    """One import. ``published``: further columns of what has an editorial state.

    ``adding``: what is on record is left as it is, with all that belongs to it. Else reference data becomes what the
    package says, and nothing else is on record.
    """

    package: Package
    adding: bool
    published: dict[str, Any]
    keys: dict[type[Model], dict[UUID, int]] = field(default_factory=dict)
    left: dict[type[Model], set[int]] = field(default_factory=dict)
    skipped: set[str] = field(default_factory=set)
    made: dict[type[Model], list[int]] = field(default_factory=dict)

    def restore(self, table: Table) -> None:
        """Write one table; those that it refers to have been written. Raises BadPackage."""
        self.keys[table.model], self.left[table.model], self.made[table.model] = {}, set(), []
        if not table.has_uuid and not self.adding:
            table.model._default_manager.all().delete()
        links: list[tuple[int, Row]] = []
        linking: list[tuple[int, Row]] = []
        for some in self._batches(table):
            if self.adding and table.has_uuid:
                some = self._not_on_record(table, some)
            rows = [row for line in some if (row := self._row(table, *line)) is not None]
            written = self._write(table, rows)
            linking += written if table.lists() else []
            links += [(pk, row) for pk, row in written if any(row.lists.values())]
        for column in table.lists():
            self._link(table, column, links)
        _recount(table, linking)

    def remove_the_rest(self) -> None:
        """Reference data that the package does not have is not on record where it comes from."""
        Place.objects.exclude(pk__in=self.keys[Place].values()).delete()
        rest = Party.objects.exclude(pk__in=self.keys[Party].values())
        rest.filter(part_of__isnull=False).update(part_of=None)
        rest.delete()

    def _batches(self, table: Table) -> Iterator[list[Line]]:
        """The lines, some at a time; of a tree, what is above before what is below."""
        lines = self._counted(table)
        above = [n for n, column in enumerate(table.fields()) if _is_parent(table, column)]
        for level in _levels(table, list(lines), above[0]) if above else [lines]:
            waiting = iter(level)
            while some := list(islice(waiting, AT_ONCE)):
                yield some

    def _counted(self, table: Table) -> Iterator[Line]:
        number = 0
        for line in self.package.lines(table):
            number += 1
            yield line
        said = self.package.rows[table.name]
        if number != said:
            raise BadPackage(f"{table.path}: the number of rows is {number:,}; it should be {said:,}.")

    def _not_on_record(self, table: Table, lines: list[Line]) -> list[Line]:
        """The lines but for those whose identifier is on record, which are left, whatever they say."""
        given = [_identifiers(table.fields()[0], cells[0]) for _, cells in lines]
        found = dict(
            table.model._default_manager.filter(
                uuid__in=[uuid for uuids in given for uuid in uuids]
            ).values_list("uuid", "pk")
        )
        self.keys[table.model] |= found
        self.left[table.model] |= set(found.values())
        return [line for line, uuids in zip(lines, given, strict=True) if not set(uuids) & found.keys()]

    def _row(self, table: Table, line: int, cells: list[str]) -> Row | None:
        """The row, or None if it belongs to something that is left as it is."""
        row = Row(line, {}, {})
        try:
            for column, cell in zip(table.fields(), cells, strict=True):
                if column.many_to_many:
                    row.lists[column.name] = _identifiers(column, cell)
                elif column.is_relation:
                    row.values[column.attname] = self._key(column, cell)
                else:
                    row.values[column.name] = value_in(column, cell)
        except BadPackage as error:
            raise BadPackage(f"{table.path}, line {line}: {error}") from None
        except Skipped:
            self.skipped.add(cells[0])
            return None
        return row

    def _key(self, column: Field, cell: str) -> int | None:
        found = _identifiers(column, cell)
        if not found and column.null:
            return None
        if len(found) != 1:
            raise BadPackage(f"{column.name}: one identifier is needed.")
        key = self.keys[column.related_model].get(found[0])  # type: ignore[index]
        if key is None and str(found[0]) in self.skipped:
            raise Skipped
        if key is None:
            raise BadPackage(f"{column.name}: {found[0]} is not in the package.")
        owned = getattr(column.remote_field, "on_delete", None) is CASCADE
        if owned and key in self.left[column.related_model]:  # type: ignore[index]
            raise Skipped
        return key

    def _write(self, table: Table, rows: list[Row]) -> list[tuple[int, Row]]:
        """Write what is not on record; the keys of the rows whose lists are to be written, too."""
        standing = _standing(table, rows) if table.has_uuid else {}
        kept, new = [], []
        for number, row in enumerate(rows):
            if number in standing:
                kept.append((standing[number], row))
            else:
                new.append(row)
        state = self.published if hasattr(table.model, "published_by") else {}
        made = table.model._default_manager.bulk_create(table.model(**row.values, **state) for row in new)
        self.made[table.model] += [record.pk for record in made]
        written = [(record.pk, row) for record, row in zip(made, new, strict=True)]
        if table.has_uuid:
            self.keys[table.model] |= {row.values["uuid"]: pk for pk, row in [*written, *kept]}
        if self.adding:
            self.left[table.model] |= {pk for pk, _ in kept}
            return written
        if kept:
            _bring_to(table, kept)
        return [*written, *kept]

    def _link(self, table: Table, column: Field, links: list[tuple[int, Row]]) -> None:
        """The rows of a many-to-many relation."""
        through: Any = column.remote_field.through  # type: ignore[union-attr]
        own, other = f"{column.m2m_field_name()}_id", f"{column.m2m_reverse_field_name()}_id"  # type: ignore[attr-defined]
        if not self.adding:
            through._default_manager.all().delete()
        known = self.keys[column.related_model]  # type: ignore[index]
        pairs = []
        for pk, row in links:
            for uuid in row.lists[column.name]:
                if uuid not in known:
                    raise BadPackage(
                        f"{table.path}, line {row.line}: {column.name}: {uuid} is not in the package."
                    )
                pairs.append(through(**{own: pk, other: known[uuid]}))
        through._default_manager.bulk_create(pairs, batch_size=AT_ONCE)


def _is_parent(table: Table, column: Field) -> bool:
    return column.related_model is table.model and not column.many_to_many


def _levels(table: Table, waiting: list[Line], above: int) -> Iterator[list[Line]]:
    known = {""}
    while waiting:
        ready = [(line, cells) for line, cells in waiting if cells[above] in known]
        if not ready:
            raise BadPackage(f"{table.path}, line {waiting[0][0]}: what it belongs to is not in the package.")
        waiting = [(line, cells) for line, cells in waiting if cells[above] not in known]
        known |= {cells[0] for _, cells in ready}
        yield ready


def _identifiers(column: Field, cell: str) -> list[UUID]:
    try:
        return identifiers_in(cell)
    except ValueError:
        raise BadPackage(f"{column.name}: “{cell[:80]}” is no identifier.") from None


def _standing(table: Table, rows: list[Row]) -> dict[int, int]:
    """The keys of the rows that are on record, by their number among these."""
    manager = table.model._default_manager
    by_uuid = dict(manager.filter(uuid__in=[row.values["uuid"] for row in rows]).values_list("uuid", "pk"))
    names = REFERENCE.get(table.model, ())
    by_name: dict[tuple[Any, ...], int] = {}
    if names:
        first = {f"{names[-1]}__in": [row.values[names[-1]] for row in rows]}
        by_name = {tuple(found): pk for *found, pk in manager.filter(**first).values_list(*names, "pk")}
    found = {}
    for number, row in enumerate(rows):
        pk = by_uuid.get(row.values["uuid"])
        if pk is None and names:
            pk = by_name.get(tuple(row.values[name] for name in names))
        if pk is not None:
            found[number] = pk
    return found


def _recount(table: Table, rows: list[tuple[int, Row]]) -> None:
    """Give back the versions that the package says: links count as changes of the records that they belong to."""
    model: Any = table.model
    records = [
        model(pk=pk, version=row.values["version"], modified_at=row.values["modified_at"]) for pk, row in rows
    ]
    model._default_manager.bulk_update(records, ["version", "modified_at"], batch_size=AT_ONCE)


def _bring_to(table: Table, kept: list[tuple[int, Row]]) -> None:
    """Make rows on record what the package says. The version comes last: a change of the rest counts it up."""
    manager = table.model._default_manager
    standing = {record.pk: record for record in manager.filter(pk__in=[pk for pk, _ in kept])}
    for pk, row in kept:
        record: Any = standing[pk]
        changed = {name: value for name, value in row.values.items() if getattr(record, name) != value}
        if set(changed) - KEPT:
            manager.filter(pk=pk).update(**{n: v for n, v in changed.items() if n not in KEPT})
        record.version, record.modified_at = row.values["version"], row.values["modified_at"]
    manager.bulk_update(standing.values(), ["version", "modified_at"], batch_size=AT_ONCE)
