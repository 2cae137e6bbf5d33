"""From the cells of a package to the values of fields."""

from datetime import time
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import DateTimeField, Field, TimeField
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive

from visits.cells import unescape_cell
from visits.exports.tables import kind_of
from visits.importers.package_files import BadPackage

TRUTHS = {"true": True, "false": False}


def identifiers_in(cell: str) -> list[UUID]:
    """The identifiers of a cell. Raises ValueError."""
    return [UUID(word) for word in cell.split()]


def value_in(column: Field, cell: str) -> Any:
    """The value of a field that is no relation. Raises BadPackage without saying where."""
    try:
        value = _read(column, cell)
        # Fields that nobody edits in a form have no rules for one.
        return value if value is None or not column.editable else column.clean(value, None)
    except ValidationError as error:
        raise BadPackage(f"{column.name}: {' '.join(error.messages)}") from None
    except (ValueError, KeyError):
        raise BadPackage(f"{column.name}: “{cell[:80]}” is no {kind_of(column)}.") from None


def _read(column: Field, cell: str) -> Any:
    kind = kind_of(column)
    if column.name == "uuid":
        return UUID(cell)
    if kind == "string":
        return unescape_cell(cell)
    if cell == "" and column.null:
        return None
    if kind == "boolean":
        return TRUTHS[cell]
    if kind == "integer":
        return int(cell)
    if kind == "number":
        return float(cell)
    return _moment(cell) if isinstance(column, DateTimeField) else _time(column, cell)


def _moment(cell: str) -> Any:
    moment = parse_datetime(cell)
    if moment is None or is_naive(moment):
        raise ValueError
    return moment


def _time(column: Field, cell: str) -> time:
    if not isinstance(column, TimeField):
        raise ValueError
    return time.fromisoformat(cell)
