"""What the selects of the filter forms offer: parties and topics that occur in public records."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q

from visits.choices import COUNTRY_KINDS, ORGANIZATION_KINDS
from visits.models import Meeting, Official, Participation, Party, Place, Source, Stop, Tenure, Topic, Tour
from visits.pages.forms import MOST_OPTIONS

Options = Iterator[tuple[str, str]]


def _codes(parties: Any) -> Options:
    return iter(parties.order_by("name", "id").values_list("code", "name")[:MOST_OPTIONS])


def country_kinds() -> Options:
    return ((kind.value, str(kind.label)) for kind in COUNTRY_KINDS)


def organization_kinds() -> Options:
    return ((kind.value, str(kind.label)) for kind in ORGANIZATION_KINDS)


def _taking_part() -> Q:
    present = Participation.objects.public().filter(on_behalf_of=OuterRef("pk"))
    hosted = Meeting.objects.public().filter(host=OuterRef("pk"))
    return Q(Exists(present)) | Q(Exists(hosted))


def countries_meeting() -> Options:
    """Countries that take part in a meeting."""
    return _codes(Party.objects.countries().filter(_taking_part()))


def organizations_meeting() -> Options:
    return _codes(Party.objects.organizations().filter(_taking_part()))


def countries_visited() -> Options:
    """Countries in which a tour has a stop."""
    stops = Stop.objects.public().filter(country=OuterRef("pk"))
    return _codes(Party.objects.countries().filter(Exists(stops)))


def parties_travelling() -> Options:
    """Parties for which a tour was made."""
    return _codes(Party.objects.filter(Exists(Tour.objects.public().filter(on_behalf_of=OuterRef("pk")))))


def countries_with_officials() -> Options:
    held = Tenure.objects.filter(party=OuterRef("pk"), official__in=Official.objects.public())
    present = Participation.objects.public().filter(on_behalf_of=OuterRef("pk"), official__isnull=False)
    return _codes(Party.objects.countries().filter(Exists(held) | Exists(present)))


def countries_with_places() -> Options:
    places = Place.objects.public().filter(country=OuterRef("pk"))
    return _codes(Party.objects.countries().filter(Exists(places)))


def parties_issuing() -> Options:
    """Parties whose official documents are cited."""
    return _codes(Party.objects.filter(Exists(Source.objects.public().filter(issued_by=OuterRef("pk")))))


def topics() -> Options:
    return iter(Topic.objects.public().order_by("name", "id").values_list("slug", "name")[:MOST_OPTIONS])
