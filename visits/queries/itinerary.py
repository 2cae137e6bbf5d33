"""A tour as it was announced and as it was made."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby, zip_longest
from typing import Any

from django.db.models import Prefetch

from visits import dates
from visits.choices import NOT_HELD, MeetingStatus, StopStatus
from visits.models import AgendaPoint, Meeting, Note, Stop, Tour
from visits.queries.rows import with_coding

MOST_MEETINGS = 200


@dataclass
class Stay:
    """A stop with its number on the map (none if it was not made) and the meetings there."""

    stop: Stop
    number: int | None
    meetings: list[Meeting] = field(default_factory=list)

    @property
    def until(self) -> str:
        """The day on which it ended, where that is another one than it began."""
        end = self.stop.end_date
        return dates.human(end) if end and end != self.stop.start_date else ""

    @property
    def label(self) -> str:
        names = ", ".join(place.name for place in self.stop.places.all())
        return names or self.stop.locale_text or self.stop.country.name


@dataclass
class Day:
    """The stops that began on one day."""

    date: str
    number: int | None
    stays: list[Stay]

    @property
    def brief(self) -> str:
        """“Thu 4 Jan”; the year stands at the head of the tour."""
        return dates.brief(self.date)


@dataclass
class Itinerary:
    """Everything on a tour's page that has a place in its order."""

    tour: Tour
    stays: list[Stay]
    elsewhere: list[Meeting]
    not_held: list[Meeting]
    has_more: bool

    @property
    def route(self) -> list[Stay]:
        """The numbered stops."""
        return [stay for stay in self.stays if stay.number is not None]

    @property
    def days(self) -> list[Day]:
        groups = groupby(self.stays, key=lambda stay: stay.stop.start_date)
        return [Day(date, _day_number(self.tour, date), list(stays)) for date, stays in groups]

    @property
    def announced(self) -> list[Stay]:
        """In the order of the announcement."""
        known = [stay for stay in self.stays if stay.stop.announced_position is not None]
        return sorted(known, key=lambda stay: stay.stop.announced_position or 0)

    @property
    def announced_beside_made(self) -> list[tuple[Stay | None, Stay | None]]:
        """The two orders next to each other, the shorter one filled up."""
        return list(zip_longest(self.announced, self.route))

    @property
    def countries(self) -> int:
        return len({stay.stop.country_id for stay in self.route})

    @property
    def meetings(self) -> list[Meeting]:
        return [meeting for stay in self.stays for meeting in stay.meetings] + self.elsewhere

    @property
    def held(self) -> list[Meeting]:
        return [meeting for meeting in self.meetings if meeting.status == MeetingStatus.HELD]

    @property
    def coded(self) -> int:
        """How many of the meetings held have statements on record."""
        return sum(1 for meeting in self.held if getattr(meeting, "coded", 0))

    @property
    def length(self) -> int | None:
        """In days, both ends included; None where a date is known only in part."""
        return _days_between(self.tour.start_date, self.tour.end_date or self.tour.start_date)


def tours_for_page(user: Any) -> Any:
    """Tours with what their page shows; the meetings come apart, in ``itinerary_of``."""
    stops = Stop.objects.select_related("country").prefetch_related("places").cited()
    tours = Tour.objects.visible_to(user).with_titles().select_related("principal", "on_behalf_of")
    return tours.cited().prefetch_related(
        Prefetch("stops", stops),
        Prefetch("purposes", AgendaPoint.objects.with_statements()),
        Prefetch("notes", Note.objects.cited()),
    )


def itinerary_of(tour: Tour, user: Any) -> Itinerary:
    """The tour's order of stops, with its meetings; one that did not happen stands apart."""
    rows = with_coding(Meeting.objects.visible_to(user).filter(tour=tour).for_row(user))
    return arranged(tour, list(rows.cited().order_by("start_earliest", "id")[: MOST_MEETINGS + 1]))


def arranged(tour: Tour, meetings: list[Meeting]) -> Itinerary:
    """The order of stops, with these meetings, of which one more than are shown says that there are more."""
    stays = _stays(list(tour.stops.all()))
    by_stop = {stay.stop.pk: stay for stay in stays}
    elsewhere, not_held = [], []
    for meeting in meetings[:MOST_MEETINGS]:
        if meeting.status in NOT_HELD:
            not_held.append(meeting)
        elif meeting.stop_id in by_stop:
            by_stop[meeting.stop_id].meetings.append(meeting)
        else:
            elsewhere.append(meeting)
    return Itinerary(tour, stays, elsewhere, not_held, len(meetings) > MOST_MEETINGS)


def _stays(stops: Sequence[Stop]) -> list[Stay]:
    """Made stops are numbered; while none has been made, the planned ones are."""
    wanted = StopStatus.MADE if any(stop.status == StopStatus.MADE for stop in stops) else StopStatus.PLANNED
    stays, number = [], 0
    for stop in stops:
        numbered = stop.status == wanted
        number += numbered
        stays.append(Stay(stop, number if numbered else None))
    return stays


def _days_between(first: str, last: str) -> int | None:
    if len(first) != 10 or len(last) != 10:
        return None
    return (dt.date.fromisoformat(last) - dt.date.fromisoformat(first)).days + 1


def _day_number(tour: Tour, date: str) -> int | None:
    return _days_between(tour.start_date, date)
