"""What an import says of each record: imported, imported with a note, or not, and why."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from visits.choices import Verdict
from visits.importers.historian.entries import Collection
from visits.importers.historian.grouping import exact_duplicates, suspected_duplicates, without_duplicates
from visits.importers.historian.standing import Number, Standing
from visits.importers.historian.updating import Updates
from visits.services.batches import Row


def rows(collections: Mapping[str, Collection], standing: Standing, updates: Updates) -> Iterator[Row]:
    """A row for each record that was read, numbered through."""
    number = 0
    for collection in collections.values():
        for name, verdict, says in _verdicts(collection, standing, updates):
            number += 1
            yield Row(number, verdict, says, values={"collection": collection.name, "record": name})


def _verdicts(
    collection: Collection, standing: Standing, updates: Updates
) -> Iterator[tuple[str, Verdict, str]]:
    left_out = _left_out(collection, standing)
    notes = _notes(collection, updates)
    for entry in sorted(collection.entries, key=lambda entry: entry.number):
        if entry.number in left_out:
            yield str(entry.number), Verdict.NOT_IMPORTED, left_out[entry.number]
        elif notes[entry.number]:
            yield str(entry.number), Verdict.ACCEPT_WITH_NOTE, " ".join(notes[entry.number])
        else:
            yield str(entry.number), Verdict.ACCEPT, ""
    for problem in collection.problems:
        yield problem.record, Verdict.NOT_IMPORTED, problem.sentence


def _left_out(collection: Collection, standing: Standing) -> dict[int, str]:
    found = {
        number: f"Says the same as record {kept}."
        for kept, numbers in exact_duplicates(collection.entries).items()
        for number in numbers
    }
    removed: set[Number] = standing.removed
    return found | {
        number: "Somebody has removed it here." for name, number in removed if name == collection.name
    }


def _notes(collection: Collection, updates: Updates) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for one, other in suspected_duplicates(without_duplicates(collection.entries)):
        found[one].append(f"May be the same as record {other}.")
        found[other].append(f"May be the same as record {one}.")
    for difference in updates.differences:
        if difference.collection == collection.name:
            found[difference.number].append(
                f"{difference.field}: “{difference.on_record[:200]}” was written here; "
                f"the record has “{difference.upstream[:200]}”."
            )
    return found
