"""The editorial state of tours and meetings, and the acts that led to it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from visits import fields
from visits.choices import EditorialAction, EditorialState
from visits.models import base


class Edited(models.Model):
    """A record that passes from draft through review to publication."""

    state = models.CharField(
        max_length=10, choices=EditorialState, default=EditorialState.DRAFT, editable=False
    )
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="published_%(class)ss",
    )

    class Meta:
        abstract = True

    @property
    def is_public(self) -> bool:
        return self.state == EditorialState.PUBLISHED


def editorial_rules() -> list[models.BaseConstraint]:
    return [
        base.one_in("state", EditorialState),
        models.CheckConstraint(
            condition=~Q(state=EditorialState.PUBLISHED)
            | Q(published_at__isnull=False, published_by__isnull=False),
            name="%(class)s_published_by_somebody",
            violation_error_message="A published record says who published it, and when.",
        ),
    ]


class EditorialEvent(models.Model):
    """Who did what to a tour or a meeting on its way to publication. Only ever added to."""

    tour = models.ForeignKey(
        "visits.Tour", on_delete=models.CASCADE, null=True, blank=True, related_name="editorial_events"
    )
    meeting = models.ForeignKey(
        "visits.Meeting", on_delete=models.CASCADE, null=True, blank=True, related_name="editorial_events"
    )
    action = models.CharField(max_length=10, choices=EditorialAction)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="editorial_events"
    )
    at = models.DateTimeField(db_default=Now(), editable=False)
    comment = fields.LongTextField(blank=True, default="")

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            base.one_of(["tour", "meeting"], "An editorial event belongs to a tour or to a meeting."),
            base.one_in("action", EditorialAction),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} by {self.by}, {self.at:%Y-%m-%d %H:%M}"
