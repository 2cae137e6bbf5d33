"""Spreadsheets of plainly fictional meetings, in memory."""

import csv
import io
from typing import Any

import openpyxl

from visits.choices import PartyKind
from visits.importers.sheets.columns import layout
from visits.importers.sheets.countries import Countries, Country
from visits.importers.sheets.facts import Facts, Reader
from visits.importers.sheets.judging import Judge, Judged
from visits.importers.sheets.reading import open_sheet

HEADER = [
    "date", "end_date", "country", "city", "host official", "host title", "visitor", "visitor title", "points",
    "source url",
]  # fmt: skip
GOOD = {
    "date": "1894-05-01",
    "country": "Ruritania",
    "city": "Strelsau",
    "host official": "Rudolf Elphberg",
    "host title": "King",
    "visitor": "Hans Muster",
    "visitor title": "Envoy",
    "points": "Herring quota; Rail link",
    "source url": "https://gazette.example/1894/1",
}
COUNTRIES = Countries(
    [
        Country(1, "X-RU", "Ruritania", PartyKind.STATE, ("Kingdom of Ruritania", "Ruritanien")),
        Country(2, "X-ZE", "Zenda", PartyKind.TERRITORY),
        Country(3, "X-GR", "Graustark", PartyKind.FORMER_STATE, ("G.R.S.",), "1800", "1910"),
        Country(4, "X-N", "North Freedonia", PartyKind.STATE, ("Freedonia",)),
        Country(5, "X-S", "South Freedonia", PartyKind.STATE, ("Freedonia",)),
    ]
)


def row(**given: str) -> dict[str, str]:
    return GOOD | {name.replace("__", " "): value for name, value in given.items()}


def sheet(*rows: dict[str, str], header: list[str] = HEADER, delimiter: str = ",") -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(header)
    writer.writerows([one.get(name, "") for name in HEADER] for one in rows)
    return text.getvalue().encode()


def workbook(*rows: list[Any], header: list[str] = HEADER) -> bytes:
    book = openpyxl.Workbook()
    page: Any = book.active
    page.append(header)
    for one in rows:
        page.append(one)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


class Nothing:
    """A database in which nothing is on record."""

    def unchanged(self, rows: Any) -> set[bytes]:
        return set()

    def alike(self, rows: Any) -> dict[bytes, str]:
        return {}

    def strangers(self, rows: Any) -> dict[str, str]:
        return {name: "" for name, _ in rows}


def judged(content: bytes, *, ticked: tuple[int, ...] = (), on_record: Any = None) -> list[Judged]:
    """The verdicts on a file, with the countries above."""
    opened = open_sheet(io.BytesIO(content), "meetings.csv")
    found = layout(opened.header)
    reader = Reader(found, COUNTRIES, ticked=frozenset(ticked))
    judge = Judge(found, on_record or Nothing(), ticked=frozenset(ticked))
    return list(judge.judge([reader.read(one) for one in opened.rows()]))


def facts_of(content: bytes, **given: Any) -> Facts:
    found = judged(content, **given)[0].facts
    assert found is not None
    return found


def says(content: bytes, **given: Any) -> list[str]:
    return [one.says for one in judged(content, **given)]
