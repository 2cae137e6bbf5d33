"""How each noun is shown, and under which addresses."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests import factories as make
from visits.choices import MeetingStatus, Role
from visits.models import ExternalIdentifier, Meeting, OfficialName, Participation, Party, PartyName
from visits.models.base import Record

pytestmark = pytest.mark.django_db
SITE = "http://testserver"


def at(record: Any, path: str) -> dict[str, str]:
    return {"id": str(record.uuid), "url": f"{SITE}/api/v1/{path}/"}


def party(found: Party) -> dict[str, str]:
    return {**at(found, f"countries/{found.code}"), "code": found.code, "name": found.name}


def kept(record: Any) -> dict[str, Any]:
    record.refresh_from_db()
    return {
        "modified_at": record.modified_at.isoformat().replace("+00:00", "Z"),
        "version": record.version,
    }


def test_a_meeting_with_everything(get: Callable[..., Any]) -> None:
    ruritania = make.make_country("X-RU", name="Ruritania")
    strelsau = make.make_place(
        name="Strelsau", slug="strelsau", country=ruritania, latitude=49.5, longitude=13.5
    )
    tour = make.make_tour(title="Northern tour", slug="northern-tour")
    stop = make.make_stop(tour=tour, country=ruritania, position=3, locale_text="Strelsau")
    meeting = make.make_meeting(
        slug="strelsau-2024",
        start_date="2024-01-06",
        status=MeetingStatus.SKIPPED,
        reason="An earlier engagement.",
        tour=tour,
        stop=stop,
        place=strelsau,
        location=ruritania,
        host=ruritania,
        start_time=dt.time(15, 30),
        time_zone="Europe/Prague",
        summary="Herring.",
    )
    rudolf = make.make_official(name="Rudolf", slug="rudolf")
    tenure = make.make_tenure(
        official=rudolf, party=ruritania, title="King", start_date="2020", end_date="2025"
    )
    make.make_tenure(official=rudolf, party=ruritania, title="Prisoner", start_date="2025-02")
    principal = make.make_participation(meeting=meeting, official=rudolf, on_behalf_of=ruritania, position=1)
    group = Participation.objects.create(
        meeting=meeting, name="Three fishermen", role=Role.EXPECTED_ABSENT, position=2
    )
    fish = make.make_topic(name="Fish", slug="fish")
    sea = make.make_topic(name="Sea", slug="sea")
    point = make.make_point(meeting=meeting, title="Herring quota", main_topic=fish)
    point.other_topics.add(sea)
    statement = make.make_statement(
        point=point,
        on_behalf_of=ruritania,
        speaker=rudolf,
        text="Wants more.",
        kind="demand",
        stance="supports",
    )
    note = make.make_note(meeting=meeting, text="It rained.")
    source = make.make_source(
        title="Gazette", slug="gazette", publisher="The Court", published="2024-01", issued_by=ruritania
    )
    quoted = make.make_citation(
        statement=statement,
        source=source,
        quote="Více sledě",
        quote_language="cs",
        locator="page 3",
        credibility=2,
    )
    contradicted = make.make_citation(meeting=meeting, source=source, relation="contradicts")
    ExternalIdentifier.objects.create(meeting=meeting, scheme="court-diary", value="17")

    def citation(record: Any, **given: Any) -> dict[str, Any]:
        nothing = {"quote": None, "quote_language": None, "locator": None, "credibility": None}
        cited = {
            **at(source, "sources/gazette"),
            "slug": "gazette",
            "title": "Gazette",
            "kind": "news",
            "publisher": "The Court",
            "published": "2024-01",
            "document_url": None,
            "issued_by": party(ruritania),
        }
        return {"id": str(record.uuid), "relation": "supports", "source": cited} | nothing | given

    king = {**at(rudolf, "officials/rudolf"), "slug": "rudolf", "name": "Rudolf"}
    topic = {**at(fish, "topics/fish"), "slug": "fish", "name": "Fish"}
    expected = {
        **at(meeting, "meetings/strelsau-2024"),
        "page": f"{SITE}/meetings/strelsau-2024/",
        "slug": "strelsau-2024",
        "start": "2024-01-06",
        "end": "2024-01-06",
        "dates": "2024-01-06",
        "start_time": "15:30:00",
        "end_time": None,
        "time_zone": "Europe/Prague",
        "starts_at": "2024-01-06T15:30:00+01:00",
        "ends_at": None,
        "title": "Bilateral meeting, Strelsau",
        "kind": "bilateral",
        "status": "skipped",
        "reason": "An earlier engagement.",
        "location": party(ruritania),
        "place": {
            **at(strelsau, "places/strelsau"),
            "slug": "strelsau",
            "name": "Strelsau",
            "latitude": 49.5,
            "longitude": 13.5,
        },
        "host": party(ruritania),
        "tour": {**at(tour, "tours/northern-tour"), "slug": "northern-tour", "title": "Northern tour"},
        "stop": {**at(stop, f"stops/{stop.uuid}"), "title": "3. Strelsau"},
        "summary": "Herring.",
        "participations": [
            {
                "id": str(principal.uuid),
                "official": king,
                "name": None,
                "on_behalf_of": party(ruritania),
                "role": "principal",
                "title_on_day": "King",
                "citations": [],
            },
            {
                "id": str(group.uuid),
                "official": None,
                "name": "Three fishermen",
                "on_behalf_of": None,
                "role": "expected_absent",
                "title_on_day": None,
                "citations": [],
            },
        ],
        "points": [
            {
                **at(point, f"agenda-points/{point.uuid}"),
                "title": "Herring quota",
                "main_topic": topic,
                "topics": [topic, {**at(sea, "topics/sea"), "slug": "sea", "name": "Sea"}],
                "statements": [
                    {
                        **at(statement, f"statements/{statement.uuid}"),
                        "on_behalf_of": party(ruritania),
                        "speaker": king,
                        "title_on_day": "King",
                        "text": "Wants more.",
                        "kind": "demand",
                        "stance": "supports",
                        "citations": [
                            citation(
                                quoted,
                                quote="Více sledě",
                                quote_language="cs",
                                locator="page 3",
                                credibility=2,
                            )
                        ],
                    }
                ],
                "citations": [],
            }
        ],
        "notes": [{"id": str(note.uuid), "kind": "context", "text": "It rained.", "citations": []}],
        "citations": [citation(contradicted, relation="contradicts")],
        "external_identifiers": [{"scheme": "court-diary", "value": "17"}],
        **kept(meeting),
    }
    assert get("meetings/strelsau-2024/") == expected
    assert get("meetings/")["results"] == [expected]
    assert get("officials/rudolf/")["tenures"][1] == {
        "id": str(tenure.uuid),
        "title": "King",
        "party": party(ruritania),
        "start": "2020",
        "end": "2025",
        "dates": "2020/2025",
        "citations": [],
    }


def test_a_tour_with_its_stops_in_order(get: Callable[..., Any]) -> None:
    tour = make.make_tour(
        title="Northern tour", start_date="2024-01-04", end_date="2024-01", capacity="Envoy"
    )
    second = make.make_stop(tour=tour, position=2, start_date="2024-01-06")
    first = make.make_stop(tour=tour, position=1, announced_on="2024-01-03", announced_position=1)
    ExternalIdentifier.objects.create(stop=first, scheme="historian-travels", value="4194")
    late = make.make_meeting(tour=tour, start_date="2024-01-07", status="skipped")
    early = make.make_meeting(tour=tour, start_date="2024-01-05", title="At sea")
    make.make_point(tour=tour, title="Peace")
    shown = get(f"tours/{tour.uuid}/")
    assert (shown["start"], shown["end"], shown["dates"]) == ("2024-01-04", "2024-01", "2024-01-04/2024-01")
    assert (shown["principal"]["id"], shown["title_on_day"]) == (str(tour.principal.uuid), "Envoy")
    assert [
        (stop["id"], stop["position"], stop["was_added"], stop["announced_on"]) for stop in shown["stops"]
    ] == [(str(first.uuid), 1, False, "2024-01-03"), (str(second.uuid), 2, True, None)]
    assert shown["stops"][0]["external_identifiers"] == [{"scheme": "historian-travels", "value": "4194"}]
    assert [purpose["title"] for purpose in shown["purposes"]] == ["Peace"]
    assert [(one["id"], one["title"], one["dates"], one["status"]) for one in shown["meetings"]] == [
        (str(early.uuid), "At sea", "2024-01-05", "held"),
        (str(late.uuid), "Bilateral meeting", "2024-01-07", "skipped"),
    ]


def test_what_was_said_of_a_purpose_has_the_title_held_when_the_tour_began(get: Callable[..., Any]) -> None:
    tour = make.make_tour(start_date="2024-01-04")
    spoken = {"speaker": tour.principal, "on_behalf_of": tour.on_behalf_of}
    make.make_statement(point=make.make_point(tour=tour), **spoken)
    held = {"official": tour.principal, "party": tour.on_behalf_of}
    make.make_tenure(**held, title="Envoy", start_date="2021", end_date="2024-01-31")
    make.make_tenure(**held, title="Chancellor", start_date="2024-02-01")
    statement = get("statements/")["results"][0]
    assert (statement["title_on_day"], statement["meeting"]) == ("Envoy", None)
    assert statement["tour"]["title"] == tour.title


def test_a_time_on_a_day_that_is_not_known_is_no_moment(get: Callable[..., Any]) -> None:
    make.make_meeting(start_date="2024-01", start_time=dt.time(9), time_zone="Asia/Tehran")
    shown = get("meetings/")["results"][0]
    assert (shown["start_time"], shown["starts_at"], shown["dates"]) == ("09:00:00", None, "2024-01")


def test_a_country(get: Callable[..., Any]) -> None:
    whole = make.make_country("X-WHOLE", is_reference=True)
    heir = make.make_country("X-HEIR", is_reference=True)
    country = make.make_country(
        "X-OLD", name="Old Zenda", is_reference=True, part_of=whole, region="155", valid_to="1991-12"
    )
    country.succeeded_by.add(heir)
    PartyName.objects.create(party=country, name="Zénda", language="fr", valid_from="1900")
    assert get("countries/X-OLD/") == {
        **at(country, "countries/X-OLD"),
        "page": f"{SITE}/countries/X-OLD/",
        "code": "X-OLD",
        "name": "Old Zenda",
        "official_name": None,
        "other_names": [{"name": "Zénda", "language": "fr", "valid_from": "1900", "valid_to": None}],
        "kind": "state",
        "description": None,
        "iso_code": None,
        "region": {"code": "155", "name": "Western Europe"},
        "part_of": party(whole),
        "succeeded_by": [party(heir)],
        "valid_from": None,
        "valid_to": "1991-12",
        "external_identifiers": [],
        **kept(country),
    }


def test_a_place(get: Callable[..., Any]) -> None:
    claimant = make.make_country(is_reference=True)
    place = make.make_place(
        name="Zenda", slug="zenda", is_reference=True, country=make.make_country(), latitude=50, longitude=14
    )
    place.claimed_by.add(claimant)
    shown = get("places/zenda/")
    assert (shown["country"], shown["administered_by"]) == (party(place.country), None)
    assert shown["claimed_by"] == [party(claimant)]
    assert (shown["latitude"], shown["longitude"]) == (50.0, 14.0)


def test_an_official_with_other_names(get: Callable[..., Any]) -> None:
    official = make.make_tour().principal
    OfficialName.objects.create(official=official, name="Рудольф", language="ru")
    make.make_tenure(official=official, start_date="", end_date="")
    shown = get(f"officials/{official.uuid}/")
    assert [(name["name"], name["language"]) for name in shown["other_names"]] == [("Рудольф", "ru")]
    tenure = shown["tenures"][0]
    assert (tenure["start"], tenure["end"], tenure["dates"]) == (None, None, None)


def test_a_source_with_what_it_is_cited_for(get: Callable[..., Any]) -> None:
    meeting = make.make_full_meeting(title="Herring summit", slug="herring-summit")
    tour = make.make_tour()
    source = make.make_source(
        url="https://gazette.example/1", slug="gazette-1", accessed="2024-02", reliability="B"
    )
    source.contributors.create(name="Anthony Hope")
    official = make.make_official()
    side = make.make_participation(meeting=meeting, official=official)
    tenure = make.make_tenure(official=official)
    point = make.make_point(meeting=meeting)
    targets: dict[str, Record] = {
        "meeting": meeting,
        "participation": side,
        "point": point,
        "statement": make.make_statement(point=point),
        "note": make.make_note(tour=tour),
        "tour": tour,
        "stop": make.make_stop(tour=tour),
        "tenure": tenure,
    }
    for name, target in targets.items():
        make.make_citation(source=source, **{name: target})
    tour.refresh_from_db()
    official.refresh_from_db()
    shown = get("sources/gazette-1/")
    assert (shown["document_url"], shown["archive_url"]) == ("https://gazette.example/1", None)
    assert shown["contributors"] == [{"name": "Anthony Hope", "role": "author"}]
    assert (shown["accessed"], shown["reliability"]) == ("2024-02", "B")
    assert [(one["target"]["kind"], one["target"]["id"]) for one in shown["citations"]] == [
        (name, str(target.uuid)) for name, target in targets.items()
    ]
    in_api = {one["target"]["kind"]: one["target"]["url"] for one in shown["citations"]}
    assert in_api["participation"] == f"{SITE}/api/v1/meetings/herring-summit/"
    assert in_api["note"] == f"{SITE}/api/v1/tours/{tour.slug}/"
    assert in_api["tenure"] == f"{SITE}/api/v1/officials/{official.slug}/"
    assert in_api["statement"] == f"{SITE}/api/v1/statements/{targets['statement'].uuid}/"
    assert "citations" not in get("sources/", q=source.title)["results"][0]


def test_nobody_reads_about_analysts_or_the_state_of_editing(client: Client) -> None:
    tour = make.make_tour()
    make.make_full_meeting(tour=tour)
    for name in ("tours", "meetings"):
        text = client.get(f"/api/v1/{name}/").content.decode()
        assert "publisher" in make.publication()["published_by"].username
        assert {word for word in ("published_by", "published_at", '"state"') if word in text} == set()


def test_a_record_answers_under_its_identifier_and_its_slug(get: Callable[..., Any]) -> None:
    meeting = make.make_meeting(slug="zenda-2024")
    by_slug = get("meetings/zenda-2024/")
    assert by_slug["id"] == str(meeting.uuid)
    assert get(f"meetings/{meeting.uuid}/") == by_slug
    assert get(f"meetings/{str(meeting.uuid).upper()}/") == by_slug


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("meetings/before/", "meetings/after/"),
        ("meetings/before/?fields=id", "meetings/after/?fields=id"),
        ("meetings/AFTER/", "meetings/after/"),
        ("countries/X-1/", "countries/X-2/"),
        ("countries/x-2/", "countries/X-2/"),
    ],
)
def test_a_former_address_leads_to_the_present_one(path: str, location: str, client: Client) -> None:
    make.make_meeting(slug="before")
    Meeting.objects.update(slug="after")
    make.make_country("X-1", is_reference=True)
    Party.objects.filter(code="X-1").update(code="X-2")
    response = client.get(f"/api/v1/{path}")
    assert (response.status_code, response["Location"]) == (308, f"{SITE}/api/v1/{location}")


def test_a_former_address_that_is_in_use_again_is_the_present_record(get: Callable[..., Any]) -> None:
    make.make_meeting(slug="zenda")
    Meeting.objects.update(slug="strelsau")
    newer = make.make_meeting(slug="zenda")
    assert get("meetings/zenda/")["id"] == str(newer.uuid)


def test_the_entrance_lists_what_there_is(get: Callable[..., Any]) -> None:
    resources = (
        *("tours", "stops", "meetings", "agenda-points", "statements", "countries", "organizations"),
        *("officials", "topics", "places", "sources", "schema"),
    )
    listed = {name: f"{SITE}/api/v1/{name}/" for name in resources}
    assert get("") == listed | {"docs": f"{SITE}/api/docs/"}


def test_head_answers_without_a_body(client: Client) -> None:
    response = client.head("/api/v1/tours/")
    assert (response.status_code, response.content) == (200, b"")
