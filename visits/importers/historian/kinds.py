"""What kind of journey the words of a record make it."""

import re
from collections.abc import Iterable

from visits.choices import TourKind

# “Unofficial” and “informal” are none of these; an official working visit is a working visit.
PATTERNS = {
    TourKind.STATE: r"\bstate visit\b",
    TourKind.WORKING: r"\b(?:official )?working visit\b",
    TourKind.OFFICIAL: r"\bofficial visit\b",
    TourKind.PRIVATE: r"\b(?:private|personal)(?: and private)?,? visit\b|\bvacation\b",
    TourKind.SHUTTLE: r"\bshuttle (?:diplomacy|negotiations)\b",
    TourKind.TRANSIT: r"^(?:stopped|stopover|transit|in transit)\b",
    TourKind.ATTENDANCE: r"^(?:attended|participated in)\b",
}


def kind_of(text: str) -> TourKind:
    """The first kind that the words name; unspecified where they name none."""
    found = [
        (match.start(), kind)
        for kind, pattern in PATTERNS.items()
        if (match := re.search(pattern, text, re.IGNORECASE))
    ]
    return min(found, key=lambda pair: pair[0])[1] if found else TourKind.UNSPECIFIED


def kind_of_all(texts: Iterable[str]) -> TourKind:
    """The kind of a tour of several stops: the one that each of them names."""
    kinds = {kind_of(text) for text in texts}
    return kinds.pop() if len(kinds) == 1 else TourKind.UNSPECIFIED
