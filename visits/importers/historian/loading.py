"""The Historian's records into the database: one run, all or nothing, one import that a reviewer publishes at once.

What is on record is found by collection and number. What is new is added, what has changed upstream is updated unless
somebody has edited it here, what has vanished upstream is told. No tour is ever regrouped.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from visits.choices import BatchState, ImportKind
from visits.importers.historian import figures, updating, verdicts, writing
from visits.importers.historian.entries import Collection, Entry, Problem, gather
from visits.importers.historian.persons import Persons
from visits.importers.historian.places import Places
from visits.importers.historian.reading import Progress, Record, files_of, read, size_of
from visits.importers.historian.shaping import location, sender
from visits.importers.historian.sources import Sources
from visits.importers.historian.standing import Number, number_of, vanished, what_stands
from visits.importers.historian.suggesting import suggest
from visits.importers.reference import identifier, party_rows
from visits.models import ImportBatch, Party, Tour, User
from visits.services import batch_publishing, batches

# Any number of our own.
LOCK = 1_919_250_800
MEANWHILE = "Somebody has written the same meanwhile; nothing was imported. Import again."
Report = dict[str, Any]
Step = Callable[[str, int, int], None]
Groups = list[list[Entry]]


@dataclass(slots=True)
class Outcome:
    """What an import did, or would have done."""

    added: set[Number] = field(default_factory=set)
    updates: updating.Updates = field(default_factory=updating.Updates)
    suggestions: int = 0

    @property
    def is_nothing(self) -> bool:
        return not (self.added or self.updates.updated or self.suggestions)


def import_historian(
    *, paths: Sequence[Path], reviewer: User | None = None, dry_run: bool = False, step: Step | None = None
) -> Report:
    """Import files and folders; the reviewer, if there is one, publishes what they brought. Returns the figures.

    ``step`` is told what is done at the moment, how much of it, and out of how much. Raises Unreadable for a file that
    can't be read and PermissionDenied for somebody who may not publish; then nothing is written.
    """
    step = step or (lambda what, done, total: None)
    files, passed_over = files_of(list(paths))
    collections = gather(_records(files, step))
    if reviewer is not None:
        batch_publishing.require_publisher(batch=ImportBatch(), by=reviewer)
    try:
        with transaction.atomic():
            _alone()
            report = _Run(collections, _digest(files), title=_title(paths), step=step).run(reviewer)
            transaction.set_rollback(dry_run)
    except IntegrityError as error:
        raise ValidationError(f"{MEANWHILE} ({str(error).splitlines()[0]})") from error
    return {
        "files": len(files),
        "passed_over": [str(file) for file in passed_over],
        "dry_run": dry_run,
        **report,
    }


def _alone() -> None:
    """Two imports at once would both make what neither sees: the second waits for the first."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _records(files: Sequence[Path], step: Step) -> Iterator[Record]:
    progress = Progress(size_of(list(files)), tell=lambda done, total: step("Reading", done, total))
    for file in files:
        yield from read(file, progress)


def _digest(files: Sequence[Path]) -> str:
    """Of the contents, whatever the folder is called."""
    found = hashlib.sha256()
    for file in sorted(files, key=lambda file: (file.name, str(file))):
        with file.open("rb") as stream:
            found.update(hashlib.file_digest(stream, "sha256").digest())
    return found.hexdigest()


def _title(paths: Sequence[Path]) -> str:
    return "Office of the Historian: " + ", ".join(path.resolve().name for path in paths)


