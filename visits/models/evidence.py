"""Who says so: sources, citations, notes; and the identifiers under which others know a record."""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from visits import dates, fields, validators
from visits.choices import (
    CitationRelation,
    ContributorRole,
    Credibility,
    NoteKind,
    Reliability,
    SourceKind,
)
from visits.models import base
from visits.models.agenda import AgendaPoint, Statement
from visits.models.meetings import Meeting, Participation
from visits.models.parties import Party, Place
from visits.models.people import Official, Tenure
from visits.models.tours import Stop, Tour
from visits.models.triggers import FillSlug, KeepFormerAddress, Touch


class SourceQuerySet(base.RecordQuerySet):
    def public(self) -> Self:
        """What a public record cites."""
        return self.filter(Exists(Citation.objects.public().filter(source=OuterRef("pk"))))

    def at_address(self, url: str) -> Self:
        """Whose address this is, however it is written."""
        key = fields.UrlKey(models.Value(url))
        return self.alias(digest=models.functions.MD5("url_key")).filter(
            ~Q(url_key=""), digest=models.functions.MD5(key), url_key=key
        )

    def named(self, text: str) -> Self:
        folded = fields.Fold(models.Value(text))
        return self.alias(
            folded_title=fields.Fold("title"), folded_publisher=fields.Fold("publisher")
        ).filter(Q(folded_title__contains=folded) | Q(folded_publisher__contains=folded))

    def for_list(self, user: Any = None) -> Self:
        return self.select_related("issued_by").prefetch_related("contributors")


class Source(base.Record, base.Slugged):
    """One document. A readout is one that a party issued about a meeting in which it took part."""

    title = fields.ShortTextField(max_length=500)
    kind = models.CharField(max_length=20, choices=SourceKind)
    publisher = fields.ShortTextField(blank=True, default="")
    issued_by = models.ForeignKey(
        Party,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="issued_sources",
        help_text="The party whose official document it is.",
    )
    language = models.CharField(
        max_length=35,
        blank=True,
        default="",
        validators=[validators.validate_language],
        help_text="BCP 47: en, tr …",
    )
    url = fields.WebAddressField("URL", blank=True, default="", help_text="Kept as given.")
    archive_url = fields.WebAddressField("archive URL", blank=True, default="")
    published = fields.PartialDateField(blank=True, default="")
    accessed = fields.PartialDateField(blank=True, default="")
    content_hash = models.CharField(
        max_length=64, blank=True, default="", help_text="SHA-256 of the document as read, in hexadecimal."
    )
    note = fields.LongTextField(blank=True, default="", help_text="For example a disclaimer.")
    reliability = models.CharField(max_length=1, choices=Reliability, blank=True, default="")
    published_earliest = fields.day(fields.Earliest("published"))
    url_key = models.GeneratedField(
        expression=fields.UrlKey("url"), output_field=models.TextField(), db_persist=True
    )

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["title", "id"]
        indexes = [
            models.Index(fields=["title", "id"], name="source_by_title"),
            # A pasted address finds the source that is already known; addresses are longer than a b-tree takes.
            models.Index(models.functions.MD5("url_key"), name="source_at_address"),
        ]
        constraints = [
            base.not_blank("title", "A title is needed."),
            base.one_in("kind", SourceKind),
            base.one_in("reliability", Reliability, blank=True),
            base.partial_date("published"),
            base.partial_date("accessed"),
            base.matches("slug", validators.SLUG_PATTERN, "A slug has small letters, digits and hyphens."),
            base.matches("url", "^[hH][tT][tT][pP][sS]?://", "Only http and https addresses are accepted."),
            base.matches(
                "archive_url", "^[hH][tT][tT][pP][sS]?://", "Only http and https addresses are accepted."
            ),
            base.matches("content_hash", "^[0-9a-f]{64}$", "A SHA-256 hash has 64 hexadecimal digits."),
        ]
        triggers = [Touch(), FillSlug(text="NEW.title || ' ' || NEW.published"), KeepFormerAddress()]

    def __str__(self) -> str:
        return self.title

    @property
    def date(self) -> str:
        """The day of publication for people."""
        return dates.human(self.published)

    @property
    def authors(self) -> list["Contributor"]:
        return [person for person in self.contributors.all() if person.role == ContributorRole.AUTHOR]

    def get_absolute_url(self) -> str:
        return reverse("source-detail", args=[self.slug])


class Contributor(models.Model):
    """A person named as author or editor of a source."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="contributors")
    name = fields.ShortTextField()
    role = models.CharField(max_length=10, choices=ContributorRole, default=ContributorRole.AUTHOR)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            base.not_blank("name", "A name is needed."),
            base.one_in("role", ContributorRole),
            models.UniqueConstraint(
                fields=["source", "name", "role"],
                name="contributor_once",
                violation_error_message="This person is already named in that role.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


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
    def target(self) -> Any:
        """The one record that it is about."""
        return next(found for name in CITATION_TARGETS if (found := getattr(self, name)))


IDENTIFIED = ["party", "official", "place", "tour", "stop", "meeting", "topic", "source"]


class ExternalIdentifier(models.Model):
    """The identifier of one record in somebody else's collection."""

    scheme = models.CharField(
        max_length=40,
        validators=[validators.validate_scheme],
        help_text="The collection: historian-travels, wikidata, geonames …",
    )
    value = fields.ShortTextField()
    party = models.ForeignKey(
        Party, on_delete=models.CASCADE, null=True, blank=True, related_name="external_identifiers"
    )
    official = models.ForeignKey(
        Official, on_delete=models.CASCADE, null=True, blank=True, related_name="external_identifiers"
    )
    place = models.ForeignKey(
        Place, on_delete=models.CASCADE, null=True, blank=True, related_name="external_identifiers"
    )
    tour = models.ForeignKey(
        Tour, on_delete=models.CASCADE, null=True, blank=True, related_name="external_identifiers"
    )
    stop = models.ForeignKey(
        Stop, on_delete=models.CASCADE, null=True, blank=True, related_name="external_identifiers"
    )
    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, null=True, blank=True, related_name="external_identifiers"
    )
    topic = models.ForeignKey(
        "visits.Topic", on_delete=models.CASCADE, null=True, blank=True, related_name="external_identifiers"
    )
    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, null=True, blank=True, related_name="external_identifiers"
    )

    class Meta:
        ordering = ["scheme", "value"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "value"],
                name="external_identifier_once",
                violation_error_message="Another record already has this identifier.",
            ),
            base.not_blank("scheme", "Name the collection."),
            base.not_blank("value", "An identifier is needed."),
            base.matches(
                "scheme", validators.SLUG_PATTERN, "A scheme has small letters, digits and hyphens."
            ),
            base.one_of(IDENTIFIED, "An identifier belongs to exactly one record."),
        ]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"


class FormerAddress(models.Model):
    """An address that a record once had. Written by the database when a slug or a code changes."""

    noun = models.CharField(max_length=63, help_text="The table of the record.")
    address = models.CharField(max_length=100)
    target = models.UUIDField()

    class Meta:
        verbose_name_plural = "former addresses"
        constraints = [
            models.UniqueConstraint(
                fields=["noun", "address"],
                name="former_address_once",
                violation_error_message="This address already leads to another record.",
            )
        ]

    def __str__(self) -> str:
        return self.address
