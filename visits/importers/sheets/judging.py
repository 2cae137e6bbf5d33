"""What becomes of each row: its own faults first, then what is known already, in the file and on record."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from visits.choices import Verdict
from visits.importers.sheets.columns import Layout
from visits.importers.sheets.facts import Facts, Reading, is_group
from visits.importers.sheets.plain import Fault
from visits.importers.sheets.seen import Seen
from visits.importers.sheets.text import is_latin

IMPORT_ANYWAY = "import it anyway"
# Names that were told to be new; more are told again rather than remembered.
MOST_TOLD = 100_000


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on a row. ``facts`` is what is to be imported; none where nothing is, or is on record already."""

    number: int
    line: int
    verdict: Verdict
    says: str = ""
    offer: str = ""
    unchanged: bool = False
    facts: Facts | None = None
    cells: dict[str, str] = field(default_factory=dict)

    def told(self) -> dict[str, Any]:
        """As a report has it."""
        return {"row": self.number, "line": self.line, "verdict": self.verdict.value, "says": self.says}


class OnRecord(Protocol):
    """What the database knows, asked for many rows at once."""

    def unchanged(self, rows: Sequence[Facts]) -> set[bytes]:
        """The contents that a former import brought in."""
        ...

    def alike(self, rows: Sequence[Facts]) -> dict[bytes, str]:
        """For contents that look like a meeting on record: what that is called."""
        ...

    def strangers(self, rows: Sequence[tuple[str, Facts]]) -> dict[str, str]:
        """The names that nobody on record has, each with somebody who may be the same person, or ""."""
        ...


class Judge:
    """Judges the rows of one file, in their order, some thousands at a time."""

    def __init__(self, layout: Layout, on_record: OnRecord, *, ticked: frozenset[int] = frozenset()) -> None:
        self._layout = layout
        self._on_record = on_record
        self._ticked = ticked
        self._contents, self._gists = Seen(), Seen()
        self._told: set[str] = set()

    def judge(self, readings: Sequence[Reading]) -> Iterator[Judged]:
        """One verdict a row."""
        good = [reading.facts for reading in readings if reading.facts is not None]
        unchanged = self._on_record.unchanged(good)
        alike = self._on_record.alike([facts for facts in good if facts.content not in unchanged])
        strangers = self._strangers([facts for facts in good if facts.content not in unchanged])
        for reading in readings:
            facts = reading.facts
            if facts is None:
                yield self._refused(reading, reading.faults)
            elif fault := self._double(reading, facts, unchanged, alike):
                yield self._refused(reading, [fault])
            else:
                self._contents.add(facts.content, reading.number)
                self._gists.add(facts.gist, reading.number)
                yield self._accepted(reading, facts, facts.content in unchanged, strangers)

    def _double(
        self, reading: Reading, facts: Facts, unchanged: set[bytes], alike: dict[bytes, str]
    ) -> Fault | None:
        """What the row is already, if it is anything."""
        same = self._contents.get(facts.content)
        if same:
            return Fault(f"same as row {same}. Left out.")
        if facts.content in unchanged or reading.number in self._ticked:
            return None
        where = "city" if facts.city else "country"
        row = self._gists.get(facts.gist)
        if row:
            says = f"looks like row {row} (same day, {where} and people, other spelling or details)."
        elif facts.content in alike:
            says = f"looks like {alike[facts.content]}, which is on record (same day, {where} and people)."
        else:
            return None
        return Fault(f"{says} Left out; tick to {IMPORT_ANYWAY}.", offer=IMPORT_ANYWAY)

    def _strangers(self, rows: Iterable[Facts]) -> dict[str, str]:
        """Names in other letters than Latin ones may be another spelling of somebody on record."""
        foreign = [
            (name, facts)
            for facts in rows
            for name in facts.people()
            if not name.isascii() and not is_latin(name) and name not in self._told and not is_group(name)
        ]
        return self._on_record.strangers(foreign) if foreign else {}

    def _accepted(self, reading: Reading, facts: Facts, unchanged: bool, strangers: dict[str, str]) -> Judged:
        notes = list(reading.notes)
        for name in facts.people():
            if not unchanged and name in strangers and name not in self._told:
                notes.append(_stranger(name, strangers[name]))
                self._told.add(name) if len(self._told) < MOST_TOLD else None
        return Judged(
            reading.number,
            reading.line,
            Verdict.ACCEPT_WITH_NOTE if notes else Verdict.ACCEPT,
            "; ".join(notes),
            unchanged=unchanged,
            facts=None if unchanged else facts,
            cells=reading.cells,
        )

    def _refused(self, reading: Reading, faults: Sequence[Fault]) -> Judged:
        offers = {fault.offer for fault in faults}
        return Judged(
            reading.number,
            reading.line,
            Verdict.NOT_IMPORTED,
            " ".join(self._sentence(reading.number, fault) for fault in faults),
            offer=offers.pop() if len(offers) == 1 else "",
            cells=reading.cells,
        )

    def _sentence(self, row: int, fault: Fault) -> str:
        name = self._layout.called(fault.column)
        column = f', column "{name}"' if name else ""
        return f"Row {row}{column}: {fault.says}"


def _stranger(name: str, other: str) -> str:
    join = (
        f'join with "{other}" by hand if they are one'
        if other
        else "if the person is on record in another spelling, join the two by hand"
    )
    return f'new person "{name}": nobody of that spelling yet; {join}'
