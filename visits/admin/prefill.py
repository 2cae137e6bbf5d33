"""What a new meeting's form is filled in with, as far as the address that opened it tells.

The address names a tour, a stop, a country or an earlier meeting: ``?stop=7``, ``?country=3``, ``?like=12``.
"""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from visits import dates
from visits.admin.base import named_in_address
from visits.choices import Role
from visits.models import Meeting, Party, Stop, Tour
from visits.queries.usual import Person, acting_for, usual_opposite, usual_person


@dataclass
class Prefill:
    """Values of the meeting's own fields, and a row for each person. ``guessed`` says that some are but likely."""

    values: dict[str, Any] = field(default_factory=dict)
    people: list[dict[str, Any]] = field(default_factory=list)
    guessed: bool = False

    def guess(self, *found: Person | None) -> None:
        people = [{"official": one[0], "on_behalf_of": one[1]} for one in found if one]
        self.people += people
        self.guessed = self.guessed or bool(people)


def log_a_meeting(**given: Any) -> tuple[str, str]:
    """The link to a meeting's form that is filled in as far as a record tells."""
    return "Log a meeting", f"{reverse('admin:visits_meeting_add')}?{urlencode(given)}"


def prefilled(request: HttpRequest) -> Prefill:
    """Looked up once a request: the form, its rows and the words above them all ask."""
    if "prefill" not in request.__dict__:
        request.__dict__["prefill"] = _read(request)
    found: Prefill = request.__dict__["prefill"]
    return found


def _read(request: HttpRequest) -> Prefill:
    """From the closest that is named: an earlier meeting, a stop, a tour, a country."""

    def named(model: Any, word: str) -> Any:
        return named_in_address(model, request.GET.get(word, ""))

    if meeting := named(Meeting, "like"):
        return _like(meeting)
    if stop := named(Stop, "stop"):
        return _at_stop(stop)
    if tour := named(Tour, "tour"):
        return Prefill({"tour": tour.pk}, _principal(tour))
    if country := named(Party, "country"):
        return _in_country(country)
    return Prefill()


def _like(meeting: Meeting) -> Prefill:
    """The earlier meeting's circumstances and whoever was there, but for words and sources."""
    taken = ("tour_id", "stop_id", "location_id", "place_id", "host_id")
    values = {name.removesuffix("_id"): getattr(meeting, name) for name in taken}
    values |= {name: getattr(meeting, name) for name in ("start_date", "end_date", "kind", "time_zone")}
    people = meeting.participations.exclude(role=Role.EXPECTED_ABSENT)
    columns = ("official", "name", "is_group", "on_behalf_of", "role", "capacity")
    return Prefill(values, list(people.values(*columns)))


def _at_stop(stop: Stop) -> Prefill:
    """A day only where the stop has just one, a place only where it has just one; the usual one of the hosts."""
    places = list(stop.places.all()[:2])
    values = {
        "tour": stop.tour_id,
        "stop": stop.pk,
        "start_date": stop.start_date if stop.end_date in ("", stop.start_date) else "",
        "location": stop.country_id,
        "place": places[0].pk if len(places) == 1 else None,
    }
    filled = Prefill(values, _principal(stop.tour))
    hosts, guests = acting_for(stop.country), stop.tour.on_behalf_of_id
    if guests not in hosts:
        day = dates.latest(stop.end_date or stop.start_date)
        filled.guess(usual_person(parties=hosts, day=day, opposite=[guests]))
    return filled


def _in_country(country: Party) -> Prefill:
    """Who usually receives there, and whom they usually receive."""
    filled = Prefill({"location": country.pk})
    hosts, today = acting_for(country), dt.datetime.now(tz=dt.UTC).date()
    filled.guess(usual_opposite(parties=hosts, day=today), usual_person(parties=hosts, day=today))
    return filled


def _principal(tour: Tour) -> list[dict[str, Any]]:
    """Whose journey it is takes part, for whom the tour says."""
    return [{"official": tour.principal_id, "on_behalf_of": tour.on_behalf_of_id, "capacity": tour.capacity}]
