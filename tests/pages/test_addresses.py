"""Addresses of records: permanent, one each, and strict about what they do not understand."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_country, make_meeting, make_official, make_organization, make_participation
from tests.pages.reading import Reading
from tests.pages.world import make_world

pytestmark = pytest.mark.django_db

RECORDS = ["visitor", "league", "principal", "topic", "place", "source", "tour", "meeting", "skipped"]


def test_a_renamed_record_redirects_from_its_former_address(client: Client) -> None:
    official = make_official(slug="rudolf")
    make_participation(official=official)
    type(official).objects.filter(pk=official.pk).update(slug="rudolf-v")
    assert_moved(client, "/officials/rudolf/", "/officials/rudolf-v/")


def test_a_country_with_a_new_code_redirects_from_the_former_one(client: Client) -> None:
    country = make_country("ROLD", is_reference=True)
    type(country).objects.filter(pk=country.pk).update(code="RNEW")
    assert_moved(client, "/countries/ROLD/", "/countries/RNEW/")


def test_the_former_address_of_a_draft_leads_nowhere(client: Client) -> None:
    meeting = make_meeting(published=False, slug="secret")
    type(meeting).objects.filter(pk=meeting.pk).update(slug="secret-still")
    assert client.get("/meetings/secret/").status_code == 404


def test_codes_are_written_in_capitals(client: Client) -> None:
    make_country("RUR", is_reference=True)
    make_organization("LEAGUE", is_reference=True)
    assert_moved(client, "/countries/rur/", "/countries/RUR/")
    assert_moved(client, "/organizations/League/", "/organizations/LEAGUE/")


@pytest.mark.parametrize("address", ["/countries/RB/RA/", "/countries/rb/ra/", "/countries/Ra/RB/"])
def test_a_pair_has_one_address_in_alphabetical_order(client: Client, address: str) -> None:
    make_country("RA", is_reference=True)
    make_country("RB", is_reference=True)
    assert_moved(client, address, "/countries/RA/RB/")
    assert client.get("/countries/RA/RB/").status_code == 200


@pytest.mark.parametrize("address", ["/countries/RA/RA/", "/countries/RA/RX/", "/countries/LEAGUE/RA/"])
def test_a_pair_needs_two_countries_on_record(client: Client, address: str) -> None:
    make_country("RA", is_reference=True)
    make_organization("LEAGUE", is_reference=True)
    first, second = sorted(address.split("/")[2:4])
    assert client.get(f"/countries/{first}/{second}/").status_code == 404


@pytest.mark.parametrize(
    "noun", ["country", "organization", "official", "tour", "meeting", "topic", "place", "source"]
)
def test_an_address_that_nothing_has_is_a_404(client: Client, noun: str) -> None:
    address = reverse(
        f"{noun}-detail", args=["NOWHERE" if noun in ("country", "organization") else "nowhere"]
    )
    response = client.get(address)
    assert response.status_code == 404
    assert "There is no page at this address" in Reading(response.content.decode()).text


@pytest.mark.parametrize("record", RECORDS)
def test_a_page_of_a_record_refuses_strange_parameters_but_ignores_noise(client: Client, record: str) -> None:
    address = getattr(make_world(), record).get_absolute_url()
    response = client.get(address, {"colour": "red"})
    assert response.status_code == 400
    dated = record in ("tour", "meeting", "skipped")
    known = ". Known ones: known_at." if dated else ": this page takes none."
    assert f"There is no parameter “colour”{known}" in Reading(response.content.decode()).text
    assert client.get(address, {"utm_campaign": "x", "gclid": "1", "q": ""}).status_code == 200


@pytest.mark.parametrize("record", RECORDS)
def test_a_page_of_a_record_has_a_title_of_its_own_and_says_its_address(client: Client, record: str) -> None:
    found = getattr(make_world(), record)
    html = client.get(found.get_absolute_url(), {"utm_source": "x"}).content.decode()
    title = " ".join(html.split("<title>")[1].split("</title>")[0].split())
    assert title.startswith(str(found))
    assert title.endswith(" · Readout")
    canonical = [given["href"] for given in Reading(html).tags("link", rel="canonical")]
    assert canonical == [f"http://testserver{found.get_absolute_url()}"]


@pytest.mark.parametrize("record", RECORDS)
def test_breadcrumbs_end_at_the_page_itself(client: Client, record: str) -> None:
    page = Reading(client.get(getattr(make_world(), record).get_absolute_url()).content.decode())
    assert len(page.tags("li", **{"aria-current": "page"})) == 1


@pytest.mark.parametrize("address", ["/", "/meetings/", "/tours/x/", "/search/"])
def test_pages_are_only_read(client: Client, address: str) -> None:
    assert client.post(address).status_code == 405


def assert_moved(client: Client, address: str, there: str) -> None:
    response = client.get(address)
    assert (response.status_code, response.headers.get("Location")) == (301, there)
