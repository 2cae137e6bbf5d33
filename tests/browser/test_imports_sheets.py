"""A spreadsheet in a browser: chosen, looked at, imported."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Look
from tests.browser.test_admin import sign_in
from tests.factories import make_country
from tests.importers.sheets.files import HEADER, row, sheet
from visits.models import Meeting

pytestmark = pytest.mark.usefixtures("transactional_db")


def test_spreadsheet_is_chosen_looked_at_and_imported(
    page: Page, look: Look, accessible: Callable[[], None], tmp_path: Path
) -> None:
    make_country("X-RU", name="Ruritania", official_name="Ruritanien")
    file = tmp_path / "meetings.csv"
    again = row(host__official="Elphberg, Rudolf")
    header = ["Gastgeber" if name == "host official" else name for name in HEADER]
    rows = [row(), row(date="1894-05-02", country="Ruritanien"), row(date="soon"), again]
    file.write_bytes(sheet(*rows, header=header))
    sign_in(page, "Analyst")
    page.goto("/admin/import/")
    accessible()
    page.get_by_label("CSV or XLSX file").set_input_files(file)
    page.get_by_role("button", name="Look at it").click()
    expect(page.get_by_text("Which column of the file is which?")).to_be_visible()
    accessible()
    page.get_by_label("host official").select_option("5: Gastgeber")
    page.get_by_role("button", name="Look at the rows").click()
    expect(page.get_by_text("2 rows would become meetings")).to_be_visible()
    accessible()
    assert page.evaluate("document.documentElement.scrollWidth") <= look.width
    page.get_by_label("looks like row 1").check()
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("3 meetings added as drafts")).to_be_visible()
    assert Meeting.objects.count() == 3
