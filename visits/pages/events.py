"""The pages of a tour and of a meeting."""

from itertools import combinations, islice
from typing import Any

from django.urls import reverse

from visits.models import Meeting, Tour
from visits.pages import figures
from visits.pages.base import Crumb
from visits.pages.history import DatedPage
from visits.queries.itinerary import arranged, itinerary_of, tours_for_page
from visits.queries.sides import Sides, sides_of

MOST_PAIRS = 10


def dated(record: Tour | Meeting) -> str:
    """The name with the dates, which many names hold already."""
    return str(record) if record.dates in str(record) else f"{record} ({record.dates})"


class TourPage(DatedPage):
    noun, plural = Tour, "Tours"
    template_name, section = "visits/tour_detail.html", "tours"

    def records(self) -> Any:
        return tours_for_page(self.request.user)

    def title(self, record: Tour) -> str:
        return dated(record)

    def way_to(self, record: Tour) -> list[Crumb]:
        principal = Crumb(str(record.principal), record.principal.get_absolute_url())
        return [*super().way_to(record), principal]

    def content(self, record: Tour) -> dict[str, Any]:
        if self.known_at:
            itinerary = arranged(record, list(record.meetings.all()))
        else:
            itinerary = itinerary_of(record, self.request.user)
        return {
            "itinerary": itinerary,
            "route": figures.route(itinerary),
            "history": reverse("tour-history", args=[record.slug]) if record.is_public else "",
        }


class MeetingPage(DatedPage):
    noun, plural = Meeting, "Meetings"
    template_name, section = "visits/meeting_detail.html", "meetings"

    def records(self) -> Any:
        user = self.request.user
        return Meeting.objects.visible_to(user).for_list(user)

    def title(self, record: Meeting) -> str:
        return dated(record)

    def way_to(self, record: Meeting) -> list[Crumb]:
        if record.tour:
            tours = Crumb("Tours", reverse("tour-list"))
            return [tours, Crumb(str(record.tour), record.tour.get_absolute_url())]
        return super().way_to(record)

    def content(self, record: Meeting) -> dict[str, Any]:
        sides = sides_of(record)
        return {
            "sides": sides,
            "presence": _presence(record, sides),
            "pairs": _pairs(sides),
            "locator": figures.meeting_on_map(record),
            "history": reverse("meeting-history", args=[record.slug]) if record.is_public else "",
        }


def _pairs(sides: Sides) -> list[tuple[str, str]]:
    """The pages of every two of the countries that took part, ten at most."""
    countries = sorted((side.party for side in sides.sides if side.party.is_country), key=lambda p: p.code)
    pairs = islice(combinations(countries, 2), MOST_PAIRS)
    return [
        (f"{one} and {other}", reverse("pair-detail", args=[one.code, other.code])) for one, other in pairs
    ]


def _presence(meeting: Meeting, sides: Sides) -> list[tuple[Any, list[Any]]]:
    """Who was there by side; those whose side is not on record come last."""
    present = [(side, side.people) for side in sides.sides if side.people]
    unknown = [person for person in meeting.participations.all() if person.on_behalf_of_id is None]
    return [*present, (None, unknown)] if unknown else present
