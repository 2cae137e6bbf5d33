"""Imports: one reading of a file, what it says of each row, and what it proposes to a person."""

import uuid
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast, Length
from django.db.models.lookups import LessThanOrEqual

from visits import fields
from visits.choices import BatchState, ImportKind, SuggestionKind, SuggestionState, Verdict
from visits.models import base
from visits.models.meetings import Meeting
from visits.models.parties import Party
from visits.models.people import Official
from visits.models.tours import Stop, Tour
from visits.models.triggers import Touch

DIGEST_PATTERN = r"^[0-9a-f]{64}$"
AT_MOST_IN_BATCH = 100_000
AT_MOST_IN_ROW = 20_000


def no_longer_than(field: str, characters: int) -> models.CheckConstraint:
    """JSON of a bounded size, counted as text."""
    text = Cast(field, models.TextField())
    return models.CheckConstraint(
        condition=Q(LessThanOrEqual(Length(text), characters)),
        name=f"%(class)s_{field}_bounded",
        violation_error_message=f"{field}: no more than {characters:,} characters.",
    )


class ImportBatchQuerySet(models.QuerySet):
    def of(self, digest: str) -> Self:
        """Readings of the very same file."""
        return self.filter(digest=digest)

    def standing(self) -> Self:
        """What they made is on record."""
        return self.filter(state__in=(BatchState.DONE, BatchState.PUBLISHED))


