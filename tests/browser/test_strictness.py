"""The browser tests would notice: each of their guards is provoked once."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Look


def test_look_sets_width_and_colours(page: Page, look: Look) -> None:
    page.goto("/admin/login/")
    seen = page.evaluate("[innerWidth, matchMedia('(prefers-color-scheme: dark)').matches]")
    assert seen == [look.width, look.scheme == "dark"]


def test_error_on_a_page_is_a_complaint(page: Page, complaints: list[str]) -> None:
    page.goto("/admin/login/")
    with page.expect_event("pageerror"):
        page.evaluate("() => { setTimeout(() => { throw new Error('broken') }) }")
    assert complaints == ["broken"]
    complaints.clear()


def test_violated_policy_is_a_complaint(page: Page, complaints: list[str]) -> None:
    page.goto("/admin/login/")
    said = "Content-Security-Policy: script-src-elem inline"
    with page.expect_console_message(lambda message: message.text == said):
        page.evaluate(
            "() => document.body.append(Object.assign(document.createElement('script'), {text: 'alert(1)'}))"
        )
    assert said in complaints
    complaints.clear()


def test_request_that_leaves_this_machine_is_a_complaint(page: Page, complaints: list[str]) -> None:
    page.route("http://192.0.2.1/**", lambda route: route.abort())
    with pytest.raises(Exception, match="ERR_FAILED"):
        page.goto("http://192.0.2.1/elsewhere")
    assert "outside: http://192.0.2.1/elsewhere" in complaints
    complaints.clear()


def test_grave_finding_is_told_with_its_element(page: Page, accessible: Callable[[], None]) -> None:
    page.goto("/admin/login/")
    page.evaluate("document.body.append(document.createElement('button'))")
    with pytest.raises(AssertionError, match=r"button-name \(critical\).*<button>"):
        accessible()
