"""The figures of an import: what was read, what stays of it, and whom and where it is about."""

from collections import Counter
from typing import Any

from visits.importers.historian import countries, grouping
from visits.importers.historian.entries import Collection, Entry
from visits.importers.historian.reading import TRAVELS

TOP = 10


def figures(collection: Collection) -> dict[str, Any]:
    """What the report says of one collection, before anything is written."""
    entries = grouping.without_duplicates(collection.entries)
    tours = tours_of(collection)
    travellers = {"travellers": len({entry.who for entry in entries})} if collection.name == TRAVELS else {}
    return {
        "records_read": collection.records_read,
        "records_unique": len(entries),
        "exact_duplicates": len(collection.entries) - len(entries),
        **travellers,
        "countries": len({countries.merged(entry.country_id) for entry in entries}),
        "parties": len({entry.party for entry in entries}),
        "tours": len(tours),
        "tours_with_two_or_more_stops": sum(len(tour) > 1 for tour in tours),
        "top_countries": top_countries(entries),
        "suspected_duplicates": grouping.suspected_duplicates(entries),
        "errors": [
            {
                "record": problem.record,
                "file": problem.file,
                "field": problem.field,
                "sentence": problem.sentence,
            }
            for problem in collection.problems
        ],
    }


def tours_of(collection: Collection) -> list[list[Entry]]:
    """Journeys: those of a traveller by their dates; each visit is one of its own."""
    entries = grouping.without_duplicates(collection.entries)
    return grouping.tours(entries) if collection.name == TRAVELS else [[entry] for entry in entries]


def both(collections: dict[str, Collection]) -> dict[str, int]:
    """The figures of the two collections taken together."""
    entries = [
        entry for found in collections.values() for entry in grouping.without_duplicates(found.entries)
    ]
    return {
        "records_read": sum(found.records_read for found in collections.values()),
        "records_unique": len(entries),
        "countries": len({countries.merged(entry.country_id) for entry in entries}),
        "parties": len({entry.party for entry in entries}),
    }


def top_countries(entries: list[Entry]) -> list[dict[str, Any]]:
    """The countries with the most records: the Historian's, by the party under which they count."""
    counted = Counter(countries.merged(entry.country_id) or "" for entry in entries)
    return [
        {"key": key, "n": n} for key, n in sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:TOP]
    ]
