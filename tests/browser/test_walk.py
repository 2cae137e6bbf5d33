"""Somebody reads the demo in a browser: from the home page to a source and back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Look
from visits.importers.demo import load_demo

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def demo(base_url: str) -> None:
    """The demo on the live server."""
    load_demo()


def fits(page: Page) -> bool:
    """Whether nothing sticks out at the side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_from_home_to_a_source_and_back(page: Page, look: Look, accessible: Callable[[], None]) -> None:
    def arrive(heading: str) -> None:
        expect(page.locator("h1")).to_have_text(heading)
        assert fits(page)
        accessible()

    page.goto("/")
    arrive("Who met whom, and what each side said")
    page.locator("#tours").get_by_role("link", name="Blinken’s Gaza diplomacy tour, January 2024").click()
    arrive("Blinken’s Gaza diplomacy tour, January 2024")
    shown = page.locator("svg.route.wide" if look.width > 800 else "svg.route.narrow")
    expect(shown).to_be_visible()
    shown.get_by_role("link", name="Stop 9: Manama").click()
    expect(page).to_have_url(re.compile(r"#stop-9$"))
    page.locator("#days").get_by_role("link", name="Blinken and Fidan, Istanbul").click()
    arrive("Blinken and Fidan, Istanbul")
    expect(page.locator("#said")).to_contain_text("Gaza needs a ceasefire at once.")
    page.locator("#said").get_by_role("link", name="Hakan Fidan").first.click()
    arrive("Hakan Fidan")
    page.locator("#said a.ref").first.click()
    expect(page.locator("#sources li:target")).to_be_in_viewport()
    page.locator("#sources li:target cite a").click()
    expect(page.locator("#rests")).to_contain_text("Gaza needs a ceasefire at once.")
    assert fits(page)
    accessible()
    page.locator("#rests").get_by_role("link", name="Gaza needs a ceasefire at once.").click()
    arrive("Blinken and Fidan, Istanbul")
    page.locator(".crumbs").get_by_role("link", name="Blinken’s Gaza diplomacy tour").click()
    arrive("Blinken’s Gaza diplomacy tour, January 2024")


def test_a_list_is_narrowed_by_its_form(page: Page, look: Look) -> None:
    page.goto("/meetings/")
    page.get_by_label("Country").select_option("Türkiye")
    page.get_by_label("Status").select_option("Skipped")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Blinken and Erdoğan, November 2023").click()
    expect(page.locator("#outcome")).to_contain_text("This meeting did not take place")


def test_the_keyboard_reaches_the_content_first(page: Page) -> None:
    page.goto("/tours/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_pages_work_without_javascript(page: Page) -> None:
    page.goto("/countries/TR/")
    assert page.locator("script").count() == 0
