"""The columns of tours, stops and meetings."""

from typing import Any

from django.db.models import Prefetch, QuerySet

from visits import filtersets
from visits.choices import Role
from visits.exports.columns import Column, Kind, Noun
from visits.exports.values import IDENTIFIERS, IDENTITY, SLUG, SPAN, VERSION, codes_of, names_of
from visits.keyset import BY_DATE
from visits.models import AgendaPoint, Meeting, Stop, Topic, Tour


def _tours(queryset: Any) -> QuerySet:
    return queryset.for_list().prefetch_related("external_identifiers")


def _stops(queryset: Any) -> QuerySet:
    return queryset.select_related("country", "tour__principal", "tour__on_behalf_of").prefetch_related(
        "places", "external_identifiers"
    )


def _meetings(queryset: Any) -> QuerySet:
    points = AgendaPoint.objects.select_related("main_topic").prefetch_related("other_topics")
    return queryset.for_row().prefetch_related(Prefetch("points", points), "external_identifiers")


def _places_of_tour(tour: Tour) -> list[str]:
    places = [place.name for stop in tour.stops.all() for place in stop.places.all()]
    return list(dict.fromkeys(places))


def _participants(meeting: Meeting, *, absent: bool) -> list[str]:
    """“Name (CODE)” of those who were there, or of those who were expected in vain."""
    found = (part for part in meeting.participations.all() if (part.role == Role.EXPECTED_ABSENT) is absent)
    return [f"{part} ({part.on_behalf_of.code})" if part.on_behalf_of else str(part) for part in found]


def _parties(meeting: Meeting) -> list[str]:
    parties = [part.on_behalf_of for part in meeting.participations.all() if part.on_behalf_of]
    return codes_of([*parties, meeting.host] if meeting.host else parties)


def _topics(meeting: Meeting) -> list[str]:
    topics: list[Topic] = [topic for point in meeting.points.all() for topic in point.topics]
    return list(dict.fromkeys(names_of(topics)))


TOURS = Noun(
    name="tours",
    label="Tours",
    model=Tour,
    filterset=filtersets.TourFilterSet,
    rows=_tours,
    orders=BY_DATE,
    columns=(
        *IDENTITY,
        SLUG,
        Column("title", "title", "What the tour is called here."),
        Column("principal", "principal.name", "Who travelled."),
        Column("principal_id", "principal.uuid", "The official's identifier."),
        Column("title_on_day", "title_on_day", "The principal's title on that journey."),
        Column("on_behalf_of", "on_behalf_of.code", "Code of the party for which the principal travelled."),
        Column("on_behalf_of_name", "on_behalf_of.name", "Its name."),
        Column("kind", "kind", "Kind of the visit."),
        Column("status", "status", "Whether it was completed."),
        *SPAN,
        Column(
            "countries",
            lambda tour: codes_of(stop.country for stop in tour.stops.all()),
            "Codes of the countries of its stops, in their order, each once.",
            Kind.LIST,
        ),
        Column("places", _places_of_tour, "Names of the places of its stops, each once.", Kind.LIST),
        Column("summary", "summary", "In the analyst's words."),
        IDENTIFIERS,
        *VERSION,
    ),
)
STOPS = Noun(
    name="stops",
    label="Stops",
    model=Stop,
    filterset=filtersets.StopFilterSet,
    rows=_stops,
    orders=BY_DATE,
    places=lambda stop: list(stop.places.all()),
    columns=(
        *IDENTITY,
        Column("tour", "tour.title", "The tour to which it belongs."),
        Column("tour_id", "tour.uuid", "The tour's identifier."),
        Column("principal", "tour.principal.name", "Who travelled."),
        Column("principal_id", "tour.principal.uuid", "The official's identifier."),
        Column(
            "on_behalf_of", "tour.on_behalf_of.code", "Code of the party for which the principal travelled."
        ),
        Column("position", "position", "Its place in the order in which the stops were made.", Kind.NUMBER),
        Column("status", "status", "Whether it was made."),
        Column("country", "country.code", "Code of the country."),
        Column("country_name", "country.name", "Its name."),
        Column("places", lambda stop: names_of(stop.places.all()), "Names of the places.", Kind.LIST),
        Column("country_text", "country_text", "The country as the source gives it."),
        Column("locale_text", "locale_text", "The place as the source gives it."),
        Column("remarks", "remarks", "The remarks as the source gives them."),
        *SPAN,
        Column("announced_on", "announced_on", "When it was announced; blank: it was not.", Kind.DATE),
        Column(
            "announced_position", "announced_position", "Its place in the announced itinerary.", Kind.NUMBER
        ),
        Column("was_added", "was_added", "Made without having been announced.", Kind.TRUTH),
        IDENTIFIERS,
        *VERSION,
    ),
)
MEETINGS = Noun(
    name="meetings",
    label="Meetings",
    model=Meeting,
    filterset=filtersets.MeetingFilterSet,
    rows=_meetings,
    orders=BY_DATE,
    places=lambda meeting: [meeting.place] if meeting.place else [],
    columns=(
        *IDENTITY,
        SLUG,
        Column("title", str, "What the meeting is called here."),
        Column("kind", "kind", "Kind of the meeting."),
        Column("status", "status", "Whether it was held: look before you count."),
        Column("reason", "reason", "Why it did not take place, as far as a source says."),
        *SPAN,
        Column("start_time", "start_time", "Local time.", Kind.TIME),
        Column("end_time", "end_time", "Local time.", Kind.TIME),
        Column("time_zone", "time_zone", "IANA name, such as Europe/Istanbul."),
        Column("location", "location.code", "Code of the country in which it took place."),
        Column("location_name", "location.name", "Its name."),
        Column("place", "place.name", "Name of the place."),
        Column("place_id", "place.uuid", "The place's identifier."),
        Column("latitude", "place.latitude", "Of the place: degrees north, WGS 84.", Kind.NUMBER),
        Column("longitude", "place.longitude", "Of the place: degrees east, WGS 84.", Kind.NUMBER),
        Column("host", "host.code", "Code of the party that received the others."),
        Column("parties", _parties, "Codes of the parties that take part, each once.", Kind.LIST),
        Column(
            "participants",
            lambda meeting: _participants(meeting, absent=False),
            "Who takes part: Name (CODE).",
            Kind.LIST,
        ),
        Column(
            "absent",
            lambda meeting: _participants(meeting, absent=True),
            "Who was expected and stayed away: Name (CODE).",
            Kind.LIST,
        ),
        Column(
            "points",
            lambda meeting: [point.title for point in meeting.points.all()],
            "Titles of the points on the table.",
            Kind.LIST,
        ),
        Column("topics", _topics, "Names of the points' topics, each once.", Kind.LIST),
        Column("tour", "tour.title", "The tour on which it took place."),
        Column("tour_id", "tour.uuid", "The tour's identifier."),
        Column("summary", "summary", "In the analyst's words."),
        IDENTIFIERS,
        *VERSION,
    ),
)
