"""Engagements and who took part in them."""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.urls import reverse

from visits import fields, validators
from visits.choices import NOT_HELD, EditorialState, MeetingKind, MeetingStatus, Role
from visits.models import base
from visits.models.editorial import Edited, editorial_rules
from visits.models.parties import Party, Place
from visits.models.people import Official, Tenure
from visits.models.tours import Stop, Tour
from visits.models.triggers import FillSlug, KeepFormerAddress, Touch


class MeetingQuerySet(base.SpanQuerySet):
    def public(self) -> Self:
        return self.filter(state=EditorialState.PUBLISHED)

    def held(self) -> Self:
        return self.filter(status=MeetingStatus.HELD)

    def not_held(self) -> Self:
        """Postponed, cancelled, declined or skipped: on record, and never counted as met."""
        return self.filter(status__in=NOT_HELD)

    def with_party(self, *parties: Any) -> Self:
        """In which every one of these parties takes part, by a person, a group or as host."""
        found = self
        for party in parties:
            taking_part = Participation.objects.filter(meeting=OuterRef("pk"), on_behalf_of=party)
            found = found.filter(Exists(taking_part) | Q(host=party))
        return found

    def for_row(self, user: Any = None) -> Self:
        """With what a line of a list shows: when, where, who."""
        return self.select_related("location", "place", "host").prefetch_related(
            Prefetch("tour", Tour.objects.visible_to(user)),
            Prefetch("participations", Participation.objects.with_titles()),
        )

    def for_list(self, user: Any = None) -> Self:
        """With everything that belongs to a meeting: participants, points, statements, notes, citations."""
        from visits.models.agenda import AgendaPoint
        from visits.models.evidence import Note

        stops = Stop.objects.filter(tour__in=Tour.objects.visible_to(user)).select_related("tour", "country")
        row = self.select_related("location", "place", "host").cited()
        return row.prefetch_related(
            Prefetch("tour", Tour.objects.visible_to(user)),
            Prefetch("stop", stops),
            Prefetch("participations", Participation.objects.with_titles().cited()),
            Prefetch("notes", Note.objects.cited()),
            Prefetch("points", AgendaPoint.objects.with_statements()),
            "external_identifiers",
        )


class Meeting(base.Record, base.Slugged, base.Span, Edited):
    """One engagement. One that did not happen is a record like any other."""

    title = fields.ShortTextField(
        blank=True, default="", help_text="Leave blank to have it read “Bilateral meeting, Istanbul”."
    )
    kind = models.CharField(max_length=20, choices=MeetingKind, default=MeetingKind.BILATERAL)
    status = models.CharField(max_length=10, choices=MeetingStatus, default=MeetingStatus.HELD)
    reason = fields.LongTextField(
        "reason given",
        blank=True,
        default="",
        help_text="Why it did not take place, as far as a source says.",
    )
    tour = models.ForeignKey(Tour, on_delete=models.PROTECT, null=True, blank=True, related_name="meetings")
    stop = models.ForeignKey(Stop, on_delete=models.PROTECT, null=True, blank=True, related_name="meetings")
    location = models.ForeignKey(
        Party,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings_located",
        help_text="The country in which it took place.",
    )
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True, related_name="meetings")
    host = models.ForeignKey(
        Party,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings_hosted",
        help_text="The party that received the others, usually the location's.",
    )
    start_time = models.TimeField(null=True, blank=True, help_text="Local time.")
    end_time = models.TimeField(null=True, blank=True, help_text="Local time.")
    time_zone = models.CharField(
        max_length=64,
        blank=True,
        default="",
        validators=[validators.validate_time_zone],
        help_text="IANA name, such as Europe/Istanbul.",
    )
    summary = fields.LongTextField(blank=True, default="")

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-start_earliest", "-id"]
        permissions = [("publish_meeting", "Can publish, return and withdraw meetings")]
        indexes = [
            # The public list, newest first, and its keyset.
            models.Index(
                fields=["-start_earliest", "-id"],
                condition=Q(state="published"),
                name="meeting_public_newest",
            ),
            models.Index(fields=["location", "-start_earliest", "-id"], name="meeting_at_location"),
            models.Index(fields=["place", "-start_earliest", "-id"], name="meeting_at_place"),
            models.Index(fields=["tour", "start_earliest", "id"], name="meeting_on_tour"),
        ]
        constraints = [
            *base.span_rules(),
            *editorial_rules(),
            base.one_in("kind", MeetingKind),
            base.one_in("status", MeetingStatus),
            base.matches("slug", validators.SLUG_PATTERN, "A slug has small letters, digits and hyphens."),
            models.CheckConstraint(
                condition=Q(start_time__isnull=True) | ~Q(time_zone=""),
                name="meeting_time_has_a_zone",
                violation_error_message="A time needs its zone, such as Europe/Istanbul.",
            ),
            models.CheckConstraint(
                condition=Q(end_time__isnull=True) | Q(start_time__isnull=False),
                name="meeting_end_time_has_a_start",
                violation_error_message="An end time needs a start time.",
            ),
            models.CheckConstraint(
                condition=Q(stop__isnull=True) | Q(tour__isnull=False),
                name="meeting_stop_has_a_tour",
                violation_error_message="A meeting at a stop is a meeting of that stop's tour: choose the tour too.",
            ),
        ]
        triggers = [
            Touch(),
            FillSlug(
                text="""NEW.start_date || ' ' || coalesce(
                    nullif(NEW.title, ''),
                    (SELECT name FROM visits_place WHERE id = NEW.place_id),
                    (SELECT name FROM visits_party WHERE id = NEW.location_id),
                    NEW.kind)"""
            ),
            KeepFormerAddress(),
        ]

    def __str__(self) -> str:
        if self.title:
            return self.title
        where = self.place or self.location
        return f"{self.get_kind_display()}, {where}" if where else self.get_kind_display()

    @property
    def took_place(self) -> bool:
        return self.status == MeetingStatus.HELD

    def get_absolute_url(self) -> str:
        return reverse("meeting-detail", args=[self.slug])


