"""Plainly fictional records. Each maker gives what the database demands and takes the rest by name."""

from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone

from visits.choices import EditorialState, PartyKind, SourceKind
from visits.models import (
    AgendaPoint,
    Citation,
    Meeting,
    Note,
    Official,
    Participation,
    Party,
    Place,
    Source,
    Statement,
    Stop,
    Tenure,
    Topic,
    Tour,
    User,
)

number = count(1)


def make_user(role: str = "", **given: Any) -> User:
    """An active account; with a role, a member of staff in that group."""
    username = given.pop("username", f"user{next(number)}")
    user = User.objects.create_user(username, is_staff=bool(role), **given)
    if role:
        user.groups.add(Group.objects.get(name=role))
    return user


def publication() -> dict[str, Any]:
    """The columns of a published tour or meeting."""
    publisher = User.objects.filter(username="publisher").first() or make_user(username="publisher")
    return {
        "state": EditorialState.PUBLISHED,
        "published_at": timezone.now(),
        "published_by": publisher,
    }


def make_country(code: str = "", **given: Any) -> Party:
    code = code or f"X-{next(number)}"
    given = {"kind": PartyKind.STATE, "name": f"Ruritania {code}"} | given
    return Party.objects.get_or_create(code=code, defaults=given)[0]


def make_organization(code: str = "", **given: Any) -> Party:
    code = code or f"ORG-{next(number)}"
    given = {"kind": PartyKind.INTERNATIONAL_ORGANIZATION, "name": f"League {code}"} | given
    return Party.objects.create(code=code, **given)


def make_place(**given: Any) -> Place:
    given.setdefault("name", f"Strelsau {next(number)}")
    given.setdefault("country", None)
    given["country"] = given["country"] or make_country()
    return Place.objects.create(**given)


def make_official(**given: Any) -> Official:
    given.setdefault("name", f"Rudolf Elphberg {next(number)}")
    return Official.objects.create(**given)


def make_tenure(**given: Any) -> Tenure:
    given.setdefault("title", "Chancellor")
    given.setdefault("start_date", "2020")
    if "official" not in given:
        given["official"] = make_official()
    if "party" not in given:
        given["party"] = make_country()
    return Tenure.objects.create(**given)


def make_tour(*, published: bool = True, **given: Any) -> Tour:
    given.setdefault("title", f"Tour of the kingdoms {next(number)}")
    given.setdefault("start_date", "2024-01-04")
    given.setdefault("end_date", "2024-01-11")
    if "principal" not in given:
        given["principal"] = make_official()
    if "on_behalf_of" not in given:
        given["on_behalf_of"] = make_country()
    return Tour.objects.create(**(publication() if published else {}), **given)


def make_stop(**given: Any) -> Stop:
    if "tour" not in given:
        given["tour"] = make_tour()
    if "country" not in given:
        given["country"] = make_country()
    places = given.pop("places", [])
    given.setdefault("start_date", given["tour"].start_date)
    given.setdefault("position", next(number))
    stop = Stop.objects.create(**given)
    stop.places.set(places)
    # Its places count as a version of the stop.
    stop.refresh_from_db(fields=["version", "modified_at"])
    return stop


def make_meeting(*, published: bool = True, sides: int = 0, **given: Any) -> Meeting:
    """A meeting; with ``sides``, that many parties take part, each with a principal."""
    given.setdefault("start_date", "2024-01-06")
    meeting = Meeting.objects.create(**(publication() if published else {}), **given)
    for _ in range(sides):
        make_participation(meeting=meeting)
    return meeting


def make_participation(**given: Any) -> Participation:
    if "meeting" not in given:
        given["meeting"] = make_meeting()
    if "official" not in given and "name" not in given:
        given["official"] = make_official()
    if "on_behalf_of" not in given:
        given["on_behalf_of"] = make_country()
    return Participation.objects.create(**given)


def make_topic(**given: Any) -> Topic:
    given.setdefault("name", f"Fishing rights {next(number)}")
    return Topic.objects.create(**given)


def make_point(**given: Any) -> AgendaPoint:
    if "meeting" not in given and "tour" not in given:
        given["meeting"] = make_meeting()
    if "main_topic" not in given:
        given["main_topic"] = make_topic()
    given.setdefault("title", f"Herring quota {next(number)}")
    return AgendaPoint.objects.create(**given)


def make_statement(**given: Any) -> Statement:
    if "point" not in given:
        given["point"] = make_point()
    if "on_behalf_of" not in given:
        given["on_behalf_of"] = make_country()
    given.setdefault("text", f"Wants more herring, {next(number)} tonnes of it.")
    return Statement.objects.create(**given)


def make_source(**given: Any) -> Source:
    given.setdefault("title", f"Strelsau Gazette {next(number)}")
    given.setdefault("kind", SourceKind.NEWS)
    return Source.objects.create(**given)


def make_citation(**target: Any) -> Citation:
    """Of one target by name: ``make_citation(meeting=…)``."""
    if "source" not in target:
        target["source"] = make_source()
    return Citation.objects.create(**target)


def make_note(**given: Any) -> Note:
    given.setdefault("text", f"A remark, the {next(number)}th.")
    return Note.objects.create(**given)


def make_full_meeting(**given: Any) -> Meeting:
    """Two sides with a principal each, two points with a statement of each side, everything cited."""
    meeting = make_meeting(**given)
    source = make_source()
    make_citation(meeting=meeting, source=source)
    sides = [make_participation(meeting=meeting) for _ in range(2)]
    for side in sides:
        make_citation(participation=side, source=source)
    for _ in range(2):
        point = make_point(meeting=meeting)
        make_citation(point=point, source=source)
        for side in sides:
            statement = make_statement(point=point, on_behalf_of=side.on_behalf_of, speaker=side.official)
            make_citation(statement=statement, source=source)
    make_citation(note=make_note(meeting=meeting), source=source)
    return meeting
