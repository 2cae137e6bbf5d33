"""The manual in a browser, and the way to it from a form."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Look
from tests.browser.test_admin import sign_in

pytestmark = pytest.mark.usefixtures("transactional_db")


def test_the_manual_fits_and_is_accessible(page: Page, look: Look, accessible: Callable[[], None]) -> None:
    page.goto("/about/data/#meeting-start_date")
    expect(page.locator("#meeting-start_date")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    accessible()


def test_a_field_opens_its_paragraph_beside_the_form(page: Page, look: Look) -> None:
    sign_in(page, "Analyst")
    page.goto("/admin/visits/source/add/")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator("#id_title").fill("Half a title")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="How to code “Title”").click()
    expect(opened.value.locator("#source-title")).to_be_in_viewport()
    assert page.locator("#id_title").input_value() == "Half a title"


def test_the_tab_key_goes_from_field_to_field(page: Page) -> None:
    sign_in(page, "Analyst")
    page.goto("/admin/visits/meeting/add/")
    page.locator("#id_start_date").focus()
    page.keyboard.press("Tab")
    expect(page.locator("#id_kind")).to_be_focused()


def test_fields_in_rows_are_named_without_the_link(page: Page) -> None:
    sign_in(page, "Analyst")
    page.goto("/admin/visits/meeting/add/")
    expect(page.locator("#id_participations-0-capacity")).to_have_accessible_name("Capacity")
    expect(page.locator("#id_citations-0-quote")).to_have_accessible_name("Quote")
