"""The desk in a browser: somebody is identified, two people meet on one form, two records become one."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_admin import choose, sign_in
from tests.factories import make_full_meeting, make_meeting, make_official, make_participation
from visits.models import Meeting, Official, Participation, Statement

pytestmark = pytest.mark.usefixtures("transactional_db")

# Autocompletes that the page's scripts haven't reached yet.
UNNAMED = "select.admin-autocomplete:not([name*=__prefix__], [aria-hidden])"


def test_name_is_identified_from_the_desk_in_one_step(page: Page) -> None:
    make_official(name="Rudolf Elphberg")
    row = make_participation(meeting=make_meeting(published=False), name="The king")
    sign_in(page, "Analyst")
    page.get_by_role("link", name="My desk").click()
    expect(page.get_by_role("heading", name="People to identify")).to_be_visible()
    page.locator(f"#id_{row.pk}_official").locator("xpath=following-sibling::span[1]").click()
    page.keyboard.type("elphberg")
    page.locator(".select2-results__option--highlighted", has_text="Rudolf Elphberg").click()
    page.get_by_role("button", name="That is who it is").click()
    expect(page.get_by_text("“The king” is Rudolf Elphberg.")).to_be_visible()
    assert str(Participation.objects.get().official) == "Rudolf Elphberg"


def open_twice(page: Page, address: str) -> Page:
    """The page in a second browser, of another person."""
    assert page.context.browser is not None
    other = page.context.browser.new_context(base_url=page.url.split("/admin/")[0]).new_page()
    sign_in(other, "Reviewer")
    for one in (page, other):
        one.goto(address)
    return other


def test_edits_of_two_browsers_both_survive(page: Page) -> None:
    meeting = make_full_meeting(published=False, title="As it was")
    sign_in(page, "Reviewer")
    other = open_twice(page, f"/admin/visits/meeting/{meeting.pk}/change/")
    page.locator("#id_lines-0-text").fill("As one of them says.")
    other.locator("#id_lines-1-text").fill("As the other says.")
    for one in (page, other):
        one.get_by_role("button", name="Save", exact=True).click()
        expect(one.get_by_text("was changed successfully")).to_be_visible()
    texts = Statement.objects.filter(point__meeting=meeting).values_list("text", flat=True)
    assert {"As one of them says.", "As the other says."} < set(texts)
    other.context.close()


def test_second_of_two_browsers_is_told(page: Page) -> None:
    meeting = make_full_meeting(published=False)
    sign_in(page, "Reviewer")
    other = open_twice(page, f"/admin/visits/meeting/{meeting.pk}/change/")
    page.locator("#id_lines-0-text").fill("As one of them says.")
    other.locator("#id_lines-0-text").fill("As the other says.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.locator(".desk-faults")).to_contain_text("to “As one of them says.”")
    expect(other.locator("#id_lines-0-text")).to_have_value("As the other says.")
    first = Statement.objects.filter(point__meeting=meeting).order_by("point__position", "point", "id")[0]
    assert first.text == "As one of them says."
    other.get_by_role("button", name="Save", exact=True).click()
    expect(other.get_by_text("was changed successfully")).to_be_visible()
    first.refresh_from_db()
    assert first.text == "As the other says."
    other.context.close()


def test_second_of_two_is_told_and_saves_again(page: Page) -> None:
    meeting = make_meeting(published=False, title="As it was")
    sign_in(page, "Reviewer")
    page.goto(f"/admin/visits/meeting/{meeting.pk}/change/")
    Meeting.objects.filter(pk=meeting.pk).update(title="As they say")
    page.locator("#id_start_date").fill("2024-01-07")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".desk-faults")).to_contain_text("title from “As it was” to “As they say”")
    assert Meeting.objects.get().start_date == "2024-01-06"
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    meeting.refresh_from_db()
    assert (meeting.title, meeting.start_date) == ("As they say", "2024-01-07")
    page.goto(f"/admin/visits/meeting/{meeting.pk}/history/")
    expect(page.get_by_role("button", name="Revert to this")).to_have_count(2)


def test_pages_of_the_desk_are_accessible(
    page: Page, accessible: Callable[[], None], complaints: list[str]
) -> None:
    meeting = make_full_meeting(published=False, title="Draft")
    make_participation(meeting=meeting, name="The king")
    make_official(name="Michael").delete()
    sign_in(page, "Reviewer")
    one = f"visits/meeting/{meeting.pk}"
    for address in (
        "desk/",
        "deleted/",
        f"{one}/history/",
        f"{one}/change/",
        "visits/meeting/add/",
        "visits/tour/add/",
    ):
        page.goto(f"/admin/{address}")
        expect(page.locator("#content h1")).to_be_visible()
        expect(page.locator(UNNAMED)).to_have_count(0)
        assert complaints == []
        accessible()
        # The checker styles what it measures, which our policy forbids.
        complaints.clear()


def test_two_officials_become_one_and_two_again(page: Page) -> None:
    keep = make_official(name="Rudolf Elphberg")
    make_official(name="Rudolf the Fifth")
    sign_in(page, "Reviewer")
    page.goto(f"/admin/visits/official/{keep.pk}/change/")
    page.get_by_role("link", name="Merge with…").click()
    choose(page, "other", "fifth", "Rudolf the Fifth")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="would go up in")).to_be_visible()
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(page.get_by_text("“Rudolf the Fifth” has gone up in “Rudolf Elphberg”.")).to_be_visible()
    assert Official.objects.count() == 1
    page.goto("/admin/visits/merge/")
    page.locator("#result_list tbody th a").click()
    page.get_by_role("link", name="Undo this merge").click()
    page.get_by_role("button", name="Undo this merge").click()
    expect(page.get_by_text("is a record of its own again")).to_be_visible()
    assert Official.objects.count() == 2


def test_official_like_another_is_added_on_second_thought(page: Page) -> None:
    make_official(name="Rudölf Elphberg")
    sign_in(page, "Analyst")
    page.goto("/admin/visits/official/add/")
    page.locator("#id_name").fill("Rudolf Elphberg")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("link", name="Rudölf Elphberg")).to_be_visible()
    page.get_by_label("Save anyway").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
    assert Official.objects.count() == 2
