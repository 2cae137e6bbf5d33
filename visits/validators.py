"""Pure rules over values. Rules that the database can hold stand there too; these say them before saving."""

import re
import unicodedata
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError

from visits import dates

CODE_PATTERN = r"^[A-Z0-9]+(-[A-Z0-9]+)*$"
SLUG_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
# RFC 5646, as far as a form needs it: language, optional script, optional region, variants left open.
LANGUAGE_PATTERN = r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?(-[a-z0-9]{5,8})*$"
# C0/C1 controls but for tab and newline, and the bidirectional overrides that make text read as something else.
UNSAFE_CHARACTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]")


def validate_partial_date(value: str) -> None:
    try:
        dates.check(value)
    except ValueError as error:
        raise ValidationError(str(error), code="partial_date") from error


def validate_code(value: str) -> None:
    if not re.fullmatch(CODE_PATTERN, value):
        raise ValidationError("A code has capital letters and digits: TR, SUHH, PS-WB.", code="code")


def validate_language(value: str) -> None:
    if not re.fullmatch(LANGUAGE_PATTERN, value):
        raise ValidationError("Write a BCP 47 language tag, such as en, tr, ar or zh-Hant.", code="language")


def validate_web_address(value: str) -> None:
    """Only http and https: any other scheme would become a live link on a page."""
    try:
        parts = urlsplit(value)
        host = parts.hostname
    except ValueError:
        host, parts = None, urlsplit("")
    if parts.scheme.lower() not in ("http", "https") or not host or re.search(r"\s", value):
        raise ValidationError("Only http and https addresses are accepted.", code="web_address")


def validate_text(value: str) -> None:
    """Refuse what can't be stored or would deceive a reader."""
    found = UNSAFE_CHARACTERS.search(value)
    if found:
        name = unicodedata.name(found[0], f"control character U+{ord(found[0]):04X}")
        raise ValidationError(
            f"Holds a hidden character ({name}). Remove it and try again.", code="hidden_character"
        )
    if not unicodedata.is_normalized("NFC", value):
        raise ValidationError("The text is not in Unicode's normal form C.", code="not_nfc")


def validate_time_zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError("Write an IANA time zone, such as Europe/Istanbul.", code="time_zone")


def validate_scheme(value: str) -> None:
    if not re.fullmatch(SLUG_PATTERN, value):
        raise ValidationError(
            "A scheme has small letters, digits and hyphens: historian-travels.", code="scheme"
        )
