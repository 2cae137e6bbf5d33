"""Who says so: the documents."""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from visits import dates, fields, validators
from visits.choices import ContributorRole, Reliability, SourceKind
from visits.models import base
from visits.models.parties import Party
from visits.models.triggers import FillSlug, KeepFormerAddress, Touch


class SourceQuerySet(base.RecordQuerySet):
    def public(self) -> Self:
        """What a public record cites."""
        from visits.models.evidence import Citation

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
        return self.select_related("issued_by").prefetch_related("contributors", "external_identifiers")

    def in_full(self, user: Any = None) -> Self:
        """With every visible citation of it, and what that is about."""
        from visits.models.evidence import Citation

        citations = Citation.objects.visible_to(user).with_targets()
        return self.for_list(user).prefetch_related(models.Prefetch("citations", citations))


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


class Contributor(base.Versioned):
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
        triggers = [Touch()]

    def __str__(self) -> str:
        return self.name
