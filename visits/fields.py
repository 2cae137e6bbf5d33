"""Model fields of our own: text in normal form C, and dates that may be known only in part."""

import unicodedata
from typing import Any

from django.db import models
from django.db.models import Func, Value
from django.db.models.functions import Coalesce, NullIf

from visits import validators


def clean_text(value: Any) -> Any:
    """NFC with plain line ends, as every text in the database is; anything that is not text is left alone."""
    if not isinstance(value, str):
        return value
    # A browser sends the lines of a text area with carriage returns.
    return unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\r", "\n")


class _NormalText:
    """Brings text into normal form C on its way in, whatever the way."""

    default_validators: Any = [validators.validate_text]

    def to_python(self, value: Any) -> Any:
        return clean_text(super().to_python(value))  # type: ignore[misc]

    def get_prep_value(self, value: Any) -> Any:
        return clean_text(super().get_prep_value(value))  # type: ignore[misc]


class ShortTextField(_NormalText, models.CharField):
    """One line, 250 characters unless told otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 250)
        super().__init__(*args, **kwargs)


class LongTextField(_NormalText, models.TextField):
    """Several lines, bounded: 10,000 characters unless told otherwise."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 10_000)
        super().__init__(*args, **kwargs)


class WebAddressField(models.CharField):
    """An http or https address, kept as given."""

    default_validators = [validators.validate_web_address]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 2000)
        super().__init__(*args, **kwargs)


class PartialDateField(models.CharField):
    """YYYY-MM-DD, YYYY-MM or YYYY (see ``visits.dates``)."""

    default_validators = [validators.validate_partial_date]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 10
        super().__init__(*args, **kwargs)


class Earliest(Func):
    """The first day that a partial date can mean; NULL for the empty text."""

    function = "readout_earliest"
    arity = 1
    output_field = models.DateField()


class Latest(Func):
    """The last day that a partial date can mean; NULL for the empty text."""

    function = "readout_latest"
    arity = 1
    output_field = models.DateField()


class Fold(Func):
    """Text as it is compared: without accents and case (immutable, so that indexes may use it)."""

    function = "readout_fold"
    arity = 1
    output_field = models.TextField()


class UrlKey(Func):
    """An address as it is compared: without scheme, case of the host, tracking parameters and an empty fragment."""

    function = "readout_url_key"
    arity = 1
    output_field = models.TextField()


class Likeness(Func):
    """How alike two texts are, from 0 to 1, by the trigrams that they share (pg_trgm)."""

    function = "similarity"
    arity = 2
    output_field = models.FloatField()


def day(expression: Func) -> models.GeneratedField:
    """A date that the database derives and stores."""
    return models.GeneratedField(
        expression=expression, output_field=models.DateField(null=True), db_persist=True
    )


def end_or_start() -> Coalesce:
    """The end of a span, which is its start where no end is on record."""
    return Coalesce(NullIf("end_date", Value("")), "start_date")


def given_or(name: str, otherwise: Any) -> Coalesce:
    """The text of a column, or another expression where it is blank."""
    return Coalesce(NullIf(name, Value("")), otherwise, output_field=models.CharField())
