"""The codebook as a page for everybody."""

from collections.abc import Callable
from urllib.parse import urldefrag

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.pages.reading import Reading
from visits.importers.demo import load_demo
from visits.pages.manual import DOCUMENT

pytestmark = pytest.mark.django_db
Read = Callable[..., str]
PAGE = "/about/data/"


def test_the_page_is_the_document(read: Read) -> None:
    html = read(PAGE)
    page = Reading(html)
    assert "<h1>The data: what is coded, and how</h1>" in html
    assert "The meeting that Erdoğan skipped is of “2023-11”." in page.text
    assert [link for link in page.links if link.startswith("#")][:4] == [
        "#main",
        "#what-goes-where",
        "#rules",
        "#dates",
    ]
    assert html.count("<h2") == DOCUMENT.read_text(encoding="utf-8").count("\n## ")


def test_links_and_anchors_belong_together(read: Read) -> None:
    page = Reading(read(PAGE))
    assert sorted(page.ids) == sorted(set(page.ids))
    assert [link for link in page.links if link.startswith("#") and link[1:] not in page.ids] == []


def test_a_field_passes_on_its_own_address(read: Read) -> None:
    html = read(PAGE)
    assert '<a href="#statement-stance"><code>stance</code></a>' in html
    assert '<li id="statement-stance" class="coded">' in html


def test_wide_tables_have_a_box_of_their_own_that_a_keyboard_can_scroll(read: Read) -> None:
    page = Reading(read(PAGE))
    boxes = page.tags("div", **{"class": "scroll"})
    assert [(box["tabindex"], box["aria-label"]) for box in boxes] == [
        ("0", "Table: record, one is"),
        ("0", "Table: sentence, says"),
        ("0", "Table: records, tour"),
    ]
    assert len(page.tags("table")) == 3


def test_where_the_demo_is_not_loaded_its_records_are_no_links(read: Read) -> None:
    assert [link for link in Reading(read(PAGE)).links if "blinken" in link] == []


def test_where_the_demo_is_loaded_every_link_leads_to_its_record(client: Client, read: Read) -> None:
    load_demo()
    links = {urldefrag(link).url for link in Reading(read(PAGE)).links if link.startswith("/")}
    assert len([link for link in links if "blinken" in link]) > 10
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_the_page_asks_the_database_once(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Whether its example is on record."""
    with django_assert_num_queries(1):
        client.get(PAGE)


def test_the_page_is_found(client: Client, read: Read) -> None:
    assert PAGE in Reading(read("/about/")).links
    assert f"http://testserver{PAGE}" in client.get("/sitemap-site.xml").content.decode()
