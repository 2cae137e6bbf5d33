"""What may be on record already is shown once, and never stands in the way."""

from typing import Any

import pytest

from tests.admin.forms import address, desk, errors_of, filled
from tests.admin.test_meeting_form import send, taking_part
from tests.factories import make_meeting, make_official, make_participation, make_source
from visits.models import Meeting, Official, Source

pytestmark = pytest.mark.django_db

QUESTION = "Is it one of these, which are on record already? If not, tick “Save anyway”."
ADD = "/admin/visits/meeting/add/"


def doubles(response: Any) -> list[tuple[str, str]]:
    assert response.status_code == 200
    return [(double.name, double.address) for double in response.context["adminform"].form.doubles]


def test_meeting_of_the_same_people_on_the_same_day_is_shown_before_saving() -> None:
    rudolf = make_official(name="Rudolf Elphberg")
    known = make_meeting(published=False, title="Audience", start_date="2024-01-06")
    make_participation(meeting=known, official=rudolf)
    make_participation(meeting=known, name="Michael Strelsauer")
    make_participation(meeting=make_meeting(title="Elsewhere"), official=rudolf)
    given = (
        {"start_date": "2024-01-06"}
        | taking_part(0, official=rudolf)
        | taking_part(1, name="Michaël Strelsauer")
    )
    client = desk("Analyst")
    response = send(client, ADD, **given)
    assert doubles(response) == [("Audience (6 January 2024)", address("meeting", "change", known.pk))]
    assert errors_of(response)["__all__"] == [QUESTION]
    assert Meeting.objects.count() == 2
    assert client.post(ADD, filled(response) | {"save_anyway": "1"}).status_code == 302
    assert Meeting.objects.count() == 3


def test_another_meeting_of_the_day_is_no_duplicate() -> None:
    rudolf = make_official(name="Rudolf Elphberg")
    make_participation(meeting=make_meeting(start_date="2024-01-06"), official=rudolf)
    given = taking_part(0, official=rudolf) | taking_part(1, name="Black Michael")
    send(desk("Analyst"), ADD, start_date="2024-01-06", **given)
    send(desk("Analyst"), ADD, start_date="2024-01-06")
    assert Meeting.objects.count() == 3


def test_official_of_nearly_the_same_name_is_shown() -> None:
    known = make_official(name="Rudölf Elphberg")
    make_official(name="Antoinette de Mauban")
    client = desk("Analyst")
    page = address("official", "add")
    response = send(client, page, name="Rudolf Elphberg")
    assert doubles(response) == [("Rudölf Elphberg", address("official", "change", known.pk))]
    client.post(page, filled(response) | {"save_anyway": "1"})
    assert Official.objects.filter(name="Rudolf Elphberg").count() == 1


def test_source_at_a_known_address_is_shown_however_it_is_written() -> None:
    known = make_source(title="Gazette", url="https://example.org/news/1")
    make_source(title="Other", url="https://example.org/news/2")
    given = {"title": "Again", "kind": "news", "url": "http://EXAMPLE.org/news/1?utm_source=x#"}
    client = desk("Analyst")
    response = send(client, address("source", "add"), **given)
    assert [where for _, where in doubles(response)] == [address("source", "change", known.pk)]
    client.post(address("source", "add"), filled(response) | {"save_anyway": "1"})
    assert Source.objects.get(title="Again").url == given["url"]


def test_record_that_stands_is_never_asked_about() -> None:
    make_official(name="Rudolf Elphberg")
    other = make_official(name="Rudolf Elphberg")
    send(desk("Analyst"), address("official", "change", other.pk), description="King")
    other.refresh_from_db()
    assert other.description == "King"
