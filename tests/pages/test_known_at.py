"""A page as the public saw it at a moment."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests import factories as make
from tests.pages.reading import Reading
from tests.publishing import (
    edit,
    publish,
    published_meeting,
    published_tour,
    retitle,
    revised_meeting,
    withdraw,
)
from visits.models import Statement
from visits.queries.versions import publications, versions_of

pytestmark = pytest.mark.django_db(transaction=True)


def main(html: str) -> str:
    """The words of the sections, from the first one to the end of the last."""
    start = html.index("<section")
    return Reading(html[start : html.rindex("</section>")]).text


def test_a_meeting_is_shown_as_it_was(read: Callable[..., str]) -> None:
    meeting = published_meeting()
    then = read(meeting.get_absolute_url())
    edit(meeting, lambda: Statement.objects.filter(point__meeting=meeting).update(text="Other words"))
    retitle(meeting, "Second words")
    publish(meeting)
    at = versions_of(meeting)[1].known_at
    html = read(meeting.get_absolute_url(), known_at=at)
    assert main(html) == main(then)
    page = Reading(html)
    since = publications(meeting)[0].since
    assert f"As this record stood on {since:%-d %B %Y, %H:%M} UTC" in page.text
    assert "Other words" not in page.text
    assert "Second words" not in page.text
    canonical = f"http://testserver{meeting.get_absolute_url()}?known_at={at}"
    assert [given["href"] for given in page.tags("link", rel="canonical")] == [canonical]
    links = {meeting.get_absolute_url(), f"{meeting.get_absolute_url()}history/", canonical}
    assert links <= set(page.links)
    assert f"/api/v1/meetings/{meeting.slug}/?known_at={at}" in page.links


def test_a_tour_is_shown_as_it_was(read: Callable[..., str]) -> None:
    tour = published_tour()
    published_meeting(tour=tour, stop=tour.stops.get(), title="At the castle")
    edit(tour, lambda: make.make_note(tour=tour, text="Seen by all"))
    publish(tour)
    then, at = read(tour.get_absolute_url()), versions_of(tour)[0].known_at
    edit(tour, lambda: (tour.stops.update(remarks="Secret"), tour.notes.all().delete()))
    html = read(tour.get_absolute_url(), known_at=at)
    assert main(html) == main(then)
    assert "At the castle" in main(html)
    assert "Seen by all" in main(html)
    assert "There is no present version: a change to the record is being reviewed." in Reading(html).text


def test_what_was_not_public_then_says_when_it_first_was(client: Client) -> None:
    meeting = revised_meeting()
    first = publications(meeting)[0].since
    response = client.get(meeting.get_absolute_url(), {"known_at": "2001-01-01"})
    text = Reading(response.content.decode()).text
    assert response.status_code == 404
    assert "This meeting was not public on 1 January 2001, 23:59 UTC." in text
    assert f"It first became public on {first:%-d %B %Y, %H:%M} UTC." in text


def test_what_is_no_moment_is_refused_by_name(client: Client) -> None:
    for address in (make.make_full_meeting().get_absolute_url(), make.make_tour().get_absolute_url()):
        response = client.get(address, {"known_at": "yesterday"})
        assert response.status_code == 400
        assert "known_at: “yesterday” is not a moment." in Reading(response.content.decode()).text


def test_withdrawn_and_never_public(client: Client) -> None:
    meeting = published_meeting()
    known_at = versions_of(meeting)[0].known_at
    withdraw(meeting)
    draft = make.make_full_meeting(published=False)
    assert client.get(meeting.get_absolute_url(), {"known_at": known_at}).status_code == 410
    assert client.get(draft.get_absolute_url(), {"known_at": known_at}).status_code == 404


def test_a_page_then_takes_a_fixed_number_of_queries(client: Client, django_assert_num_queries: Any) -> None:
    meeting = published_meeting()
    for number in (0, 2):
        for _ in range(number):
            edit(meeting, lambda: make.make_note(meeting=meeting))
            publish(meeting)
        at = versions_of(meeting)[0].known_at
        with django_assert_num_queries(33):
            assert client.get(meeting.get_absolute_url(), {"known_at": at}).status_code == 200
