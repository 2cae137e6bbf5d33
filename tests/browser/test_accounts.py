"""An account in a browser: somebody is invited, chooses a password, signs in, forgets it and is deactivated."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import LOOKS, Look
from tests.browser.test_admin import PASSWORD, sign_in
from tests.factories import make_user
from tests.letters import link
from visits.models import User

pytestmark = pytest.mark.usefixtures("transactional_db")

TWO_LOOKS = [LOOKS[0], LOOKS[-1]]
ADDRESS = "ann@ruritania.example"


def choose_password(page: Page, password: str) -> None:
    page.goto(link())
    page.get_by_label("New password:", exact=True).fill(password)
    page.get_by_label("New password confirmation:").fill(password)
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_role("heading", name="Your password is set")).to_be_visible()


def test_person_is_invited_signs_in_and_is_deactivated(page: Page) -> None:
    sign_in(page, "Administrator")
    page.get_by_role("link", name="Accounts", exact=True).click()
    page.get_by_role("link", name="Add account").click()
    page.get_by_label("Username:").fill("ann")
    page.get_by_label("Email address:").fill(ADDRESS)
    page.get_by_label("Role:").select_option("Reviewer")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(f"A link to choose a password was sent to {ADDRESS}.")).to_be_visible()
    account = User.objects.get(username="ann")

    ann = page.context.browser.new_page(base_url=page.url.split("/admin/")[0])  # type: ignore[union-attr]
    choose_password(ann, PASSWORD)
    ann.get_by_role("link", name="Sign in").last.click()
    ann.get_by_label("Username").fill("ann")
    ann.get_by_label("Password").fill(PASSWORD)
    ann.get_by_role("button", name="Log in").click()
    expect(ann.get_by_role("heading", name="Records")).to_be_visible()
    ann.get_by_role("link", name="My account").click()
    ann.get_by_label("Mail about reviews").uncheck()
    ann.get_by_role("button", name="Save").click()
    expect(ann.get_by_label("Mail about reviews")).not_to_be_checked()

    page.goto(f"/admin/visits/user/{account.pk}/change/")
    page.get_by_role("link", name="Deactivate").click()
    page.get_by_role("button", name="Deactivate").click()
    expect(page.get_by_text("“ann” is deactivated.")).to_be_visible()
    ann.reload()
    expect(ann.get_by_role("button", name="Log in")).to_be_visible()
    ann.close()


def test_forgotten_password_is_replaced(page: Page) -> None:
    user = make_user("Viewer", email=ADDRESS, password="a-password-of-before")
    page.goto("/admin/")
    page.locator(".password-reset-link a").click()
    page.get_by_label("Email address").fill(ADDRESS)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_text("is on its way to it.")).to_be_visible()
    choose_password(page, PASSWORD)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize("look", TWO_LOOKS, indirect=True)
def test_pages_of_accounts_fit_and_are_accessible(
    page: Page, look: Look, accessible: Callable[[], None]
) -> None:
    user = make_user("Viewer", email=ADDRESS)

    def looked_at() -> None:
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
        accessible()

    page.goto("/admin/password/forgotten/")
    looked_at()
    page.get_by_label("Email address").fill(ADDRESS)
    page.get_by_role("button", name="Send the link").click()
    looked_at()
    page.goto(link())
    looked_at()
    choose_password(page, PASSWORD)
    looked_at()
    page.goto(link())
    looked_at()
    sign_in(page, "Administrator")
    account = f"/admin/visits/user/{user.pk}"
    for address in (f"{account}/act/link/", f"{account}/act/deactivate/", "/admin/account/"):
        page.goto(address)
        looked_at()
