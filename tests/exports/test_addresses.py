"""Every list can be had as a file, under the list's own address and filters, on pages and in the API."""

import csv
import io
import json
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.utils import timezone

from tests import factories as make
from tests.pages.world import make_world
from visits.api.resources import RESOURCES
from visits.exports.formats import FORMATS, formats_of
from visits.exports.nouns import NOUNS
from visits.pages.lists import LISTS

pytestmark = pytest.mark.django_db
ON_PAGES = [(page.section, form.name) for page in LISTS for form in formats_of(NOUNS[page.section])]
IN_API = [(name, form.name) for name in RESOURCES for form in formats_of(NOUNS[name])]


def body_of(client: Client, address: str, **asked: Any) -> bytes:
    response = client.get(address, **asked)
    assert response.status_code == 200, (address, response.status_code)
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def csv_of(client: Client, address: str, **asked: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(body_of(client, address, **asked).decode(), newline="")))


def test_which_formats_there_are() -> None:
    usual = ["csv", "xlsx", "jsonl"]
    further = {"stops": ["geojson"], "meetings": ["geojson"], "sources": ["bibtex", "csl"]}
    found = {name: [form.name for form in formats_of(noun)] for name, noun in NOUNS.items()}
    assert found == {name: usual + further.get(name, []) for name in RESOURCES}


@pytest.mark.parametrize(("name", "form"), ON_PAGES)
def test_a_list_of_the_pages_is_a_file(name: str, form: str, client: Client) -> None:
    make_world()
    kind = FORMATS[form]
    response = client.get(f"/{name}.{kind.suffix}")
    today = timezone.now().date()
    assert (response.status_code, response["Content-Type"]) == (200, kind.content_type)
    assert response["Content-Disposition"] == (
        f'attachment; filename="readout-{name}-{today:%Y-%m-%d}.{kind.suffix}"'
    )
    assert len(b"".join(response.streaming_content)) > 100  # type: ignore[attr-defined]


@pytest.mark.parametrize(("name", "form"), IN_API)
def test_the_api_has_the_same_file_by_suffix_and_by_accept(name: str, form: str, client: Client) -> None:
    make_world()
    kind = FORMATS[form]
    by_suffix = client.get(f"/api/v1/{name}.{kind.suffix}", headers={"accept": "application/json"})
    by_accept = client.get(f"/api/v1/{name}/", headers={"accept": kind.media_type})
    assert (by_suffix.status_code, by_suffix["Content-Type"]) == (200, kind.content_type)
    assert (by_accept.status_code, by_accept["Content-Type"]) == (200, kind.content_type)
    assert by_accept["Vary"].startswith("Accept")
    found = [b"".join(answer.streaming_content) for answer in (by_suffix, by_accept)]  # type: ignore[attr-defined]
    if form != "xlsx":
        assert found[0] == found[1]
        if (name, form) in ON_PAGES:
            assert found[0] == body_of(client, f"/{name}.{kind.suffix}")


def test_json_stays_what_a_list_answers_with(client: Client) -> None:
    assert client.get("/api/v1/meetings/")["Content-Type"] == "application/json"
    browser = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    assert client.get("/api/v1/meetings/", headers=browser)["Content-Type"] == "application/json"
    one = client.get(f"/api/v1/meetings/{make.make_meeting().uuid}/", headers={"accept": "text/csv"})
    assert one.status_code == 406


def test_the_filters_are_those_of_the_list(client: Client) -> None:
    party = make.make_country("X-A")
    wanted = make.make_participation(on_behalf_of=party).meeting
    make.make_full_meeting()
    for address in ("/meetings.csv?country=X-A&utm_source=mail&q=", "/api/v1/meetings.csv?country=X-A"):
        assert [row["id"] for row in csv_of(client, address)] == [str(wanted.uuid)]


def test_the_order_is_that_of_the_list(client: Client) -> None:
    for day in ("2024-02-02", "2024-01-01", "2024-03"):
        make.make_meeting(start_date=day)
    newest = ["2024-03", "2024-02-02", "2024-01-01"]
    assert [row["start"] for row in csv_of(client, "/meetings.csv")] == newest
    assert [row["start"] for row in csv_of(client, "/meetings.csv?ordering=date")] == newest[::-1]


