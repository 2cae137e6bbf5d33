"""Files as people send them: a good one is read, a bad one refused in a sentence, a bad line costs its own row."""

import datetime as dt
import io
import tracemalloc
import zipfile
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.importers.sheets.files import GOOD, HEADER, judged, row, says, sheet, workbook
from visits.importers.sheets.columns import chosen_by_name, layout, require
from visits.importers.sheets.plain import Row, Unreadable
from visits.importers.sheets.reading import open_sheet
from visits.importers.sheets.template import EXAMPLE, write_template

LINE = ",".join(GOOD.get(name, "") for name in HEADER)
HEAD = ",".join(HEADER)


def rows_of(content: bytes) -> list[Row]:
    return list(open_sheet(io.BytesIO(content), "m.csv").rows())


def refusal(content: bytes, **given: Any) -> str:
    def read() -> None:
        opened = open_sheet(io.BytesIO(content), "m.csv", **given)
        require(layout(opened.header), opened.name)
        list(opened.rows())

    with pytest.raises(Unreadable) as refused:
        read()
    return str(refused.value)


# CSV


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_line_ends_and_byte_order_marks_are_all_the_same(start: str, end: str) -> None:
    found = rows_of(f"{start}{HEAD}{end}{LINE}{end}{end}{LINE}".encode())
    assert [(one.number, one.line, one.cells) for one in found] == [
        (1, 2, LINE.split(",")),
        (2, 4, LINE.split(",")),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_is_the_one_of_the_header(delimiter: str) -> None:
    opened = open_sheet(io.BytesIO(sheet(row(), delimiter=delimiter)), "m.csv")
    assert opened.header == HEADER
    assert [one.cells for one in opened.rows()] == [[GOOD.get(name, "") for name in HEADER]]


def test_lines_are_counted_through_cells_of_several_lines() -> None:
    found = rows_of(sheet(row(points="one\ntwo\nthree"), row()))
    assert [(one.number, one.line) for one in found] == [(1, 2), (2, 5)]


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (LINE.replace(",", ";"), 'found 1 column, expected 10. This line seems to use ";" where the file uses ",".'),
        ("a, b" + LINE, 'found 11 columns, expected 10. Is there a comma that needs quotes ("a, b1894-05-01")?'),
        ("a," + LINE, "found 11 columns, expected 10. Is there a comma that needs quotes?"),
        ("a,b", "found 2 columns, expected 10. Is a comma missing?"),
        ("a" + "," * 20_000 + "z", "found 20,001 columns, expected 10. Is there a comma that needs quotes?"),
        ('"a"b,c', 'a quote inside a quoted cell has to be doubled ("").'),
        ("x" * 1_000_001, "the line has more than 1,000,000 characters."),
        ("x" * 140_000, "a cell has more than 131,072 characters."),
    ],
)  # fmt: skip
def test_line_that_does_not_fit_costs_its_own_row_only(line: str, sentence: str) -> None:
    assert says(f"{HEAD}\n{LINE}\n{line}\n{LINE.replace('05-01', '05-02')}\n".encode()) == [
        "",
        f"Row 2: {sentence}",
        "",
    ]


def test_empty_columns_at_the_end_of_a_line_are_nothing() -> None:
    assert says(f"{HEAD}\n{LINE},,\n,,,,\n".encode()) == [""]


@pytest.mark.parametrize("after", [0, 1, 3])
def test_quote_that_is_never_closed_costs_its_own_row_only(after: int) -> None:
    good = [LINE.replace("05-01", f"05-{day:02d}") for day in range(2, 2 + after)]
    broken = LINE.replace("Strelsau", '"Strelsau')
    assert says("\n".join([HEAD, LINE, broken, *good]).encode()) == [
        "",
        'Row 2: the quote that opens in column "city" is never closed, so that the rest of the file reads as one cell.',
        *[""] * after,
    ]


