"""Two records that turned out to be one."""

from django.conf import settings
from django.db import models

from visits import fields
from visits.choices import MergedNoun
from visits.models import base


class Merge(models.Model):
    """That one record went up in another: what it takes to tell it and to undo it.

    ``moved`` lists, by model and column, the keys of the rows that were pointed elsewhere; ``dropped`` the rows that
    the remaining record already had, with all their columns; ``added`` the names that it gained; ``gone`` the record
    itself.
    """

    noun = models.CharField(max_length=20, choices=MergedNoun)
    kept = models.UUIDField("identifier of the one that was kept")
    merged = models.UUIDField("identifier of the one that went up in it")
    gone = models.JSONField()
    moved = models.JSONField()
    dropped = models.JSONField()
    added = models.JSONField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="merges")
    at = models.DateTimeField(auto_now_add=True)
    why = fields.LongTextField(blank=True, default="")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="undone_merges",
    )

    class Meta:
        ordering = ["-at", "-id"]
        permissions = [("merge_records", "Can merge records and undo a merge")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kept=models.F("merged")),
                name="merge_of_two",
                violation_error_message="A record can't be merged with itself.",
            ),
            models.CheckConstraint(
                condition=models.Q(undone_at__isnull=True, undone_by__isnull=True)
                | models.Q(undone_at__isnull=False, undone_by__isnull=False),
                name="merge_undone_by_somebody",
                violation_error_message="An undone merge says who undid it, and when.",
            ),
            base.one_in("noun", MergedNoun),
        ]

    def __str__(self) -> str:
        return f"{self.gone.get('name', self.merged)} → {self.kept}"
