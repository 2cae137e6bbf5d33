"""Good rows become drafts, cited and marked as imported; a second run adds nothing; what breaks leaves nothing."""

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests import factories as make
from tests.importers.sheets.files import HEADER, row, sheet
from visits.choices import (
    BatchState,
    EditorialAction,
    EditorialState,
    ImportKind,
    MeetingStatus,
    Verdict,
)
from visits.importers.sheets import loading
from visits.importers.sheets.loading import Request
from visits.importers.sheets.plain import Unreadable
from visits.models import (
    AgendaPoint,
    Citation,
    EditorialEvent,
    ImportBatch,
    ImportedRecord,
    Meeting,
    Official,
    OfficialName,
    Participation,
    Party,
    Place,
    PlaceName,
    Source,
    Statement,
)
from visits.queries.parts import event_model
from visits.services import batches

pytestmark = pytest.mark.django_db

MESSY = os.environ.get("READOUT_MESSY", "")
FUTURE = "2999-01-01"


@pytest.fixture
def ruritania() -> Party:
    return make.make_country("X-RU", name="Ruritania")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "meetings.csv"


def run(file: Path, content: bytes | None = None, **options: Any) -> tuple[str, dict[str, Any]]:
    """What the command prints, and its report."""
    if content is not None:
        file.write_bytes(content)
    out, report = io.StringIO(), file.with_suffix(".json")
    call_command("import_meetings", str(file), report=report, stdout=out, **options)
    return out.getvalue(), json.loads(report.read_text(encoding="utf-8"))


def totals(report: dict[str, Any]) -> tuple[int, int, int]:
    return report["added"], report["unchanged"], report["not_imported"]


def test_row_becomes_a_draft_with_people_points_and_source(ruritania: Party, file: Path) -> None:
    printed, report = run(file, sheet(row(end_date="1894-05-02")))
    assert printed == "1 rows: 1 added, 0 unchanged, 0 not imported.\n"
    assert report == {
        "rows": [{"row": 1, "line": 2, "verdict": "accept", "says": ""}],
        "added": 1,
        "unchanged": 0,
        "not_imported": 0,
    }
    meeting = Meeting.objects.get()
    assert (meeting.start_date, meeting.end_date, meeting.location, meeting.state, meeting.status) == (
        "1894-05-01",
        "1894-05-02",
        ruritania,
        EditorialState.DRAFT,
        MeetingStatus.HELD,
    )
    assert meeting.slug == "1894-05-01-hans-muster-rudolf-elphberg-strelsau"
    assert (meeting.place.name, meeting.place.country) == ("Strelsau", ruritania)  # type: ignore[union-attr]
    people = [(str(one.official), one.capacity, one.position) for one in meeting.participations.all()]
    assert people == [("Rudolf Elphberg", "King", 1), ("Hans Muster", "Envoy", 2)]
    assert [point.title for point in meeting.points.all()] == ["Herring quota", "Rail link"]
    assert Statement.objects.count() == 0
    source = Source.objects.get()
    assert (source.url, source.title) == ("https://gazette.example/1894/1", "gazette.example/1894/1")
    cited = {(citation.meeting_id, citation.point_id) for citation in Citation.objects.all()}
    assert cited == {(meeting.pk, None), *((None, point.pk) for point in meeting.points.all())}
    batch = ImportBatch.objects.get()
    assert (batch.state, meeting.imported.batch) == (BatchState.DONE, batch)


def test_history_knows_the_import_of_every_record(ruritania: Party, file: Path) -> None:
    run(file, sheet(row()))
    batch = ImportBatch.objects.get()
    for model in (Meeting, Participation, AgendaPoint, Citation, Official, Source):
        told = event_model(model).objects.values_list("pgh_context__metadata__batch", flat=True)
        assert set(told) == {str(batch.uuid)}, model
    assert batch.counts["made"]["meeting"] == 1


