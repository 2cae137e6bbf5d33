"""CSV (RFC 4180), JSON Lines and XLSX."""

import csv
import io
import json
import tempfile
from collections.abc import Iterator
from itertools import islice
from typing import Any

import openpyxl
from openpyxl.cell.cell import ERROR_CODES, ILLEGAL_CHARACTERS_RE, WriteOnlyCell

from visits import dates
from visits.cells import escape_cell
from visits.exports.columns import Kind
from visits.exports.export import Export

BETWEEN = "; "
AT_ONCE = 100
PIECE = 64 * 1024
# Limits of the XLSX format; Excel's days begin in 1900.
MOST_ROWS = 1_048_576
LONGEST_CELL = 32_767
FIRST_YEAR = "1900"


def as_cell(value: Any) -> str:
    """The value as text in a CSV file. Only text can be taken for a formula: numbers are left alone."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    return escape_cell(BETWEEN.join(value) if isinstance(value, list) else str(value))


def csv_file(export: Export) -> Iterator[bytes]:
    """UTF-8 without a byte order mark: programs take one for a part of the first column's name."""
    yield _lines([[column.name for column in export.noun.columns]])
    rows = ([as_cell(value) for value in export.values(record)] for record in export.records())
    while some := list(islice(rows, AT_ONCE)):
        yield _lines(some)


def _lines(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def jsonl_file(export: Export) -> Iterator[bytes]:
    """An object a line, with the columns as its members; what is not on record is null or an empty list."""
    lines = (as_json(export.as_object(record)) + b"\n" for record in export.records())
    while some := list(islice(lines, AT_ONCE)):
        yield b"".join(some)


def as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def xlsx_file(export: Export) -> Iterator[bytes]:
    """One sheet, or as many as the rows need. It is written to disk, row by row, and then read from there."""
    book = openpyxl.Workbook(write_only=True)
    names = [column.name for column in export.noun.columns]
    kinds = [column.kind for column in export.noun.columns]
    sheet: Any = None
    left = 0
    for record in export.records():
        if left == 0:
            sheet, left = _sheet(book, export, names), MOST_ROWS - 1
        pairs = zip(kinds, export.values(record), strict=True)
        sheet.append([_xlsx_cell(sheet, kind, value) for kind, value in pairs])
        left -= 1
    if sheet is None:
        _sheet(book, export, names)
    with tempfile.TemporaryFile() as file:
        book.save(file)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _sheet(book: Any, export: Export, names: list[str]) -> Any:
    number = len(book.worksheets)
    sheet = book.create_sheet(f"{export.noun.label} {number + 1}" if number else export.noun.label)
    sheet.freeze_panes = "A2"
    sheet.append(names)
    return sheet


def _xlsx_cell(sheet: Any, kind: Kind, value: Any) -> Any:
    """A number, a truth, a date where the day is known, else text that no program takes for anything else."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if kind is Kind.DATE and dates.precision(value) == "day" and value >= FIRST_YEAR:
        return dates.earliest(value)
    text = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", as_cell(value))
    if len(text) > LONGEST_CELL:
        text = f"{text[: LONGEST_CELL - 1]}…"
    if text not in ERROR_CODES:
        return text
    cell = WriteOnlyCell(sheet, value=text)
    cell.data_type = "s"
    return cell
