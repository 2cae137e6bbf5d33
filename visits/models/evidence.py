"""What is said by whom: citations, and the analysts' own notes."""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from visits import fields, validators
from visits.choices import (
    CitationRelation,
    Credibility,
    NoteKind,
)
from visits.models import base
from visits.models.agenda import AgendaPoint, Statement
from visits.models.meetings import Meeting, Participation
from visits.models.people import Tenure
from visits.models.sources import Source
from visits.models.tours import Stop, Tour
from visits.models.triggers import Touch


class NoteQuerySet(base.RecordQuerySet):
    def public(self) -> Self:
        return self.filter(
            Exists(Meeting.objects.public().filter(pk=OuterRef("meeting")))
            | Exists(Tour.objects.public().filter(pk=OuterRef("tour")))
        )


class Note(base.Record):
    """The analyst's own words on a tour or a meeting: context, assessment, a discrepancy between sources."""

    tour = models.ForeignKey(Tour, on_delete=models.CASCADE, null=True, blank=True, related_name="notes")
    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, null=True, blank=True, related_name="notes"
    )
    kind = models.CharField(max_length=20, choices=NoteKind, default=NoteKind.CONTEXT)
    text = fields.LongTextField()
    position = models.PositiveIntegerField(default=0)

    objects = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            base.not_blank("text", "A note says something."),
            base.one_in("kind", NoteKind),
            base.one_of(["tour", "meeting"], "A note belongs to a tour or to a meeting, not both."),
        ]
        triggers = [Touch()]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text[:80]}"

    def get_absolute_url(self) -> str:
        owner = self.meeting or self.tour
        return f"{owner.get_absolute_url()}#notes" if owner else ""


CITATION_TARGETS: dict[str, Any] = {
    "tour": Tour,
    "stop": Stop,
    "meeting": Meeting,
    "participation": Participation,
    "point": AgendaPoint,
    "statement": Statement,
    "tenure": Tenure,
    "note": Note,
}


class CitationQuerySet(base.RecordQuerySet):
    def public(self) -> Self:
        """Those whose target is public."""
        shown = Q()
        for name, model in CITATION_TARGETS.items():
            shown |= Q(Exists(model.objects.public().filter(pk=OuterRef(name))))
        return self.filter(shown)

    def for_list(self, user: Any = None) -> Self:
        return self.select_related("source__issued_by")

    def with_targets(self) -> Self:
        """With what each is about, as far as its name and its address need it."""
        return self.select_related(
            *("tour", "stop__tour", "stop__country", "tenure__official", "tenure__party"),
            *("meeting__place", "meeting__location", "participation__official"),
            *("participation__meeting__place", "participation__meeting__location"),
            *("point__tour", "point__meeting", "note__tour", "note__meeting"),
            *("statement__on_behalf_of", "statement__point__tour", "statement__point__meeting"),
        )

    def supporting(self) -> Self:
        return self.filter(relation=CitationRelation.SUPPORTS)


class Citation(base.Record):
    """This source says this, or contradicts it."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="citations")
    tour = models.ForeignKey(Tour, on_delete=models.CASCADE, null=True, blank=True, related_name="citations")
    stop = models.ForeignKey(Stop, on_delete=models.CASCADE, null=True, blank=True, related_name="citations")
    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, null=True, blank=True, related_name="citations"
    )
    participation = models.ForeignKey(
        Participation, on_delete=models.CASCADE, null=True, blank=True, related_name="citations"
    )
    point = models.ForeignKey(
        AgendaPoint, on_delete=models.CASCADE, null=True, blank=True, related_name="citations"
    )
    statement = models.ForeignKey(
        Statement, on_delete=models.CASCADE, null=True, blank=True, related_name="citations"
    )
    tenure = models.ForeignKey(
        Tenure, on_delete=models.CASCADE, null=True, blank=True, related_name="citations"
    )
    note = models.ForeignKey(Note, on_delete=models.CASCADE, null=True, blank=True, related_name="citations")
    relation = models.CharField(max_length=12, choices=CitationRelation, default=CitationRelation.SUPPORTS)
    quote = fields.LongTextField(
        max_length=1000, blank=True, default="", help_text="A short passage, word for word."
    )
    quote_language = models.CharField(
        max_length=35, blank=True, default="", validators=[validators.validate_language]
    )
    locator = fields.ShortTextField(blank=True, default="", help_text="Page, paragraph, record, minute.")
    credibility = models.PositiveSmallIntegerField(choices=Credibility, null=True, blank=True)

    objects = CitationQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [
            base.one_of(list(CITATION_TARGETS), "A citation supports exactly one thing."),
            base.one_in("relation", CitationRelation),
            models.CheckConstraint(
                condition=Q(credibility__isnull=True) | Q(credibility__in=Credibility.values),
                name="citation_credibility_known",
                violation_error_message="credibility: choose a figure from 1 to 6.",
            ),
            *(
                models.UniqueConstraint(
                    fields=["source", target, "relation", "locator"],
                    name=f"citation_of_{target}_once",
                    violation_error_message="This source is already cited here at the same locator.",
                )
                for target in CITATION_TARGETS
            ),
        ]
        triggers = [Touch()]

    def __str__(self) -> str:
        return f"{self.source}, {self.locator}" if self.locator else str(self.source)

    @property
    def supports(self) -> bool:
        return self.relation == CitationRelation.SUPPORTS

    @property
    def target(self) -> Any:
        """The one record that it is about."""
        return next(found for name in CITATION_TARGETS if (found := getattr(self, name)))
