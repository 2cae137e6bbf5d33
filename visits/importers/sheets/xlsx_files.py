"""XLSX workbooks: the first sheet, read row by row. Formulas are refused, dates are dates."""

import datetime as dt
import warnings
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

import openpyxl

from visits.importers.sheets.plain import (
    MOST_COLUMNS,
    Fault,
    Row,
    Unreadable,
    checked_header,
    columns,
    is_blank,
)

# ECMA-376: a sheet has no more.
MOST_ROWS = 1_048_576
MOST_PARTS = 2_000
# openpyxl holds these in memory.
SHARED_LIMIT = 100_000_000
SHARED = ("sharedstrings", "styles", "workbook", "theme", "rels")


class XlsxSheet:
    """An open workbook. ``unpacked`` is how many bytes it may have."""

    def __init__(self, stream: BinaryIO, name: str, *, unpacked: int) -> None:
        self.name = name
        check_archive(stream, name, unpacked=unpacked)
        self._cells = self._open(stream)
        self.header, self._line = self._read_header()

    def _open(self, stream: BinaryIO) -> Iterator[tuple[Any, ...]]:
        with _told(self.name), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(stream, read_only=True, keep_links=False)
            sheets = book.worksheets
            if not sheets:
                raise Unreadable(f"“{self.name}” has no sheet.")
            sheet: Any = next((one for one in sheets if one.sheet_state == "visible"), sheets[0])
            return iter(sheet.iter_rows(max_col=MOST_COLUMNS + 1, max_row=MOST_ROWS))

    def _next(self) -> tuple[Any, ...] | None:
        """The next row of the sheet, None at its end."""
        with _told(self.name, self._line + 1 if hasattr(self, "_line") else 1), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return next(self._cells, None)

    def _read_header(self) -> tuple[list[str], int]:
        line = 0
        while (cells := self._next()) is not None:
            line += 1
            texts = [_text(cell.value) for cell in cells]
            if not is_blank(texts):
                header = checked_header(texts, self.name, line)
                return header, line
        raise Unreadable(f"“{self.name}” is empty.")

    def rows(self) -> Iterator[Row]:
        number, width = 0, len(self.header)
        while (cells := self._next()) is not None:
            self._line += 1
            texts = [_text(cell.value) for cell in cells]
            if is_blank(texts):
                continue
            number += 1
            while len(texts) > width and not texts[-1]:
                texts.pop()
            faults = [fault for place, cell in enumerate(cells) if (fault := _fault(cell, place))]
            if len(texts) > width:
                faults.append(Fault(f"found {columns(len(texts))}, expected {width}."))
            texts += [""] * (width - len(texts))
            yield Row(number, self._line, texts, tuple(faults))


class _told:  # noqa: N801 (reads as a word of the with statement)
    """openpyxl raises whatever a broken workbook leads to; people get a sentence."""

    def __init__(self, name: str, line: int = 0) -> None:
        self._name, self._line = name, line

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: Any) -> None:
        if error is None or isinstance(error, Unreadable) or not isinstance(error, Exception):
            return
        where = f", row {self._line} of the sheet" if self._line else ""
        raise Unreadable(
            f"“{self._name}”{where}: the workbook is damaged. Save it again as XLSX or CSV."
        ) from error


def check_archive(stream: BinaryIO, name: str, *, unpacked: int) -> None:
    """Look at what the archive says of itself before anything is unpacked (``zipfile`` never reads more than that)."""
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            parts = archive.infolist()
    except Exception as error:
        raise Unreadable(f"“{name}” is not a workbook, or a damaged one. Send CSV or XLSX.") from error
    finally:
        stream.seek(0)
    if "xl/workbook.xml" not in {part.filename for part in parts}:
        raise Unreadable(f"“{name}” is an archive, but not an XLSX workbook. Send CSV or XLSX.")
    whole = sum(part.file_size for part in parts)
    held = sum(part.file_size for part in parts if any(word in part.filename.lower() for word in SHARED))
    if len(parts) > MOST_PARTS or whole > unpacked or held > SHARED_LIMIT:
        raise Unreadable(
            f"“{name}” would unpack to {whole / 1e6:,.0f} MB in {len(parts):,} parts; "
            f"the limit is {unpacked / 1e6:,.0f} MB. Save it as CSV."
        )


def _text(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "TRUE" if value else "FALSE"
        case dt.datetime() if value.time() == dt.time():
            return value.date().isoformat()
        case dt.datetime():
            return value.isoformat(sep=" ", timespec="minutes")
        case float() if value.is_integer():
            return str(int(value))
    return str(value)


def _fault(cell: Any, place: int) -> Fault | None:
    kind = getattr(cell, "data_type", "")
    if kind == "f":
        return Fault(f"cell {cell.coordinate} holds a formula. Put its value in its place.", place)
    if kind == "e":
        return Fault(f"cell {cell.coordinate} holds the error {cell.value}.", place)
    return None
