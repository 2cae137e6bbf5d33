"""What is one record and what is one tour: exact duplicates, tours, suspected duplicates."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby

from visits.importers.historian.entries import Entry

NEXT_DAY = dt.timedelta(days=1)


def exact_duplicates(entries: Iterable[Entry]) -> dict[int, list[int]]:
    """The numbers of records that say the same as another, by the lowest number, which stays."""
    alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
    for entry in entries:
        alike[entry.content].append(entry.number)
    return {min(numbers): sorted(numbers)[1:] for numbers in alike.values() if len(numbers) > 1}


def without_duplicates(entries: Iterable[Entry]) -> list[Entry]:
    """The records that stay, in the order in which a journey is told: by start, end, number."""
    entries = list(entries)
    dropped = {number for numbers in exact_duplicates(entries).values() for number in numbers}
    return sorted((entry for entry in entries if entry.number not in dropped), key=in_order)


def in_order(entry: Entry) -> tuple[dt.date, dt.date, int]:
    return entry.start, entry.end, entry.number


def tours(entries: Iterable[Entry]) -> list[list[Entry]]:
    """The journeys of each traveller, out of records without duplicates.

    A stop joins the running tour when it begins no later than the day after the latest end so far in it; the end of the
    last stop alone would tear apart a tour that has a long stay with others inside (Kissinger's shuttles).
    """
    found: list[list[Entry]] = []
    for _, group in groupby(sorted(entries, key=lambda entry: (entry.who, in_order(entry))), _who):
        latest = dt.date.min
        for entry in group:
            if not found or latest == dt.date.min or entry.start > latest + NEXT_DAY:
                found.append([entry])
            else:
                found[-1].append(entry)
            latest = max(latest, entry.end)
    return found


def _who(entry: Entry) -> str:
    return entry.who


def suspected_duplicates(entries: Iterable[Entry]) -> list[list[int]]:
    """Pairs of numbers, for a person to look at, out of records without exact duplicates.

    The same traveller in the same country, from the same day on or overlapping by more than a day: the later start lies
    before the earlier end. A day spent elsewhere within a longer stay is none.
    """
    stays: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in sorted(entries, key=in_order):
        stays[entry.who, entry.country_id].append(entry)
    pairs = []
    for same in stays.values():
        for position, entry in enumerate(same):
            for later in same[position + 1 :]:
                if later.start > entry.end:
                    break
                if later.start == entry.start or later.start < min(entry.end, later.end):
                    pairs.append(sorted([entry.number, later.number]))
    return sorted(pairs)