def test_second_run_adds_nothing_and_changes_nothing(ruritania: Party, file: Path) -> None:
    content = sheet(row(), row(date="1894-05-02"), row())
    assert totals(run(file, content)[1]) == (2, 0, 1)
    before = list(Meeting.objects.order_by("pk").values())
    printed, report = run(file, content)
    assert totals(report) == (0, 2, 1)
    assert printed.endswith("3 rows: 0 added, 2 unchanged, 1 not imported.\n")
    assert list(Meeting.objects.order_by("pk").values()) == before
    assert [row.get("unchanged", False) for row in report["rows"]] == [True, True, False]


def test_row_whose_meeting_was_deleted_is_imported_again(ruritania: Party, file: Path) -> None:
    run(file, sheet(row()))
    Meeting.objects.all().delete()
    assert totals(run(file)[1]) == (1, 0, 0)


def test_dry_run_imports_nothing(ruritania: Party, file: Path) -> None:
    printed, report = run(file, sheet(row(), row(date="soon")), dry_run=True)
    assert printed.splitlines() == [
        'Row 2, column "date": "soon" is not a date. Write it as YYYY-MM-DD.',
        "2 rows: 1 would be added, 0 unchanged, 1 not imported.",
    ]
    assert len(report["rows"]) == 2
    assert (Meeting.objects.count(), Official.objects.count(), ImportBatch.objects.count()) == (0, 0, 0)


def test_people_places_and_sources_on_record_are_found_by_any_name(ruritania: Party, file: Path) -> None:
    rudolf, hans = make.make_official(name="Rüdolf Elphberg"), make.make_official(name="Envoy Muster")
    OfficialName.objects.create(official=hans, name="Hans Müster")
    place = make.make_place(name="Strelsau Town", country=ruritania)
    PlaceName.objects.create(place=place, name="STRELSAU")
    source = make.make_source(url="http://GAZETTE.example/1894/1#")
    run(file, sheet(row(), row(date="1894-05-02", visitor="hans muster")))
    for meeting in Meeting.objects.all():
        assert [one.official for one in meeting.participations.all()] == [rudolf, hans]
        assert meeting.place == place
    assert (Official.objects.count(), Place.objects.filter(country=ruritania).count()) == (2, 1)
    assert set(Citation.objects.values_list("source", flat=True)) == {source.pk}


def test_new_person_in_two_spellings_of_case_and_accents_is_one(ruritania: Party, file: Path) -> None:
    run(file, sheet(row(), row(date="1894-05-02", host__official="RUDOLF ELPHBÉRG")))
    assert sorted(Official.objects.values_list("name", flat=True)) == ["Hans Muster", "Rudolf Elphberg"]


def test_namesake_of_another_country_is_another_place(ruritania: Party, file: Path) -> None:
    make.make_place(name="Strelsau", country=make.make_country())
    run(file, sheet(row()))
    assert Meeting.objects.get().place.country == ruritania  # type: ignore[union-attr]


def test_office_on_record_says_for_whom_somebody_acted(ruritania: Party, file: Path) -> None:
    rudolf = make.make_official(name="Rudolf Elphberg")
    make.make_tenure(official=rudolf, party=ruritania, start_date="1890", end_date="1895")
    run(file, sheet(row(), row(date="1896-05-01")))
    acted = Participation.objects.filter(official=rudolf).order_by("meeting__start_date")
    assert [one.on_behalf_of for one in acted] == [ruritania, None]


def test_stranger_is_told_with_who_held_the_office(ruritania: Party, file: Path) -> None:
    make.make_tenure(
        official=make.make_official(name="Rudolf V"), party=ruritania, title="King", start_date="1894"
    )
    _, report = run(
        file, sheet(row(host__official="Рудольф"), row(date="1894-05-02", host__official="Рудольф"))
    )
    note = 'new person "Рудольф": nobody of that spelling yet; join with "Rudolf V" by hand if they are one'
    assert [row["says"] for row in report["rows"]] == [note, ""]


