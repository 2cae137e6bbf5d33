"""The record as the public saw it at a moment is the very answer that was given then."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests import factories as make
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
from visits.models import ExternalIdentifier, Meeting, Statement, Stop
from visits.queries.versions import publications, versions_of

pytestmark = pytest.mark.django_db(transaction=True)


def known(get: Callable[..., Any], record: Any, number: int = 1) -> Any:
    at = next(version.known_at for version in versions_of(record) if version.number == number)
    return get(f"{record._meta.model_name}s/{record.slug}/", known_at=at)


def rich_meeting() -> Meeting:
    """With everything that a meeting can have."""
    with transaction.atomic():
        tour = make.make_tour(title="Open tour")
        stop = make.make_stop(tour=tour, locale_text="At the castle")
        host = make.make_country()
        meeting = published_meeting(
            tour=tour, stop=stop, host=host, location=host, place=make.make_place(country=host)
        )
    late = make.make_official()
    for title, start in (("Chancellor", "2023-05"), ("Regent", "2024-02"), ("Page", "2001")):
        make.make_tenure(official=late, party=host, title=title, start_date=start)

    def enrich() -> None:
        make.make_participation(meeting=meeting, official=late, on_behalf_of=host, position=2)
        make.make_participation(
            meeting=meeting, name="The guard", official=None, on_behalf_of=None, is_group=True, position=1
        )
        king = meeting.participations.earliest("pk")
        meeting.participations.filter(pk=king.pk).update(capacity="King for a day")
        point = meeting.points.earliest("pk")
        point.other_topics.set([make.make_topic(name="Zenda"), make.make_topic(name="Castles")])
        said = make.make_statement(point=point, speaker=late, on_behalf_of=host)
        make.make_citation(statement=said, source=make.make_source(issued_by=host))
        ExternalIdentifier.objects.create(scheme="gazette", value="12", meeting=meeting)

    edit(meeting, enrich)
    publish(meeting)
    return meeting


def test_a_meeting_is_answered_as_it_was(get: Callable[..., Any]) -> None:
    meeting = rich_meeting()
    answers = [get(f"meetings/{meeting.slug}/")]
    titles = {person["title_on_day"] for person in answers[0]["participations"]}
    assert titles == {"King for a day", "Chancellor", None}

    def change() -> None:
        retitle(meeting, "Other words")
        Meeting.objects.filter(pk=meeting.pk).update(
            start_date="2025", end_date="", place=None, tour=None, stop=None
        )
        meeting.participations.earliest("pk").delete()
        meeting.points.latest("pk").delete()
        meeting.points.get().other_topics.clear()
        meeting.external_identifiers.all().delete()
        Statement.objects.filter(point__meeting=meeting).update(text="Secret draft")

    edit(meeting, change)
    assert known(get, meeting, 2) == answers[0], "while a change to it is in review"
    edit(meeting, lambda: Statement.objects.filter(point__meeting=meeting).update(text="Other words, too"))
    publish(meeting)
    assert known(get, meeting, 2) == answers[0]
    assert known(get, meeting, 3) == get(f"meetings/{meeting.slug}/")
    assert "ecret" not in json.dumps([known(get, meeting, number) for number in (1, 2, 3)])


def test_a_tour_is_answered_as_it_was_with_its_meetings(get: Callable[..., Any]) -> None:
    tour = published_tour()
    stop = tour.stops.get()
    at_the_stop = published_meeting(tour=tour, stop=stop)
    on_the_way = published_meeting(tour=tour, start_date="2024-01-05")
    withdrawn = published_meeting(tour=tour, start_date="2024-01-07", title="Withdrawn since")
    make.make_full_meeting(tour=tour, published=False, title="Secret meeting")
    with_all = get(f"tours/{tour.slug}/")
    edit(tour, lambda: make.make_note(tour=tour))
    publish(tour)
    withdraw(withdrawn)
    before = get(f"tours/{tour.slug}/")
    assert [meeting["id"] for meeting in before["meetings"]] == [str(on_the_way.uuid), str(at_the_stop.uuid)]
    assert len(with_all["meetings"]) == 3

    def change() -> None:
        Stop.objects.filter(pk=stop.pk).update(remarks="Rained off", start_date="2024-01-05")
        stop.places.set([make.make_place()])
        tour.purposes.get().delete()

    moment = publications(tour)[-1].since
    edit(tour, change)
    edit(at_the_stop, lambda: retitle(at_the_stop, "Secret title"))
    publish(tour)
    then = get(f"tours/{tour.slug}/", known_at=f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z")
    assert then == before


def test_what_was_hidden_then_is_hidden_now(get: Callable[..., Any]) -> None:
    with transaction.atomic():
        tour = make.make_tour(published=False, title="Secret tour")
        stop = make.make_stop(tour=tour)
        make.make_citation(tour=tour)
    meeting = published_meeting(tour=tour, stop=stop)
    answer = known(get, meeting)
    assert (answer["tour"], answer["stop"]) == (None, None)
    publish(tour)
    assert known(get, meeting) == answer
    assert get(f"meetings/{meeting.slug}/")["tour"]["title"] == "Secret tour"


def test_a_meeting_that_was_not_public_then_says_when_it_first_was(client: Client) -> None:
    meeting = revised_meeting()
    first, second = publications(meeting)
    address = f"/api/v1/meetings/{meeting.slug}/"
    for at in ("2001-01-01", first.until and first.until.isoformat()):
        response = client.get(address, {"known_at": str(at)})
        assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
        detail = response.json()["detail"]
        assert detail.startswith("This meeting was not public on ")
        assert detail.endswith(f"It first became public on {first.since:%-d %B %Y, %H:%M} UTC.")
    today = client.get(address, {"known_at": f"{second.since:%Y-%m-%d}"})
    assert (today.status_code, today.json()["title"]) == (200, "Second words")
    assert "GMT" in today["Memento-Datetime"]
    part = client.get(address, {"known_at": first.since.isoformat(), "fields": "title"})
    assert part.json() == {"title": "First words"}


@pytest.mark.parametrize(
    "value",
    ["yesterday", "2024", "2024-02-30", "2024-01-06T12:00:00", "2999-01-01", "2999-01-01T00:00:00Z", ""],
)
def test_what_is_no_moment_is_refused_by_name(client: Client, value: str) -> None:
    meeting = make.make_full_meeting()
    response = client.get(f"/api/v1/meetings/{meeting.slug}/", {"known_at": value})
    assert response.status_code == 400
    assert [error["parameter"] for error in response.json()["errors"]] == ["known_at"]


def test_withdrawn_moved_and_never_public(client: Client) -> None:
    meeting = published_meeting(slug="before")
    rename(meeting, "after")
    known_at = publications(meeting)[0].since.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    response = client.get("/api/v1/meetings/before/", {"known_at": known_at})
    assert response.status_code == 308
    assert response["Location"].startswith("http://testserver/api/v1/meetings/after/?known_at=20")
    meeting.refresh_from_db()
    withdraw(meeting)
    make.make_full_meeting(published=False, slug="draft")
    for slug, status in (("after", 410), ("draft", 404)):
        assert client.get(f"/api/v1/meetings/{slug}/", {"known_at": known_at}).status_code == status


def test_a_meeting_then_takes_a_fixed_number_of_queries(
    get: Callable[..., Any], django_assert_num_queries: Any
) -> None:
    meeting = rich_meeting()
    at = versions_of(meeting)[0].known_at
    with django_assert_num_queries(34):
        get(f"meetings/{meeting.slug}/", known_at=at)
    for _ in range(2):
        edit(meeting, lambda: make.make_participation(meeting=meeting))
        publish(meeting)
    at = versions_of(meeting)[0].known_at
    with django_assert_num_queries(34):
        assert len(get(f"meetings/{meeting.slug}/", known_at=at)["participations"]) == 6


def test_a_tour_then_takes_a_fixed_number_of_queries(
    get: Callable[..., Any], django_assert_num_queries: Any
) -> None:
    tour = published_tour()
    for number in (1, 3):
        while tour.meetings.count() < number:
            published_meeting(tour=tour, stop=tour.stops.get())
        edit(tour, lambda: make.make_note(tour=tour))
        publish(tour)
        at = versions_of(tour)[0].known_at
        with django_assert_num_queries(56):
            assert len(get(f"tours/{tour.slug}/", known_at=at)["meetings"]) == number