def test_quote_that_is_closed_rows_later_costs_its_own_row_only() -> None:
    broken = LINE.replace("Strelsau", '"Strelsau')
    later = LINE.replace("King", '"King, or so"').replace("05-01", "05-02")
    found = says("\n".join([HEAD, broken, later]).encode())
    assert (found[0].split(" is never")[0], found[1]) == ('Row 1: the quote that opens in column "city"', "")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "“m.csv” is empty."),
        (b"\n\n \n", "“m.csv” is empty."),
        (HEAD.encode("utf-16"), "“m.csv”, line 1: this is not UTF-8 text (UTF-16, or no text at all). "
         "Save it as “CSV UTF-8” and send it again."),
        (HEAD.encode("utf-16-le"), "“m.csv”, line 1: this is not UTF-8 text (UTF-16, or no text at all). "
         "Save it as “CSV UTF-8” and send it again."),
        ("date,Länder".encode("latin-1"), "“m.csv”, line 1, column 2: this is not UTF-8 text (byte 0xE4). "
         "Save the file as “CSV UTF-8”."),
        (b"\x01\x02\x03,date", "“m.csv”, line 1: this is not a text file. Send CSV or XLSX."),
        (b"\xd0\xcf\x11\xe0rest", "“m.csv” is an old or encrypted Excel workbook. Send CSV or XLSX."),
        (b"%PDF-1.7", "“m.csv” is a PDF. Send CSV or XLSX."),
        (b"PK\x03\x04rest", "“m.csv” is not a workbook, or a damaged one. Send CSV or XLSX."),
        (b"x," * 20_000 + b"x", "“m.csv”, line 1: the header has 20,001 columns; the limit is 200."),
        (b"x" * 1_000_001, "“m.csv”: the first line has more than 1,000,000 characters."),
        (b"name:city\nx:y", "“m.csv”: The columns “date” and “country” and “host official” and “visitor” are missing. "
         "The first line has “name:city”."),
        (HEAD.replace("end_date", "start").encode(), "“m.csv”: “date” and “start” both read as “date”. "
         "Rename one of them."),
    ],
)  # fmt: skip
def test_file_that_cannot_be_read_is_refused_in_a_sentence(content: bytes, sentence: str) -> None:
    assert refusal(content) == sentence


# Columns


@pytest.mark.parametrize("name", ["Host official", "HOST_OFFICIAL", " host-official ", "Host", "met with"])
def test_columns_are_known_by_their_names_and_synonyms(name: str) -> None:
    assert layout(["Date", name]).places == {"date": 0, "host official": 1}


def test_columns_are_chosen_by_hand() -> None:
    header = ["Date", "Gastgeber", "Host"]
    found = layout(header, chosen_by_name(header, {"host official": "gastgeber", "Date": "date"}))
    assert (found.places, found.unused) == ({"date": 0, "host official": 1}, ["Host"])
    assert layout(header, {"host official": None}).places == {"date": 0}
    with pytest.raises(Unreadable, match="The file has no column “Gast”"):
        chosen_by_name(header, {"host official": "Gast"})
    with pytest.raises(Unreadable, match="There is no column “guests”"):
        chosen_by_name(header, {"guests": "Host"})


# XLSX


def cells(**given: Any) -> list[Any]:
    return [(GOOD | given).get(name) for name in HEADER]


def test_workbook_says_what_the_same_csv_says() -> None:
    content = workbook(
        cells(), [None] * 10, cells(date=dt.date(1994, 5, 2)), cells(date=dt.datetime(1994, 5, 3))
    )
    found = judged(content)
    assert [(one.number, one.line, one.says) for one in found] == [(1, 2, ""), (2, 4, ""), (3, 5, "")]
    assert [one.facts.start for one in found if one.facts] == ["1894-05-01", "1994-05-02", "1994-05-03"]
    assert [one.facts for one in judged(sheet(row()))] == [found[0].facts]


def test_formulas_and_errors_are_refused_with_their_cell() -> None:
    assert says(workbook(cells(**{"host official": "=1+1"}), cells(city="#REF!"))) == [
        'Row 1, column "host official": cell E2 holds a formula. Put its value in its place.',
        'Row 2, column "city": cell D3 holds the error #REF!.',
    ]


