"""``import_historian`` as somebody calls it: its figures against the Historian's own, its words, two at once."""

import io
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from tests import factories as make
from tests.importers.historian_files import HISTORIAN, needs_historian, trip, visit, write_trips, write_visits
from visits import quality
from visits.importers.demo import load_demo
from visits.importers.historian.places import kind_of_place, names_in
from visits.importers.historian.shaping import locator
from visits.importers.historian.telling import Bar
from visits.models import Citation, ImportBatch, Stop, Tour


def call(*arguments: Any, **options: Any) -> str:
    output = io.StringIO()
    call_command("import_historian", *map(str, arguments), stdout=output, **options)
    return output.getvalue()


def refused(*arguments: Any, **options: Any) -> str:
    with pytest.raises(CommandError) as caught:
        call(*arguments, **options)
    return str(caught.value)


@pytest.mark.django_db
class TestWords:
    def test_it_says_what_it_did_and_writes_the_report(self, tmp_path: Path) -> None:
        make.make_user("Reviewer", username="flavia")
        write_trips(
            tmp_path, trip(id=1), trip(id=2), trip(id=3, locale="Nice"), trip(id=4, country_id="frnace")
        )
        write_visits(tmp_path, visit())
        said = call(tmp_path, reviewer="flavia", report=tmp_path / "r.json")
        assert said.splitlines() == [
            "Travels: 4 records read, 1 exact duplicates left out, 1 tours; 2 added, 0 updated, 0 unchanged.",
            "  Record 4, country: The country “frnace” (France) is not known. Did you mean “france”?",
            "  Records 1 and 3 may be one.",
            "Visits: 1 records read, 0 exact duplicates left out, 1 tours; 1 added, 0 updated, 0 unchanged.",
            "Published: 2 tours.",
        ]
        report = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
        assert report["travels"] == {
            "records_read": 4,
            "records_unique": 2,
            "exact_duplicates": 1,
            "travellers": 1,
            "countries": 1,
            "parties": 1,
            "tours": 1,
            "tours_with_two_or_more_stops": 1,
            "top_countries": [{"key": "FR", "n": 2}],
            "suspected_duplicates": [[1, 3]],
            "errors": [
                {
                    "record": "4",
                    "file": "elphberg-rudolf.xml",
                    "field": "country",
                    "sentence": "The country “frnace” (France) is not known. Did you mean “france”?",
                }
            ],
            "added": 2,
            "updated": 0,
            "unchanged": 0,
            "removed_here": [],
            "differences": [],
            "vanished": [],
        }
        assert (report["files"], report["published"], report["import"]) == (
            2,
            2,
            str(ImportBatch.objects.get().uuid),
        )

    def test_without_a_reviewer_it_waits(self, tmp_path: Path) -> None:
        write_trips(tmp_path, trip())
        assert (
            call(tmp_path, "--dry-run").splitlines()[0]
            == "Nothing was written; this is what would have been."
        )
        assert call(tmp_path).splitlines()[-1] == "It waits for a reviewer."
        assert "published" not in set(Tour.objects.values_list("state", flat=True))

    def test_what_is_wrong_with_the_call_is_a_sentence(self, tmp_path: Path) -> None:
        make.make_user("Analyst", username="sapt")
        file = write_trips(tmp_path, trip())
        assert refused(tmp_path / "nowhere") == f"There is no file or folder {tmp_path / 'nowhere'}."
        assert refused(file, reviewer="nobody") == "There is no account “nobody”."
        assert refused(file, reviewer="sapt") == "You may not publish imports."
        assert (
            refused(file, report=tmp_path / "no" / "r.json")
            == f"There is no folder {tmp_path / 'no'} for the report."
        )
        file.write_text("<trips><trip>")
        assert refused(file) == "elphberg-rudolf.xml, line 1: the file breaks off."
        assert Tour.objects.count() == 0


class TestBar:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    def test_it_goes_forward_on_a_terminal_and_is_silent_elsewhere(self) -> None:
        terminal, pipe = self.Terminal(), io.StringIO()
        for stream in (terminal, pipe):
            bar = Bar(stream)
            for done in (0, 1, 1, 2):
                bar("Reading", done, 2)
        assert terminal.getvalue() == (
            f"\rReading    [{' ' * 30}]   0%\rReading    [{'#' * 15}{' ' * 15}]  50%\rReading    [{'#' * 30}] 100%\n"
        )
        assert pipe.getvalue() == ""


