"""CSV files: decoded line by line, so that a damaged line or an open quote costs its own row and no other."""

import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO

from visits.importers.sheets.columns import recognized
from visits.importers.sheets.plain import (
    CELL_LIMIT,
    DELIMITERS,
    LINE_LIMIT,
    Fault,
    Row,
    Unreadable,
    checked_header,
    is_blank,
    misfit,
)
from visits.importers.sheets.text import CONTROL, NOT_UTF8

SAMPLE = 4096
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# In text that is no UTF-16, NUL is a rarity.
NUL_SHARE = 0.1


class _TooLong(Exception):
    """A line is longer than can be meant."""


class _Text(io.TextIOWrapper):
    """Leaves the file below open for whoever opened it."""

    def close(self) -> None:
        pass


class _Lines:
    """The lines of a text with their ends, numbered from 1; some can be given back."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._again: deque[str] = deque()
        self.given = 0
        self.taken: list[str] = []
        self._length = 0

    def begin(self) -> None:
        """A new record."""
        self.taken.clear()
        self._length = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._read()
        if not line:
            raise StopIteration
        self.given += 1
        self.taken.append(line)
        self._length += len(line)
        if self._length > LINE_LIMIT:
            raise csv.Error("unexpected end of data")
        return line

    def _read(self) -> str:
        line = self._text.readline(LINE_LIMIT)
        if len(line) < LINE_LIMIT or line[-1] in "\r\n":
            return line
        self.given += 1
        while (rest := self._text.readline(LINE_LIMIT)) and rest[-1] not in "\r\n":
            pass
        raise _TooLong

    def give_back(self) -> str:
        """Keep the first line of the record, and give its others again; the one that is kept."""
        first, *others = self.taken
        self._again.extendleft(reversed(others))
        self.given -= len(others)
        return first


class CsvSheet:
    """An open CSV file."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self.name = name
        stream.seek(0)
        _check_bytes(stream.read(SAMPLE), name)
        stream.seek(0)
        self._lines = _Lines(_Text(stream, encoding="utf-8-sig", errors="surrogateescape", newline=""))
        self.delimiter, self.header = self._read_header()

    def _read_header(self) -> tuple[str, list[str]]:
        try:
            first = next((line for line in self._lines if line.strip()), "")
        except _TooLong:
            raise Unreadable(
                f"“{self.name}”: the first line has more than {LINE_LIMIT:,} characters."
            ) from None
        if not first:
            raise Unreadable(f"“{self.name}” is empty.")
        line = self._lines.given
        _check_header(first, self.name, line)
        readings = {delimiter: _split(first, delimiter) for delimiter in DELIMITERS}
        best = max(
            readings, key=lambda delimiter: (recognized(readings[delimiter]), len(readings[delimiter]))
        )
        return best, checked_header(readings[best], self.name, line)

    def rows(self) -> Iterator[Row]:
        number = 0
        for line, cells, fault in self._records():
            if fault is None:
                if is_blank(cells):
                    continue
                while len(cells) > len(self.header) and not cells[-1]:
                    cells.pop()
                fault = misfit(cells, len(self.header), self.delimiter)
            number += 1
            yield Row(number, line, cells, (fault,) if fault else ())

    def _records(self) -> Iterator[tuple[int, list[str], Fault | None]]:
        """Line, cells and fault of each record."""
        lines = self._lines
        reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
        while True:
            lines.begin()
            line = lines.given + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except _TooLong:
                yield lines.given, [], Fault(f"the line has more than {LINE_LIMIT:,} characters.")
            except csv.Error as error:
                yield line, [], self._recovered(str(error))
            else:
                yield line, cells, None

    def _recovered(self, error: str) -> Fault:
        """Go on with the line after the one on which a broken record began; what is wrong with that."""
        several = len(self._lines.taken) > 1
        first = self._lines.give_back()
        if "limit" in error and not several:
            return Fault(f"a cell has more than {CELL_LIMIT:,} characters.")
        if "end of data" in error or several:
            return self._never_closed(first)
        return Fault('a quote inside a quoted cell has to be doubled ("").')

    def _never_closed(self, first: str) -> Fault:
        place = len(_split(first, self.delimiter)) - 1
        column = f'column "{self.header[place]}"' if 0 <= place < len(self.header) else "this row"
        return Fault(
            f"the quote that opens in {column} is never closed, so that the rest of the file reads as one cell."
        )


def _split(line: str, delimiter: str) -> list[str]:
    """The cells of one line; none where Python's reader gives up."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _check_bytes(sample: bytes, name: str) -> None:
    if not sample:
        raise Unreadable(f"“{name}” is empty.")
    if sample.startswith(UTF_16) or sample.count(0) > NUL_SHARE * len(sample):
        raise Unreadable(
            f"“{name}”, line 1: this is not UTF-8 text (UTF-16, or no text at all). "
            "Save it as “CSV UTF-8” and send it again."
        )


def _check_header(line: str, name: str, number: int) -> None:
    bad = NOT_UTF8.search(line)
    if bad:
        byte = ord(bad[0]) - 0xDC00
        place = len(re.findall("[,;\t|]", line[: bad.start()])) + 1
        raise Unreadable(
            f"“{name}”, line {number}, column {place}: this is not UTF-8 text (byte 0x{byte:02X}). "
            "Save the file as “CSV UTF-8”."
        )
    if CONTROL.search(line):
        raise Unreadable(f"“{name}”, line {number}: this is not a text file. Send CSV or XLSX.")