class _Run:
    """One import, in one transaction."""

    def __init__(self, collections: dict[str, Collection], digest: str, *, title: str, step: Step) -> None:
        self._collections, self._digest, self._title, self._step = collections, digest, title, step
        self._parties, self._names = _parties()
        self._set_aside_what_has_no_party()
        self._standing = what_stands()
        self._groups: Groups = [
            group for collection in collections.values() for group in figures.tours_of(collection)
        ]
        self._entries = [entry for group in self._groups for entry in group]

    def run(self, reviewer: User | None) -> Report:
        inner = transaction.savepoint()
        with (
            batches.opened(kind=ImportKind.HISTORIAN, title=self._title, digest=self._digest) as opened,
            transaction.atomic(),
        ):
            outcome = self._write(opened)
            batches.report(opened, verdicts.rows(self._collections, self._standing, outcome.updates))
        batch: ImportBatch | None = opened
        if outcome.is_nothing:
            transaction.savepoint_rollback(inner)
            batch = None
        self._step("Publishing", 0, 1)
        published = self._publish(batch, reviewer)
        return self._report(outcome) | {"import": str(batch.uuid) if batch else None, **published}

    def _write(self, batch: ImportBatch) -> Outcome:
        outcome = Outcome()
        new, joining = self._new()
        changes = updating.changes(self._known(), self._standing, self._parties)
        fresh = [*(entry for group in new for entry in group), *(entry for entry, _ in joining)]
        context = self._context(fresh, changes)
        outcome.updates = updating.update(changes, self._standing, context)
        self._step("Writing", 1, 3)
        writing.add_tours(new, self._standing, context)
        writing.add_to_tours(joining, self._standing, context)
        self._step("Writing", 2, 3)
        touched = outcome.updates.tours | {tour.pk for _, tour in joining}
        updating.update_tours(touched, updating.intact(self._groups, self._standing), context)
        outcome.added = {number_of(entry) for entry in fresh}
        renewed = [entry for entry in changes.entries if number_of(entry) in outcome.updates.updated]
        outcome.suggestions = suggest(batch, [*fresh, *renewed], self._standing, self._parties)
        self._step("Writing", 3, 3)
        return outcome

    def _known(self) -> list[Entry]:
        return [entry for entry in self._entries if number_of(entry) in self._standing.stops]

    def _new(self) -> tuple[Groups, list[tuple[Entry, Tour]]]:
        """Groups of which nothing is on record, and records that join the tour of the stop before them."""
        groups, joining = [], []
        for group in self._groups:
            new = [entry for entry in group if not self._standing.knows(entry)]
            stops = {number_of(entry): self._standing.stops.get(number_of(entry)) for entry in group}
            if not any(stops.values()):
                groups += [new] if new else []
                continue
            tour = next(stop.tour for stop in stops.values() if stop)
            for entry in group:
                stop = stops[number_of(entry)]
                tour = stop.tour if stop else tour
                joining += [(entry, tour)] if entry in new else []
        return groups, joining

    def _context(self, fresh: list[Entry], changes: updating.Changes) -> writing.Context:
        return writing.Context(
            parties=self._parties,
            names=self._names,
            persons=Persons([*fresh, *changes.entries], self._parties),
            places=Places([*fresh, *changes.elsewhere], self._parties),
            sources=Sources(fresh, self._names),
        )

    def _set_aside_what_has_no_party(self) -> None:
        """A party of the table that somebody has removed is an error on each of its records."""
        for collection in self._collections.values():
            for entry in [*collection.entries]:
                lacking = {location(entry), sender(entry)} - self._parties.keys()
                if lacking:
                    sentence = (
                        f"The party {min(lacking)} is not on record; load_reference adds what is missing."
                    )
                    collection.entries.remove(entry)
                    collection.problems.append(
                        Problem(collection.name, str(entry.number), "", "country", sentence)
                    )

    def _publish(self, batch: ImportBatch | None, reviewer: User | None) -> Report:
        """What this run brought; if that is nothing, what an earlier one of the same files did."""
        if reviewer is None:
            return {"published": 0, "kept_back": []}
        earlier = ImportBatch.objects.of(self._digest).filter(
            state=BatchState.DONE, kind=ImportKind.HISTORIAN
        )
        published, kept_back = 0, []
        for chosen in [batch] if batch else earlier:
            done = batch_publishing.publish(batch=chosen, by=reviewer)
            published += sum(done.published.values())
            kept_back += [f"{record}: {' '.join(reasons)}" for record, reasons in done.kept_back]
        return {"published": published, "kept_back": kept_back}

    def _report(self, outcome: Outcome) -> Report:
        read = {
            (problem.collection, int(problem.record))
            for problem in self._problems()
            if problem.record.isdecimal()
        }
        read |= {number_of(entry) for found in self._collections.values() for entry in found.entries}
        gone = vanished(self._standing, self._entries, read)
        report: Report = {
            name: figures.figures(collection) | self._counts(name, outcome) | {"vanished": gone[name]}
            for name, collection in self._collections.items()
        }
        return report | {
            "both": figures.both(self._collections),
            "grouped_otherwise": updating.regrouped(self._groups, self._standing),
            "suggestions": outcome.suggestions,
        }

    def _problems(self) -> Iterator[Problem]:
        for collection in self._collections.values():
            yield from collection.problems

    def _counts(self, name: str, outcome: Outcome) -> Report:
        """What became of the records of one collection."""
        numbers = {number_of(entry) for entry in self._entries if entry.collection == name}
        added, updated = numbers & outcome.added, numbers & outcome.updates.updated
        return {
            "added": len(added),
            "updated": len(updated),
            "unchanged": len((numbers & self._standing.stops.keys()) - added - updated),
            "removed_here": sorted(number for _, number in numbers & self._standing.removed),
            "differences": [
                {
                    "record": str(found.number),
                    "field": found.field,
                    "on_record": found.on_record,
                    "upstream": found.upstream,
                }
                for found in outcome.updates.differences
                if found.collection == name
            ],
        }


def _parties() -> tuple[dict[str, int], dict[str, str]]:
    """Keys and names of the parties of the reference data by our code, whatever code they have now."""
    by_uuid = {uuid: (pk, name) for uuid, pk, name in Party.objects.values_list("uuid", "pk", "name")}
    by_code = {code: (pk, name) for code, pk, name in Party.objects.values_list("code", "pk", "name")}
    found = {
        code: party
        for code in (row["code"] for row in party_rows())
        if (party := by_uuid.get(identifier("party", code)) or by_code.get(code))
    }
    return {code: pk for code, (pk, _) in found.items()}, {code: name for code, (_, name) in found.items()}
