"""The analyst's desk: Django's admin, one module a group of nouns."""

from visits.admin import (
    accounts,
    agenda,
    evidence,
    imports,
    meetings,
    merges,
    parties,
    people,
    suggestions,
    tours,
)

__all__ = [
    "accounts",
    "agenda",
    "evidence",
    "imports",
    "meetings",
    "merges",
    "parties",
    "people",
    "suggestions",
    "tours",
]
