"""The record of one party, official, place, topic or pair of countries, in bounded sections."""

from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce

from visits.models import (
    AgendaPoint,
    Meeting,
    Official,
    Participation,
    Party,
    Place,
    Statement,
    Stop,
    Topic,
    Tour,
)

MOST_ROWS = 100


@dataclass(frozen=True)
class Section:
    """At most a hundred rows of something, and whether there are more."""

    rows: list[Any]
    has_more: bool = False

    def __bool__(self) -> bool:
        return bool(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True)
class Person:
    """An official with the number of meetings that led to this line."""

    official: Official
    party: Party | None
    title: str
    meetings: int
    first: date
    latest: date


@dataclass(frozen=True)
class Tally:
    """How often, and from when to when."""

    number: int
    first: date | None = None
    latest: date | None = None


def section(queryset: QuerySet, most: int = MOST_ROWS) -> Section:
    """The first rows; one more is asked for, to know whether there are more."""
    found = list(queryset[: most + 1])
    return Section(found[:most], len(found) > most)


def tally(queryset: QuerySet) -> Tally:
    """The number of records that lie in time, with their outermost days."""
    found = queryset.order_by().aggregate(
        n=Count("pk"), first=Min("start_earliest"), latest=Max("end_latest")
    )
    return Tally(found["n"], found["first"], found["latest"])


def meeting_rows(queryset: Any, user: Any) -> Section:
    """Newest first, as lines with their sources."""
    return section(queryset.for_row(user).cited())


def visits_to(party: Party, user: Any) -> QuerySet:
    """Stops that were made in the country."""
    return Stop.objects.visible_to(user).made().filter(country=party)


def stays_at(place: Place, user: Any) -> QuerySet:
    """Stops that were made in the place."""
    return Stop.objects.visible_to(user).made().filter(places=place)


def visit_rows(stops: Any, user: Any) -> Section:
    """Visits newest first, each with its tour, the tour's other stops and the meetings at the stop."""
    meetings = Meeting.objects.visible_to(user).for_row(user).order_by("start_earliest", "id")
    tours = Tour.objects.for_list(user)
    rows = stops.select_related("country").cited().order_by("-start_earliest", "-id")
    return section(rows.prefetch_related("places", Prefetch("tour", tours), Prefetch("meetings", meetings)))


def tour_rows(tours: Any, user: Any) -> Section:
    return section(tours.for_list(user).cited().order_by("-start_earliest", "-id"))


def statements(user: Any) -> Any:
    """With citations, point, topic and the meeting or tour; ``day`` is the first one that it can be of."""
    return (
        Statement.objects.visible_to(user)
        .with_citations()
        .select_related("point__main_topic")
        .prefetch_related(
            Prefetch("point__meeting", Meeting.objects.select_related("place", "location")), "point__tour"
        )
        .annotate(day=Coalesce("point__meeting__start_earliest", "point__tour__start_earliest"))
    )


def said(queryset: Any) -> Section:
    """Newest first, for grouping by topic."""
    return section(queryset.order_by("-day", "-id"))


@dataclass(frozen=True)
class TopicSaid:
    """What was said on one topic."""

    topic: Topic | None
    statements: list[Statement]


def by_topic(found: Section) -> list[TopicSaid]:
    """Topics in alphabetical order, points without one last; the order within a topic stays."""
    ordered = sorted(found.rows, key=lambda statement: _topic_key(statement.point))
    groups = groupby(ordered, key=lambda statement: statement.point.main_topic)
    return [TopicSaid(topic, list(rows)) for topic, rows in groups]


@dataclass(frozen=True)
class PartySaid:
    """What was said for one party."""

    party: Party
    statements: list[Statement]


def by_party(found: Section) -> list[PartySaid]:
    """Parties in alphabetical order, each in the order of time."""
    ordered = sorted(
        found.rows, key=lambda s: (s.on_behalf_of.name.casefold(), s.on_behalf_of_id, s.day, s.pk)
    )
    groups = groupby(ordered, key=lambda statement: statement.on_behalf_of)
    return [PartySaid(party, list(rows)) for party, rows in groups]


def _topic_key(point: AgendaPoint) -> tuple[bool, str, int]:
    topic = point.main_topic
    return (False, topic.name.casefold(), topic.pk) if topic else (True, "", 0)