class TestPieces:
    @pytest.mark.parametrize(
        ("locale", "names"),
        [
            ("Rome, Genoa, Milan, Turin", ["Rome", "Genoa", "Milan", "Turin"]),
            ("Acapulco, Mexico, D.F.", ["Acapulco", "Mexico, D.F."]),
            ("Mumbai (Bombay)", ["Mumbai"]),
            ("Bonne Bay (Newfoundland), Argentia (Newfoundland, Canada)", ["Bonne Bay", "Argentia"]),
            ("Rome, Anagni , Rome", ["Rome", "Anagni"]),
            ("(Bali)", ["Bali"]),
            ("", []),
        ],
    )
    def test_the_places_of_a_locale(self, locale: str, names: list[str]) -> None:
        assert names_in(locale) == names

    def test_a_name_may_say_what_kind_of_place_it_is(self) -> None:
        assert [kind_of_place(name) for name in ("Rome", "Dead Sea", "Camp Bondsteel")] == [
            "city",
            "region",
            "site",
        ]

    def test_a_locator_names_runs_of_records(self) -> None:
        assert locator([4194]) == "record 4194"
        assert locator([4290, *range(4194, 4203)]) == "records 4194–4202 and 4290"
        assert locator([1, 2, 5]) == "records 1, 2 and 5"


@pytest.mark.django_db(transaction=True)
def test_of_two_imports_at_once_the_second_waits_and_adds_nothing(tmp_path: Path) -> None:
    write_trips(tmp_path, trip(id=1), trip(id=2, start="1951-03-04", end="1951-03-04"))
    said: list[str] = []

    def run() -> None:
        try:
            said.append(call(tmp_path).split("; ")[1].split(" unchanged")[0])
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(said) == ["0 added, 0 updated, 2", "2 added, 0 updated, 0"]
    assert (Stop.objects.count(), ImportBatch.objects.count()) == (2, 1)


@needs_historian
@pytest.mark.slow
@pytest.mark.django_db
class TestAnswerKey:
    def test_all_of_it_twice(self, tmp_path: Path) -> None:
        make.make_user("Reviewer", username="flavia")
        expected = json.loads(Path(HISTORIAN, "expected.json").read_text(encoding="utf-8"))
        first: dict[str, Any] = {}
        second: dict[str, Any] = {}
        for report, name in ((first, "first"), (second, "second")):
            call(HISTORIAN, reviewer="flavia", report=tmp_path / name)
            report.update(json.loads((tmp_path / name).read_text(encoding="utf-8")))
        travels, visits = expected["travels"], expected["visits"]
        stands = {name: travels[name] for name in ("records_read", "records_unique", "travellers", "tours")}
        stands |= {
            "exact_duplicates": travels["exact_duplicate_records"],
            "countries": travels["countries_merged"],
            "tours_with_two_or_more_stops": travels["tours_with_two_or_more_stops"],
            "top_countries": travels["top_countries_by_stops_merged"],
            "suspected_duplicates": travels["suspected_duplicates_to_flag_not_delete"],
        }
        counts = {"added": travels["records_unique"], "updated": 0, "unchanged": 0}
        assert {name: first["travels"][name] for name in stands | counts} == stands | counts
        counts = {"added": 0, "updated": 0, "unchanged": travels["records_unique"]}
        assert {name: second["travels"][name] for name in stands | counts} == stands | counts
        stands = {
            "records_read": visits["records_read"],
            "records_unique": visits["records_unique"],
            "countries": visits["countries_merged"],
            "top_countries": visits["top_countries_merged"],
        }
        counts = {"added": visits["records_unique"], "unchanged": 0}
        assert {name: first["visits"][name] for name in stands | counts} == stands | counts
        assert (second["visits"]["added"], second["visits"]["unchanged"]) == (0, visits["records_unique"])
        assert first["both"]["countries"] == expected["both"]["countries_merged"]
        assert (first["kept_back"], first["published"]) == ([], travels["tours"] + visits["records_unique"])
        self.check_what_stands(expected)

    @staticmethod
    def check_what_stands(expected: dict[str, Any]) -> None:
        assert (
            Tour.objects.public().count()
            == expected["travels"]["tours"] + expected["visits"]["records_unique"]
        )
        assert Stop.objects.count() == expected["both"]["records_unique"]
        assert Citation.objects.filter(stop__isnull=False).count() == Stop.objects.count()
        assert [name for name, _ in quality.violations()] == []
        for number, check in expected["spot_checks_trips"].items():
            found = Stop.objects.get(
                external_identifiers__scheme="historian-travels", external_identifiers__value=number
            )
            assert (found.country_text, found.locale_text, found.remarks) == (
                check["country_text"], check["locale"], check["remarks"]
            )  # fmt: skip
            numbers = found.tour.stops.order_by("position").values_list(
                "external_identifiers__value", flat=True
            )
            assert [int(value) for value in numbers] == check["tour_ids"]

    def test_beside_the_demo_nothing_is_doubled_or_moved(self) -> None:
        load_demo()
        columns = ("pk", "version", "tour", "position", "country", "remarks", "tour__version", "tour__state")
        before = list(Stop.objects.order_by("pk").values_list(*columns))
        expected = json.loads(Path(HISTORIAN, "expected.json").read_text(encoding="utf-8"))
        call(HISTORIAN)
        assert (
            list(Stop.objects.filter(pk__in=[row[0] for row in before]).order_by("pk").values_list(*columns))
            == before
        )
        assert Stop.objects.count() == expected["both"]["records_unique"]
        assert Tour.objects.count() == expected["travels"]["tours"] + expected["visits"]["records_unique"]
