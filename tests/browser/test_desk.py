"""The desk in a browser: somebody is identified, two people meet on one form, two records become one."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_admin import choose, sign_in
from tests.factories import make_meeting, make_official, make_participation
from visits.models import Meeting, Official, Participation

pytestmark = pytest.mark.usefixtures("transactional_db")


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


def test_pages_of_the_desk_are_accessible(page: Page, accessible: Callable[[], None]) -> None:
    """Those without an autocomplete: Django's own has no name that axe would find."""
    meeting = make_meeting(published=False, title="Draft")
    make_official(name="Michael").delete()
    sign_in(page, "Reviewer")
    for address in ("desk/", "deleted/", f"visits/meeting/{meeting.pk}/history/"):
        page.goto(f"/admin/{address}")
        accessible()


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
