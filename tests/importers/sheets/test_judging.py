"""What an import of meetings says of each row, and what it makes of it. No database is asked."""

from typing import Any

import pytest

from tests.importers.sheets.files import HEADER, Nothing, facts_of, judged, row, says, sheet
from visits.choices import Verdict


def test_good_row_is_taken_word_for_word() -> None:
    facts = facts_of(sheet(row(end_date="1894-05-02")))
    assert (facts.start, facts.end, facts.country.code, facts.city) == (
        "1894-05-01",
        "1894-05-02",
        "X-RU",
        "Strelsau",
    )
    assert facts.people() == ("Rudolf Elphberg", "Hans Muster")
    assert (facts.host_title, facts.visitor_title) == ("King", "Envoy")
    assert facts.points == ("Herring quota", "Rail link")
    assert facts.url == "https://gazette.example/1894/1"


@pytest.mark.parametrize(
    ("given", "note"),
    [
        ({"country": "Ruritanien"}, '"Ruritanien" taken as Ruritania'),
        ({"country": "RURITANIA"}, '"RURITANIA" taken as Ruritania'),
        ({"country": "X-RU"}, '"X-RU" taken as Ruritania'),
        ({"country": "Zenda"}, '"Zenda" is a territory, kept as such'),
        ({"country": "G.R.S."}, '"G.R.S." is a former country, kept as Graustark'),
        (
            {"country": "Graustark", "date": "1911-01-01"},
            '"Graustark" is a former country, kept as such; Graustark is on record from 1800 until 1910',
        ),
        ({"date": "25/04/1894"}, '"25/04/1894" read as 1894-04-25'),
        ({"date": "May 1, 1894"}, '"May 1, 1894" read as 1894-05-01'),
        ({"city": "  Strelsau\u00a0"}, "spaces trimmed"),
        ({"city": "Strel\u200bsau"}, 'hidden character (U+200B) removed from "city"'),
        (
            {"host__official": "Rudolf\u202e Elphberg"},
            'hidden direction character (U+202E) removed from "host official"',
        ),
        ({"source__url": ""}, "no source: one is needed before it can be published"),
        ({"visitor": "Members of the Royal Guard"}, '"Members of the Royal Guard" taken as a group'),
        (
            {"visitor": "Ганс Мустер"},
            'new person "Ганс Мустер": nobody of that spelling yet; '
            "if the person is on record in another spelling, join the two by hand",
        ),
    ],
)
def test_row_is_accepted_with_a_note(given: dict[str, str], note: str) -> None:
    found = judged(sheet(row(**given)))[0]
    assert (found.verdict, found.says) == (Verdict.ACCEPT_WITH_NOTE, note)
    assert found.facts is not None


@pytest.mark.parametrize(
    ("given", "column", "sentence"),
    [
        ({"date": ""}, "date", 'empty. Every meeting needs a date.'),
        ({"host__official": " "}, "host official", 'empty. Every meeting needs a host.'),
        ({"date": "1894-02-30"}, "date", '"1894-02-30" is not a day that exists. Write it as YYYY-MM-DD.'),
        ({"date": "03/04/1894"}, "date", '"03/04/1894" can be 3 April or March 4. Write it as YYYY-MM-DD.'),
        ({"date": "soon"}, "date", '"soon" is not a date. Write it as YYYY-MM-DD.'),
        ({"end_date": "1894-04-30"}, "", "end_date 1894-04-30 is before date 1894-05-01. Swap them?"),
        ({"country": "Ruritanya"}, "country", '"Ruritanya" is not a known country. Did you mean Ruritania?'),
        ({"country": "Oz"}, "country", '"Oz" is not a known country.'),
        (
            {"country": "Freedonia"},
            "country", '"Freedonia" is a name of North Freedonia and South Freedonia. Write which.',
        ),
        ({"city": "=1+1"}, "city", 'starts with "=". Spreadsheet formulas are not accepted here.'),
        ({"visitor": "@SUM(A1)"}, "visitor", 'starts with "@". Spreadsheet formulas are not accepted as names.'),
        ({"points": "=A1"}, "points", 'starts with "=". Spreadsheet formulas are not accepted in this column.'),
        ({"city": "Strel\x00sau"}, "city", 'holds a NUL character (a damaged file?).'),
        ({"city": "Strel\x07sau"}, "city", 'holds a control (U+0007) character (a damaged file?).'),
        ({"city": "Strel\ufffdau"}, "city", 'holds "\ufffd", which stands for a character that was lost.'),
        ({"city": "S" * 251}, "city", '251 characters; the limit is 250.'),
        ({"points": "p" * 251}, "points", 'point 1 has 251 characters; the limit is 250.'),
        ({"points": "p;" * 101}, "points", '101 points; the limit is 100.'),
        ({"source__url": "javascript:alert(1)"}, "source url", 'only http and https addresses are accepted.'),
    ],
)  # fmt: skip
def test_row_is_refused_with_a_sentence(given: dict[str, str], column: str, sentence: str) -> None:
    found = judged(sheet(row(**given)))[0]
    says = f'Row 1, column "{column}": {sentence}' if column else f"Row 1: {sentence}"
    assert (found.verdict, found.says, found.facts) == (Verdict.NOT_IMPORTED, says, None)


