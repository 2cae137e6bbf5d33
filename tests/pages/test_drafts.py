"""What is not published appears nowhere: no page, list, count, search, pair or sitemap."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import make_meeting, make_stop, make_tour, make_user
from tests.pages.reading import Reading
from tests.pages.world import World, another_tour, make_world
from visits.models import Meeting, Tour

pytestmark = pytest.mark.django_db

NOUNS = ["country", "organization", "official", "tour", "meeting", "topic", "place", "source"]
RECORDS = ["visitor", "host", "league", "principal", "receiver", "topic", "place", "source"]


@pytest.fixture
def published() -> World:
    return make_world()


@pytest.fixture
def draft() -> World:
    """A tour and its meetings that nobody has published, of people and places that nothing else names."""
    return make_world(published=False)


def words(world: World) -> list[str]:
    """What would give the draft away."""
    records = [getattr(world, name) for name in (*RECORDS, "tour")]
    names = [str(record) for record in records] + [record.get_absolute_url() for record in records]
    said = [statement.text for point in world.meeting.points.all() for statement in point.statements.all()]
    meetings = [world.meeting.get_absolute_url(), world.skipped.get_absolute_url(), world.skipped.reason]
    return names + said + meetings + [world.stop.remarks]


def site(published: World) -> Iterator[str]:
    """The addresses of the site that name what is published."""
    yield from (reverse(f"{noun}-list") for noun in NOUNS)
    yield from (reverse(name) for name in ("home", "about", "sitemap"))
    sections = ("site", "parties", "officials", "tours", "meetings", "topics", "places", "sources")
    yield from (f"/sitemap-{section}.xml" for section in sections)
    yield from (getattr(published, name).get_absolute_url() for name in (*RECORDS, "tour", "meeting"))
    yield reverse("pair-detail", args=sorted([published.visitor.code, published.host.code]))


def test_a_draft_is_on_no_page(client: Client, published: World, draft: World) -> None:
    telling = words(draft)
    assert len(telling) == 29
    leaks = [
        (address, word)
        for address in site(published)
        for html in [client.get(address).content.decode()]
        for word in telling
        if word in html or word in Reading(html).text
    ]
    assert leaks == []


@pytest.mark.parametrize("name", [*RECORDS, "tour", "meeting", "skipped"])
def test_a_record_that_only_drafts_use_has_no_page(client: Client, draft: World, name: str) -> None:
    assert client.get(getattr(draft, name).get_absolute_url()).status_code == 404


def test_a_pair_of_countries_that_only_drafts_use_has_no_page(client: Client, draft: World) -> None:
    address = reverse("pair-detail", args=sorted([draft.visitor.code, draft.host.code]))
    assert client.get(address).status_code == 404


def test_a_draft_is_not_found_by_searching(client: Client, draft: World) -> None:
    for name in (draft.principal, draft.topic, draft.place, draft.source, draft.tour, draft.league):
        response = client.get("/search/", {"q": str(name)})
        assert f"Nothing on record is called “{name}”." in Reading(response.content.decode()).text


@pytest.mark.parametrize("noun", ["meeting", "tour"])
def test_a_filter_answers_for_a_draft_as_for_nothing(client: Client, draft: World, noun: str) -> None:
    given = {"meeting": {"official": draft.principal.slug}, "tour": {"principal": draft.principal.slug}}
    response = client.get(reverse(f"{noun}-list"), given[noun])
    assert response.status_code == 400
    hidden = Reading(response.content.decode()).text.replace(draft.principal.slug, "X")
    absent = client.get(reverse(f"{noun}-list"), dict.fromkeys(given[noun], "nobody"))
    assert Reading(absent.content.decode()).text.replace("nobody", "X") == hidden


def test_drafts_with_the_same_people_change_no_page(client: Client, published: World) -> None:
    """A further tour of the published cast, a draft: every page reads as it did before."""
    before = {address: client.get(address).content.decode() for address in site(published)}
    another_tour(published, published=False)
    after = {address: client.get(address).content.decode() for address in before}
    assert [address for address in before if before[address] != after[address]] == []


def test_what_is_withdrawn_disappears(client: Client, published: World) -> None:
    Meeting.objects.update(state="withdrawn")
    Tour.objects.update(state="withdrawn")
    for name in (*RECORDS, "tour", "meeting"):
        assert client.get(getattr(published, name).get_absolute_url()).status_code == 404


def test_a_published_meeting_does_not_name_its_unpublished_tour(client: Client) -> None:
    tour = make_tour(published=False, title="Secret tour")
    meeting = make_meeting(tour=tour, stop=make_stop(tour=tour), title="Audience")
    html = client.get(meeting.get_absolute_url()).content.decode()
    assert "Secret tour" not in html
    assert tour.slug not in html


def test_staff_see_drafts_and_are_told_so(client: Client, draft: World) -> None:
    client.force_login(make_user("Analyst"))
    response = client.get(draft.tour.get_absolute_url())
    assert response.status_code == 200
    assert "Only staff can see this page. It is not published." in Reading(response.content.decode()).text
