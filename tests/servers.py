"""Mail servers that are of no help."""

from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.locmem import EmailBackend


class Refusing(BaseEmailBackend):
    """Takes no mail at all."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        raise OSError("No mail today.")


class Away(Refusing):
    """Is not even there."""

    def open(self) -> bool | None:
        raise ConnectionRefusedError("Nobody listens.")


class Choosy(EmailBackend):
    """Refuses one address."""

    def send_messages(self, messages: Any) -> int:
        if messages[0].to == ["refused@ruritania.example"]:
            raise OSError("Not to this one.")
        return super().send_messages(messages)
