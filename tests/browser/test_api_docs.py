"""The page of the API's documentation works under the site's strict policy."""

from playwright.sync_api import Page, expect

from tests.browser.conftest import Look

RESOURCES = [
    *("entrance", "tours", "stops", "meetings", "agenda points", "statements"),
    *("countries", "organizations", "officials", "topics", "places", "sources"),
]


def test_a_resource_can_be_tried_out(page: Page, look: Look) -> None:
    page.goto("/api/docs/")
    expect(page.locator(".opblock-tag a")).to_have_text(RESOURCES)
    page.locator("[data-tag=countries]").click()
    page.get_by_role("button", name="/api/v1/countries/{id}/").first.click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_placeholder("id", exact=True).fill("TR")
    page.get_by_role("button", name="Execute").click()
    expect(page.locator(".live-responses-table .response-col_status").last).to_have_text("200")
    expect(page.locator(".live-responses-table")).to_contain_text('"name": "Türkiye"')
    assert page.evaluate("document.documentElement.scrollWidth") == look.width


def test_an_error_leads_to_its_explanation(page: Page) -> None:
    answer = page.request.get("/api/v1/meetings/?contry=TR").json()
    page.goto(answer["type"])
    expect(page.locator("#bad-parameters")).to_have_text("Bad parameters")
