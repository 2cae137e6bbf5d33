"""A row by itself: what it says of a meeting, what was tidied, what is wrong with it."""

import datetime as dt
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from visits import dates, validators
from visits.importers.sheets.columns import COLUMNS, Column, Layout
from visits.importers.sheets.countries import Countries, Country, UnknownCountry
from visits.importers.sheets.days import read_day
from visits.importers.sheets.plain import Fault, Row
from visits.importers.sheets.text import NOT_UTF8, as_windows_1252, fold, likeness, points_in, tidy

POINT_LIMIT = 250
MOST_POINTS = 100
READ_AS_WINDOWS = "read it as Windows-1252"
SWAP = "swap them"
NO_SOURCE = "no source: one is needed before it can be published"
GROUP = re.compile(
    r"(the )?(members|representatives|leaders|officials|ministers|delegates|delegation) (of|from) ", re.I
)


@dataclass(frozen=True, slots=True)
class Facts:
    """The meeting of a good row. ``content`` is the same for the same words, ``gist`` for the same meeting."""

    start: str
    end: str
    country: Country
    city: str
    host: str
    host_title: str
    visitor: str
    visitor_title: str
    points: tuple[str, ...]
    url: str
    content: bytes
    gist: bytes

    def people(self) -> tuple[str, str]:
        return self.host, self.visitor


@dataclass(slots=True)
class Reading:
    """A row read by itself: facts if nothing is wrong with it."""

    number: int
    line: int
    cells: dict[str, str]
    faults: list[Fault] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    facts: Facts | None = None


