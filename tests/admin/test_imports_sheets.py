"""A spreadsheet in the admin: sent in, looked at, imported once confirmed, by whoever sent it and may."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.admin.forms import desk, messages_of
from tests.factories import make_country
from tests.importers.sheets.files import HEADER, row, sheet, workbook
from visits.choices import BatchState
from visits.importers.sheets import uploading
from visits.models import ImportBatch, Meeting, Upload

pytestmark = pytest.mark.django_db

TWO_OF_FOUR = sheet(
    row(),
    row(date="1894-05-02", country="Ruritanien"),
    row(date="soon"),
    row(host__official="Elphberg, Rudolf"),
)


@pytest.fixture(autouse=True)
def _ruritania() -> None:
    make_country("X-RU", name="Ruritania", official_name="Ruritanien")


def send(client: Client, content: bytes, name: str = "meetings.csv") -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(reverse("admin:sheet_upload"), {"file": file}, follow=True)


def page(name: str = "sheet_preview") -> str:
    return reverse(f"admin:{name}", args=[ImportBatch.objects.latest("pk").pk])


def verdicts(response: Any) -> list[tuple[int, str, str]]:
    return [(one.number, one.verdict, one.says) for one in response.context["page"]]


def test_every_row_is_shown_before_anything_is_imported() -> None:
    response = send(desk("Analyst"), TWO_OF_FOUR)
    assert verdicts(response) == [
        (1, "accept", ""),
        (2, "accept with note", '"Ruritanien" taken as Ruritania'),
        (3, "not imported", 'Row 3, column "date": "soon" is not a date. Write it as YYYY-MM-DD.'),
        (4, "not imported", "Row 4: looks like row 1 (same day, city and people, other spelling or details). "
         "Left out; tick to import it anyway."),
    ]  # fmt: skip
    assert [one.number for one in response.context["offered"]] == [4]
    assert "2 rows would become meetings" in response.content.decode()
    assert Meeting.objects.count() == 0


@pytest.mark.parametrize(("ticked", "added"), [([], 2), (["4"], 3), (["3", "4", "x", "99"], 3)])
def test_confirmed_rows_and_ticked_ones_are_imported(ticked: list[str], added: int) -> None:
    client = desk("Analyst", username="ana")
    send(client, TWO_OF_FOUR)
    response = client.post(page(), {"import": "x", "tick": ticked}, follow=True)
    assert messages_of(response) == [
        f"{added} meetings added as drafts; 0 rows were on record already, {4 - added} are not imported."
    ]
    assert Meeting.objects.count() == added
    batch = ImportBatch.objects.get()
    assert (batch.state, batch.uploaded_by.username, Upload.objects.count()) == (BatchState.DONE, "ana", 0)  # type: ignore[union-attr]
    assert len(response.context["page"]) == 4
    # A second click, or a page from before, does nothing more.
    client.post(page(), {"import": "x"})
    assert Meeting.objects.count() == added


def test_same_file_again_adds_nothing() -> None:
    client = desk("Analyst")
    for _ in range(2):
        send(client, TWO_OF_FOUR)
        response = client.post(page(), {"import": "x"}, follow=True)
    assert messages_of(response)[-1].startswith("0 meetings added as drafts; 2 rows were on record already")
    assert Meeting.objects.count() == 2


def test_file_can_be_discarded() -> None:
    client = desk("Analyst")
    send(client, TWO_OF_FOUR)
    response = client.post(page(), {"discard": "x"}, follow=True)
    assert messages_of(response) == ["“meetings.csv” was not imported."]
    assert (ImportBatch.objects.count(), Upload.objects.count(), Meeting.objects.count()) == (0, 0, 0)


def test_columns_are_asked_for_where_they_are_not_plain_and_can_be_changed() -> None:
    client = desk("Analyst")
    header = ["Gastgeber" if name == "host official" else name for name in HEADER]
    response = send(client, sheet(row(), header=header))
    assert response.redirect_chain[-1][0] == page("sheet_columns")
    choices = {f"column_{number}": str(number) for number in range(10)}
    form = client.get(page("sheet_columns")).context["form"]
    assert {name: field.initial for name, field in form.fields.items()} == choices | {"column_4": "-"}
    twice = client.post(page("sheet_columns"), choices | {"column_5": "4"})
    assert twice.context["form"].non_field_errors() == ["Column 5 of the file is chosen twice."]
    missing = client.post(page("sheet_columns"), choices | {"column_4": "-"})
    assert "The column “host official” is missing" in str(missing.context["form"].non_field_errors())
    assert verdicts(client.post(page("sheet_columns"), choices, follow=True)) == [(1, "accept", "")]
    client.post(page(), {"import": "x"})
    assert [str(one) for one in Meeting.objects.get().participations.all()] == [
        "Rudolf Elphberg",
        "Hans Muster",
    ]


def test_workbook_is_read_as_well() -> None:
    cells = [row().get(name) for name in HEADER]
    assert verdicts(send(desk("Analyst"), workbook(cells), "m.xlsx")) == [(1, "accept", "")]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"\x00\x01\x02", "“m.csv”, line 1: this is not UTF-8 text (UTF-16, or no text at all). "
         "Save it as “CSV UTF-8” and send it again."),
        (b"PK\x03\x04", "“m.csv” is not a workbook, or a damaged one. Send CSV or XLSX."),
        (b"x" * 101, "“m.csv” has 0 MB; the limit here is 0 MB. manage.py import_meetings takes larger files."),
        (sheet(row(), row())[:90] + b"\n1\n2\n3", "“m.csv” has more than 2 rows."),
    ],
)  # fmt: skip
def test_file_that_cannot_be_read_is_told_beside_the_field(
    content: bytes, sentence: str, settings: Any
) -> None:
    settings.UPLOAD_BYTES, settings.UPLOAD_ROWS = 100, 2
    response = send(desk("Analyst"), content, "m.csv")
    assert response.context["form"].errors == {"file": [sentence]}
    assert (ImportBatch.objects.count(), Upload.objects.count()) == (0, 0)


def test_only_who_may_import_sees_the_pages_and_only_their_own() -> None:
    send(desk("Analyst"), TWO_OF_FOUR)
    viewer, other = desk("Viewer"), desk("Analyst")
    for address in (
        reverse("admin:sheet_upload"),
        page(),
        page("sheet_columns"),
        "/admin/import/template.csv",
    ):
        assert viewer.get(address).status_code == 403
    assert viewer.post(page(), {"import": "x"}).status_code == 403
    assert [other.get(page()).status_code, other.post(page(), {"import": "x"}).status_code] == [404, 404]
    assert Meeting.objects.count() == 0


@pytest.mark.parametrize(("kind", "start"), [("csv", b"\xef\xbb\xbfdate,end_date"), ("xlsx", b"PK\x03\x04")])
def test_template_is_downloaded(kind: str, start: bytes) -> None:
    response = desk("Analyst").get(reverse("admin:sheet_template", args=[kind]))
    assert response.content.startswith(start)
    assert response["Content-Disposition"] == f'attachment; filename="meetings.{kind}"'


def test_rows_are_shown_by_verdict_and_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visits.admin.imports_sheets.PER_PAGE", 1)
    client = desk("Analyst")
    send(client, TWO_OF_FOUR)
    shown = [client.get(page(), {"verdict": "not imported", "page": number}) for number in (1, 2)]
    assert [[number for number, *_ in verdicts(response)] for response in shown] == [[3], [4]]
    assert verdicts(client.get(page(), {"verdict": "x", "page": "x"}))[0][0] == 1


def test_preview_that_nobody_confirms_is_forgotten_after_a_week() -> None:
    client = desk("Analyst")
    for name in ("old.csv", "new.csv"):
        send(client, TWO_OF_FOUR, name)
    ImportBatch.objects.filter(title="old.csv").update(created_at=timezone.now() - timedelta(days=8))
    uploading.forget_old()
    assert [batch.title for batch in ImportBatch.objects.all()] == ["new.csv"]
