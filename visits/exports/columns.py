"""What a column of an export is: a name that stays, where its value comes from, and what kind of value it is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db.models import Model, QuerySet

from visits.filtersets import StrictFilterSet
from visits.keyset import Order


class Kind(Enum):
    """Kinds of values, each with the word that the documentation uses."""

    TEXT = "text"
    ADDRESS = "address"
    DATE = "partial date"
    TIME = "time"
    MOMENT = "moment"
    NUMBER = "number"
    TRUTH = "true or false"
    LIST = "list"


@dataclass(frozen=True)
class Column:
    """One column. ``source`` is a path of attributes, of which any may be None, or a function of the record."""

    name: str
    source: str | Callable[[Any], Any]
    says: str
    kind: Kind = Kind.TEXT

    def value(self, record: Any) -> Any:
        """The value in its own type: None or an empty text, if there is none; a list for a list."""
        if callable(self.source):
            return self.source(record)
        for name in self.source.split("."):
            if record is None:
                return None
            record = getattr(record, name)
        return record


@dataclass(frozen=True)
class Noun:
    """What is exported of one noun. ``name`` is the word of its addresses, ``rows`` adds what the columns need.

    ``places`` gives the places of a record that a map shows, for nouns that have any.
    """

    name: str
    label: str
    model: type[Model]
    filterset: type[StrictFilterSet]
    rows: Callable[[Any], QuerySet]
    columns: Sequence[Column]
    orders: Mapping[str, Order]
    places: Callable[[Any], list[Any]] | None = None

    def public(self) -> QuerySet:
        """What an export may hold, whoever asks: a file goes on to others."""
        return self.model._default_manager.public()  # type: ignore[attr-defined]
