"""What every filterset shares: strictness, and errors that say what would be right."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import QueryDict

TRACKING = ("fbclid", "gclid", "mc_cid", "mc_eid", "msclkid")


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a query, in a sentence for whoever wrote it."""

    parameter: str
    message: str
    suggestion: str = ""


class BadQuery(Exception):
    """The parameters can't be understood. Nothing is guessed: a misread filter would show wrong records."""

    def __init__(self, faults: Iterable[Fault], form: Any = None) -> None:
        self.faults = list(faults)
        self.form = form
        super().__init__("; ".join(fault.message for fault in self.faults))


def unknown(name: str, known: Iterable[str]) -> Fault:
    """A parameter that nobody reads, with the nearest one that somebody does."""
    known = sorted(known)
    nearest = get_close_matches(name.lower(), known, n=1)
    if nearest:
        return Fault(name, f"There is no parameter “{name}”. Did you mean “{nearest[0]}”?", nearest[0])
    return Fault(name, f"There is no parameter “{name}”. Known ones: {', '.join(known)}.")


def without_noise(data: QueryDict) -> QueryDict:
    """A page's parameters without empty ones (an untouched form) and those that trackers append."""
    kept = QueryDict(mutable=True)
    for name, values in data.lists():
        given = [value for value in values if value.strip()]
        if given and name not in TRACKING and not name.startswith("utm_"):
            kept.setlist(name, given)
    return kept


class StrictFilterSet(django_filters.FilterSet):
    """Narrows a queryset by URL parameters; anything that it does not understand is a BadQuery.

    ``reserved`` are further parameters that the view reads itself, such as the cursor.
    """

    def __init__(self, data: QueryDict, queryset: QuerySet, *, reserved: Iterable[str] = ()) -> None:
        super().__init__(data=data, queryset=queryset)
        self.reserved = set(reserved)

    def narrowed(self) -> QuerySet:
        """The queryset, narrowed. Raises BadQuery with every fault at once."""
        faults = self._unknown_parameters() + self._invalid_values()
        if faults:
            raise BadQuery(faults, self.form)
        return self.qs

    def _unknown_parameters(self) -> list[Fault]:
        known = set(self.filters) | self.reserved
        return [unknown(name, known) for name in self.data if name not in known]

    def _invalid_values(self) -> list[Fault]:
        errors = self.form.errors.as_data()
        return [
            Fault(name, sentence, (error.params or {}).get("suggestion", ""))
            for name, found in errors.items()
            for error in found
            for sentence in error.messages
        ]
