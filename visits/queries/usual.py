"""The people who usually meet for a party: what a new meeting's form is filled in with."""

from collections.abc import Collection
from datetime import date, timedelta

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet

from visits.choices import Role
from visits.models import Meeting, Participation, Party, Tenure

# Offices change hands: who met four years ago is no guess for today.
RECENT = timedelta(days=3 * 365)

Person = tuple[int, int]


def acting_for(country: Party) -> list[int]:
    """The keys of the parties whose people receive there: in the West Bank those of Palestine."""
    return [key for key in (country.pk, country.part_of_id) if key]


def usual_person(*, parties: Collection[int], day: date, opposite: Collection[int] = ()) -> Person | None:
    """Official and party: who most often took part for one of the parties in the three years before the day.

    With ``opposite``, in meetings with one of those. Nobody whose offices for the party are all known to have ended.
    """
    most = _taking_part(day, opposite).filter(on_behalf_of__in=parties).exclude(_has_left(day))
    return _first(most)


def usual_opposite(*, parties: Collection[int], day: date) -> Person | None:
    """Official and party: who most often met one of these parties."""
    return _first(_taking_part(day, parties).exclude(on_behalf_of__in=parties).exclude(_has_left(day)))


def _taking_part(day: date, opposite: Collection[int]) -> QuerySet[Participation]:
    meetings = Meeting.objects.held().between(day - RECENT, day)
    people = Participation.objects.filter(
        Exists(meetings.filter(pk=OuterRef("meeting"))),
        official__isnull=False,
        on_behalf_of__isnull=False,
        role=Role.PRINCIPAL,
    )
    if not opposite:
        return people
    others = Participation.objects.filter(meeting=OuterRef("meeting"), on_behalf_of__in=opposite)
    return people.filter(Exists(others))


def _has_left(day: date) -> Q:
    tenures = Tenure.objects.filter(official=OuterRef("official"), party=OuterRef("on_behalf_of"))
    return Q(Exists(tenures)) & ~Q(Exists(tenures.held_on(day)))


def _first(people: QuerySet[Participation]) -> Person | None:
    counted = (
        people.order_by()
        .values("official", "on_behalf_of")
        .annotate(times=Count("meeting", distinct=True), latest=Max("meeting__start_earliest"))
    )
    found = counted.order_by("-times", F("latest").desc(), "official").first()
    return (found["official"], found["on_behalf_of"]) if found else None
