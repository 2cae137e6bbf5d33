"""Drafts never show: not in lists, not by address, not inside public records, not in counts, not by filters."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests import factories as make
from visits.api.resources import RESOURCES
from visits.models import Meeting, Tour
from visits.services.roles import ANALYST

pytestmark = pytest.mark.django_db
SECRET = "Secret of Zenda"


def hide_everything() -> dict[str, Any]:
    """A draft tour and a draft meeting, and a record of every other noun that only these name."""
    country = make.make_country("X-SECRET", name=f"{SECRET} state")
    league = make.make_organization("SECRET-ORG", name=f"{SECRET} league")
    official = make.make_official(name=f"{SECRET} envoy")
    place = make.make_place(name=f"{SECRET} castle", country=country)
    make.make_tenure(official=official, party=league, title=f"{SECRET} office")
    tour = make.make_tour(
        published=False, title=f"{SECRET} tour", slug="secret-tour", principal=official, on_behalf_of=country
    )
    stop = make.make_stop(tour=tour, country=country, places=[place], locale_text=SECRET)
    meeting = make.make_meeting(
        published=False, title=f"{SECRET} meeting", slug="secret-meeting", place=place
    )
    side = make.make_participation(meeting=meeting, official=official, on_behalf_of=league)
    topic = make.make_topic(name=f"{SECRET} topic")
    point = make.make_point(meeting=meeting, main_topic=topic, title=f"{SECRET} point")
    statement = make.make_statement(point=point, on_behalf_of=league, speaker=official, text=SECRET)
    source = make.make_source(title=f"{SECRET} paper", issued_by=league, slug="secret-paper")
    for target in ({"tour": tour}, {"meeting": meeting}, {"participation": side}, {"statement": statement}):
        make.make_citation(source=source, **target)
    records = [country, league, official, place, tour, stop, meeting, topic, point, statement, source]
    for record in records:
        record.refresh_from_db()
    return dict(
        zip(
            (
                *(
                    "countries",
                    "organizations",
                    "officials",
                    "places",
                    "tours",
                    "stops",
                    "meetings",
                    "topics",
                ),
                *("agenda-points", "statements", "sources"),
            ),
            records,
            strict=True,
        )
    )


@pytest.mark.parametrize("name", RESOURCES)
def test_a_draft_shows_neither_in_lists_nor_by_address(name: str, client: Client) -> None:
    record = hide_everything()[name]
    before = client.get(f"/api/v1/{name}/?with_count=true&limit=500")
    assert SECRET not in before.content.decode()
    for address in {str(record.uuid), getattr(record, "slug", ""), getattr(record, "code", "")} - {""}:
        response = client.get(f"/api/v1/{name}/{address}/")
        assert (response.status_code, response.json()["errors"]) == (404, [])


@pytest.mark.parametrize("name", RESOURCES)
def test_staff_see_drafts_and_everybody_once_they_are_published(name: str, client: Client) -> None:
    record = hide_everything()[name]
    client.force_login(make.make_user(ANALYST))
    answer = client.get(f"/api/v1/{name}/{record.uuid}/")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-cache, private")
    client.logout()
    assert client.get(f"/api/v1/{name}/{record.uuid}/").status_code == 404
    Tour.objects.update(**make.publication())
    Meeting.objects.update(**make.publication())
    answer = client.get(f"/api/v1/{name}/{record.uuid}/")
    assert (answer.status_code, answer["Cache-Control"], answer["Vary"]) == (
        200,
        "no-cache, public",
        "Cookie",
    )


def test_counts_leave_drafts_out(get: Callable[..., Any]) -> None:
    counted = {name: get(f"{name}/", with_count="true")["count"] for name in RESOURCES}
    hide_everything()
    assert {name: get(f"{name}/", with_count="true")["count"] for name in RESOURCES} == counted


def test_a_public_meeting_keeps_its_draft_tour_to_itself(get: Callable[..., Any]) -> None:
    hidden = hide_everything()
    meeting = make.make_full_meeting(tour=hidden["tours"], stop=hidden["stops"])
    shown = get(f"meetings/{meeting.uuid}/")
    assert (shown["tour"], shown["stop"]) == (None, None)
    assert SECRET not in str(get("meetings/")) + str(get("agenda-points/")) + str(get("statements/"))


def test_a_public_tour_keeps_its_draft_meetings_to_itself(get: Callable[..., Any]) -> None:
    tour = make.make_tour()
    stop = make.make_stop(tour=tour)
    public = make.make_meeting(tour=tour, stop=stop)
    make.make_meeting(tour=tour, stop=stop, title=SECRET, published=False)
    shown = get(f"tours/{tour.uuid}/")
    assert [meeting["id"] for meeting in shown["meetings"]] == [str(public.uuid)]
    assert [meeting["id"] for meeting in shown["stops"][0]["meetings"]] == [str(public.uuid)]
    assert [meeting["id"] for meeting in get(f"stops/{stop.uuid}/")["meetings"]] == [str(public.uuid)]


def test_a_source_tells_only_what_it_is_publicly_cited_for(get: Callable[..., Any]) -> None:
    hidden = hide_everything()
    meeting = make.make_meeting(title="Public meeting")
    citation = make.make_citation(meeting=meeting, source=hidden["sources"], locator="page 3")
    shown = get(f"sources/{hidden['sources'].uuid}/")["citations"]
    assert [(one["id"], one["target"]["title"]) for one in shown] == [(str(citation.uuid), "Public meeting")]


def test_a_public_party_keeps_hidden_parties_to_itself(get: Callable[..., Any]) -> None:
    hidden = hide_everything()["countries"]
    party = make.make_country("X-OPEN", is_reference=True, part_of=hidden)
    party.succeeded_by.add(hidden)
    shown = get("countries/X-OPEN/")
    assert (shown["part_of"], shown["succeeded_by"]) == (None, [])


def test_a_public_topic_keeps_a_hidden_one_to_itself(get: Callable[..., Any]) -> None:
    hidden = hide_everything()["topics"]
    topic = make.make_topic(is_reference=True, parent=hidden)
    assert get(f"topics/{topic.uuid}/")["parent"] is None


@pytest.mark.parametrize(
    "query",
    [
        "meetings/?tour=secret-tour",
        "meetings/?country=X-SECRET",
        "meetings/?organization=SECRET-ORG",
        "meetings/?source=secret-paper",
        "stops/?tour=secret-tour",
        "statements/?meeting=secret-meeting",
        "agenda-points/?meeting=secret-meeting",
        "sources/?issued_by=SECRET-ORG",
    ],
)
def test_a_filter_answers_for_a_draft_as_for_what_does_not_exist(query: str, client: Client) -> None:
    hide_everything()
    hidden = client.get(f"/api/v1/{query}")
    absent = client.get(f"/api/v1/{query.replace('secret', 'absent').replace('SECRET', 'ABSENT')}")
    assert hidden.status_code == 400
    assert hidden.content.lower().replace(b"secret", b"absent") == absent.content.lower()


@pytest.mark.parametrize("name", ["countries", "organizations", "officials", "places", "topics", "sources"])
def test_no_search_finds_what_only_a_draft_names(name: str, get: Callable[..., Any]) -> None:
    hide_everything()
    assert get(f"{name}/", q=SECRET)["results"] == []


def test_a_former_address_of_a_draft_leads_nowhere(client: Client) -> None:
    tour = hide_everything()["tours"]
    tour.slug = "quite-another"
    tour.save()
    assert client.get("/api/v1/tours/secret-tour/").status_code == 404


def test_whoever_a_public_record_names_can_be_looked_up(client: Client, get: Callable[..., Any]) -> None:
    """Nothing that is shown leads to a 404."""
    meeting = make.make_full_meeting()
    make.make_statement(point=meeting.points.first(), on_behalf_of=make.make_organization())
    source = make.make_source(issued_by=make.make_country())
    make.make_citation(meeting=meeting, source=source)
    make.make_tenure(official=meeting.participations.all()[0].official)
    make.make_stop(tour=make.make_tour(), places=[make.make_place()])
    shown = [get(f"{name}/") for name in ("tours", "stops", "meetings", "statements", "officials", "sources")]
    for url in sorted(set(urls(shown))):
        assert client.get(url).status_code == 200, url


def urls(value: Any) -> list[str]:
    if isinstance(value, list):
        return [url for part in value for url in urls(part)]
    if isinstance(value, dict):
        return [value[key] for key in ("url",) if key in value] + urls(list(value.values()))
    return []
