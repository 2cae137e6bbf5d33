"""Who works with the record."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class User(AbstractUser):
    """An account of an analyst, a reviewer, an administrator or a viewer."""

    wants_mail = models.BooleanField(
        "mail about reviews",
        default=True,
        help_text="A mail about what waits for review, and about what became of one's own tours and meetings.",
    )
    # When the link to choose a password that counts was sent; part of the link's own signature.
    link_sent_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(AbstractUser.Meta):
        verbose_name = "account"
        verbose_name_plural = "accounts"
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=~Q(email=""),
                name="user_email_once",
                violation_error_message="Another account has this email address.",
            )
        ]
