"""Bytes → a header and plain rows. Which kind of file it is its first bytes say, not its name."""

from typing import BinaryIO

from visits.importers.sheets.csv_files import CsvSheet
from visits.importers.sheets.plain import Sheet, Unreadable
from visits.importers.sheets.xlsx_files import XlsxSheet

ZIP = b"PK\x03\x04"
OTHERS = {
    b"\xd0\xcf\x11\xe0": "an old or encrypted Excel workbook",
    b"%PDF": "a PDF",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"\x1f\x8b": "a compressed file",
    b"PK\x05\x06": "an empty archive",
    b"{\\rt": "a text document",
    b"<htm": "a web page",
    b"<!DO": "a web page",
    b"<?xm": "an XML document",
}
# As a command may unpack; an upload less.
UNPACKED = 2_000_000_000


def open_sheet(stream: BinaryIO, name: str, *, unpacked: int = UNPACKED) -> Sheet:
    """Open a CSV file or an XLSX workbook. Raises Unreadable, with a sentence that names the file.

    ``stream`` can seek and stays open as long as the rows are read; ``unpacked`` limits a workbook, in bytes.
    """
    stream.seek(0)
    start = stream.read(4)
    if start.startswith(ZIP):
        return XlsxSheet(stream, name, unpacked=unpacked)
    if start in OTHERS or start[:3] in OTHERS or start[:2] in OTHERS:
        kind = OTHERS.get(start) or OTHERS.get(start[:3]) or OTHERS[start[:2]]
        raise Unreadable(f"“{name}” is {kind}. Send CSV or XLSX.")
    return CsvSheet(stream, name)
