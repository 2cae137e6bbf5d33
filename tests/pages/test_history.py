"""The public history of a tour and of a meeting."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.test import Client

from tests import factories as make
from tests.pages.reading import Reading, part
from tests.publishing import (
    edit,
    publish,
    published_meeting,
    published_tour,
    rename,
    retitle,
    revised_meeting,
    withdraw,
)
from visits.models import Meeting

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_meeting_tells_its_published_versions_and_nothing_else(read: Callable[..., str]) -> None:
    meeting = revised_meeting()
    address = f"{meeting.get_absolute_url()}history/"
    assert address in Reading(read(meeting.get_absolute_url())).links
    html = read(address)
    page = Reading(html)
    assert "2 published versions, the newest first" in page.text
    assert [name for name in page.ids if name.startswith("version-")] == ["version-2", "version-1"]
    newest = part(html, "version-2")
    assert "Meeting Second words title First words Second words" in newest
    assert "Statement Second words said" in newest
    assert "First published." in part(html, "version-1")
    assert "ecret" not in html


def test_a_tour_tells_of_its_stops(read: Callable[..., str]) -> None:
    tour = published_tour()
    edit(tour, lambda: tour.stops.update(remarks="Rained off"))
    publish(tour)
    address = f"{tour.get_absolute_url()}history/"
    assert address in Reading(read(tour.get_absolute_url())).links
    assert f"Stop {tour.stops.get().country} remarks as given Rained off" in part(read(address), "version-2")


def test_a_record_in_review_keeps_its_history_as_it_was_published(read: Callable[..., str]) -> None:
    meeting = published_meeting(slug="open-address")
    edit(meeting, lambda: (retitle(meeting, "Secret title"), rename(meeting, "secret-address")))
    html = read("/meetings/open-address/history/")
    assert "A change to this record is being reviewed." in Reading(html).text
    assert "ecret" not in html
    client = Client()
    assert client.get("/meetings/secret-address/history/").status_code == 404
    publish(meeting)
    response = client.get("/meetings/open-address/history/")
    assert (response.status_code, response["Location"]) == (301, "/meetings/secret-address/history/")


def test_a_withdrawn_record_is_gone(client: Client) -> None:
    meeting = published_meeting()
    withdraw(meeting)
    response = client.get(f"{meeting.get_absolute_url()}history/")
    assert response.status_code == 410
    text = Reading(response.content.decode()).text
    assert "This record has been withdrawn." in text
    assert "ecret" not in text
    assert "First words" not in text


@pytest.mark.parametrize("slug", ["kept", "renamed"])
def test_a_draft_has_no_history(client: Client, slug: str) -> None:
    meeting = make.make_full_meeting(published=False, slug="kept")
    rename(meeting, slug)
    for address in ("/meetings/kept/history/", f"/meetings/{slug}/history/", "/tours/kept/history/"):
        assert client.get(address).status_code == 404
    client.force_login(make.make_user("Reviewer"))
    assert client.get(f"/meetings/{slug}/history/").status_code == 404


def test_a_history_takes_no_parameter(client: Client) -> None:
    address = f"{make.make_full_meeting().get_absolute_url()}history/"
    assert (client.get(address).status_code, client.get(address, {"a": "b"}).status_code) == (200, 400)


def test_one_version_and_three_take_as_many_queries(client: Client, django_assert_num_queries: Any) -> None:
    meeting = published_meeting()
    address = f"{meeting.get_absolute_url()}history/"
    with django_assert_num_queries(29):
        client.get(address)
    for title in ("Again", "And again"):
        edit(meeting, partial(make.make_note, meeting=meeting, text=title))
        publish(meeting)
    with django_assert_num_queries(29):
        assert client.get(address).status_code == 200
    assert Meeting.objects.get().state == "published"
