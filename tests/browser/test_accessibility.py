"""Every kind of page, wide and narrow, light and dark: nothing sticks out and axe finds nothing grave."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import LOOKS, Look
from visits.importers.demo import load_demo

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

# Each width and each scheme once: the walk goes through all four.
TWO_LOOKS = [LOOKS[0], LOOKS[-1]]
LISTS = [
    "/countries/",
    "/organizations/",
    "/officials/",
    "/tours/",
    "/meetings/",
    "/topics/",
    "/places/",
    "/sources/",
]
PAGES = [
    "/about/",
    "/about/data/",
    "/about/maps/",
    "/search/?q=is",
    "/countries/TR/",
    "/countries/US/",
    "/countries/TR/US/",
    "/organizations/NATO/",
    "/places/istanbul/",
    "/topics/immediate-ceasefire-in-gaza/",
    "/meetings/2023-11-blinken-erdogan-skipped/",
    "/meetings/?country=TR&kind=summit",
    "/tours/blinken-2024-01/history/",
    "/meetings/2024-01-06-blinken-fidan-istanbul/history/",
]
REFUSED = ["/meetings/?contry=TR&date_after=soon", "/tours/nowhere/"]


@pytest.fixture(autouse=True)
def demo(base_url: str) -> None:
    """The demo on the live server."""
    load_demo()


@pytest.mark.parametrize("look", TWO_LOOKS, indirect=True)
def test_every_kind_of_page(page: Page, look: Look, accessible: Callable[[], None]) -> None:
    for address in [*LISTS, *PAGES]:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        accessible()


@pytest.mark.parametrize("look", TWO_LOOKS, indirect=True)
def test_refusals(page: Page, look: Look, accessible: Callable[[], None], complaints: list[str]) -> None:
    for address in REFUSED:
        answer = page.goto(address)
        assert answer is not None
        assert answer.status in (400, 404), address
        accessible()
    # The browser itself notes that these answers are errors; nothing else may be wrong with them.
    assert {complaint.split(" (")[0] for complaint in complaints} == {
        "Failed to load resource: the server responded with a status of 400",
        "Failed to load resource: the server responded with a status of 404",
    }
    complaints.clear()
