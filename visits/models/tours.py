"""Journeys and the stays that they are made of."""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.urls import reverse

from visits import fields, validators
from visits.choices import EditorialState, StopStatus, TourKind, TourStatus
from visits.models import base
from visits.models.editorial import Edited, editorial_rules
from visits.models.parties import Party, Place
from visits.models.people import Official, Tenure
from visits.models.triggers import FillSlug, KeepFormerAddress, Touch


class TourQuerySet(base.SpanQuerySet):
    def public(self) -> Self:
        return self.filter(state=EditorialState.PUBLISHED)

    def with_titles(self) -> Self:
        """``title_on_day``: the principal's capacity on the journey, else the office held when it began."""
        held = Tenure.objects.titles_on(
            official="principal", party="on_behalf_of", first="start_earliest", last="start_latest"
        )
        return self.annotate(title_on_day=fields.given_or("capacity", held))

    def for_list(self, user: Any = None) -> Self:
        stops = Stop.objects.select_related("country").prefetch_related("places")
        return (
            self.with_titles()
            .select_related("principal", "on_behalf_of")
            .prefetch_related(Prefetch("stops", stops))
        )

    def in_full(self, user: Any = None) -> Self:
        """With everything that belongs to a tour: stops, purposes, notes, citations; and its meetings' names."""
        from visits.models.agenda import AgendaPoint
        from visits.models.evidence import Note
        from visits.models.meetings import Meeting

        meetings = Meeting.objects.visible_to(user).select_related("location", "place")
        row = self.with_titles().select_related("principal", "on_behalf_of").cited()
        return row.prefetch_related(
            Prefetch("stops", Stop.objects.on_a_tour(user)),
            Prefetch("purposes", AgendaPoint.objects.with_statements()),
            Prefetch("notes", Note.objects.cited()),
            Prefetch("meetings", meetings.order_by("start_earliest", "id")),
            "external_identifiers",
        )


class Tour(base.Record, base.Slugged, base.Span, Edited):
    """One journey of one principal. An incoming visit is the same thing seen from the other side."""

    title = fields.ShortTextField()
    principal = models.ForeignKey(Official, on_delete=models.PROTECT, related_name="tours")
    on_behalf_of = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="tours")
    capacity = fields.ShortTextField(
        blank=True,
        default="",
        help_text="The title on that journey. Leave blank to use the office on record.",
    )
    kind = models.CharField(max_length=20, choices=TourKind, default=TourKind.UNSPECIFIED)
    status = models.CharField(max_length=20, choices=TourStatus, default=TourStatus.COMPLETED)
    summary = fields.LongTextField(blank=True, default="")

    objects = TourQuerySet.as_manager()

    class Meta:
        ordering = ["-start_earliest", "-id"]
        permissions = [("publish_tour", "Can publish, return and withdraw tours")]
        indexes = [
            # The public list, newest first, and its keyset.
            models.Index(
                fields=["-start_earliest", "-id"], condition=Q(state="published"), name="tour_public_newest"
            ),
            models.Index(fields=["principal", "-start_earliest", "-id"], name="tour_of_principal"),
            models.Index(fields=["on_behalf_of", "-start_earliest", "-id"], name="tour_for_party"),
        ]
        constraints = [
            *base.span_rules(),
            *editorial_rules(),
            base.not_blank("title", "A title is needed."),
            base.one_in("kind", TourKind),
            base.one_in("status", TourStatus),
            base.matches("slug", validators.SLUG_PATTERN, "A slug has small letters, digits and hyphens."),
        ]
        triggers = [Touch(), FillSlug(text="NEW.title || ' ' || NEW.start_date"), KeepFormerAddress()]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("tour-detail", args=[self.slug])


class StopQuerySet(base.SpanQuerySet):
    def public(self) -> Self:
        return self.filter(Exists(Tour.objects.public().filter(pk=OuterRef("tour"))))

    def made(self) -> Self:
        return self.filter(status=StopStatus.MADE)

    def for_list(self, user: Any = None) -> Self:
        return self.on_a_tour(user).select_related("tour__principal")

    def on_a_tour(self, user: Any = None) -> Self:
        """With everything that belongs to a stop, but for its tour."""
        from visits.models.meetings import Meeting

        meetings = Meeting.objects.visible_to(user).select_related("location", "place")
        return (
            self.select_related("country")
            .cited()
            .prefetch_related(
                "places",
                "external_identifiers",
                Prefetch("meetings", meetings.order_by("start_earliest", "id")),
            )
        )


class Stop(base.Record, base.Span):
    """One stay in one country on a tour. Stops may overlap: Ramallah inside a stay in Israel."""

    tour = models.ForeignKey(Tour, on_delete=models.CASCADE, related_name="stops")
    country = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="stops")
    places = models.ManyToManyField(Place, blank=True, related_name="stops")
    country_text = fields.ShortTextField("country as given", blank=True, default="")
    locale_text = fields.ShortTextField("place as given", blank=True, default="")
    remarks = fields.LongTextField("remarks as given", blank=True, default="")
    position = models.PositiveIntegerField(help_text="Its place in the order in which the stops were made.")
    status = models.CharField(max_length=10, choices=StopStatus, default=StopStatus.MADE)
    announced_on = fields.PartialDateField(
        blank=True, default="", help_text="When it was announced; blank if it was in no announced itinerary."
    )
    announced_position = models.PositiveIntegerField(
        null=True, blank=True, help_text="Its place in the announced itinerary."
    )

    objects = StopQuerySet.as_manager()

    class Meta:
        ordering = ["tour", "position", "id"]
        indexes = [
            models.Index(fields=["country", "-start_earliest", "-id"], name="stop_in_country"),
            models.Index(fields=["-start_earliest", "-id"], name="stop_newest"),
        ]
        constraints = [
            *base.span_rules(),
            base.one_in("status", StopStatus),
            base.partial_date("announced_on"),
            models.UniqueConstraint(
                fields=["tour", "position"],
                name="stop_position_once",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message="Two stops of a tour can't have the same position.",
            ),
            models.UniqueConstraint(
                fields=["tour", "announced_position"],
                name="stop_announced_position_once",
                deferrable=models.Deferrable.DEFERRED,
                violation_error_message="Two stops can't have the same place in the announced itinerary.",
            ),
            models.CheckConstraint(
                condition=Q(announced_on="", announced_position__isnull=True)
                | (~Q(announced_on="") & Q(announced_position__isnull=False)),
                name="stop_announced_in_full",
                violation_error_message="An announced stop has both a date and a place in the itinerary.",
            ),
        ]
        triggers = [Touch()]

    def __str__(self) -> str:
        return f"{self.position}. {self.locale_text or self.country}"

    @property
    def was_announced(self) -> bool:
        return bool(self.announced_on)

    @property
    def was_added(self) -> bool:
        """Made without ever having been announced."""
        return self.status == StopStatus.MADE and not self.announced_on

    def get_absolute_url(self) -> str:
        return f"{self.tour.get_absolute_url()}#stop-{self.position}"