class ParticipationQuerySet(base.RecordQuerySet):
    def public(self) -> Self:
        return self.filter(Exists(Meeting.objects.public().filter(pk=OuterRef("meeting"))))

    def unresolved(self) -> Self:
        """People who are on record as reported and wait to be identified."""
        return self.filter(official__isnull=True, is_group=False)

    def attended(self, user: Any = None) -> Self:
        """At a visible meeting that was held, and present there: what counts as having met."""
        held = Meeting.objects.visible_to(user).held().filter(pk=OuterRef("meeting"))
        return self.filter(Exists(held)).exclude(role=Role.EXPECTED_ABSENT)

    def with_titles(self) -> Self:
        """``title_on_day``: the capacity as recorded, else the office held on the day of the meeting."""
        held = Tenure.objects.titles_on(
            official="official",
            party="on_behalf_of",
            first="meeting__start_earliest",
            last="meeting__end_latest",
        )
        return self.select_related("official", "on_behalf_of").annotate(
            title_on_day=fields.given_or("capacity", held)
        )

    def untitled(self) -> Self:
        """Without a capacity as recorded, and without an office on record for the day."""
        return self.with_titles().filter(Q(title_on_day=""))


class Participation(base.Record):
    """One person or group at one meeting, or expected there and absent."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="participations")
    official = models.ForeignKey(
        Official, on_delete=models.PROTECT, null=True, blank=True, related_name="participations"
    )
    name = fields.ShortTextField(
        "name as reported", blank=True, default="", help_text="A group, or somebody not yet identified."
    )
    on_behalf_of = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="participations"
    )
    role = models.CharField(max_length=20, choices=Role, default=Role.PRINCIPAL)
    capacity = fields.ShortTextField(
        blank=True, default="", help_text="The title on the day. Leave blank to use the office on record."
    )
    is_group = models.BooleanField(
        "a group", default=False, help_text="Several people, whom nobody has to identify one by one."
    )
    position = models.PositiveIntegerField(default=0)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        ordering = ["meeting", "position", "id"]
        indexes = [
            models.Index(fields=["official", "meeting"], name="participation_of_official"),
            models.Index(fields=["on_behalf_of", "meeting"], name="participation_for_party"),
        ]
        constraints = [
            base.one_in("role", Role),
            models.CheckConstraint(
                condition=Q(official__isnull=False) | ~Q(name=""),
                name="participation_of_somebody",
                violation_error_message="Choose an official, or write the name as reported.",
            ),
            models.CheckConstraint(
                condition=Q(is_group=False) | Q(official__isnull=True),
                name="participation_of_a_group_or_a_person",
                violation_error_message="An official is not a group.",
            ),
            models.UniqueConstraint(
                fields=["meeting", "official"],
                name="participation_once",
                violation_error_message="This official is already on the meeting.",
            ),
        ]
        triggers = [Touch()]

    def __str__(self) -> str:
        return self.name or str(self.official)
