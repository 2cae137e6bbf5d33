"""Lists: what they show, how they are narrowed and paged, and how they refuse."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import (
    make_country,
    make_meeting,
    make_organization,
    make_participation,
    make_stop,
    make_tour,
)
from tests.pages.reading import Reading
from tests.pages.world import make_world

pytestmark = pytest.mark.django_db
Read = Callable[..., str]

NOUNS = ["country", "organization", "official", "tour", "meeting", "topic", "place", "source"]


def row_links(html: str) -> list[str]:
    """Where the rows of the list lead, by their first link."""
    table = html[html.index("<tbody>") :] if "<tbody>" in html else ""
    return [Reading(row).links[0] for row in table.split("<tr>")[1:]]


def main_links(html: str, prefix: str) -> list[str]:
    """Links of the rows that lead to that noun."""
    table = html[html.index("<tbody>") : html.index("</tbody>")]
    return [link for link in Reading(table).links if link.startswith(prefix)]


def test_meetings_stand_newest_first_by_default(read: Read) -> None:
    older = make_meeting(title="Older", start_date="2023-11-05")
    newer = make_meeting(title="Newer", start_date="2024-01-06")
    assert row_links(read("/meetings/")) == [newer.get_absolute_url(), older.get_absolute_url()]
    oldest_first = read("/meetings/", ordering="date")
    assert row_links(oldest_first) == [older.get_absolute_url(), newer.get_absolute_url()]


def test_a_list_is_narrowed_by_what_its_form_offers(read: Read) -> None:
    world, other = make_world(), make_world()
    html = read("/meetings/", country=world.host.code, status="held")
    assert main_links(html, "/meetings/") == [world.meeting.get_absolute_url()]
    assert other.host.code in html, "the other country stays on offer"
    assert "Narrowed by" in html


def test_selects_offer_only_countries_that_occur(read: Read) -> None:
    world = make_world()
    make_country("XUNSEEN", is_reference=True)
    offered = [given["value"] for given in Reading(read("/tours/")).tags("option")]
    assert world.host.code in offered
    assert "XUNSEEN" not in offered


def test_the_form_keeps_what_was_chosen(read: Read) -> None:
    world = make_world()
    page = Reading(read("/meetings/", country=world.host.code, date_after="2024"))
    assert page.tags("option", value=world.host.code, selected=None)
    assert page.tags("input", name="date_after", value="2024")


def test_a_filter_that_is_not_on_the_form_is_kept_when_the_form_is_sent(read: Read) -> None:
    world = make_world()
    page = Reading(read("/meetings/", tour=world.tour.slug))
    assert page.tags("input", type="hidden", name="tour", value=world.tour.slug)


def test_paging_goes_on_and_back_without_losing_the_filters(read: Read) -> None:
    meetings = [make_meeting(title=f"Day {day}", start_date=f"2024-01-0{day}") for day in (1, 2, 3)]
    addresses = [meeting.get_absolute_url() for meeting in reversed(meetings)]
    first = read("/meetings/", limit="2", kind="bilateral")
    assert row_links(first) == addresses[:2]
    (onward,) = [given["href"] for given in Reading(first).tags("a", rel="next")]
    assert not Reading(first).tags("a", rel="prev")
    second = read(f"/meetings/{onward}")
    assert row_links(second) == addresses[2:]
    assert "kind=bilateral" in str(onward)
    (back,) = [given["href"] for given in Reading(second).tags("a", rel="prev")]
    assert row_links(read(f"/meetings/{back}")) == addresses[:2]


@pytest.mark.parametrize("noun", ["official", "tour", "meeting", "topic", "source"])
def test_an_empty_record_says_that_nothing_has_been_recorded(read: Read, noun: str) -> None:
    assert "Nothing has been recorded yet." in Reading(read(reverse(f"{noun}-list"))).text


def test_a_filter_that_finds_nothing_says_what_was_asked_for(read: Read) -> None:
    world = make_world()
    text = Reading(read("/meetings/", country=world.host.code, kind="summit")).text
    assert "No meeting on record matches this." in text
    assert f"Country: {world.host.name}; Kind: Summit" in text
    assert "Nothing has been recorded yet." not in text


def test_an_unknown_parameter_is_refused_and_the_nearest_one_named(client: Client) -> None:
    make_world()
    response = client.get("/meetings/", {"contry": "TR"})
    assert response.status_code == 400
    assert (
        "There is no parameter “contry”. Did you mean “country”?" in Reading(response.content.decode()).text
    )
    assert "<tbody>" not in response.content.decode()


def test_a_wrong_value_is_explained_beside_its_field(client: Client) -> None:
    make_country("TR", name="Türkiye", is_reference=True)
    response = client.get("/meetings/", {"country": "Turkiye", "date_after": "2024-13", "ordering": "size"})
    page = Reading(response.content.decode())
    assert response.status_code == 400
    for name in ("country", "date_after", "ordering"):
        (field,) = [
            given
            for tag in ("select", "input")
            for given in page.tags(tag, name=name)
            if given.get("aria-invalid") == "true"
        ]
        assert field["aria-describedby"] in page.ids
    assert "“Turkiye” is not the code of a country. Türkiye is TR." in page.text
    assert page.tags("option", value="Turkiye", selected=None), "what was written stays"
    assert page.tags("input", name="date_after", value="2024-13")


@pytest.mark.parametrize("noun", NOUNS)
def test_empty_and_tracking_parameters_are_ignored(read: Read, noun: str) -> None:
    make_world()
    address = reverse(f"{noun}-list")
    noisy = read(address, q="", utm_source="letter", fbclid="1")
    assert row_links(noisy) == row_links(read(address)) != []


@pytest.mark.parametrize("cursor", ["nonsense", "WyJuIiwgMV0"])
def test_a_cursor_that_no_list_gave_out_is_refused(client: Client, cursor: str) -> None:
    assert client.get("/meetings/", {"cursor": cursor}).status_code == 400


def test_counts_in_lists_leave_out_meetings_that_did_not_happen(read: Read) -> None:
    world = make_world()
    html = read("/officials/", q=world.receiver.name)
    cells = html[html.index("<tbody>") :].split('class="num"')[1:]
    assert [Reading(f"<td{cell.split('</td>')[0]}").text for cell in cells] == ["0", "1"]


def test_countries_and_organizations_are_lists_of_their_own(read: Read) -> None:
    country = make_country(name="Ruritania", is_reference=True)
    organization = make_organization(name="Ruritanian League", is_reference=True)
    assert row_links(read("/countries/", q="ruritania")) == [country.get_absolute_url()]
    assert row_links(read("/organizations/", q="ruritania")) == [organization.get_absolute_url()]


def test_countries_on_record_lead_the_whole_list(read: Read) -> None:
    """Visited, taking part or host; not those that only a draft names, nor those that nothing names."""
    visited, present, host = (make_country(name=name) for name in ("Ruritania", "Graustark", "Sylvania"))
    make_stop(country=visited, tour=make_tour(on_behalf_of=present))
    make_participation(meeting=make_meeting(host=host), on_behalf_of=present)
    make_participation(meeting=make_meeting(published=False), on_behalf_of=make_country(name="Hentzau"))
    html = read("/countries/")
    index = html[html.index('<ul class="index">') :]
    links = Reading(index[: index.index("</ul>")]).links
    assert links == [party.get_absolute_url() for party in (present, visited, host)]
    assert 'id="on-record"' not in read("/countries/", q="ruritania")


def test_the_canonical_address_names_the_filters_and_not_the_noise(read: Read) -> None:
    make_tour()
    page = Reading(read("/tours/", kind="state", utm_source="x", q=""))
    assert [given["href"] for given in page.tags("link", rel="canonical")] == [
        "http://testserver/tours/?kind=state"
    ]


@pytest.mark.parametrize("noun", NOUNS)
def test_the_menu_marks_where_one_is(read: Read, noun: str) -> None:
    address = reverse(f"{noun}-list")
    marked = [given["href"] for given in Reading(read(address)).tags("a", **{"aria-current": "true"})]
    assert marked == [address]
