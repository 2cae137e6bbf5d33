"""Links with which somebody chooses a password, sent to the address of the account: one use, three days."""

import functools
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from visits.models import User
from visits.services import mailing
from visits.services.roles import role_of

# How soon somebody whom we don't know may have the next one sent.
PAUSE = timedelta(minutes=15)


class LinkTokens(PasswordResetTokenGenerator):
    """Of all links sent to an account the latest counts; it ends with its use, its time, or a deactivation."""

    def _make_hash_value(self, user: User, timestamp: int) -> str:
        sent = user.link_sent_at.isoformat() if user.link_sent_at else ""
        return f"{super()._make_hash_value(user, timestamp)}{sent}"


tokens = LinkTokens()


def valid_until(account: User) -> datetime | None:
    """Until when the latest link counts, unless it is used; None if there is none or its time is over."""
    if account.link_sent_at is None:
        return None
    end = account.link_sent_at + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    return end if end > timezone.now() else None


def send(account: User) -> None:
    """Send a link once the transaction has committed. If the mail server refuses, ``link_sent_at`` is empty again."""
    now = timezone.now()
    User.objects.filter(pk=account.pk).update(link_sent_at=now)
    account.link_sent_at = now
    transaction.on_commit(functools.partial(_deliver, account.pk, now, _mail(account)))


@transaction.atomic
def send_forgotten(*, email: str) -> list[User]:
    """Send a link to the active account with this address, if there is one and it has not had one just now.

    The caller tells nobody whether there is. Gives back whom it was sent to.
    """
    now = timezone.now()
    due = Q(link_sent_at=None) | Q(link_sent_at__lte=now - PAUSE)
    found = []
    for account in User.objects.filter(email__iexact=email, is_active=True).exclude(email=""):
        # Of two who ask at once, one gets through.
        if User.objects.filter(due, pk=account.pk).update(link_sent_at=now):
            account.link_sent_at = now
            mailing.send_later([_mail(account)])
            found.append(account)
    return found


def _mail(account: User) -> EmailMessage:
    key = urlsafe_base64_encode(force_bytes(account.pk))
    return mailing.compose(
        template="new_password" if account.has_usable_password() else "invitation",
        to=account.email,
        account=account,
        role=role_of(account).lower(),
        link=mailing.address("password_reset_confirm", key, tokens.make_token(account)),
        days=settings.PASSWORD_RESET_TIMEOUT // 86_400,
    )


def _deliver(pk: int, sent_at: datetime, mail: EmailMessage) -> None:
    if not mailing.send([mail]):
        User.objects.filter(pk=pk, link_sent_at=sent_at).update(link_sent_at=None)
