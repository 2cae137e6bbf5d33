"""What the home page shows of the whole record."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count

from visits.models import Meeting, Party, Source, Statement, Stop, Tour
from visits.queries.profiles import Section, section


@dataclass(frozen=True)
class Totals:
    tours: int
    stops: int
    meetings: int
    not_held: int
    statements: int
    sources: int


def totals(user: Any) -> Totals:
    meetings = Meeting.objects.visible_to(user)
    return Totals(
        tours=Tour.objects.visible_to(user).count(),
        stops=Stop.objects.visible_to(user).made().count(),
        meetings=meetings.held().count(),
        not_held=meetings.not_held().count(),
        statements=Statement.objects.visible_to(user).count(),
        sources=Source.objects.visible_to(user).count(),
    )


def visits_received(user: Any) -> list[tuple[Party, int]]:
    """Each country that was visited with the number of visits, the most visited first."""
    counted = Stop.objects.visible_to(user).made().order_by().values("country").annotate(n=Count("pk"))
    numbers = {row["country"]: row["n"] for row in counted}
    parties = Party.objects.filter(pk__in=numbers).order_by("name", "id")
    return sorted(((party, numbers[party.pk]) for party in parties), key=lambda found: -found[1])


def latest_tours(user: Any) -> Section:
    return section(Tour.objects.visible_to(user).for_list(user), 8)


def latest_meetings(user: Any) -> Section:
    return section(Meeting.objects.visible_to(user).held().for_row(user), 8)


def latest_not_held(user: Any) -> Section:
    return section(Meeting.objects.visible_to(user).not_held().for_row(user), 5)