def met_with(party: Party, user: Any) -> Section:
    """Officials of others who took part in held meetings with the party, the most frequent first."""
    meetings = Meeting.objects.visible_to(user).held().with_party(party.pk)
    return _people(
        Participation.objects.attended(user).filter(meeting__in=meetings).exclude(on_behalf_of=party)
    )


def acted_for(party: Party, user: Any) -> Section:
    """Officials who took part in held meetings for the party, the most frequent first."""
    return _people(Participation.objects.attended(user).filter(on_behalf_of=party))


def met_by(official: Official, user: Any) -> Section:
    """Officials of other parties in held meetings with this one, the most frequent first."""
    own = Participation.objects.attended(user).filter(official=official, meeting=OuterRef("meeting"))
    others = Participation.objects.attended(user).exclude(official=official)
    elsewhere = own.exclude(on_behalf_of=OuterRef("on_behalf_of"))
    return _people(others.filter(Exists(elsewhere)))


def _people(taking_part: Any) -> Section:
    """Two queries: who and how often, then the title that each held the latest time."""
    known = taking_part.filter(official__isnull=False).order_by()
    counted = known.values("official", "on_behalf_of").annotate(
        n=Count("pk"), first=Min("meeting__start_earliest"), latest=Max("meeting__start_earliest")
    )
    found = section(counted.order_by("-n", "-latest", "official_id"))
    officials = [row["official"] for row in found.rows]
    newest = (
        known.filter(official__in=officials)
        .with_titles()
        .order_by("official_id", "on_behalf_of_id", "-meeting__start_earliest", "-pk")
        .distinct("official_id", "on_behalf_of_id")
    )
    latest = {(person.official_id, person.on_behalf_of_id): person for person in newest}
    people = [_person(row, latest[row["official"], row["on_behalf_of"]]) for row in found.rows]
    return Section(people, found.has_more)


def _person(row: dict[str, Any], newest: Any) -> Person:
    return Person(
        newest.official, newest.on_behalf_of, newest.title_on_day, row["n"], row["first"], row["latest"]
    )


def parties_met(party: Party, user: Any) -> Section:
    """Who else took part in the party's held meetings: parties with ``n`` and ``latest``, by frequency."""
    meetings = Meeting.objects.visible_to(user).held().with_party(party.pk)
    others = Participation.objects.attended(user).filter(meeting__in=meetings).exclude(on_behalf_of=party)
    counted = (
        others.filter(on_behalf_of__isnull=False)
        .order_by()
        .values("on_behalf_of")
        .annotate(n=Count("meeting", distinct=True), latest=Max("meeting__start_earliest"))
    )
    found = section(counted.order_by("-n", "on_behalf_of__name"))
    known = Party.objects.in_bulk([row["on_behalf_of"] for row in found.rows])
    return Section(
        [(known[row["on_behalf_of"]], row["n"], row["latest"]) for row in found.rows], found.has_more
    )


def points_without_a_side(topics: Any, user: Any) -> Section:
    """Points on the topics that were on the table, nobody says by whom; declared purposes included."""
    points = AgendaPoint.objects.visible_to(user).about(topics).filter(statements__isnull=True)
    dated = points.annotate(day=Coalesce("meeting__start_earliest", "tour__start_earliest"))
    meetings = Prefetch("meeting", Meeting.objects.select_related("place", "location"))
    shown = dated.select_related("main_topic").cited().prefetch_related(meetings, "tour")
    return section(shown.order_by("-day", "-id"))


def of_pair(one: Party, other: Party, user: Any) -> Any:
    """Meetings in which both take part, held or not."""
    return Meeting.objects.visible_to(user).with_party(one.pk, other.pk)


def journeys_between(one: Party, other: Party, user: Any) -> QuerySet:
    """Stops made in one country on tours for the other, either way."""
    return (
        Stop.objects.visible_to(user)
        .made()
        .filter(Q(country=one, tour__on_behalf_of=other) | Q(country=other, tour__on_behalf_of=one))
    )


def stated_between(one: Party, other: Party, user: Any) -> Any:
    """What either said in a meeting with the other."""
    meetings = of_pair(one, other, user)
    return statements(user).filter(point__meeting__in=meetings, on_behalf_of__in=[one, other])


def stated_on(topics: Any, user: Any) -> Any:
    """What was said on these topics, in the order of time, newest first."""
    points = AgendaPoint.objects.about(topics)
    return statements(user).filter(point__in=points).order_by(F("day").desc(), "-id")
