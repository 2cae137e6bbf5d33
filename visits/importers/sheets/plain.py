"""What the readers make of a file: a header and plain rows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

CELL_LIMIT = 131_072  # csv.field_size_limit() as Python has it
LINE_LIMIT = 1_000_000
MOST_COLUMNS = 200
DELIMITERS = {",": ",", ";": ";", "\t": "tab", "|": "|"}


class Unreadable(Exception):
    """The file as a whole can't be imported. The message is a sentence for whoever sent it, and names the file."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a row is not imported: a sentence, and the column that it is about (counted from 0), if it is about one.

    ``offer`` says what would be done if a person ticked the row.
    """

    says: str
    column: int | None = None
    offer: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number (counted from 1, blank ones left out), its line in the file, its cells.

    Bytes that are not UTF-8 are in the cells as lone surrogates (PEP 383).
    """

    number: int
    line: int
    cells: list[str] = field(default_factory=list)
    faults: tuple[Fault, ...] = ()


class Sheet(Protocol):
    """An open file. Its rows can be read once."""

    name: str
    header: list[str]

    def rows(self) -> Iterator[Row]:
        """All rows below the header; raises Unreadable if the file breaks off."""
        ...


def is_blank(cells: list[str]) -> bool:
    return not any(cell and not cell.isspace() for cell in cells)


def columns(number: int) -> str:
    return f"{number:,} column{'' if number == 1 else 's'}"


def checked_header(cells: list[str], name: str, line: int) -> list[str]:
    """The names of the columns, trimmed; raises Unreadable where no header can be."""
    while cells and not cells[-1].strip():
        cells = cells[:-1]
    if len(cells) > MOST_COLUMNS:
        raise Unreadable(
            f"“{name}”, line {line}: the header has {columns(len(cells))}; the limit is {MOST_COLUMNS}."
        )
    return [" ".join(cell.split()) for cell in cells]


def misfit(cells: list[str], expected: int, delimiter: str) -> Fault | None:
    """What is wrong with the number of cells of a row; None if it fits."""
    found = len(cells)
    if found == expected:
        return None
    says = f"found {columns(found)}, expected {expected}."
    if found == 1:
        for other, shown in DELIMITERS.items():
            if other != delimiter and cells[0].count(other) == expected - 1:
                used = DELIMITERS[delimiter]
                return Fault(f'{says} This line seems to use "{shown}" where the file uses "{used}".')
    if found > expected:
        return Fault(f"{says} Is there a {_word(delimiter)} that needs quotes{_example(cells)}?")
    return Fault(f"{says} Is a {_word(delimiter)} missing?")


def _word(delimiter: str) -> str:
    return {",": "comma", ";": "semicolon", "\t": "tab"}.get(delimiter, f'"{delimiter}"')


def _example(cells: list[str]) -> str:
    """The first two cells that look like one which was torn apart."""
    for first, second in pairwise(cells):
        if first and second.startswith(" ") and len(first + second) < 80 and (first + second).isprintable():
            return f' ("{first.strip()}, {second.strip()}")'
    return ""