def test_all_that_is_wrong_with_a_row_is_said_at_once() -> None:
    assert says(sheet(row(date="soon", country="Oz", source__url="ftp://x"))) == [
        'Row 1, column "date": "soon" is not a date. Write it as YYYY-MM-DD. '
        'Row 1, column "source url": only http and https addresses are accepted.'
    ]


@pytest.mark.parametrize(
    "points", ["Herring quota; Rail link", "- Herring quota\n- Rail link", "• Herring quota;;• Rail link"]
)
def test_points_stand_on_lines_or_between_semicolons(points: str) -> None:
    found = judged(sheet(row(points=points)))[0]
    assert found.facts is not None
    assert (found.verdict, found.facts.points) == (Verdict.ACCEPT, ("Herring quota", "Rail link"))


def test_what_our_own_export_has_escaped_comes_back_as_text() -> None:
    assert facts_of(sheet(row(host__official="'=Rudolf", city="''@home"))).people()[0] == "=Rudolf"
    assert facts_of(sheet(row(city="''@home"))).city == "'@home"


def test_text_is_stored_in_normal_form_c() -> None:
    assert facts_of(sheet(row(city="Zu\u0308rich"))).city == "Zürich"


def test_same_row_twice_is_left_out() -> None:
    other = row(country="Ruritanien")
    assert says(sheet(row(), row(date="1894-05-02"), row(), other)) == [
        "",
        "",
        "Row 3: same as row 1. Left out.",
        "Row 4: same as row 1. Left out.",
    ]


def test_row_that_looks_like_another_is_left_out_until_it_is_ticked() -> None:
    content = sheet(row(), row(host__official="rudolf j. ELPHBERG", visitor="Muster, Hans", points=""))
    [_, found] = judged(content)
    assert found.says == (
        "Row 2: looks like row 1 (same day, city and people, other spelling or details). "
        "Left out; tick to import it anyway."
    )
    assert found.offer == "import it anyway"
    assert [one.verdict for one in judged(content, ticked=(2,))] == [Verdict.ACCEPT, Verdict.ACCEPT]


def test_another_city_is_another_meeting() -> None:
    assert says(sheet(row(), row(city="Hentzau"))) == ["", ""]


def test_refused_row_is_no_double_of_a_good_one() -> None:
    assert says(sheet(row(date="soon"), row(), row()))[2] == "Row 3: same as row 2. Left out."


def test_row_like_a_meeting_on_record_is_left_out_until_it_is_ticked() -> None:
    content = sheet(row())
    key = facts_of(content).content

    class Known(Nothing):
        def alike(self, rows: Any) -> dict[bytes, str]:
            return {key: '"The coronation" of 1 May 1894'}

    assert says(content, on_record=Known()) == [
        'Row 1: looks like "The coronation" of 1 May 1894, which is on record (same day, city and people). '
        "Left out; tick to import it anyway."
    ]
    assert says(content, on_record=Known(), ticked=(1,)) == [""]


def test_dates_are_swapped_where_a_person_says_so() -> None:
    facts = facts_of(sheet(row(end_date="1894-04-30")), ticked=(1,))
    assert (facts.start, facts.end) == ("1894-04-30", "1894-05-01")


def test_line_that_is_not_utf8_is_read_as_windows_1252_where_a_person_says_so() -> None:
    content = sheet(row(), row(city="Zenda", visitor="Jürg Muster")).replace("ü".encode(), b"\xfc")
    [_, found] = judged(content)
    assert (found.says, found.offer) == (
        'Row 2: this line is not UTF-8 text (byte 0xFC). It reads "Jürg Muster" as Windows-1252; '
        "save the file as UTF-8 or confirm.",
        "read it as Windows-1252",
    )
    [_, found] = judged(content, ticked=(2,))
    assert (found.says, found.facts and found.facts.visitor) == ("read as Windows-1252", "Jürg Muster")


def test_bytes_that_mean_nothing_in_windows_1252_either_are_not_offered() -> None:
    content = sheet(row(city="Q")).replace(b",Q,", b",\x81,")
    [found] = judged(content, ticked=(1,))
    assert (found.says, found.offer) == (
        "Row 1: this line is not UTF-8 text (byte 0x81). Save the file as UTF-8.",
        "",
    )


def test_sentences_name_the_columns_as_the_file_does() -> None:
    header = ["Day" if name == "date" else name for name in HEADER]
    assert says(sheet(row(date="soon"), header=header)) == [
        'Row 1, column "Day": "soon" is not a date. Write it as YYYY-MM-DD.'
    ]
