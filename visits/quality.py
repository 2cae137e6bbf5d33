"""Truths across rows, each as a named queryset that must be empty. A command and the tests assert them."""

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from visits.choices import EditorialState
from visits.models import AgendaPoint, Citation, Meeting, Participation, Statement, Stop, Tenure, Tour


def _uncited(queryset: QuerySet, target: str) -> QuerySet:
    return queryset.exclude(Exists(Citation.objects.supporting().filter(**{target: OuterRef("pk")})))


def published_tours_without_a_citation() -> QuerySet:
    return _uncited(Tour.objects.public(), "tour")


def published_meetings_without_a_citation() -> QuerySet:
    return _uncited(Meeting.objects.public(), "meeting")


def public_points_without_a_citation() -> QuerySet:
    return _uncited(AgendaPoint.objects.public(), "point")


def public_statements_without_a_citation() -> QuerySet:
    return _uncited(Statement.objects.public(), "statement")


def meetings_at_a_stop_of_another_tour() -> QuerySet:
    return Meeting.objects.filter(stop__isnull=False).exclude(stop__tour=F("tour"))


def stops_outside_their_tour() -> QuerySet:
    """A stop that certainly begins before its tour or ends after it."""
    return Stop.objects.filter(
        Q(end_latest__lt=F("tour__start_earliest")) | Q(start_earliest__gt=F("tour__end_latest"))
    )


def places_of_another_country() -> QuerySet:
    """A meeting whose place does not lie in its location, by the record's own word."""
    return Meeting.objects.filter(place__isnull=False, location__isnull=False).exclude(
        place__country=F("location")
    )


def statements_of_a_side_that_was_not_there() -> QuerySet:
    """A statement at a meeting for a party that took no part in it."""
    taking_part = Participation.objects.filter(
        meeting=OuterRef("point__meeting"), on_behalf_of=OuterRef("on_behalf_of")
    )
    return Statement.objects.filter(point__meeting__isnull=False).exclude(
        Exists(taking_part) | Q(point__meeting__host=F("on_behalf_of"))
    )


def tenures_without_a_citation() -> QuerySet:
    """Offices of officials on public pages that nothing is cited for."""
    return _uncited(Tenure.objects.public(), "tenure")


def published_meetings_on_unpublished_tours() -> QuerySet:
    return Meeting.objects.public().filter(tour__isnull=False).exclude(tour__state=EditorialState.PUBLISHED)


CHECKS = (
    published_tours_without_a_citation,
    published_meetings_without_a_citation,
    public_points_without_a_citation,
    public_statements_without_a_citation,
    meetings_at_a_stop_of_another_tour,
    stops_outside_their_tour,
    places_of_another_country,
    statements_of_a_side_that_was_not_there,
    tenures_without_a_citation,
    published_meetings_on_unpublished_tours,
)


def violations() -> Iterator[tuple[str, QuerySet]]:
    """Every check that finds something, by its name."""
    for check in CHECKS:
        found = check()
        if found.exists():
            yield check.__name__, found
