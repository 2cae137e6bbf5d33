"""Every list asks the database as often for three records as for one, whatever is nested in them."""

from collections.abc import Callable
from typing import Any

import pytest

from tests import factories as make
from visits.models import ExternalIdentifier, Party, PartyName, Place

pytestmark = pytest.mark.django_db


def a_party(maker: Callable[..., Party]) -> None:
    party = maker(part_of=make.make_country(is_reference=True), is_reference=True, region="145")
    party.succeeded_by.add(make.make_country(is_reference=True))
    PartyName.objects.create(party=party, name=f"Old {party.name}")
    ExternalIdentifier.objects.create(party=party, scheme="atlas", value=party.code)


def an_official() -> None:
    meeting = make.make_full_meeting()
    for side in meeting.participations.all():
        for _ in range(2):
            tenure = make.make_tenure(official=side.official, title=f"Envoy {next(make.number)}")
            issued = make.make_source(issued_by=tenure.party)
            make.make_citation(tenure=tenure, source=issued)


def a_place() -> Place:
    place = make.make_place(administered_by=make.make_country(), is_reference=True)
    place.claimed_by.add(make.make_country())
    return place


def a_tour() -> None:
    tour = make.make_tour()
    make.make_citation(tour=tour)
    for _ in range(2):
        stop = make.make_stop(tour=tour, places=[a_place()])
        make.make_citation(stop=stop, source=make.make_source(issued_by=make.make_country()))
        make.make_full_meeting(tour=tour, stop=stop, place=a_place(), location=make.make_country())
        purpose = make.make_point(tour=tour)
        make.make_citation(point=purpose)
        make.make_citation(statement=make.make_statement(point=purpose, speaker=tour.principal))
        make.make_citation(note=make.make_note(tour=tour))


def a_meeting() -> None:
    tour = make.make_tour()
    stop = make.make_stop(tour=tour)
    given: dict[str, Any] = {"location": make.make_country(), "host": make.make_country(), "place": a_place()}
    meeting = make.make_full_meeting(tour=tour, stop=stop, **given)
    meeting.points.all()[0].other_topics.add(make.make_topic())


def a_topic() -> None:
    make.make_topic(parent=make.make_topic(is_reference=True), is_reference=True)


def a_source() -> None:
    source = make.make_source(issued_by=make.make_country())
    source.contributors.create(name="Anthony Hope")
    make.make_citation(meeting=make.make_meeting(), source=source)


# Reference data is there from the start; these words find the records that the tests make.
WORDS = {"countries": "Ruritania", "organizations": "League ORG", "places": "Strelsau", "topics": "Fishing"}
LISTS: dict[str, tuple[Callable[[], Any], int]] = {
    "countries": (lambda: a_party(make.make_country), 5),
    "organizations": (lambda: a_party(make.make_organization), 5),
    "officials": (an_official, 5),
    "places": (a_place, 4),
    "topics": (a_topic, 5),
    "sources": (a_source, 3),
    "tours": (a_tour, 16),
    "stops": (a_tour, 5),
    "meetings": (a_meeting, 14),
    "agenda-points": (a_tour, 7),
    "statements": (a_tour, 5),
}


@pytest.mark.parametrize("name", LISTS)
def test_three_records_take_as_many_queries_as_one(
    name: str, get: Callable[..., Any], django_assert_num_queries: Any
) -> None:
    record, queries = LISTS[name]
    words = {"q": WORDS[name]} if name in WORDS else {}
    record()
    with django_assert_num_queries(queries):
        few = get(f"{name}/", **words)["results"]
    record()
    record()
    with django_assert_num_queries(queries):
        many = get(f"{name}/", **words)["results"]
    assert len(many) == 3 * len(few) > 0


DETAILS = {"tours": 16, "stops": 5, "meetings": 14, "sources": 4, "officials": 5}


@pytest.mark.parametrize("name", DETAILS)
def test_a_record_by_itself_takes_a_fixed_number_of_queries(
    name: str, get: Callable[..., Any], django_assert_num_queries: Any
) -> None:
    LISTS[name][0]()
    record = get(f"{name}/")["results"][0]
    with django_assert_num_queries(DETAILS[name]):
        get(f"{name}/{record['id']}/")


def test_counting_is_one_query_more(get: Callable[..., Any], django_assert_num_queries: Any) -> None:
    a_meeting()
    with django_assert_num_queries(15):
        assert get("meetings/", with_count="true")["count"] == 1
