"""What is one record, what is one tour, and what a person should look at; with the Historian's own figures."""

import datetime as dt
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.importers.historian_files import HISTORIAN, needs_historian
from visits.importers.historian import figures
from visits.importers.historian.entries import Collection, Entry, gather
from visits.importers.historian.grouping import (
    exact_duplicates,
    suspected_duplicates,
    tours,
    without_duplicates,
)
from visits.importers.historian.reading import files_of, read


def stay(number: int, first: int, last: int, **given: Any) -> Entry:
    """Some days of May 1974."""
    facts = {
        "collection": "travels", "who": "elphberg-rudolf", "name": "Rudolf Elphberg", "role": "secretary",
        "country_id": "syria", "country_text": "Syria", "party": "SY", "locale": "Damascus", "remarks": "",
    }  # fmt: skip
    return Entry(number=number, start=dt.date(1974, 5, first), end=dt.date(1974, 5, last), **(facts | given))


def grouped(*entries: Entry) -> list[list[int]]:
    return [[entry.number for entry in tour] for tour in tours(entries)]


class TestTours:
    def test_a_stop_joins_until_the_day_after_the_latest_end(self) -> None:
        assert grouped(stay(1, 1, 3), stay(2, 4, 4), stay(3, 6, 6)) == [[1, 2], [3]]

    def test_a_long_stay_holds_together_what_lies_within(self) -> None:
        assert grouped(stay(1, 3, 20), stay(2, 4, 5), stay(3, 21, 22), stay(4, 24, 24)) == [[1, 2, 3], [4]]

    def test_each_traveller_has_tours_of_his_own(self) -> None:
        assert grouped(stay(1, 1, 1), stay(2, 1, 1, who="zapt-otto"), stay(3, 2, 2)) == [[1, 3], [2]]

    def test_the_order_is_by_start_end_and_number(self) -> None:
        assert grouped(stay(9, 1, 1), stay(4, 1, 1), stay(3, 1, 2)) == [[4, 9, 3]]


class TestDuplicates:
    def test_the_lowest_number_stays(self) -> None:
        entries = [stay(7, 1, 1), stay(3, 1, 1), stay(5, 1, 1), stay(4, 1, 1, locale="Aleppo")]
        assert exact_duplicates(entries) == {3: [5, 7]}
        assert [entry.number for entry in without_duplicates(entries)] == [3, 4]

    def test_the_same_country_with_the_same_start_or_an_overlap_is_suspected(self) -> None:
        same_start = [stay(1, 1, 1), stay(2, 1, 4)]
        overlap = [stay(3, 10, 13), stay(4, 12, 15)]
        inside = [stay(5, 20, 24), stay(6, 22, 22)]
        elsewhere = [stay(7, 26, 28), stay(8, 26, 28, country_id="egypt")]
        assert suspected_duplicates(same_start + overlap + inside + elsewhere) == [[1, 2], [3, 4]]

    def test_a_short_stay_inside_a_long_one_hides_no_later_overlap(self) -> None:
        assert suspected_duplicates([stay(1, 1, 20), stay(2, 5, 5), stay(3, 10, 12)]) == [[1, 3]]


@pytest.fixture(scope="module")
def collections() -> dict[str, Collection]:
    files, _ = files_of([Path(HISTORIAN)])
    return gather(record for file in files for record in read(file))


@pytest.fixture(scope="module")
def key() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(HISTORIAN, "expected.json").read_text(encoding="utf-8"))
    return found


@needs_historian
class TestAnswerKey:
    def test_travels(self, collections: dict[str, Collection], key: dict[str, Any]) -> None:
        expected = key["travels"]
        found = figures.figures(collections["travels"])
        assert found == {
            "records_read": expected["records_read"],
            "records_unique": expected["records_unique"],
            "exact_duplicates": expected["exact_duplicate_records"],
            "travellers": expected["travellers"],
            "countries": expected["countries_merged"],
            "parties": found["parties"],
            "tours": expected["tours"],
            "tours_with_two_or_more_stops": expected["tours_with_two_or_more_stops"],
            "top_countries": expected["top_countries_by_stops_merged"],
            "suspected_duplicates": expected["suspected_duplicates_to_flag_not_delete"],
            "errors": [],
        }

    def test_visits(self, collections: dict[str, Collection], key: dict[str, Any]) -> None:
        expected = key["visits"]
        found = figures.figures(collections["visits"])
        assert found == {
            "records_read": expected["records_read"],
            "records_unique": expected["records_unique"],
            "exact_duplicates": expected["exact_duplicate_records"],
            "countries": expected["countries_merged"],
            "parties": found["parties"],
            "tours": expected["records_unique"],
            "tours_with_two_or_more_stops": 0,
            "top_countries": expected["top_countries_merged"],
            "suspected_duplicates": [],
            "errors": [],
        }

    def test_both(self, collections: dict[str, Collection], key: dict[str, Any]) -> None:
        expected, found = key["both"], figures.both(collections)
        assert found["records_read"] == expected["records_read"]
        assert found["records_unique"] == expected["records_unique"]
        assert found["countries"] == expected["countries_merged"]

    def test_the_exact_duplicates_and_the_tours(
        self, collections: dict[str, Collection], key: dict[str, Any]
    ) -> None:
        expected = key["travels"]
        duplicates = exact_duplicates(collections["travels"].entries)
        assert {str(number): others for number, others in duplicates.items()} == expected["exact_duplicates"]
        made = figures.tours_of(collections["travels"])
        sizes = Counter(str(len(tour)) for tour in made)
        assert dict(sizes) == expected["tours_by_number_of_stops"]
        by_traveller = Counter(tour[0].who for tour in made)
        assert by_traveller == {who: of["tours"] for who, of in expected["per_traveller"].items()}

    def test_the_spot_checks(self, collections: dict[str, Collection], key: dict[str, Any]) -> None:
        of_record = {
            entry.number: tour for tour in figures.tours_of(collections["travels"]) for entry in tour
        }
        entries = {entry.number: entry for entry in collections["travels"].entries}
        for number, expected in key["spot_checks_trips"].items():
            entry = entries[int(number)]
            assert {
                "who": entry.who,
                "start": entry.start.isoformat(),
                "end": entry.end.isoformat(),
                "country_id": entry.country_id,
                "country_text": entry.country_text,
                "locale": entry.locale,
                "remarks": entry.remarks,
                "tour_ids": [stop.number for stop in of_record[int(number)]],
            } == expected
