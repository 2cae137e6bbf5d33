"""The pages about the site, the search, the sitemap, and the links of everything."""

from collections.abc import Callable
from urllib.parse import urldefrag, urlsplit

import pytest
from django.test import Client

from tests.factories import make_official, make_participation
from tests.pages.reading import Reading
from tests.pages.world import make_world

pytestmark = pytest.mark.django_db
Read = Callable[..., str]


def test_an_empty_site_says_so(read: Read) -> None:
    assert "Nothing has been recorded yet." in Reading(read("/")).text


def test_the_home_page_counts_what_is_published(read: Read) -> None:
    make_world()
    make_world(published=False)
    html = read("/")
    numbers = {
        part.split("</dt>")[0]: Reading(part.split("<dd>")[1].split("</dd>")[0]).text
        for part in html.split("<dt>")[1:]
    }
    assert numbers == {
        "Tours": "1",
        "Stops made": "1",
        "Meetings held": "1",
        "Meetings that did not happen": "1",
        "Statements coded": "14",
        "Sources": "3",
    }


def test_the_about_page_names_licences_and_credits(read: Read) -> None:
    text = Reading(read("/about/")).text
    for credit in ("CC0 1.0", "Apache License 2.0", "Natural Earth", "GeoNames", "CC BY 4.0", "LGPL 2.1"):
        assert credit in text
    assert "Office of the Historian" in text


def test_the_map_policy_owns_up_to_the_golan(read: Read) -> None:
    text = Reading(read("/about/maps/")).text
    assert "They fall inside Israel in the source outlines" in text
    assert "It is never worked out from coordinates" in text


def test_search_groups_what_it_finds_by_noun(read: Read) -> None:
    world = make_world()
    html = read("/search/", q=world.topic.name.upper())
    assert headings(html) == ["Topics"]
    html = read("/search/", q=world.principal.name)
    assert headings(html) == ["Officials", "Tours", "Meetings"]
    assert world.principal.get_absolute_url() in Reading(html).links


def test_search_shows_ten_of_a_noun_and_the_way_to_the_rest(read: Read) -> None:
    for number in range(11):
        make_participation(official=make_official(name=f"Hentzau {number:02}"))
    page = Reading(read("/search/", q="hentzau"))
    officials = [link for link in page.links if link.startswith("/officials/hentzau-")]
    assert len(officials) == 10
    assert "/officials/?q=hentzau" in page.links
    assert "More than 10: show all officials" in page.text


def test_search_ignores_accents(read: Read) -> None:
    make_participation(official=make_official(name="Kılıç Ağa"))
    assert headings(read("/search/", q="kilic")) == ["Officials", "Meetings"]


def test_search_that_finds_nothing_says_so(read: Read) -> None:
    assert "Nothing on record is called “zzz”." in Reading(read("/search/", q="zzz")).text


def test_search_without_words_asks_for_some(read: Read) -> None:
    assert "Write a name, or a part of one" in Reading(read("/search/")).text


def test_search_refuses_what_it_does_not_know(client: Client) -> None:
    assert client.get("/search/", {"query": "x"}).status_code == 400
    response = client.get("/search/", {"q": "x" * 201})
    assert response.status_code == 400
    assert "at most 200 characters" in Reading(response.content.decode()).text


def test_every_link_leads_somewhere(client: Client) -> None:
    """From the home page over every page of the site; anchors are on the page that they name."""
    make_world()
    pages: dict[str, Reading] = {}
    waiting = ["/"]
    followed: set[str] = set()
    while waiting:
        address = waiting.pop()
        response = client.get(address)
        assert response.status_code == 200, address
        pages[address] = Reading("" if response.streaming else response.content.decode())
        for link in pages[address].links:
            absolute = link if link.startswith(("/", "http")) else address.split("?")[0] + link
            followed.add(absolute)
            there = urldefrag(absolute).url
            if is_a_page_to_follow(there) and there not in pages and there not in waiting:
                waiting.append(there)
    missing = [link for link in followed if "#" in link and not has_anchor(pages, link)]
    assert missing == []
    assert len(pages) > 40


def is_a_page_to_follow(address: str) -> bool:
    """Pages of the record; of the lists only the whole ones, and reference data only as far as the world needs."""
    path = urlsplit(address)
    if path.netloc or path.path.startswith(("/api/", "/admin/", "/static/")):
        return False
    known = path.path.startswith(("/countries/", "/organizations/", "/places/")) and path.path.count("/") > 2
    return not path.query and (
        not known or any(mark in path.path for mark in ("/R", "/X-", "/LEAGUE", "zenda"))
    )


def has_anchor(pages: dict[str, Reading], link: str) -> bool:
    address, fragment = urldefrag(link)
    return address not in pages or fragment in pages[address].ids


def test_no_page_uses_an_id_twice(client: Client) -> None:
    world = make_world()
    for record in (world.tour, world.meeting, world.host, world.principal, world.topic, world.source):
        ids = Reading(client.get(record.get_absolute_url()).content.decode()).ids
        assert sorted(ids) == sorted(set(ids)), record


def test_the_sitemap_lists_the_pages_of_each_noun(client: Client) -> None:
    world = make_world()
    index = client.get("/sitemap.xml").content.decode()
    assert "http://testserver/sitemap-meetings.xml" in index
    listed = client.get("/sitemap-meetings.xml").content.decode()
    assert sorted(found.split("</loc>")[0] for found in listed.split("<loc>")[1:]) == sorted(
        f"http://testserver{meeting.get_absolute_url()}" for meeting in (world.meeting, world.skipped)
    )


def headings(html: str) -> list[str]:
    """The second-level headings of a page."""
    return [Reading(part.split("</h2>")[0]).text for part in html.split("<h2>")[1:]]
