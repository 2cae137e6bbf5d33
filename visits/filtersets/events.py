"""Filters of what happened: tours, stops, meetings, and what was said there."""

from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet, TextChoices, Value

from visits.choices import (
    MeetingKind,
    MeetingStatus,
    Role,
    Stance,
    StatementKind,
    StopStatus,
    TourKind,
    TourStatus,
)
from visits.fields import Fold
from visits.filtersets import fields
from visits.filtersets.base import StrictFilterSet
from visits.models import (
    AgendaPoint,
    Citation,
    Meeting,
    Official,
    Participation,
    Party,
    Place,
    Source,
    Statement,
    Stop,
    Topic,
    Tour,
)


class DateMatch(TextChoices):
    POSSIBLE = "possible", "Possibly in the period"
    CERTAIN = "certain", "Certainly in the period"


class PeriodFilterSet(StrictFilterSet):
    """Records that lie in time. ``date_match`` decides about dates that are known only in part."""

    date_after = fields.DayFilter(method="in_period", label="From", help_text="YYYY-MM-DD, YYYY-MM or YYYY.")
    date_before = fields.DayFilter(
        method="in_period", side="latest", label="Until", help_text="YYYY-MM-DD, YYYY-MM or YYYY."
    )
    date_match = fields.ChoicesFilter(
        method="in_period",
        choices=DateMatch,
        label="Partial dates",
        help_text="possible (default): a date known only in part counts with all days that it can mean.",
    )
    modified_since = fields.MomentFilter(
        field_name="modified_at", lookup_expr="gte", label="Changed since", help_text="ISO 8601 with a zone."
    )

    def in_period(self, queryset: Any, name: str, value: Any) -> QuerySet:
        """Both ends of the period are one condition, applied once."""
        words = self.form.cleaned_data
        given = [key for key in ("date_after", "date_before") if words[key]]
        if not given or name != given[0]:
            return queryset
        certain = words["date_match"] == [DateMatch.CERTAIN]
        return self.overlapping(queryset, words["date_after"], words["date_before"], certain)

    def overlapping(self, queryset: Any, first: Any, last: Any, certain: bool) -> QuerySet:
        return queryset.between(first, last, certain=certain)


def holds(expression: str, text: str) -> Q:
    """A condition: the column holds the text, without regard to accents and case."""
    return Q(models.lookups.Contains(Fold(expression), Fold(Value(text))))


class TourFilterSet(PeriodFilterSet):
    principal = fields.RecordsFilter(
        field_name="principal", records=Official.objects.public, noun="official", label="Principal"
    )
    on_behalf_of = fields.PartyFilter(
        field_name="on_behalf_of", parties=Party.objects.all, noun="a party", label="On behalf of"
    )
    country = fields.PartyFilter(method="with_stop_in", label="Country", help_text="Has a stop there.")
    kind = fields.ChoicesFilter(field_name="kind", choices=TourKind, label="Kind")
    status = fields.ChoicesFilter(field_name="status", choices=TourStatus, label="Status")
    title = fields.TextFilter(
        method="by_title", label="Title", help_text="The office that the principal held."
    )
    q = fields.TextFilter(method="search", label="Words")

    class Meta:
        model = Tour
        fields: list[str] = []

    def with_stop_in(self, queryset: QuerySet, name: str, value: list[int]) -> QuerySet:
        stops = Stop.objects.filter(tour=OuterRef("pk"), country__in=value)
        return queryset.filter(Exists(stops)) if value else queryset

    def by_title(self, queryset: Any, name: str, value: str) -> QuerySet:
        return queryset.with_titles().filter(holds("title_on_day", value))

    def search(self, queryset: Any, name: str, value: str) -> QuerySet:
        return queryset.filter(holds("title", value) | Q(principal__in=Official.objects.named(value)))


