"""Which party a country of the Historian's is."""

import csv
import datetime as dt
from pathlib import Path

import pytest

from tests.importers.historian_files import HISTORIAN, needs_historian
from visits.choices import COUNTRY_KINDS
from visits.importers.historian import countries
from visits.importers.historian.countries import UnknownCountry, merged, party_of
from visits.importers.historian.people import DEMONYMS
from visits.importers.reference import party_rows

TODAY = dt.date(2024, 1, 1)
# The Historian's table has no code of ISO 3166-1 for these.
WITHOUT_ISO = {
    "czechoslovakia": "CSHH",
    "german-democratic-republic": "DDDE",
    "hawaii": "HAWAII",
    "kosovo": "XK",
    "netherlands-antilles": "ANHH",
    "yugoslavia": "YUCS",
}


def table() -> list[dict[str, str]]:
    with countries.TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class TestTable:
    def test_it_knows_every_country_of_the_reference_data_and_nothing_else(self) -> None:
        known = {row["code"]: row["kind"] for row in party_rows()}
        named = {row["party"] for row in table()}
        assert named - known.keys() == set()
        assert {code for code, kind in known.items() if kind in COUNTRY_KINDS} - named == set()

    def test_an_identifier_has_one_party_that_goes_for_all_times(self) -> None:
        undated = [
            row["id"]
            for row in table()
            if row["id"] and not row["text"] + row["valid_from"] + row["valid_to"]
        ]
        assert len(undated) == len(set(undated))
        assert {row["id"] for row in table() if row["id"]} - set(undated) == set()

    def test_the_words_beside_titles_name_parties_that_there_are(self) -> None:
        with DEMONYMS.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert {row["party"] for row in rows} - {row["code"] for row in party_rows()} == set()
        assert len({row["word"] for row in rows}) == len(rows)

    @needs_historian
    def test_it_agrees_with_the_historians_own_table(self) -> None:
        with Path(HISTORIAN, "country_map.csv").open(encoding="utf-8", newline="") as file:
            expected = {
                row["country_id"]: row["iso2"] or WITHOUT_ISO[row["country_id"]]
                for row in csv.DictReader(file)
            }
        assert {name: merged(name) for name in expected} == expected | {"west-bank": "PS-WB"}


class TestParty:
    @pytest.mark.parametrize(
        ("identifier", "text", "day", "party"),
        [
            ("russia", "Russia", "2001-01-01", "RU"),
            ("russia", "U.S.S.R.", "1972-05-22", "SUHH"),
            ("russia", "U.S.S.R.", "1992-01-29", "SUHH"),
            ("russia", "U.S.S.R. (Ukraine)", "1972-05-22", "SUHH"),
            ("serbia", "Serbia and Montenegro", "2003-04-02", "CSXX"),
            ("kosovo", "Yugoslavia (Kosovo)", "1999-07-29", "XK"),
            ("denmark", "Denmark (Greenland)", "2021-05-20", "GL"),
            ("united-kingdom", "United Kingdom (Northern Ireland)", "1998-09-03", "GB"),
            ("czechoslovakia", "Czechoslovakia (government-in-exile)", "1943-05-12", "CSHH"),
            ("china", "China, Republic of", "1945-06-29", "CN"),
            ("taiwan", "Republic of China", "1958-10-21", "TW"),
            ("congo-kinshasa", "Zaire", "1982-11-20", "CD"),
            ("congo-republic", "Congo, Republic of", "2000-01-01", "CG"),
            ("tanzania", "Tanganyika", "1963-07-15", "TANGANYIKA"),
            ("vietnam", "Vietnam", "1969-07-30", "SOUTH-VIETNAM"),
            ("vietnam", "Vietnam", "2000-11-16", "VN"),
            ("egypt", "United Arab Republic", "1960-01-01", "UAR"),
            ("egypt", "United Arab Republic", "1966-02-23", "EG"),
            ("cote-divoire", "Cote d'Ivoire", "2012-01-17", "CI"),
            ("eswatini", "Eswatini", "2022-12-13", "SZ"),
            ("antigua-barbuda", "Antigua and Barbuda", "1990-01-01", "AG"),
            ("saint-vincent-and-the-grenadines", "St. Vincent and the Grenadines", "1990-01-01", "VC"),
            ("germany-federal-republic-of", "Germany, Federal Republic of", "1963-06-23", "DE"),
        ],
    )  # fmt: skip
    def test_goes_by_text_and_day_where_these_tell_more(
        self, identifier: str, text: str, day: str, party: str
    ) -> None:
        assert party_of(identifier, text, dt.date.fromisoformat(day)) == party

    @pytest.mark.parametrize("identifier", ["", "ruritania", "France", "../france"])
    def test_an_unknown_identifier_is_never_made_or_guessed(self, identifier: str) -> None:
        with pytest.raises(UnknownCountry, match="is not known"):
            party_of(identifier, "France", TODAY)

    def test_says_what_may_have_been_meant(self) -> None:
        with pytest.raises(UnknownCountry) as caught:
            party_of("untied-kingdom", "United Kingdom", TODAY)
        assert "Did you mean “united-kingdom”" in str(caught.value)
