"""Mails that the product has sent, as those who get them read them."""

import re

from django.core import mail


def letters() -> list[tuple[str, str]]:
    """Who got what, in the order of sending: the address and the subject."""
    assert all(len(letter.to) == 1 and not (letter.cc or letter.bcc) for letter in mail.outbox)
    return [(letter.to[0], str(letter.subject)) for letter in mail.outbox]


def body() -> str:
    """The text of the latest mail."""
    return str(mail.outbox[-1].body)


def link(text: str = "") -> str:
    """The path of the first link in the text, or in the latest mail, to a page below /admin/."""
    found = re.search(r"^https://readout\.example(/admin/\S+)$", text or body(), flags=re.MULTILINE)
    assert found, text or body()
    return found[1]