def test_workbook_with_more_cells_than_columns_costs_its_own_row_only() -> None:
    assert says(workbook([*cells(), "more"], cells())) == ["Row 1: found 11 columns, expected 10.", ""]


def repacked(content: bytes, part: str, text: bytes) -> bytes:
    """The workbook with one of its parts replaced."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, text if name == part else old.read(name))
    return file.getvalue()


def test_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = repacked(workbook(cells()), "xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    tracemalloc.start()
    sentence = refusal(bomb, unpacked=10_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sentence.startswith("“m.csv” would unpack to 50 MB in ")
    assert sentence.endswith(" parts; the limit is 10 MB. Save it as CSV.")
    assert peak < 5_000_000


def test_entity_bomb_is_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>'
    assert "the workbook is damaged" in refusal(repacked(workbook(cells()), "xl/worksheets/sheet1.xml", bomb))


def test_archive_that_is_no_workbook_is_refused() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.txt", "a")
    assert refusal(file.getvalue()) == "“m.csv” is an archive, but not an XLSX workbook. Send CSV or XLSX."


def test_workbook_that_breaks_off_is_refused_with_its_row() -> None:
    whole = zipfile.ZipFile(io.BytesIO(workbook(cells(), cells()))).read("xl/worksheets/sheet1.xml")
    broken = repacked(workbook(cells(), cells()), "xl/worksheets/sheet1.xml", whole[: whole.rindex(b"<row")])
    assert (
        refusal(broken)
        == "“m.csv”, row 3 of the sheet: the workbook is damaged. Save it again as XLSX or CSV."
    )


# The template


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_template_holds_the_columns_and_an_example(kind: str) -> None:
    opened = open_sheet(io.BytesIO(write_template(kind)), f"m.{kind}")
    assert (opened.header, [tuple(one.cells) for one in opened.rows()]) == (HEADER, [EXAMPLE])


# Anything


def read_all(content: bytes) -> list[tuple[int, str, str]] | str:
    """What is said of a file, or that it is refused; nothing else is ever raised."""
    try:
        return [(one.number, one.verdict, one.says) for one in judged(content)]
    except Unreadable as refused:
        return str(refused)
    except KeyError:
        # A column is missing: ``require`` says so before a row is read.
        return "missing"


pieces = st.lists(
    st.sampled_from([b'"', b",", b";", b"\n", b"\r\n", b"\r", b"\0", b"\xe9", b"\xef\xbb\xbf", b"=", b"'", b" "])
    | st.just(LINE.encode())
    | st.binary(max_size=6),
    max_size=40,
).map(b"".join)  # fmt: skip


@given(pieces)
@settings(max_examples=150, deadline=None)
def test_whatever_follows_the_header_every_row_gets_a_verdict(tail: bytes) -> None:
    content = HEAD.encode() + b"\n" + tail
    found = read_all(content)
    assert isinstance(found, list)
    assert [number for number, *_ in found] == list(range(1, len(found) + 1))
    assert read_all(content) == found


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_no_bytes_break_the_reader(content: bytes) -> None:
    found = read_all(content)
    assert isinstance(found, list) or found == "missing" or "“m" in found


@given(st.lists(st.lists(st.text(max_size=30), min_size=10, max_size=10), max_size=5))
@settings(max_examples=100, deadline=None)
def test_no_cells_break_the_judge(table: list[list[str]]) -> None:
    content = sheet(*(dict(zip(HEADER, cells, strict=True)) for cells in table))
    assert isinstance(read_all(content), list)


@cache
def sound_workbook() -> bytes:
    """Made once: it holds the time at which it was made."""
    return bytes(workbook(cells(), cells()))


@pytest.mark.slow
@given(st.data())
@settings(max_examples=300, deadline=None)
def test_no_damage_to_a_workbook_breaks_the_reader(data: st.DataObject) -> None:
    content = bytearray(sound_workbook())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    assert read_all(bytes(content)) is not None
