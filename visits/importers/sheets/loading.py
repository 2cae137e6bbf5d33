"""A file from its first byte to the report: read, judged, and (unless only asked) imported, in one transaction."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, BinaryIO

from django.db import connection, transaction
from django.utils import timezone

from visits.choices import Verdict
from visits.importers.sheets import lookups
from visits.importers.sheets.columns import Layout, layout, require
from visits.importers.sheets.copying import copy
from visits.importers.sheets.facts import Reader
from visits.importers.sheets.judging import Judge, Judged
from visits.importers.sheets.plain import Row, Sheet, Unreadable
from visits.importers.sheets.reading import UNPACKED, open_sheet
from visits.importers.sheets.writing import Writer
from visits.models import ImportBatch, ImportRow
from visits.services import batches

CHUNK = 5_000
SHOWN = 200


@dataclass
class Counts:
    """What became of the rows."""

    accept: int = 0
    noted: int = 0
    left_out: int = 0
    added: int = 0
    unchanged: int = 0
    unused: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return self.accept + self.noted + self.left_out

    def count(self, row: Judged) -> None:
        self.accept += row.verdict == Verdict.ACCEPT
        self.noted += row.verdict == Verdict.ACCEPT_WITH_NOTE
        self.left_out += row.verdict == Verdict.NOT_IMPORTED
        self.added += row.facts is not None
        self.unchanged += row.unchanged

    def told(self) -> dict[str, Any]:
        return {"added": self.added, "unchanged": self.unchanged, "not_imported": self.left_out}


@dataclass(frozen=True)
class Request:
    """One file and how it is to be read. ``chosen`` says which column is which, ``ticked`` which offers are taken."""

    stream: BinaryIO
    name: str
    chosen: Mapping[str, int | None] = field(default_factory=dict)
    ticked: frozenset[int] = frozenset()
    unpacked: int = UNPACKED
    most_rows: int = 0

    def opened(self) -> tuple[Sheet, Layout]:
        """Raises Unreadable, also where a column is missing."""
        sheet = open_sheet(self.stream, self.name, unpacked=self.unpacked)
        found = layout(sheet.header, self.chosen)
        require(found, self.name)
        return sheet, found


def digest_of(stream: BinaryIO) -> str:
    stream.seek(0)
    found = hashlib.file_digest(stream, "sha256").hexdigest()  # type: ignore[arg-type]
    stream.seek(0)
    return found


def judged(asked: Request, counts: Counts) -> Iterator[list[Judged]]:
    """The verdicts, a chunk at a time; they are counted. Raises Unreadable, possibly after the first chunks."""
    sheet, found = asked.opened()
    counts.unused = found.unused
    reader = Reader(found, lookups.countries(), ticked=asked.ticked)
    judge = Judge(found, lookups.Lookups(), ticked=asked.ticked)
    rows = sheet.rows()
    while chunk := list(islice(rows, CHUNK)):
        _within(asked, chunk)
        verdicts = list(judge.judge([reader.read(row) for row in chunk]))
        for verdict in verdicts:
            counts.count(verdict)
        yield verdicts


def _within(asked: Request, chunk: list[Row]) -> None:
    if asked.most_rows and chunk[-1].number > asked.most_rows:
        raise Unreadable(f"“{asked.name}” has more than {asked.most_rows:,} rows.")


def look(asked: Request, tell: Callable[[list[Judged]], None]) -> Counts:
    """Judge a file and keep nothing. Raises Unreadable."""
    counts = Counts()
    for chunk in judged(asked, counts):
        tell(chunk)
    return counts


@transaction.atomic
def preview(batch: ImportBatch, asked: Request) -> Counts:
    """Judge a file and keep the verdicts with its batch, instead of earlier ones. Raises Unreadable."""
    batch.rows.all().delete()
    counts = look(asked, lambda rows: keep_verdicts(batch, rows))
    batch.counts |= {"would_add": counts.added, "unchanged": counts.unchanged}
    batch.save(update_fields=["counts"])
    return counts


def run(batch: ImportBatch, asked: Request, *, tell: Callable[[list[Judged]], None] | None = None) -> Counts:
    """Import the good rows: all of them or, where anything breaks, none. Raises Unreadable, ValidationError."""
    counts = Counts()
    with batches.running(batch, whole=True):
        batch.rows.all().delete()
        _steady()
        writer = Writer(batch, today=timezone.now().date())
        for chunk in judged(asked, counts):
            writer.write([row.facts for row in chunk if row.facts])
            keep_verdicts(batch, chunk)
            if tell:
                tell(chunk)
        batch.counts |= counts.told()
    return counts


def _steady() -> None:
    """Foreign keys are checked row by row, not all at the end; and the history is told whose changes follow.

    COPY does not pass the wrapper that tells the history; what it has been told holds until the transaction ends.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def keep_verdicts(batch: ImportBatch, rows: list[Judged]) -> None:
    columns = ("batch_id", "number", "line", "verdict", "says", "values")
    copy(
        ImportRow,
        columns,
        ((batch.pk, row.number, row.line, row.verdict, row.says, _values(row)) for row in rows),
    )


def _values(row: Judged) -> str:
    """What was read, cut to what is worth showing."""
    cells = {name: _shown(cell) for name, cell in row.cells.items() if cell}
    further = {"offer": row.offer} if row.offer else {}
    return json.dumps(further | ({"unchanged": True} if row.unchanged else {}) | {"cells": cells})


def _shown(cell: str) -> str:
    shown = cell if len(cell) <= SHOWN else f"{cell[:SHOWN]}…"
    return shown.replace("\0", "\ufffd")
