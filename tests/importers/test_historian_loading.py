"""The Historian's records on record: what they become, and what a second import does to them."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pghistory import runtime

from tests import factories as make
from tests.importers.historian_files import trip, visit, write_trips, write_visits
from visits.importers.demo import load_demo
from visits.importers.historian import loading, updating
from visits.importers.historian.loading import import_historian
from visits.importers.historian.reading import Unreadable
from visits.models import (
    Citation,
    ImportBatch,
    Official,
    Place,
    Source,
    Stop,
    Suggestion,
    Tenure,
    Tour,
    User,
)
from visits.models.history import TRACKED
from visits.queries.parts import event_model
from visits.services import batch_reverting
from visits.services.acting import acting

pytestmark = pytest.mark.django_db
PARIS = {"id": 1, "start": "1951-03-01", "end": "1951-03-02", "locale": "Paris"}
ROME = {
    "id": 2, "start": "1951-03-03", "end": "1951-03-05", "country_id": "italy", "country": "Italy",
    "locale": "Rome, Genoa (Liguria)", "remarks": "Met with Prime Minister Otto Zapt.",
}  # fmt: skip
BERN = {
    "id": 3, "start": "1951-05-01", "end": "1951-05-01", "country_id": "switzerland", "country": "Switzerland",
    "locale": "", "remarks": "Vacation.",
}  # fmt: skip


def run(folder: Path, **given: Any) -> dict[str, Any]:
    return import_historian(paths=[folder], **given)


def three_trips(folder: Path, **changes: dict[str, Any]) -> None:
    rows = {"paris": PARIS, "rome": ROME, "bern": BERN}
    write_trips(folder, *(trip(**row | changes.get(name, {})) for name, row in rows.items()))


def stop(number: int, collection: str = "travels") -> Stop:
    return Stop.objects.get(
        external_identifiers__scheme=f"historian-{collection}", external_identifiers__value=str(number)
    )


def done(report: dict[str, Any], collection: str = "travels") -> tuple[int, int, int]:
    found = report[collection]
    return found["added"], found["updated"], found["unchanged"]


def events() -> int:
    return sum(event_model(model).objects.count() for model in TRACKED)


@pytest.fixture
def reviewer() -> User:
    return make.make_user("Reviewer", username="flavia")


class TestTravels:
    def test_a_journey_is_a_tour_with_its_stops(self, tmp_path: Path) -> None:
        three_trips(tmp_path)
        run(tmp_path)
        first, second = Tour.objects.order_by("start_date")
        assert (first.title, first.capacity, first.kind, first.state) == (
            "Rudolf Elphberg: France, Italy", "Secretary of State", "unspecified", "draft"
        )  # fmt: skip
        assert (first.start_date, first.end_date, first.principal.name) == (
            "1951-03-01", "1951-03-05", "Rudolf Elphberg"
        )  # fmt: skip
        assert (first.on_behalf_of.code, second.kind, second.dates) == ("US", "private", "1 May 1951")
        assert list(
            first.stops.values_list("position", "country__code", "country_text", "locale_text", "remarks")
        ) == [
            (1, "FR", "France", "Paris", "Met with senior French officials."),
            (2, "IT", "Italy", "Rome, Genoa (Liguria)", "Met with Prime Minister Otto Zapt."),
        ]
        assert first.principal == second.principal
        assert first.imported.batch == ImportBatch.objects.get()

    def test_places_lie_in_the_country_as_recorded_without_coordinates(self, tmp_path: Path) -> None:
        make.make_place(name="Génoa", country=make.make_country("IT"))
        make.make_place(name="Rome", country=make.make_country("FR"))
        three_trips(tmp_path)
        run(tmp_path)
        places = stop(2).places.order_by("name").values_list("name", "country__code", "latitude")
        assert list(places) == [("Génoa", "IT", None), ("Rome", "IT", None)]
        assert list(stop(3).places.all()) == []

    def test_everything_is_cited_to_its_record(self, tmp_path: Path) -> None:
        three_trips(tmp_path)
        run(tmp_path)
        source = Source.objects.get(url__endswith="/travels/secretary/elphberg-rudolf")
        assert (source.title, source.kind) == ("Travels of Secretary of State Rudolf Elphberg", "data_set")
        cited = Citation.objects.filter(source=source).order_by("locator")
        assert list(cited.filter(tour=None).values_list("stop", "locator")) == [
            (stop(number).pk, f"record {number}") for number in (1, 2, 3)
        ]
        assert list(cited.filter(stop=None).values_list("locator", flat=True)) == [
            "record 3",
            "records 1 and 2",
        ]

    def test_a_president_elect_travels_as_such(self, tmp_path: Path) -> None:
        remarks = "Good will trip. [Visit made as President-elect.]"
        write_trips(tmp_path, trip(role="president", remarks=remarks))
        run(tmp_path)
        assert Tour.objects.get().capacity == "President-elect"

    def test_a_former_state_stays_what_the_record_says(self, tmp_path: Path) -> None:
        write_trips(tmp_path, trip(country_id="russia", country="U.S.S.R.", locale="Leningrad"))
        run(tmp_path)
        assert stop(1).country.code == "SUHH"
        assert Place.objects.get(name="Leningrad").country.code == "SUHH"

    def test_whom_remarks_name_waits_for_a_person(self, tmp_path: Path) -> None:
        three_trips(tmp_path)
        assert run(tmp_path)["suggestions"] == 1
        found = Suggestion.objects.get()
        assert (found.kind, found.title, found.name, found.stop, found.party, found.words) == (
            "met", "Prime Minister", "Otto Zapt", stop(2), stop(2).country, "Met with Prime Minister Otto Zapt."
        )  # fmt: skip
        assert not Official.objects.filter(name="Otto Zapt").exists()
        assert not Tenure.objects.exists()


class TestVisits:
    def test_a_visit_is_a_tour_to_the_united_states(self, tmp_path: Path) -> None:
        write_visits(tmp_path, visit(id=7, country="France (Provisional Government)"))
        run(tmp_path)
        tour = Tour.objects.get()
        assert (tour.title, tour.capacity, tour.kind, tour.on_behalf_of.code, tour.principal.name) == (
            "Prime Minister Hector Tarlenheim (France) in the United States",
            "Prime Minister", "official", "FR", "Hector Tarlenheim",
        )  # fmt: skip
        made = stop(7, "visits")
        assert (made.country.code, made.country_text, made.locale_text, made.remarks) == (
            "US", "", "", "Official visit."
        )  # fmt: skip
        cited = Citation.objects.get(tour=tour)
        assert (cited.source.url, cited.locator, cited.quote) == (
            "https://history.state.gov/departmenthistory/visits/france",
            "record 7",
            "Prime Minister Hector Tarlenheim, France (Provisional Government)",
        )
        assert not Tenure.objects.exists()

    def test_the_first_of_two_people_is_the_principal_the_other_a_suggestion(self, tmp_path: Path) -> None:
        write_visits(tmp_path, visit(visitor="King Rudolf, Prime Minister Otto Zapt"))
        run(tmp_path)
        assert Tour.objects.get().principal.name == "Rudolf"
        found = Suggestion.objects.get()
        assert (found.kind, found.title, found.name, found.tour) == (
            "visitor", "Prime Minister", "Otto Zapt", Tour.objects.get()
        )  # fmt: skip

    def test_one_name_for_one_party_is_one_person(self, tmp_path: Path) -> None:
        write_visits(
            tmp_path,
            visit(id=1, visitor="Prime Minister Hector Tarlenheim"),
            visit(id=2, visitor="President Hector Tarlenheim", start="1979-01-01", end="1979-01-02"),
            visit(id=3, visitor="President Hector Tarlenheim", country_id="italy", country="Italy"),
        )
        run(tmp_path)
        first, second, third = (stop(number, "visits").tour.principal for number in (1, 2, 3))
        assert first == second != third

    def test_a_single_name_after_a_career_is_another_person_and_offered_as_one(self, tmp_path: Path) -> None:
        write_visits(
            tmp_path,
            visit(id=1, visitor="President Zapt", start="1922-01-01", end="1922-01-02"),
            visit(id=2, visitor="President Zapt", start="1930-01-01", end="1930-01-02"),
            visit(id=3, visitor="President Zapt", start="1950-01-01", end="1950-01-02"),
            visit(id=4, visitor="President Otto Zapt", start="1951-01-01", end="1951-01-02"),
        )
        run(tmp_path)
        one, same, other, full = (stop(number, "visits").tour.principal for number in (1, 2, 3, 4))
        assert one == same != other
        pairs = Suggestion.objects.filter(kind="spelling").values_list("official", "other_official")
        assert {frozenset(pair) for pair in pairs} == {
            frozenset(pair) for pair in [(one.pk, other.pk), (one.pk, full.pk), (other.pk, full.pk)]
        }
        assert stop(3, "visits").tour.principal == run_and_find(tmp_path, 5)

    def test_somebody_on_record_for_that_party_is_found_by_any_name(self, tmp_path: Path) -> None:
        known = make.make_tenure(
            official=make.make_official(name="Héctor Tarlenheim"), party=make.make_country("FR")
        ).official
        make.make_official(name="Hector Tarlenheim")
        write_visits(tmp_path, visit())
        run(tmp_path)
        assert Tour.objects.get().principal == known

    def test_numbers_of_the_two_collections_do_not_collide(self, tmp_path: Path) -> None:
        write_visits(tmp_path, visit(id=1))
        write_trips(tmp_path, trip(id=1))
        report = run(tmp_path)
        assert (done(report), done(report, "visits")) == ((1, 0, 0), (1, 0, 0))
        assert stop(1).tour != stop(1, "visits").tour


def run_and_find(folder: Path, number: int) -> Official:
    """Import one more visit of the single name, in 1955."""
    visits = visit(id=number, visitor="President Zapt", start="1955-01-01", end="1955-01-02")
    write_visits(folder, visits, name="later.xml")
    run(folder)
    return stop(number, "visits").tour.principal


class TestAgain:
    def test_the_same_files_change_nothing(self, tmp_path: Path) -> None:
        three_trips(tmp_path)
        write_visits(tmp_path, visit(visitor="President Otto Zapt, Premier Zapt"))
        run(tmp_path)
        before = events()
        report = run(tmp_path)
        assert (done(report), done(report, "visits"), report["suggestions"]) == ((0, 0, 3), (0, 0, 1), 0)
        assert (report["import"], ImportBatch.objects.count(), events()) == (None, 1, before)

    def test_three_records_take_as_many_queries_as_one(self, tmp_path: Path) -> None:
        def queries(records: int) -> int:
            years = range(1951, 1951 + records)
            rows = (
                trip(**ROME | {"id": year, "start": f"{year}-01-01", "end": f"{year}-01-02"})
                for year in years
            )
            write_trips(tmp_path, *rows)
            with CaptureQueriesContext(connection) as captured:
                assert done(run(tmp_path, dry_run=True)) == (records, 0, 0)
            return len(captured)

        assert queries(1) == queries(3)

    def test_what_changed_upstream_is_updated_with_its_tour(self, tmp_path: Path) -> None:
        three_trips(tmp_path)
        run(tmp_path)
        three_trips(tmp_path, rome={"end": "1951-03-06", "locale": "Naples", "remarks": "State visit."})
        report = run(tmp_path)
        assert done(report) == (0, 1, 2)
        found = stop(2)
        assert (found.end_date, found.locale_text, found.remarks) == ("1951-03-06", "Naples", "State visit.")
        assert list(found.places.values_list("name", flat=True)) == ["Naples"]
        assert found.tour.end_date == "1951-03-06"

    def test_what_an_analyst_has_edited_stays_and_is_told(self, tmp_path: Path) -> None:
        three_trips(tmp_path)
        run(tmp_path)
        with acting(user=make.make_user("Analyst"), through="admin"):
            Stop.objects.filter(pk=stop(2).pk).update(remarks="What I found out.")
        three_trips(tmp_path, rome={"end": "1951-03-06", "remarks": "State visit."})
        report = run(tmp_path)
        assert done(report) == (0, 1, 2)
        assert (stop(2).end_date, stop(2).remarks) == ("1951-03-06", "What I found out.")
        expected = [
            {"record": "2", "field": "remarks", "on_record": "What I found out.", "upstream": "State visit."}
        ]
        assert report["travels"]["differences"] == expected
        again = run(tmp_path)
        assert (done(again), again["travels"]["differences"]) == ((0, 0, 3), expected)

    def test_what_an_analyst_writes_while_it_runs_is_not_overwritten(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        compare = updating.changes

        def compared_then_edited(*given: Any) -> updating.Changes:
            found = compare(*given)
            # Somebody else's request is no part of the import: it has a context of its own.
            theirs = runtime.Context(id=uuid4(), metadata={"through": "admin"})
            with monkeypatch.context() as patched:
                patched.setattr(runtime._tracker, "value", theirs)
                Stop.objects.filter(pk=stop(2).pk).update(
                    country_text="Kingdom of Italy", end_date="1951-03-04"
                )
            return found

        three_trips(tmp_path)
        run(tmp_path)
        three_trips(tmp_path, rome={"remarks": "State visit.", "end": "1951-03-06"})
        monkeypatch.setattr(updating, "changes", compared_then_edited)
        assert done(run(tmp_path)) == (0, 1, 2)
        found = stop(2)
        assert (found.remarks, found.country_text, found.end_date) == (
            "State visit.", "Kingdom of Italy", "1951-03-04"
        )  # fmt: skip

    def test_another_visitor_upstream_is_another_principal(self, tmp_path: Path) -> None:
        write_visits(tmp_path, visit())
        run(tmp_path)
        write_visits(tmp_path, visit(visitor="President Otto Zapt"))
        assert done(run(tmp_path), "visits") == (0, 1, 0)
        tour = Tour.objects.get()
        assert (tour.principal.name, tour.capacity) == ("Otto Zapt", "President")
        assert Citation.objects.get(tour=tour).quote == "President Otto Zapt, France"

    def test_another_visitor_upstream_gives_way_to_an_analysts_principal(self, tmp_path: Path) -> None:
        write_visits(tmp_path, visit())
        run(tmp_path)
        mine = make.make_official(name="Sapt")
        Tour.objects.update(principal=mine)
        write_visits(tmp_path, visit(visitor="President Otto Zapt"))
        report = run(tmp_path)
        assert (done(report, "visits"), Tour.objects.get().principal) == ((0, 0, 1), mine)
        assert [found["field"] for found in report["visits"]["differences"]] == ["visitor"]

    def test_what_vanished_upstream_is_told_and_stays(self, tmp_path: Path) -> None:
        three_trips(tmp_path)
        write_trips(tmp_path, trip(id=9, who="sapt-fritz", name="Fritz Sapt"), name="sapt-fritz.xml")
        write_visits(tmp_path, visit(id=1), visit(id=2, visitor="King Rudolf"))
        run(tmp_path)
        (tmp_path / "travels/secretary-travels/sapt-fritz.xml").unlink()
        write_trips(tmp_path, trip(**PARIS))
        write_visits(tmp_path, visit(id=2, visitor="King Rudolf"))
        report = run(tmp_path)
        assert (report["travels"]["vanished"], report["visits"]["vanished"]) == ([2, 3], [1])
        assert Stop.objects.count() == 6

    def test_what_somebody_removed_stays_away_and_an_import_taken_back_does_not(
        self, tmp_path: Path, reviewer: User
    ) -> None:
        three_trips(tmp_path)
        run(tmp_path)
        batch_reverting.revert(batch=ImportBatch.objects.get(), by=reviewer, why="A trial")
        assert done(run(tmp_path)) == (3, 0, 0)
        with acting(user=reviewer):
            stop(3).tour.delete()
        report = run(tmp_path)
        assert (done(report), report["travels"]["removed_here"]) == ((0, 0, 2), [3])


class TestGrouping:
    def test_a_stop_that_an_analyst_moved_stays_where_it_is(self, tmp_path: Path) -> None:
        three_trips(tmp_path)
        run(tmp_path)
        Stop.objects.filter(pk=stop(2).pk).update(tour=stop(3).tour, position=2)
        report = run(tmp_path)
        assert (done(report), report["grouped_otherwise"]) == ((0, 0, 3), [[1, 2]])
        assert stop(2).tour == stop(3).tour

    def test_a_new_record_joins_the_tour_behind_the_stop_before_it(self, tmp_path: Path) -> None:
        three_trips(tmp_path)
        run(tmp_path)
        rows = [
            trip(**PARIS),
            trip(**ROME),
            trip(**BERN),
            trip(**PARIS | {"id": 8, "start": "1951-03-02", "locale": "Nice"}),
        ]
        write_trips(tmp_path, *rows, trip(**PARIS | {"id": 9, "start": "1951-03-06", "end": "1951-03-07"}))
        assert done(run(tmp_path)) == (2, 0, 3)
        tour = stop(1).tour
        assert [(found.pk, found.position) for found in tour.stops.all()] == [
            (stop(number).pk, position) for position, number in enumerate((1, 8, 2, 9), start=1)
        ]
        assert (tour.end_date, Tour.objects.count()) == ("1951-03-07", 2)
        assert tour.citations.filter(locator="record 8").exists()

    def test_two_tours_that_a_new_record_links_are_not_made_one(self, tmp_path: Path) -> None:
        three_trips(tmp_path)
        run(tmp_path)
        long = trip(**PARIS | {"id": 8, "start": "1951-03-06", "end": "1951-04-30"})
        write_trips(tmp_path, trip(**PARIS), trip(**ROME), long, trip(**BERN))
        report = run(tmp_path)
        assert (stop(8).tour, Tour.objects.count()) == (stop(1).tour, 2)
        assert report["grouped_otherwise"] == [[1, 2, 8, 3]]

    def test_the_demo_is_found_and_left_as_it_is(self, tmp_path: Path) -> None:
        load_demo()
        countries = {4201: "bahrain", 4290: "west-bank", 4202: "egypt"}
        rows = [
            trip(
                id=number, who="blinken-antony-j", name="Antony John Blinken", country_id=country,
                start=found.start_date, end=found.end_date or found.start_date, country=found.country_text,
                locale=found.locale_text, remarks=found.remarks,
            )
            for number, country in countries.items()
            for found in [stop(number)]
        ]  # fmt: skip
        write_trips(tmp_path, *rows)
        before = events()
        report = run(tmp_path)
        assert (done(report), report["travels"]["differences"], events()) == ((0, 0, 3), [], before)


class TestAllOrNothing:
    def test_a_record_with_an_error_is_left_out_and_told(self, tmp_path: Path) -> None:
        three_trips(tmp_path, paris={"country_id": "ruritania", "country": "Ruritania"})
        report = run(tmp_path)
        assert done(report) == (2, 0, 0)
        assert [(error["record"], error["field"]) for error in report["travels"]["errors"]] == [
            ("1", "country")
        ]
        says = ImportBatch.objects.get().rows.filter(verdict="not imported").values_list("says", flat=True)
        assert list(says) == [
            "The country “ruritania” (Ruritania) is not known. Did you mean “mauritania” or “rumania”?"
        ]

    def test_a_broken_file_leaves_nothing_of_the_others(self, tmp_path: Path) -> None:
        three_trips(tmp_path)
        broken = write_visits(tmp_path, visit())
        broken.write_text(broken.read_text()[:-60])
        with pytest.raises(Unreadable, match=r"1950\.xml, line 9, in record 1: the file breaks off"):
            run(tmp_path)
        assert (Tour.objects.count(), ImportBatch.objects.count()) == (0, 0)

    def test_a_failure_in_the_middle_leaves_nothing(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: object) -> int:
            assert Tour.objects.count() == 2
            raise MemoryError

        three_trips(tmp_path)
        monkeypatch.setattr(loading, "suggest", fail)
        with pytest.raises(MemoryError):
            run(tmp_path)
        assert (Tour.objects.count(), Official.objects.count(), ImportBatch.objects.count()) == (0, 0, 0)

    def test_a_dry_run_tells_all_and_writes_nothing(self, tmp_path: Path, reviewer: User) -> None:
        three_trips(tmp_path)
        report = run(tmp_path, dry_run=True, reviewer=reviewer)
        assert (done(report), report["dry_run"], report["published"]) == ((3, 0, 0), True, 2)
        assert (Tour.objects.count(), ImportBatch.objects.count()) == (0, 0)


class TestPublishing:
    def test_a_reviewer_publishes_in_the_same_run(self, tmp_path: Path, reviewer: User) -> None:
        three_trips(tmp_path)
        write_visits(tmp_path, visit())
        report = run(tmp_path, reviewer=reviewer)
        assert (report["published"], report["kept_back"]) == (3, [])
        assert Tour.objects.public().count() == 3
        assert ImportBatch.objects.get().published_by == reviewer

    def test_what_waits_is_published_by_a_later_run_of_the_same_files(
        self, tmp_path: Path, reviewer: User
    ) -> None:
        three_trips(tmp_path)
        run(tmp_path)
        assert Tour.objects.public().count() == 0
        assert run(tmp_path, reviewer=reviewer)["published"] == 2
        assert run(tmp_path, reviewer=reviewer)["published"] == 0

    def test_an_update_of_what_is_public_is_published_again(self, tmp_path: Path, reviewer: User) -> None:
        three_trips(tmp_path)
        run(tmp_path, reviewer=reviewer)
        three_trips(tmp_path, bern={"remarks": "Holidays."})
        run(tmp_path)
        assert Tour.objects.public().count() == 1
        three_trips(tmp_path, bern={"remarks": "Long holidays."})
        assert run(tmp_path, reviewer=reviewer)["published"] == 1

    def test_whoever_may_not_publish_is_refused_before_anything_is_written(self, tmp_path: Path) -> None:
        three_trips(tmp_path)
        with pytest.raises(PermissionDenied):
            run(tmp_path, reviewer=make.make_user("Analyst"))
        assert ImportBatch.objects.count() == 0