def test_group_is_kept_as_reported(ruritania: Party, file: Path) -> None:
    run(file, sheet(row(visitor="Members of the Royal Guard")))
    group = Participation.objects.get(is_group=True)
    assert (group.name, group.official) == ("Members of the Royal Guard", None)


def test_same_person_as_host_and_visitor_is_kept_as_reported_the_second_time(
    ruritania: Party, file: Path
) -> None:
    run(file, sheet(row(visitor="RUDOLF ELPHBERG")))
    people = [(str(one.official or ""), one.name) for one in Participation.objects.order_by("position")]
    assert people == [("Rudolf Elphberg", ""), ("", "RUDOLF ELPHBERG")]


def test_what_is_still_to_come_is_announced(ruritania: Party, file: Path) -> None:
    run(file, sheet(row(date=FUTURE)))
    assert Meeting.objects.get().status == MeetingStatus.ANNOUNCED


@pytest.mark.parametrize(
    ("other", "is_alike"),
    [
        ({}, True),
        ({"start_date": "1894-05-02"}, False),
        ({"place": "Hentzau"}, False),
        ({"place": "STRELSAU"}, True),
        ({"people": ["Rudolf Elphberg"]}, False),
        ({"people": ["R. Elphberg Rudolf", "Muster, Hans", "Another"]}, True),
    ],
)
def test_row_like_a_meeting_on_record_waits_for_a_tick(
    ruritania: Party, file: Path, other: dict[str, Any], is_alike: bool
) -> None:
    place = make.make_place(name=other["place"], country=ruritania) if "place" in other else None
    meeting = make.make_meeting(
        title="The coronation",
        start_date=other.get("start_date", "1894-05-01"),
        location=ruritania,
        place=place,
    )
    for name in other.get("people", ["Rudolf Elphberg", "Hans Muster"]):
        make.make_participation(meeting=meeting, official=make.make_official(name=name))
    _, report = run(file, sheet(row(city="Strelsau" if place else "")))
    where = "city" if place else "country"
    says = (
        'Row 1: looks like "The coronation" of 1 May 1894, which is on record '
        f"(same day, {where} and people). Left out; tick to import it anyway."
    )
    assert [one["says"] for one in report["rows"]] == [says if is_alike else ""]
    assert totals(run(file, anyway=[1])[1]) == ((1, 0, 0) if is_alike else (0, 1, 0))


def test_columns_are_named_on_the_command_line(ruritania: Party, file: Path) -> None:
    content = sheet(row(), header=[name.replace("host official", "Gastgeber") for name in HEADER])
    with pytest.raises(CommandError, match="The column “host official” is missing"):
        run(file, content)
    _, report = run(file, column=["host official=Gastgeber"])
    assert report["added"] == 1
    assert Official.objects.filter(name="Rudolf Elphberg").exists()


def test_columns_that_are_not_used_are_named(ruritania: Party, file: Path) -> None:
    content = sheet(row()).replace(b"visitor title", b"weather")
    assert "The column “weather” is not used.\n" in run(file, content)[0]


def test_import_of_an_account_is_noted_with_each_meeting(ruritania: Party, file: Path) -> None:
    ana = make.make_user("Analyst", username="ana")
    run(file, sheet(row()), user="ana")
    event = EditorialEvent.objects.get()
    assert (event.meeting, event.action, event.by) == (Meeting.objects.get(), EditorialAction.IMPORTED, ana)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"user": "nobody"}, "There is no account “nobody”."),
        ({"user": "vera"}, "You may not import files."),
    ],
)
def test_only_who_may_imports(ruritania: Party, file: Path, options: dict[str, str], sentence: str) -> None:
    make.make_user("Viewer", username="vera")
    with pytest.raises(CommandError, match=sentence):
        run(file, sheet(row()), **options)
    assert Meeting.objects.count() == 0