class StopFilterSet(PeriodFilterSet):
    tour = fields.RecordsFilter(field_name="tour", records=Tour.objects.public, noun="tour", label="Tour")
    principal = fields.RecordsFilter(
        field_name="tour__principal", records=Official.objects.public, noun="official", label="Principal"
    )
    country = fields.PartyFilter(field_name="country", label="Country", help_text="Code, such as TR.")
    place = fields.RecordsFilter(method="at_place", records=Place.objects.public, noun="place", label="Place")
    status = fields.ChoicesFilter(field_name="status", choices=StopStatus, label="Status")
    q = fields.TextFilter(method="search", label="Words")

    class Meta:
        model = Stop
        fields: list[str] = []

    def at_place(self, queryset: QuerySet, name: str, value: list[int]) -> QuerySet:
        places = Stop.places.through.objects.filter(stop=OuterRef("pk"), place__in=value)
        return queryset.filter(Exists(places)) if value else queryset

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(holds("locale_text", value) | holds("remarks", value))


class MeetingFilterSet(PeriodFilterSet):
    """``official``, ``role`` and ``title`` speak of one participation, which has to satisfy all of them."""

    country = fields.PartyFilter(
        method="by_party", label="Country", help_text="Takes part. Code, such as TR."
    )
    organization = fields.PartyFilter(
        method="by_party",
        label="Organization",
        parties=Party.objects.organizations,
        noun="an organization",
        help_text="Takes part.",
    )
    pair = fields.PairFilter(method="by_pair", label="Pair", help_text="Both take part: TR,US.")
    location = fields.PartyFilter(field_name="location", label="Location", help_text="Takes place there.")
    place = fields.RecordsFilter(
        field_name="place", records=Place.objects.public, noun="place", label="Place"
    )
    official = fields.RecordsFilter(
        method="by_participation", records=Official.objects.public, noun="official", label="Official"
    )
    role = fields.ChoicesFilter(method="by_participation", choices=Role, label="Role")
    title = fields.TextFilter(
        method="by_participation", label="Title", help_text="The office that a participant held."
    )
    topic = fields.RecordsFilter(
        method="by_topic", records=Topic.objects.public, noun="topic", label="Topic", help_text="And below."
    )
    tour = fields.RecordsFilter(field_name="tour", records=Tour.objects.public, noun="tour", label="Tour")
    source = fields.RecordsFilter(
        method="by_source", records=Source.objects.public, noun="source", label="Source"
    )
    kind = fields.ChoicesFilter(field_name="kind", choices=MeetingKind, label="Kind")
    status = fields.ChoicesFilter(field_name="status", choices=MeetingStatus, label="Status")
    q = fields.TextFilter(method="search", label="Words")

    class Meta:
        model = Meeting
        fields: list[str] = []

    def by_party(self, queryset: QuerySet, name: str, value: list[int]) -> QuerySet:
        if not value:
            return queryset
        taking_part = Participation.objects.filter(meeting=OuterRef("pk"), on_behalf_of__in=value)
        return queryset.filter(Exists(taking_part) | Q(host__in=value))

    def by_pair(self, queryset: Any, name: str, value: list[int]) -> QuerySet:
        return queryset.with_party(*value)

    def by_participation(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        words = {
            key: found for key in ("official", "role", "title") if (found := self.form.cleaned_data[key])
        }
        if not words or name != next(iter(words)):
            return queryset
        taking_part = Participation.objects.filter(meeting=OuterRef("pk"))
        if "official" in words:
            taking_part = taking_part.filter(official__in=words["official"])
        if "role" in words:
            taking_part = taking_part.filter(role__in=words["role"])
        if "title" in words:
            taking_part = taking_part.with_titles().filter(holds("title_on_day", words["title"]))
        return queryset.filter(Exists(taking_part))

    def by_topic(self, queryset: QuerySet, name: str, value: list[int]) -> QuerySet:
        if not value:
            return queryset
        topics = Topic.objects.filter(pk__in=value).with_descendants()
        return queryset.filter(Exists(AgendaPoint.objects.about(topics).filter(meeting=OuterRef("pk"))))

    def by_source(self, queryset: QuerySet, name: str, value: list[int]) -> QuerySet:
        """Cited for the meeting or for anything that belongs to it."""
        if not value:
            return queryset
        cited = Citation.objects.filter(source__in=value)
        own = Q(meeting=OuterRef("pk")) | Q(participation__meeting=OuterRef("pk"))
        said = Q(point__meeting=OuterRef("pk")) | Q(statement__point__meeting=OuterRef("pk"))
        return queryset.filter(Exists(cited.filter(own | said | Q(note__meeting=OuterRef("pk")))))

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        people = Participation.objects.filter(meeting=OuterRef("pk")).filter(
            holds("name", value) | Q(official__in=Official.objects.named(value))
        )
        points = AgendaPoint.objects.filter(holds("title", value), meeting=OuterRef("pk"))
        places = Q(place__in=Place.objects.named(value)) | Q(location__in=Party.objects.named(value))
        return queryset.filter(holds("title", value) | places | Exists(people) | Exists(points))


class AgendaPointFilterSet(StrictFilterSet):
    meeting = fields.RecordsFilter(
        field_name="meeting", records=Meeting.objects.public, noun="meeting", label="Meeting"
    )
    tour = fields.RecordsFilter(method="by_tour", records=Tour.objects.public, noun="tour", label="Tour")
    topic = fields.RecordsFilter(method="by_topic", records=Topic.objects.public, noun="topic", label="Topic")
    modified_since = fields.MomentFilter(field_name="modified_at", lookup_expr="gte", label="Changed since")
    q = fields.TextFilter(method="search", label="Words")

    class Meta:
        model = AgendaPoint
        fields: list[str] = []

    def by_tour(self, queryset: QuerySet, name: str, value: list[int]) -> QuerySet:
        """Declared purposes of the tour and points of its meetings."""
        return queryset.filter(Q(tour__in=value) | Q(meeting__tour__in=value)) if value else queryset

    def by_topic(self, queryset: Any, name: str, value: list[int]) -> QuerySet:
        if not value:
            return queryset
        return queryset.about(Topic.objects.filter(pk__in=value).with_descendants())

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(holds("title", value))


class StatementFilterSet(PeriodFilterSet):
    country = fields.PartyFilter(field_name="on_behalf_of", label="Country", help_text="Says it.")
    organization = fields.PartyFilter(
        field_name="on_behalf_of",
        label="Organization",
        parties=Party.objects.organizations,
        noun="an organization",
        help_text="Says it.",
    )
    speaker = fields.RecordsFilter(
        field_name="speaker", records=Official.objects.public, noun="official", label="Speaker"
    )
    topic = fields.RecordsFilter(
        method="by_topic", records=Topic.objects.public, noun="topic", label="Topic", help_text="And below."
    )
    kind = fields.ChoicesFilter(field_name="kind", choices=StatementKind, label="Kind")
    stance = fields.ChoicesFilter(field_name="stance", choices=Stance, label="Stance")
    meeting = fields.RecordsFilter(
        field_name="point__meeting", records=Meeting.objects.public, noun="meeting", label="Meeting"
    )
    tour = fields.RecordsFilter(method="by_tour", records=Tour.objects.public, noun="tour", label="Tour")
    q = fields.TextFilter(method="search", label="Words")

    class Meta:
        model = Statement
        fields: list[str] = []

    def overlapping(self, queryset: Any, first: Any, last: Any, certain: bool) -> QuerySet:
        """A statement has the date of its meeting, or of the tour whose purpose it speaks of."""
        meetings = Meeting.objects.between(first, last, certain=certain).values("pk")
        tours = Tour.objects.between(first, last, certain=certain).values("pk")
        return queryset.filter(Q(point__meeting__in=meetings) | Q(point__tour__in=tours))

    def by_topic(self, queryset: QuerySet, name: str, value: list[int]) -> QuerySet:
        if not value:
            return queryset
        topics = Topic.objects.filter(pk__in=value).with_descendants()
        return queryset.filter(point__in=AgendaPoint.objects.about(topics).values("pk"))

    def by_tour(self, queryset: QuerySet, name: str, value: list[int]) -> QuerySet:
        return (
            queryset.filter(Q(point__tour__in=value) | Q(point__meeting__tour__in=value))
            if value
            else queryset
        )

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(holds("text", value) | holds("point__title", value))
