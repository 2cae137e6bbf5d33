"""Mails: plain text out of a template, sent once the transaction has committed. A server that fails is logged."""

import functools
import logging
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

logger = logging.getLogger(__name__)


def address(page: str, *args: Any) -> str:
    """The whole address of a page, by its name and arguments."""
    return site_address(reverse(page, args=args))


def site_address(path: str) -> str:
    """The whole address of a path, at the host that the settings name: a request could name any."""
    return f"{settings.SITE_URL}{path}"


def compose(*, template: str, to: str, **words: Any) -> EmailMessage:
    """The mail that ``templates/mail/`` has under this name; its first paragraph is the subject."""
    text = render_to_string(f"mail/{template}.txt", {"site": settings.SITE_URL, **words})
    subject, _, body = text.partition("\n\n")
    # Nobody answers, no machine either (RFC 3834).
    return EmailMessage(
        " ".join(subject.split()), body.strip() + "\n", to=[to], headers={"Auto-Submitted": "auto-generated"}
    )


def send(mails: Sequence[EmailMessage]) -> bool:
    """Hand the mails over, now; whether the server took them all. Never raises: what it said is logged."""
    connection = get_connection()
    taken = 0
    try:
        connection.open()
        for mail in mails:
            taken += _handed_over(connection, mail)
        connection.close()
    except Exception:
        logger.exception("The mail server can't be spoken to.")
    return taken == len(mails)


def send_later(mails: Sequence[EmailMessage]) -> None:
    """Send them after the commit, beside the request: nobody waits for the server, nor learns from the wait."""
    if mails:
        transaction.on_commit(functools.partial(_dispatch, mails), robust=True)


def _dispatch(mails: Sequence[EmailMessage]) -> None:
    if settings.MAIL_IN_BACKGROUND:
        _postman().submit(send, mails)
    else:
        send(mails)


def _handed_over(connection: Any, mail: EmailMessage) -> int:
    try:
        return int(connection.send_messages([mail]) or 0)
    except Exception:
        logger.exception("The mail server did not take “%s”.", mail.subject)
        return 0


@functools.cache
def _postman() -> ThreadPoolExecutor:
    """One thread a process; when the process ends, what waits is sent first."""
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="mail")


# A thread does not survive a fork.
os.register_at_fork(after_in_child=_postman.cache_clear)
