"""Paging by key: a page begins after the last row of the one before, whatever was added or edited since."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Expression, F, Func, Model, QuerySet, Value
from django.db.models import fields as model_fields
from django.db.models.lookups import GreaterThan, LessThan
from django.utils.timezone import is_naive

from visits.filtersets.base import BadQuery, Fault

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 500
PARAMETERS = ("cursor", "limit", "ordering")


class Row(Func):
    """A row value. Compared as one, it walks an index over the same columns."""

    function = "ROW"
    output_field = model_fields.BooleanField()


@dataclass(frozen=True)
class Order:
    """A total order: columns that are never NULL, all in one direction, the last one unique."""

    columns: tuple[str, ...]
    descending: bool = False

    def keys(self, *, backwards: bool) -> list[Expression]:
        descend = self.descending != backwards
        return [F(name).desc() if descend else F(name).asc() for name in self.columns]

    def beyond(self, position: Sequence[Any], *, backwards: bool) -> LessThan | GreaterThan:
        lookup = LessThan if self.descending != backwards else GreaterThan
        return lookup(Row(*(F(name) for name in self.columns)), Row(*(Value(value) for value in position)))


BY_NAME = {"name": Order(("name", "id")), "-name": Order(("name", "id"), descending=True)}
BY_TITLE = {"title": Order(("title", "id")), "-title": Order(("title", "id"), descending=True)}
BY_DATE = {
    "-date": Order(("start_earliest", "id"), descending=True),
    "date": Order(("start_earliest", "id")),
}
BY_CREATION = {"-created": Order(("id",), descending=True), "created": Order(("id",))}


@dataclass(frozen=True)
class Page:
    """The rows of one page, and the cursors of its neighbours; None where there is none."""

    rows: list[Any]
    next: str | None = None
    previous: str | None = None


@dataclass(frozen=True)
class Paging:
    """What a client asked for: where to begin, how many, in which order."""

    order: Order
    limit: int = DEFAULT_LIMIT
    backwards: bool = False
    position: tuple[Any, ...] = field(default=())

    def page(self, queryset: QuerySet) -> Page:
        """One page of the queryset; raises BadQuery for a cursor that does not fit it."""
        rows = queryset.order_by(*self.order.keys(backwards=self.backwards))
        if self.position:
            rows = rows.filter(self.order.beyond(self._typed(queryset), backwards=self.backwards))
        found = list(rows[: self.limit + 1])
        more = len(found) > self.limit
        found = found[: self.limit]
        if self.backwards:
            found.reverse()
        after, before = (bool(self.position), more) if self.backwards else (more, bool(self.position))
        return Page(
            rows=found,
            next=self._cursor(found[-1], "n") if after and found else None,
            previous=self._cursor(found[0], "p") if before and found else None,
        )

    def _typed(self, queryset: QuerySet) -> list[Any]:
        """The cursor's values as the columns' own types, so that nothing else reaches the database."""
        if len(self.position) != len(self.order.columns):
            raise bad_cursor()
        try:
            typed = [
                column_field(queryset, name).to_python(value)
                for name, value in zip(self.order.columns, self.position, strict=True)
            ]
        except (ValidationError, TypeError, ValueError, OverflowError) as error:
            raise bad_cursor() from error
        if any(isinstance(value, datetime) and is_naive(value) for value in typed):
            raise bad_cursor()
        return typed

    def _cursor(self, row: Model, direction: str) -> str:
        values = [_plain(getattr(row, name)) for name in self.order.columns]
        text = json.dumps([direction, *values], separators=(",", ":"))
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def column_field(queryset: QuerySet, name: str) -> model_fields.Field:
    """The field behind a column, an annotation included."""
    annotation = queryset.query.annotations.get(name)
    return annotation.output_field if annotation is not None else queryset.model._meta.get_field(name)


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | str) else value.isoformat()


def _storable(value: Any) -> bool:
    """Whether PostgreSQL can compare with it: a bigint, or text without NUL."""
    if isinstance(value, str):
        return "\x00" not in value
    return isinstance(value, int) and abs(value) < 2**63


def bad_cursor() -> BadQuery:
    return BadQuery(
        [Fault("cursor", "The cursor is not one that this list gave out. Begin at the first page.")]
    )


def read(data: Mapping[str, str], orders: Mapping[str, Order], *, largest: int = LARGEST_LIMIT) -> Paging:
    """The paging that the parameters ask for; the first of ``orders`` is the default. Raises BadQuery."""
    name = data.get("ordering") or next(iter(orders))
    faults = []
    if name not in orders:
        faults.append(Fault("ordering", f"“{name}” is not an order. Known ones: {', '.join(orders)}."))
    limit = _limit(data.get("limit", ""), largest, faults.append)
    direction, *position = _decoded(data.get("cursor", ""), faults.append)
    if faults:
        raise BadQuery(faults)
    return Paging(orders[name], limit, direction == "p", tuple(position))


def _limit(text: str, largest: int, report: Callable[[Fault], None]) -> int:
    if not text:
        return min(DEFAULT_LIMIT, largest)
    if not text.isascii() or not text.isdigit() or len(text) > 9 or not 1 <= int(text) <= largest:
        report(Fault("limit", f"Write a whole number from 1 to {largest}."))
        return largest
    return int(text)


def _decoded(cursor: str, report: Callable[[Fault], None]) -> list[Any]:
    if not cursor:
        return ["n"]
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        decoded = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if not isinstance(decoded, list) or decoded[0] not in ("n", "p"):
            raise ValueError
        if not 2 <= len(decoded) <= 5 or not all(_storable(part) for part in decoded):
            raise ValueError
    except (ValueError, IndexError, RecursionError):
        report(bad_cursor().faults[0])
        return ["n"]
    return decoded
