"""What stands in the files: cells that no program obeys, and formats that others read."""

import csv
import io
import json
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from tests import factories as make
from tests.exports.test_streams import export
from visits.exports.formats import FORMATS
from visits.exports.tabular import LONGEST_CELL, as_cell

pytestmark = pytest.mark.django_db
RISKY = ["=1+1", "+1", "-1", "@SUM(A1)", "\ttab", "'=1+1", '=HYPERLINK("http://x","y")', "#REF!", "%7"]


def written(form: str, name: str, **words: str) -> bytes:
    return b"".join(FORMATS[form].write(export(name, **words)))


def rows_of_csv(name: str, **words: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(written("csv", name, **words).decode(), newline="")))


def rows_of_xlsx(name: str) -> list[dict[str, Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(written("xlsx", name))).active
    head, *rows = (list(cells) for cells in sheet.iter_rows())
    names = [cell.value for cell in head]
    return [dict(zip(names, cells, strict=True)) for cells in rows]


@pytest.mark.parametrize("text", RISKY)
def test_no_cell_is_a_formula(text: str) -> None:
    meeting = make.make_meeting(title=text, summary=text)
    make.make_participation(meeting=meeting, official=None, name=text, on_behalf_of=None)
    escaped = f"'{text}" if text.lstrip("'")[0] in "=+-@\t" else text
    [row] = rows_of_csv("meetings")
    assert [row[name] for name in ("title", "summary", "participants")] == [escaped] * 3
    [cells] = rows_of_xlsx("meetings")
    for name in ("title", "summary", "participants"):
        assert (cells[name].value, cells[name].data_type) == (escaped, "s")
    [line] = written("jsonl", "meetings").splitlines()
    assert json.loads(line)["title"] == text


def test_numbers_are_left_alone() -> None:
    place = make.make_place(latitude=-33.5, longitude=-70.25, is_reference=True, name="Zenda")
    [row] = rows_of_csv("places", q="Zenda")
    assert (row["latitude"], row["longitude"]) == ("-33.5", "-70.25")
    make.make_meeting(place=place)
    [cells] = rows_of_xlsx("meetings")
    assert (cells["latitude"].value, cells["latitude"].data_type) == (-33.5, "n")


def test_lines_of_csv_end_as_rfc_4180_has_it_and_texts_keep_theirs() -> None:
    text = 'One “line”,\nanother "line"; a third'
    make.make_meeting(summary=text)
    body = written("csv", "meetings")
    assert body.startswith(b"id,page,slug,")
    assert body.count(b"\r\n") == 2
    assert rows_of_csv("meetings")[0]["summary"] == text


def test_an_empty_list_is_a_file_with_a_head() -> None:
    assert written("csv", "meetings").count(b"\r\n") == 1
    assert written("jsonl", "meetings") == b""
    assert json.loads(written("geojson", "meetings")) == {"type": "FeatureCollection", "features": []}
    assert (written("bibtex", "sources"), json.loads(written("csl", "sources"))) == (b"", [])
    sheet = openpyxl.load_workbook(io.BytesIO(written("xlsx", "meetings"))).active
    assert sheet.max_row == 1


@pytest.mark.parametrize("start", ["2024", "2024-01", "1894-05-01"])
def test_what_is_no_day_of_a_spreadsheet_stays_text(start: str) -> None:
    make.make_meeting(start_date=start)
    assert rows_of_xlsx("meetings")[0]["start"].value == start


def test_a_text_that_no_cell_holds_is_cut_and_says_so() -> None:
    make.make_meeting(summary="ä" * 40_000)
    cell = rows_of_xlsx("meetings")[0]["summary"].value
    assert (len(cell), cell[-2:]) == (LONGEST_CELL, "ä…")
    assert len(rows_of_csv("meetings")[0]["summary"]) == 40_000


def test_more_rows_than_a_sheet_holds_go_on_in_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visits.exports.tabular.MOST_ROWS", 3)
    for _ in range(3):
        make.make_meeting()
    book = openpyxl.load_workbook(io.BytesIO(written("xlsx", "meetings")))
    assert [(sheet.title, sheet.max_row) for sheet in book] == [("Meetings", 3), ("Meetings 2", 2)]


@pytest.mark.parametrize(
    ("value", "cell"), [(None, ""), (True, "true"), (False, "false"), (-1.5, "-1.5"), (["-a", "b"], "'-a; b")]
)
def test_how_a_value_is_written_in_a_cell(value: Any, cell: str) -> None:
    assert as_cell(value) == cell


def test_places_on_a_map() -> None:
    here = make.make_place(latitude=1.5, longitude=-2.5)
    there, nowhere = make.make_place(latitude=3.0, longitude=4.0), make.make_place()
    tour = make.make_tour()
    for position, places in enumerate(([here], [here, there], [nowhere], []), start=1):
        make.make_stop(tour=tour, places=places, position=position)
    features = json.loads(written("geojson", "stops"))["features"]
    shown = {feature["properties"]["position"]: feature["geometry"] for feature in features}
    assert shown[1] == {"type": "Point", "coordinates": [-2.5, 1.5]}
    assert shown[2]["type"] == "MultiPoint"
    assert sorted(shown[2]["coordinates"]) == [[-2.5, 1.5], [4.0, 3.0]]
    assert (shown[3], shown[4]) == (None, None)


def a_source() -> None:
    source = make.make_source(
        title="50% of {all} \\ news_",
        slug="half",
        kind="news",
        publisher="Gazette & Sons",
        url="https://example.org/{a}?x=50%25",
        published="2024-01",
        accessed="2024-02-03",
        language="en",
    )
    source.contributors.create(name="Anthony Hope", role="author")
    source.contributors.create(name="F. Sapt & Co", role="author", position=1)
    make.make_citation(meeting=make.make_meeting(), source=source)


def test_bibtex() -> None:
    a_source()
    assert written("bibtex", "sources").decode() == (
        "@misc{half,\n"
        "  title = {{50\\% of \\{all\\} \\textbackslash{} news\\_}},\n"
        "  author = {{Anthony Hope} and {F. Sapt \\& Co}},\n"
        "  publisher = {Gazette \\& Sons},\n"
        "  year = {2024},\n"
        "  month = {1},\n"
        "  url = {https://example.org/%7Ba%7D?x=50%25},\n"
        "  urldate = {2024-02-03},\n"
        "  language = {en},\n"
        "}\n\n"
    )


def test_csl_json() -> None:
    a_source()
    assert json.loads(written("csl", "sources")) == [
        {
            "id": "half",
            "type": "article-newspaper",
            "title": "50% of {all} \\ news_",
            "author": [{"literal": "Anthony Hope"}, {"literal": "F. Sapt & Co"}],
            "publisher": "Gazette & Sons",
            "issued": {"date-parts": [[2024, 1]]},
            "accessed": {"date-parts": [[2024, 2, 3]]},
            "URL": "https://example.org/{a}?x=50%25",
            "language": "en",
        }
    ]


def test_the_command_writes_the_same_file(tmp_path: Any) -> None:
    make.make_meeting(location=make.make_country("X-A"), title="In A")
    make.make_meeting()
    file = tmp_path / "meetings.csv"
    base = ["--base", "https://example.org/"]
    call_command("export", "csv", "meetings", "location=X-A", "ordering=date", "-o", str(file), *base)
    assert file.read_bytes() == written("csv", "meetings", location="X-A")
    shown = io.StringIO()
    call_command("export", "jsonl", "meetings", "location=X-A", *base, stdout=shown)
    assert shown.getvalue() == written("jsonl", "meetings", location="X-A").decode()


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["contry=TR"], "Did you mean “country”?"),
        (["TR"], "“TR” is no filter: write KEY=VALUE, such as country=TR."),
        (["country=TR", "-o", "/nowhere/x.csv"], "/nowhere/x.csv: No such file or directory."),
    ],
)
def test_the_command_says_what_is_wrong(words: list[str], sentence: str) -> None:
    with pytest.raises(CommandError) as refused:
        call_command("export", "csv", "meetings", *words)
    assert sentence in str(refused.value)