@pytest.mark.parametrize("form", [form.suffix for form in formats_of(NOUNS["meetings"])])
@pytest.mark.parametrize("query", ["contry=TR", "country=Turkey", "ordering=size", "date_after=soon"])
def test_what_the_list_refuses_the_file_refuses_in_the_same_words(
    form: str, query: str, client: Client
) -> None:
    listed, file = client.get(f"/meetings/?{query}"), client.get(f"/meetings.{form}?{query}")
    assert (listed.status_code, file.status_code) == (400, 400)
    assert listed.context["form"].faults == file.context["form"].faults
    assert file.content == listed.content
    listed, file = client.get(f"/api/v1/meetings/?{query}"), client.get(f"/api/v1/meetings.{form}?{query}")
    assert (file.status_code, file["Content-Type"]) == (400, "application/problem+json")
    assert file.json()["errors"] == listed.json()["errors"]


@pytest.mark.parametrize("name", ["cursor", "limit", "with_count", "fields", "omit"])
def test_a_part_of_a_list_is_no_file(name: str, client: Client) -> None:
    sentence = f"A download has all records and all columns: leave out “{name}”."
    body = client.get(f"/api/v1/tours.csv?{name}=1").json()
    assert [fault["detail"] for fault in body["errors"]] == [sentence]
    assert sentence in client.get(f"/tours.csv?{name}=1").content.decode()


def test_a_list_offers_its_files_as_it_is_narrowed(client: Client) -> None:
    make.make_participation(on_behalf_of=make.make_country("X-A"))
    page = client.get("/meetings/?country=X-A&ordering=date&limit=1").context["downloads"]
    assert page == [
        ("CSV", "/meetings.csv?country=X-A&ordering=date"),
        ("XLSX", "/meetings.xlsx?country=X-A&ordering=date"),
        ("JSONL", "/meetings.jsonl?country=X-A&ordering=date"),
        ("GeoJSON", "/meetings.geojson?country=X-A&ordering=date"),
    ]
    shown = client.get("/meetings/?country=X-A&ordering=date").content.decode()
    assert 'href="/meetings.csv?country=X-A&amp;ordering=date"' in shown


def test_a_head_request_has_no_body(client: Client) -> None:
    make.make_tour()
    for address in ("/tours.csv", "/api/v1/tours.csv"):
        response = client.head(address)
        assert (response.status_code, b"".join(response.streaming_content)) == (200, b"")  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", ["/meetings.pdf", "/api/v1/meetings.pdf", "/stops.csv", "/meetings.csv/"])
def test_other_addresses_are_not_there(path: str, client: Client) -> None:
    assert client.get(path).status_code == 404


def test_the_same_values_in_every_format(client: Client) -> None:
    world = make_world(start_date="2024-01")
    by_line = [json.loads(line) for line in body_of(client, "/api/v1/stops.jsonl").splitlines()]
    geo = json.loads(body_of(client, "/api/v1/stops.geojson"))
    assert [feature["properties"] for feature in geo["features"]] == by_line
    assert geo["features"][0]["geometry"] == {"type": "Point", "coordinates": [14.0, 50.0]}
    assert by_line[0]["id"] == str(world.stop.uuid)
    assert by_line[0]["page"] == f"http://testserver{world.stop.get_absolute_url()}"
    sheet = openpyxl.load_workbook(io.BytesIO(body_of(client, "/api/v1/stops.xlsx"))).active
    head, row = ([cell.value for cell in cells] for cells in sheet.iter_rows())
    found = dict(zip(head, row, strict=True))
    assert head == list(by_line[0])
    assert (found["start"].date(), found["position"]) == (date(2024, 1, 6), world.stop.position)
    assert found["was_added"] is False
    meetings = openpyxl.load_workbook(io.BytesIO(body_of(client, "/meetings.xlsx"))).active
    head, row = ([cell.value for cell in cells] for cells in list(meetings.iter_rows())[:2])
    assert dict(zip(head, row, strict=True))["start"] == "2024-01"