def test_missing_file_is_named(file: Path) -> None:
    with pytest.raises(CommandError, match=r"meetings\.csv: No such file or directory\."):
        call_command("import_meetings", str(file))


def test_template_is_imported_without_a_fault_but_the_country(file: Path) -> None:
    call_command("import_meetings", str(file), template=True)
    _, report = run(file)
    assert [one["says"] for one in report["rows"]] == [
        'Row 1, column "country": "Ruritania" is not a known country. Did you mean Mauritania?'
    ]


def test_list_of_three_costs_the_same_queries_as_one(
    ruritania: Party, django_assert_num_queries: Any
) -> None:
    for number in (1, 3):
        make.make_meeting(location=ruritania)
        place = {"city": f"Strelsau {number}", "source__url": f"https://gazette.example/{number}"}
        rows = [
            row(visitor=f"Visitor No. {day}", date=f"1894-05-{number}{day}", **place) for day in range(number)
        ]
        batch = prepared()
        # One context, the batch's state, its counts (two for each kind of record); then some for the chunk.
        with django_assert_num_queries(135):
            loading.run(batch, Request(io.BytesIO(sheet(*rows)), "m.csv"))


def prepared() -> ImportBatch:
    return batches.prepare(kind=ImportKind.MEETINGS, title="m.csv", digest="0" * 64)


def test_what_breaks_off_leaves_nothing(
    ruritania: Party, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "CHUNK", 1)
    content = sheet(row(), row(date="1894-05-02"))
    stream = io.BytesIO(content)
    batch = prepared()
    with pytest.raises(Unreadable, match=r"“m\.csv” has more than 1 rows\."):
        loading.run(batch, Request(stream, "m.csv", most_rows=1))
    assert (Meeting.objects.count(), Official.objects.count(), ImportedRecord.objects.count()) == (0, 0, 0)


@pytest.mark.skipif(not MESSY, reason="READOUT_MESSY names no folder with messy.csv")
def test_messy_file_gets_the_verdict_that_is_expected_of_every_row(tmp_path: Path) -> None:
    expected = json.loads(Path(MESSY, "messy_expected.json").read_text(encoding="utf-8"))
    copy = tmp_path / "messy.csv"
    copy.write_bytes(Path(MESSY, "messy.csv").read_bytes())
    _, report = run(copy)
    told = [(one["row"], one["line"], one["verdict"]) for one in report["rows"]]
    assert told == [(one["row"], one["first_line"], one["verdict"]) for one in expected["rows"]]
    worded = {one["row"]: one["says"] for one in expected["rows"]} | WORDED
    assert [one["says"] for one in report["rows"]] == [worded[one["row"]] for one in report["rows"]]
    assert totals(report) == (25, 0, 15)
    of = expected["totals"]
    assert Meeting.objects.count() == of["meetings"]
    assert sorted(Official.objects.values_list("name", flat=True)) == sorted(of["hosts"] + of["visitors"])
    places = Meeting.objects.values_list("location__name", flat=True).distinct()
    assert set(places) == set(of["countries"])
    assert (AgendaPoint.objects.count(), Source.objects.count()) == (of["points"], of["source_urls"])
    assert totals(run(copy)[1]) == (0, 25, 15)
    verdicts = ImportBatch.objects.latest("pk").rows.values_list("verdict", flat=True)
    assert list(verdicts).count(Verdict.NOT_IMPORTED) == 15


# Where the expected words are an example or a choice.
WORDED = {
    16: 'new person "عبد الفتاح السيسي": nobody of that spelling yet; '
    "if the person is on record in another spelling, join the two by hand",
    18: '"Cape Verde" taken as Cabo Verde',
    27: 'Row 27, column "points": 64,000 characters; the limit is 10,000.',
    38: "Row 38: looks like row 1 (same day, city and people, other spelling or details). "
    "Left out; tick to import it anyway.",
    40: 'Row 40: the quote that opens in column "city" is never closed, '
    "so that the rest of the file reads as one cell.",
}
