"""A small fictional record that touches every kind of page: one tour and what hangs on it."""

from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from tests.factories import (
    make_citation,
    make_country,
    make_full_meeting,
    make_note,
    make_official,
    make_organization,
    make_participation,
    make_place,
    make_point,
    make_source,
    make_statement,
    make_stop,
    make_tenure,
    make_topic,
    make_tour,
)
from visits.choices import MeetingStatus, Role, Stance
from visits.models import Meeting, Official, Party, Place, Source, Stop, Topic, Tour

number = count(1)


@dataclass(frozen=True)
class World:
    """The records of one journey, by name."""

    visitor: Party
    host: Party
    league: Party
    place: Place
    principal: Official
    receiver: Official
    topic: Topic
    source: Source
    tour: Tour
    stop: Stop
    meeting: Meeting
    skipped: Meeting


def make_world(*, published: bool = True, start_date: str = "2024-01-06") -> World:
    """A tour with a stop, a meeting with two sides and a league, and a meeting that was skipped."""
    key = next(number)
    visitor, host = make_country(f"RV{key}"), make_country(f"RH{key}")
    principal, receiver = make_official(name=f"Sapt {key}"), make_official(name=f"Flavia {key}")
    source = make_source(title=f"Court circular {key}", issued_by=host)
    for official, party in ((principal, visitor), (receiver, host)):
        make_citation(tenure=make_tenure(official=official, party=party), source=source)
    parent = make_topic(name=f"Roads {key}")
    cast = World(
        visitor=visitor,
        host=host,
        league=make_organization(f"LEAGUE{key}"),
        place=make_place(name=f"Zenda {key}", country=host, latitude=50.0, longitude=14.0),
        principal=principal,
        receiver=receiver,
        topic=make_topic(name=f"Bridges {key}", parent=parent, is_proposition=True),
        source=source,
        tour=None,  # type: ignore[arg-type]
        stop=None,  # type: ignore[arg-type]
        meeting=None,  # type: ignore[arg-type]
        skipped=None,  # type: ignore[arg-type]
    )
    return another_tour(cast, published=published, start_date=start_date)


def another_tour(world: World, *, published: bool = True, start_date: str = "2024-01-06") -> World:
    """The same people on a further tour to the same place, on the same topic."""
    key = next(number)
    tour = make_tour(
        published=published,
        principal=world.principal,
        on_behalf_of=world.visitor,
        title=f"Winter tour {key}",
    )
    make_citation(tour=tour, source=world.source)
    make_citation(note=make_note(tour=tour), source=world.source)
    purpose = make_point(tour=tour, main_topic=world.topic, title=f"Mend the bridge {key}")
    make_citation(point=purpose, source=world.source)
    stop = another_stop(replace(world, tour=tour))
    world = replace(world, tour=tour, stop=stop)
    meeting = another_meeting(world, published=published, start_date=start_date)
    skipped = another_meeting(
        world,
        published=published,
        start_date=start_date,
        status=MeetingStatus.SKIPPED,
        reason=f"A hunt, the {key}th.",
    )
    return replace(world, meeting=meeting, skipped=skipped)


def another_stop(world: World) -> Stop:
    key = next(number)
    stop = make_stop(
        tour=world.tour,
        country=world.host,
        places=[world.place],
        start_date="2024-01-06",
        announced_on="2024-01-01",
        announced_position=key,
        remarks=f"Received at the castle, the {key}th.",
    )
    make_citation(stop=stop, source=world.source)
    return stop


def another_meeting(world: World, **given: Any) -> Meeting:
    """Of the principal, the receiver and the league at the stop, with two more sides and a stated point."""
    where = {"place": world.place, "location": world.host, "host": world.host}
    meeting = make_full_meeting(tour=world.tour, stop=world.stop, **where, **given)
    absent = given.get("status") == MeetingStatus.SKIPPED
    cast = (
        {"official": world.principal, "on_behalf_of": world.visitor},
        {
            "official": world.receiver,
            "on_behalf_of": world.host,
            "role": Role.EXPECTED_ABSENT if absent else Role.PRINCIPAL,
        },
        {"name": "Secretariat", "official": None, "on_behalf_of": world.league},
    )
    for part in cast:
        make_citation(participation=make_participation(meeting=meeting, **part), source=world.source)
    another_point(replace(world, meeting=meeting))
    return meeting


def another_point(world: World) -> None:
    """A point with words of three sides, and one that no side is named for."""
    key = next(number)
    about = {"meeting": world.meeting, "main_topic": world.topic}
    point = make_point(title=f"Repair of the bridge {key}", **about)
    make_citation(point=point, source=world.source)
    speakers = ((world.principal, world.visitor), (world.receiver, world.host), (None, world.league))
    for speaker, party in speakers:
        statement = make_statement(
            point=point,
            speaker=speaker,
            on_behalf_of=party,
            stance=Stance.SUPPORTS,
            text=f"Bridge words of {party} {key}.",
        )
        make_citation(
            statement=statement, source=world.source, quote=f"Wider, please, {key}.", quote_language="en"
        )
    make_citation(point=make_point(title=f"Tolls {key}", **about), source=world.source)
    make_citation(note=make_note(meeting=world.meeting), source=world.source)
