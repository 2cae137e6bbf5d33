"""A meeting of the brief is logged in a minute, reviewed by a second person, and public only then."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_admin import choose, sign_in
from visits.importers.demo import load_demo
from visits.models import Meeting, Statement, Stop

pytestmark = pytest.mark.django_db(transaction=True)

PRESS_RELEASE = (
    "http://www.state.gov/secretary-blinkens-meeting-with-turkish-president-erdogan-2/?utm_source=x#"
)
FIELDS = """
() => [...new FormData(document.getElementById("meeting_form"))].filter(([name]) => name != "csrfmiddlewaretoken")
"""


@pytest.fixture(autouse=True)
def demo(base_url: str) -> None:
    """The demo as it was before somebody logged the meeting."""
    load_demo()
    Meeting.objects.filter(slug="2024-01-06-blinken-erdogan-istanbul").delete()


@pytest.fixture
def visitor(page: Page) -> Iterator[Page]:
    """Somebody of the public, in a browser of their own."""
    assert page.context.browser is not None
    context = page.context.browser.new_context()
    yield context.new_page()
    context.close()


def filled_in(page: Page) -> set[tuple[str, str]]:
    return {(name, value) for name, value in page.evaluate(FIELDS)}


def test_meeting_of_the_brief_takes_eight_fields(page: Page, base_url: str, visitor: Page) -> None:
    sign_in(page, "Analyst")
    stop = Stop.objects.get(tour__slug="blinken-2024-01", locale_text="Istanbul")
    page.goto(f"/admin/visits/stop/{stop.pk}/change/")
    page.get_by_role("link", name="Log a meeting").click()
    expect(page.get_by_text("Who usually takes part is filled in")).to_be_visible()
    before = filled_in(page)

    page.locator("#id_start_date").fill("2024-01-06")
    choose(page, "participations-1-official", "erdogan", "Recep Tayyip Erdoğan")
    choose(page, "citations-0-source", PRESS_RELEASE, "Meeting with Turkish President")
    page.locator("#id_lines-0-title").fill("The spread of the conflict")
    choose(page, "lines-0-speaker", "blinken", "Antony J. Blinken")
    page.locator("#id_lines-0-text").fill("The conflict has to be kept from spreading.")
    page.locator("#id_lines-1-title").fill("The hostages")
    choose(page, "lines-1-speaker", "blinken", "Antony J. Blinken")
    page.locator("#id_lines-1-text").fill("The hostages have to be freed.")
    page.get_by_label("Use the meeting's sources for all points").check()

    typed = {name for name, _ in filled_in(page) - before}
    assert len(typed - {"lines-0-text", "lines-1-text"}) == 8
    page.get_by_role("button", name="Save and submit for review").click()
    expect(page.get_by_text("was submitted for review")).to_be_visible()
    meeting = Meeting.objects.get(state="in_review")
    assert (meeting.start_date, str(meeting.place), str(meeting.location), meeting.stop) == (
        "2024-01-06",
        "Istanbul",
        "Türkiye",
        stop,
    )
    assert list(meeting.participations.values_list("official__name", "on_behalf_of__code", "capacity")) == [
        ("Antony J. Blinken", "US", ""),
        ("Recep Tayyip Erdoğan", "TR", ""),
    ]
    said = Statement.objects.filter(point__meeting=meeting).order_by("id")
    seen = ("point__title", "on_behalf_of__code", "speaker__name", "citations__source__slug")
    assert list(said.values_list(*seen)) == [
        ("The spread of the conflict", "US", "Antony J. Blinken", "state-department-blinken-erdogan"),
        ("The hostages", "US", "Antony J. Blinken", "state-department-blinken-erdogan"),
    ]

    tour = f"{base_url}/tours/blinken-2024-01/"
    address = base_url + meeting.get_absolute_url()
    link = visitor.locator(f"a[href^='{meeting.get_absolute_url()}']")
    answer = visitor.goto(address)
    assert answer is not None
    assert answer.status == 404
    visitor.goto(tour)
    expect(link).to_have_count(0)

    sign_in(page, "Reviewer")
    page.get_by_role("link", name="My desk").click()
    page.get_by_role("link", name=str(meeting)).click()
    page.get_by_role("link", name="Publish", exact=True).click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("was published")).to_be_visible()

    visitor.goto(tour)
    expect(link).not_to_have_count(0)
    visitor.goto(address)
    expect(visitor.locator("#said")).to_contain_text("The hostages have to be freed.")
    expect(visitor.get_by_role("main")).to_contain_text("Recep Tayyip Erdoğan")


def test_office_is_proposed_and_its_absence_told(page: Page) -> None:
    sign_in(page, "Analyst")
    page.goto("/admin/visits/meeting/add/")
    page.locator("#id_start_date").fill("2024-01-06")
    choose(page, "participations-0-official", "erdogan", "Recep Tayyip Erdoğan")
    expect(page.locator("#participations-0 .field-on_behalf_of")).to_contain_text("Türkiye (TR)")
    capacity = page.locator("#id_participations-0-capacity")
    expect(capacity).to_have_attribute("placeholder", "President")
    page.locator("#id_start_date").fill("1990-01-06")
    page.locator("#id_start_date").blur()
    warning = page.locator("#participations-0 .desk-warning")
    expect(warning).to_have_text("No office of Recep Tayyip Erdoğan is on record for 6 January 1990.")
    expect(capacity).to_have_attribute("placeholder", "")


def test_unknown_address_is_handed_to_the_form_of_a_new_source(page: Page) -> None:
    sign_in(page, "Analyst")
    page.goto("/admin/visits/meeting/add/")
    page.locator("#id_citations-0-source").locator("xpath=following-sibling::span[1]").click()
    page.keyboard.type("https://gazette.example.org/herring")
    expect(page.locator(".select2-results")).to_contain_text("No results found")
    page.keyboard.press("Escape")
    with page.expect_popup() as opened:
        page.locator("#add_id_citations-0-source").click()
    popup = opened.value
    expect(popup.locator("#id_url")).to_have_value("https://gazette.example.org/herring")
    popup.locator("#id_title").fill("Of herring")
    popup.locator("#id_kind").select_option("news")
    popup.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#citations-0")).to_contain_text("Of herring")


def test_pasted_list_becomes_lines(page: Page) -> None:
    sign_in(page, "Analyst")
    page.goto("/admin/visits/meeting/add/")
    page.locator("#id_start_date").fill("2024-01-06")
    page.get_by_text("Paste a list of statements").click()
    page.locator("#id_lines-pasted").fill("- Quota: has to rise.\n- Tolls: have to fall.\n- Nets\n- Boats")
    choose(page, "lines-pasted_side", "turkiye", "Türkiye (TR)")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Your list has been made into lines.").first).to_be_visible()
    expect(page.locator("#id_lines-3-text")).to_have_value("Boats")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
    assert Statement.objects.filter(point__meeting__state="draft", on_behalf_of__code="TR").count() == 4
