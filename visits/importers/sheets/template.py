"""An empty sheet to fill in: the columns, and one row that is plainly an example."""

import csv
import io

import openpyxl

from visits.cells import escape_cell
from visits.importers.sheets.columns import COLUMNS

EXAMPLE = (
    "1894-05-01", "1894-05-02", "Ruritania", "Strelsau", "Rudolf Elphberg", "King of Ruritania",
    "Hans Muster", "Foreign Secretary of Freedonia", "Herring quota; Rail link to Zenda",
    "https://gazette.example/1894/elphberg-muster",
)  # fmt: skip
FORMATS = ("csv", "xlsx")


def write_template(kind: str) -> bytes:
    """A file of one of the ``FORMATS``; anything else is CSV."""
    rows = [[column.name for column in COLUMNS], [escape_cell(cell) for cell in EXAMPLE]]
    return _xlsx(rows) if kind == "xlsx" else _csv(rows)


def _csv(rows: list[list[str]]) -> bytes:
    """With a byte order mark, by which Excel knows UTF-8."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def _xlsx(rows: list[list[str]]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Meetings")
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
