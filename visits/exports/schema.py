"""``datapackage.json``: what is in a package (Data Package 2.0, Table Schema 2.0)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Field
from django.db.models import fields as kinds

from visits import dates
from visits.exports.tables import BY_MODEL, Table, kind_of
from visits.fields import PartialDateField

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
# Of the format: another first figure is another format.
VERSION = "1.0.0"
DESCRIPTION = (
    "Who met whom, where, on which tour, what each side said, and who says so: every public record. A text that begins "
    "with =, +, -, @, a tab or a carriage return has an apostrophe before it, as has one that begins with apostrophes "
    "and then one of these: take one away. Dates are as far as they are known: 2024-01-06, 2024-01 or 2024."
)
LICENSE = {
    "name": "CC0-1.0",
    "path": "https://creativecommons.org/publicdomain/zero/1.0/",
    "title": "CC0 1.0 Universal",
}


@dataclass(frozen=True)
class File:
    """One file of a package as it was written."""

    table: Table
    rows: int
    size: int
    sha256: str


def descriptor(files: Sequence[File], created: str) -> dict[str, Any]:
    """The package. ``created`` is when the record was last changed, so that the same record is the same package."""
    return {
        "$schema": PROFILE,
        "name": "readout",
        "title": "Readout: the public record",
        "description": DESCRIPTION,
        "version": VERSION,
        "created": created,
        "licenses": [LICENSE],
        "resources": [_resource(file) for file in files],
    }


def _resource(file: File) -> dict[str, Any]:
    return {
        "name": file.table.name,
        "description": file.table.says,
        "type": "table",
        "path": file.table.path,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": file.size,
        "hash": f"sha256:{file.sha256}",
        "rows": file.rows,
        "schema": table_schema(file.table),
    }


def table_schema(table: Table) -> dict[str, Any]:
    """The columns of a table, and to which tables they refer."""
    described: dict[str, Any] = {"fields": [_field(column) for column in table.fields()]}
    if table.has_uuid:
        described["primaryKey"] = ["uuid"]
    keys = [_foreign_key(column) for column in table.singles() if column.is_relation]
    return described | ({"foreignKeys": keys} if keys else {})


def _field(column: Field) -> dict[str, Any]:
    described: dict[str, Any] = {"name": column.name, "type": kind_of(column)}
    if column.many_to_many:
        target = BY_MODEL[column.related_model].name  # type: ignore[index]
        return described | {"description": f"Identifiers (uuid) of {target}, with spaces between."}
    if column.is_relation or isinstance(column, kinds.UUIDField):
        described["format"] = "uuid"
    if isinstance(column, PartialDateField):
        described["constraints"] = {"pattern": dates.PATTERN.strip("^$")}
    return described


def _foreign_key(column: Field) -> dict[str, Any]:
    target = BY_MODEL[column.related_model].name  # type: ignore[index]
    return {"fields": [column.name], "reference": {"resource": target, "fields": ["uuid"]}}