class ImportBatch(models.Model):
    """One import of one file or folder. What it made and changed is told by the history."""

    uuid = models.UUIDField("identifier", default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=20, choices=ImportKind)
    title = fields.ShortTextField(help_text="The name of the file or folder.")
    digest = models.CharField("SHA-256", max_length=64, help_text="Of what was read.")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="imports",
        help_text="Blank where a command imported it.",
    )
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.PREVIEWED)
    options = models.JSONField(default=dict, blank=True, help_text="Which column is what, and the like.")
    counts = models.JSONField(default=dict, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0, help_text="0 as long as it is not known.")
    error = fields.LongTextField(blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reverted_at = models.DateTimeField(null=True, blank=True)
    reverted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = "import"
        ordering = ["-created_at", "-id"]
        permissions = [
            ("run_imports", "Can import files and take own imports back"),
            ("publish_imports", "Can publish imports and take any back"),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="import_newest"),
            # Whether this file has been read before.
            models.Index(fields=["digest"], name="import_by_digest"),
        ]
        constraints = [
            base.one_in("kind", ImportKind),
            base.one_in("state", BatchState),
            base.not_blank("title", "Name the file."),
            base.not_blank("digest", "The SHA-256 of what was read is needed."),
            base.matches("digest", DIGEST_PATTERN, "A SHA-256 has 64 hexadecimal digits."),
            no_longer_than("options", AT_MOST_IN_BATCH),
            no_longer_than("counts", AT_MOST_IN_BATCH),
            models.CheckConstraint(
                condition=Q(total=0) | Q(done__lte=F("total")),
                name="importbatch_done_within_total",
                violation_error_message="No more can be done than there is.",
            ),
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True)
                | Q(started_at__isnull=False, finished_at__gte=F("started_at")),
                name="importbatch_finished_after_start",
                violation_error_message="An import is finished after it was started.",
            ),
            models.CheckConstraint(
                condition=~Q(state=BatchState.PUBLISHED)
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="importbatch_published_by_somebody",
                violation_error_message="A published import says who published it, and when.",
            ),
            models.CheckConstraint(
                condition=Q(state=BatchState.REVERTED, reverted_at__isnull=False, reverted_by__isnull=False)
                | (~Q(state=BatchState.REVERTED) & Q(reverted_at__isnull=True, reverted_by__isnull=True)),
                name="importbatch_reverted_by_somebody",
                violation_error_message="An import that was taken back says who did it, and when.",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ImportRow(models.Model):
    """What an import says of one row of its file."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(help_text="Counted from 1.")
    line = models.PositiveIntegerField(
        null=True, blank=True, help_text="Of the file; blank if it has no lines."
    )
    verdict = models.CharField(max_length=20, choices=Verdict)
    says = fields.LongTextField(max_length=4000, blank=True, default="")
    values = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["batch", "number"]
        indexes = [models.Index(fields=["batch", "verdict", "number"], name="import_row_by_verdict")]
        constraints = [
            models.UniqueConstraint(
                fields=["batch", "number"],
                name="importrow_once",
                violation_error_message="This row already has a verdict.",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1),
                name="importrow_counted_from_one",
                violation_error_message="Rows are counted from 1.",
            ),
            base.one_in("verdict", Verdict),
            models.CheckConstraint(
                condition=Q(verdict=Verdict.ACCEPT) | ~Q(says=""),
                name="importrow_says_why",
                violation_error_message="A row that is noted or not imported says why.",
            ),
            no_longer_than("values", AT_MOST_IN_ROW),
        ]

    def __str__(self) -> str:
        return f"Row {self.number}: {self.get_verdict_display()}"


class ImportedRecord(models.Model):
    """That a tour or a meeting was made by an import, and has not been taken back."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="imported")
    tour = models.OneToOneField(
        Tour, on_delete=models.CASCADE, null=True, blank=True, related_name="imported"
    )
    meeting = models.OneToOneField(
        Meeting, on_delete=models.CASCADE, null=True, blank=True, related_name="imported"
    )
    content = models.UUIDField(
        null=True, blank=True, help_text="Digest of the row that it was made of, if it was made of one."
    )

    class Meta:
        verbose_name = "import mark"
        # Whether a row has been imported before.
        indexes = [models.Index(fields=["content"], name="import_of_content")]
        constraints = [base.one_of(["tour", "meeting"], "An import mark belongs to a tour or to a meeting.")]

    def __str__(self) -> str:
        return f"Imported: {self.batch_id}"


SUGGESTION_TARGETS = ["tour", "stop", "meeting", "official"]


class SuggestionQuerySet(base.RecordQuerySet):
    def open(self) -> Self:
        return self.filter(state=SuggestionState.OPEN)

    def for_list(self, user: Any = None) -> Self:
        return self.select_related(
            *("batch", "party", "tour", "stop__tour", "stop__country", "official", "other_official"),
            *("meeting__place", "meeting__location", "decided_by"),
        )


class Suggestion(base.Record):
    """Something that a parser reads out of a text and a person confirms or refuses."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="suggestions")
    kind = models.CharField(max_length=10, choices=SuggestionKind)
    title = fields.ShortTextField(blank=True, default="", help_text="As the words give it: President.")
    name = fields.ShortTextField(help_text="As the words give it.")
    party = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="suggestions"
    )
    words = fields.LongTextField(max_length=1000, help_text="What it was read out of.")
    tour = models.ForeignKey(
        Tour, on_delete=models.CASCADE, null=True, blank=True, related_name="suggestions"
    )
    stop = models.ForeignKey(
        Stop, on_delete=models.CASCADE, null=True, blank=True, related_name="suggestions"
    )
    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, null=True, blank=True, related_name="suggestions"
    )
    official = models.ForeignKey(
        Official, on_delete=models.CASCADE, null=True, blank=True, related_name="suggestions"
    )
    other_official = models.ForeignKey(
        Official,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who may be the same person under another spelling.",
    )
    key = fields.ShortTextField(help_text="The same for the same proposal of a later import.")
    state = models.CharField(max_length=10, choices=SuggestionState, default=SuggestionState.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="decided_suggestions",
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [
            models.Index(fields=["id"], condition=Q(state="open"), name="suggestion_open"),
            models.Index(fields=["batch", "state", "id"], name="suggestion_of_batch"),
        ]
        constraints = [
            base.one_in("kind", SuggestionKind),
            base.one_in("state", SuggestionState),
            base.not_blank("name", "A name is needed."),
            base.not_blank("words", "A suggestion shows the words that it was read out of."),
            base.not_blank("key", "A key is needed, so that it is not proposed twice."),
            base.one_of(
                SUGGESTION_TARGETS, "A suggestion is about one tour, one stop, one meeting or one official."
            ),
            models.UniqueConstraint(
                fields=["key"],
                name="suggestion_once",
                violation_error_message="This has been suggested already.",
            ),
            models.CheckConstraint(
                condition=Q(kind=SuggestionKind.SPELLING, official__isnull=False)
                | Q(kind=SuggestionKind.MET, stop__isnull=False, other_official__isnull=True)
                | Q(kind=SuggestionKind.VISITOR, official__isnull=True, other_official__isnull=True),
                name="suggestion_fits_its_kind",
                violation_error_message="Somebody met belongs to a stop, a further visitor to a tour, a stop or "
                "a meeting, a spelling to an official.",
            ),
            models.CheckConstraint(
                condition=Q(state=SuggestionState.OPEN, decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(state=SuggestionState.OPEN) & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="suggestion_decided_by_somebody",
                violation_error_message="A decided suggestion says who decided it, and when.",
            ),
        ]
        triggers = [Touch()]

    def __str__(self) -> str:
        return f"{self.title} {self.name}".strip()

    @property
    def target(self) -> Any:
        """The one record that it is about."""
        return next(found for name in SUGGESTION_TARGETS if (found := getattr(self, name)))
