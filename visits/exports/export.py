"""One export: what is written, and where the site is that it speaks of."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from visits.exports.columns import Column, Kind, Noun
from visits.exports.reading import rows_of


@dataclass(frozen=True)
class Export:
    """The records of a queryset. ``base`` is where the site is, such as https://example.org, or blank."""

    noun: Noun
    queryset: QuerySet
    base: str = ""

    def records(self) -> Iterator[Any]:
        return rows_of(self.noun.rows(self.queryset))

    def values(self, record: Any) -> list[Any]:
        """Of each column, as JSON has it: text, number, truth, list, or None where nothing is on record."""
        return [self._plain(column, column.value(record)) for column in self.noun.columns]

    def as_object(self, record: Any) -> dict[str, Any]:
        names = (column.name for column in self.noun.columns)
        return dict(zip(names, self.values(record), strict=True))

    def file_name(self, suffix: str, on: date | None = None) -> str:
        return f"readout-{self.noun.name}-{on or timezone.now().date():%Y-%m-%d}.{suffix}"

    def _plain(self, column: Column, value: Any) -> Any:
        if column.kind is Kind.ADDRESS and value:
            return f"{self.base}{value}"
        if isinstance(value, datetime):
            return value.isoformat().replace("+00:00", "Z")
        if isinstance(value, time):
            return value.isoformat()
        if isinstance(value, UUID):
            return str(value)
        return None if value == "" else value
