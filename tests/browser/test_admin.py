"""From the analyst's desk to the public: one logs a meeting, another publishes it."""

import pytest
from playwright.sync_api import Page, expect

from tests.factories import (
    make_citation,
    make_official,
    make_source,
    make_stop,
    make_topic,
    make_tour,
    make_user,
)
from visits.models import Meeting, Statement

PASSWORD = "a-fictional-password"


def sign_in(page: Page, role: str) -> None:
    user = make_user(role, password=PASSWORD)
    page.context.clear_cookies()
    page.goto("/admin/")
    page.get_by_label("Username").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="Records")).to_be_visible()


def choose(page: Page, field: str, text: str, offered: str = "") -> None:
    """Type into an autocomplete and take what it offers first."""
    page.locator(f"#id_{field}").locator("xpath=following-sibling::span[1]").click()
    page.keyboard.type(text)
    page.locator(".select2-results__option--highlighted", has_text=offered or text).click()


@pytest.fixture
def on_the_way(transactional_db: None) -> None:
    """A tour with a stop, its principal and their host, a topic and two sources."""
    principal = make_official(name="Flavia Elphberg")
    make_official(name="Michael Strelsauer")
    tour = make_tour(title="Grand tour", principal=principal)
    make_stop(tour=tour, start_date="2024-01-06", locale_text="Strelsau", position=1)
    make_topic(name="Herring quota")
    make_source(title="Readout of Strelsau")
    make_source(title="Zenda Gazette")


@pytest.mark.usefixtures("on_the_way")
def test_analyst_logs_a_meeting_and_reviewer_publishes_it(page: Page) -> None:
    sign_in(page, "Analyst")
    page.get_by_role("link", name="Stops", exact=True).click()
    page.get_by_role("link", name="1. Strelsau").click()
    page.get_by_role("link", name="Log a meeting").click()
    choose(page, "participations-1-official", "Michael Strelsauer")
    choose(page, "participations-1-on_behalf_of", "turkiye", "Türkiye (TR)")
    choose(page, "citations-0-source", "Readout of Strelsau")
    page.locator("#id_lines-0-title").fill("Herring")
    choose(page, "lines-0-topic", "Herring quota")
    choose(page, "lines-0-speaker", "Flavia Elphberg")
    page.locator("#id_lines-0-text").fill("Demands more herring.")
    page.locator("#id_lines-0-kind").select_option("demand")
    page.locator("#id_lines-1-title").fill("herring")
    choose(page, "lines-1-side", "turkiye", "Türkiye (TR)")
    page.locator("#id_lines-1-text").fill("Offers less herring.")
    page.locator("#id_lines-1-stance").select_option("opposes")
    choose(page, "lines-1-sources", "Zenda Gazette")
    page.get_by_label("Use the meeting's sources for all points").check()
    assert page.evaluate("document.documentElement.scrollWidth") == 1280
    page.get_by_role("button", name="Save and submit for review").click()
    expect(page.get_by_text("was submitted for review")).to_be_visible()
    meeting = Meeting.objects.get()
    assert (meeting.start_date, meeting.state) == ("2024-01-06", "in_review")
    assert [str(person) for person in meeting.participations.all()] == [
        "Flavia Elphberg",
        "Michael Strelsauer",
    ]
    seen = ("point__title", "speaker__name", "kind", "stance", "citations__source__title")
    assert list(Statement.objects.order_by("id").values_list(*seen)) == [
        ("Herring", "Flavia Elphberg", "demand", "none_stated", "Readout of Strelsau"),
        ("Herring", None, "position", "opposes", "Zenda Gazette"),
    ]
    assert not Meeting.objects.public().exists()

    sign_in(page, "Reviewer")
    page.get_by_role("link", name="Meetings", exact=True).click()
    page.get_by_role("link", name=str(meeting)).click()
    page.get_by_role("link", name="Publish", exact=True).click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("was published")).to_be_visible()
    assert Meeting.objects.public().get() == meeting


@pytest.mark.usefixtures("on_the_way")
def test_line_is_added_and_a_mistake_is_told_beside_its_field(page: Page) -> None:
    make_citation(meeting=Meeting.objects.create(start_date="2024"))
    sign_in(page, "Analyst")
    page.goto(f"/admin/visits/meeting/{Meeting.objects.get().pk}/change/")
    page.get_by_role("button", name="Add another line").click()
    page.locator("#id_lines-1-title").fill("Herring")
    page.locator("#id_lines-1-text").fill("Wants more.")
    page.get_by_role("button", name="Save", exact=True).click()
    cell = page.locator("#lines-0 td", has=page.locator("#id_lines-0-side"))
    expect(page.locator("#lines-1 .field-side .errorlist")).to_have_text(
        "Whose words are these? Choose a side."
    )
    assert cell.locator(".errorlist").count() == 0
    expect(page.locator("#id_lines-1-text")).to_have_value("Wants more.")
    choose(page, "lines-1-side", "turkiye", "Türkiye (TR)")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    assert Statement.objects.get().text == "Wants more."


@pytest.mark.parametrize("noun", ["tour", "source", "official", "country", "citation", "user"])
def test_forms_keep_the_policy(page: Page, transactional_db: None, noun: str) -> None:
    user = make_user("Administrator", is_superuser=True, password=PASSWORD)
    page.goto("/admin/")
    page.get_by_label("Username").fill(user.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    for address in (f"/admin/visits/{noun}/", f"/admin/visits/{noun}/add/"):
        page.goto(address)
        expect(page.locator("#content h1")).to_be_visible()


@pytest.mark.usefixtures("on_the_way")
def test_missing_records_are_made_without_leaving_the_form(page: Page) -> None:
    sign_in(page, "Analyst")
    page.goto("/admin/visits/meeting/add/")
    page.locator("#id_start_date").fill("2024-01-06")
    page.locator("#id_lines-0-title").fill("Herring")
    for field, name in (("speaker", "Rupert Hentzau"), ("sources", "Hentzau Herald")):
        with page.expect_popup() as opened:
            page.locator(f"#add_id_lines-0-{field}").click()
        popup = opened.value
        popup.locator("#id_name, #id_title").fill(name)
        if field == "sources":
            popup.locator("#id_kind").select_option("news")
        popup.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("#lines-0")).to_contain_text(name)
    choose(page, "lines-0-side", "turkiye", "Türkiye (TR)")
    page.locator("#id_lines-0-text").fill("Wants more.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
    statement = Statement.objects.get()
    assert (str(statement.speaker), str(statement.citations.get().source)) == (
        "Rupert Hentzau",
        "Hentzau Herald",
    )