class Reader:
    """Reads rows of one file. ``ticked`` are the rows of which a person wants what was offered."""

    def __init__(self, layout: Layout, countries: Countries, *, ticked: frozenset[int] = frozenset()) -> None:
        self._layout = layout
        self._countries = countries
        self._ticked = ticked
        self._columns = [
            (column, place) for column in COLUMNS if (place := layout.places.get(column.name)) is not None
        ]

    def read(self, row: Row) -> Reading:
        """Never raises, whatever the row holds."""
        reading = Reading(row.number, row.line, {}, list(row.faults))
        if not row.cells:
            return reading
        cells = self._decoded(row, reading)
        reading.cells = {column.name: cells[place] for column, place in self._columns if place < len(cells)}
        if reading.faults:
            return reading
        texts = {
            column.name: self._text(column, place, cells[place], reading) for column, place in self._columns
        }
        if not reading.faults:
            self._gather(texts, reading)
        return reading

    def _decoded(self, row: Row, reading: Reading) -> list[str]:
        bad = next((cell for cell in row.cells if not cell.isascii() and NOT_UTF8.search(cell)), None)
        if bad is None:
            return row.cells
        meant = as_windows_1252(bad)
        cells = [as_windows_1252(cell) or NOT_UTF8.sub("\ufffd", cell) for cell in row.cells]
        if meant is None or row.number not in self._ticked:
            byte = ord(NOT_UTF8.search(bad)[0]) - 0xDC00  # type: ignore[index]
            says = f"this line is not UTF-8 text (byte 0x{byte:02X})."
            if meant is None:
                reading.faults.append(Fault(f"{says} Save the file as UTF-8."))
            else:
                shown = "".join(c if c.isprintable() else "\ufffd" for c in " ".join(meant.split())[:80])
                says += f' It reads "{shown}" as Windows-1252; save the file as UTF-8 or confirm.'
                reading.faults.append(Fault(says, offer=READ_AS_WINDOWS))
        else:
            reading.notes.append("read as Windows-1252")
        return cells

    def _text(self, column: Column, place: int, cell: str, reading: Reading) -> str:
        if not cell and not column.required:
            return ""
        if len(cell) > column.limit:
            says = f"{len(cell):,} characters; the limit is {column.limit:,}."
            reading.faults.append(Fault(says, place))
            return ""
        name = self._layout.called(place)
        tidied = tidy(cell, name, lines=column.lines, bullets=column.lines)
        if tidied.fault:
            reading.faults.append(Fault(tidied.fault, place))
        elif column.required and not tidied.text:
            reading.faults.append(Fault(f"empty. Every meeting needs a {column.required}.", place))
        reading.notes += [note for note in tidied.notes if note not in reading.notes]
        return tidied.text

    def _gather(self, texts: dict[str, str], reading: Reading) -> None:
        """Facts out of tidy texts, or more faults."""
        start, end = self._days(texts, reading)
        country = self._country(texts["country"], start, reading) if start else None
        points = self._points(texts.get("points", ""), reading)
        url = texts.get("source url", "")
        if url:
            self._try("source url", reading, lambda: validators.validate_web_address(url))
        if reading.faults or country is None:
            return
        if not url:
            reading.notes.append(NO_SOURCE)
        reading.notes += [
            f'"{name}" taken as a group'
            for name in (texts["host official"], texts["visitor"])
            if is_group(name)
        ]
        reading.facts = _facts(texts, start, end, country, points)

    def _days(self, texts: dict[str, str], reading: Reading) -> tuple[str, str]:
        start = self._try("date", reading, lambda: read_day(texts["date"])) or ""
        given = texts.get("end_date", "")
        end = (self._try("end_date", reading, lambda: read_day(given)) or "") if given else ""
        for value, text in ((start, texts["date"]), (end, given)):
            if value and value != text:
                reading.notes.append(f'"{text}" read as {value}')
        if start and end and dates.latest(end) < dates.earliest(start):
            if reading.number in self._ticked:
                reading.notes.append("the two dates swapped")
                return end, start
            names = [self._layout.called(self._layout.places[name]) for name in ("end_date", "date")]
            says = f"{names[0]} {end} is before {names[1]} {start}. Swap them?"
            reading.faults.append(Fault(says, offer=SWAP))
        return start, "" if end == start else end

    def _country(self, name: str, day: str, reading: Reading) -> Country | None:
        try:
            country, notes = self._countries.find(name, day)
        except UnknownCountry as error:
            reading.faults.append(Fault(str(error), self._layout.places["country"]))
            return None
        reading.notes[:0] = notes
        return country

    def _points(self, text: str, reading: Reading) -> tuple[str, ...]:
        points = points_in(text)
        place = self._layout.places.get("points")
        if len(points) > MOST_POINTS:
            reading.faults.append(Fault(f"{len(points)} points; the limit is {MOST_POINTS}.", place))
        for number, point in enumerate(points, start=1):
            if len(point) > POINT_LIMIT:
                says = f"point {number} has {len(point):,} characters; the limit is {POINT_LIMIT}."
                reading.faults.append(Fault(says, place))
                break
        return tuple(points)

    def _try(self, column: str, reading: Reading, work: Callable[[], str | None]) -> str | None:
        place = self._layout.places[column]
        try:
            return work()
        except ValidationError as error:
            message = error.messages[0]
            reading.faults.append(Fault(message[0].lower() + message[1:], place))
        except ValueError as error:
            reading.faults.append(Fault(str(error), place))
        return None


def is_group(name: str) -> bool:
    """Several people who are not named one by one."""
    return bool(GROUP.match(name))


def is_future(day: str, today: dt.date) -> bool:
    return dates.earliest(day) > today


def _facts(texts: dict[str, str], start: str, end: str, country: Country, points: tuple[str, ...]) -> Facts:
    city, host, visitor = texts.get("city", ""), texts["host official"], texts["visitor"]
    titles = texts.get("host title", ""), texts.get("visitor title", "")
    url = texts.get("source url", "")
    said = "\x1f".join([start, end, country.code, city, host, titles[0], visitor, titles[1], *points, url])
    meant = "\x1f".join([start, country.code, fold(city), *sorted((likeness(host), likeness(visitor)))])
    return Facts(
        start, end, country, city, host, titles[0], visitor, titles[1], points, url,
        content=hashlib.blake2b(said.encode(), digest_size=16).digest(),
        gist=hashlib.blake2b(meant.encode(), digest_size=8).digest(),
    )  # fmt: skip
