"""Form fields and filters that read the words of an address."""

import re
from collections.abc import Callable
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any
from uuid import UUID

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive

from visits import dates, fields
from visits.models import Party

MOST_VALUES = 100


class RepeatedInput(forms.TextInput):
    """Reads every value of a repeated parameter; a form shows them one after the other."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return data.getlist(name) if hasattr(data, "getlist") else list(data.get(name, []))

    def format_value(self, value: Any) -> str:
        return " ".join(value) if isinstance(value, list) else str(value or "")


class WordsField(forms.Field):
    """Several values of one parameter, each looked at by ``clean_word``; the result is a list, or empty."""

    widget = RepeatedInput

    def clean(self, value: Any) -> list[Any]:
        words = [fields.clean_text(word.strip()) for word in value or []]
        if len(words) > MOST_VALUES:
            raise ValidationError(f"At most {MOST_VALUES} values at once.")
        if any("\x00" in word for word in words):
            raise ValidationError("Holds a NUL character.")
        if not all(words):
            raise ValidationError("Empty. Leave the parameter out, or give it a value.")
        return self.clean_words(words)

    def clean_words(self, words: list[str]) -> list[Any]:
        return words


class ChoicesField(WordsField):
    """Values of a closed list."""

    def __init__(self, *, choices: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.choices = list(choices.choices)

    def clean_words(self, words: list[str]) -> list[str]:
        values = [str(value) for value, _ in self.choices]
        for word in words:
            if word not in values:
                nearest = get_close_matches(word.lower(), values, n=1)
                hint = f" Did you mean “{nearest[0]}”?" if nearest else ""
                raise ValidationError(
                    f"“{word}” is not one of {', '.join(values)}.{hint}",
                    params={"suggestion": nearest[0] if nearest else ""},
                )
        return words


class PartyCodesField(WordsField):
    """Codes of parties, resolved to primary keys. A name is an error that tells the code.

    Only public parties count: the answer for a hidden one is that of one that does not exist.
    """

    def __init__(self, *, parties: Callable[[], Any], noun: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.parties: Callable[[], QuerySet] = lambda: parties().public()
        self.noun = noun

    def clean_words(self, words: list[str]) -> list[int]:
        codes = [word.upper() for word in words]
        found = dict(self.parties().filter(code__in=codes).values_list("code", "pk"))
        for word, code in zip(words, codes, strict=True):
            if code not in found:
                raise self._unknown(word)
        return [found[code] for code in codes]

    def _unknown(self, word: str) -> ValidationError:
        likely = self._likely(word)
        if likely is None:
            return ValidationError(f"“{word}” is not the code of {self.noun} on record.")
        return ValidationError(
            f"“{word}” is not the code of {self.noun}. {likely.name} is {likely.code}.",
            params={"suggestion": likely.code},
        )

    def _likely(self, word: str) -> Party | None:
        """The party of that name, or of the nearest one."""
        named = self.parties().filter(Q(name__iexact=word) | Q(other_names__name__iexact=word)).first()
        if named is not None:
            return named
        names = {party.name.lower(): party for party in self.parties()}
        nearest = get_close_matches(word.lower(), list(names), n=1, cutoff=0.75)
        return names[nearest[0]] if nearest else None


class RecordsField(WordsField):
    """Slugs or identifiers of records, resolved to primary keys."""

    def __init__(self, *, records: Callable[[], QuerySet], noun: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.records = records
        self.noun = noun

    def clean_words(self, words: list[str]) -> list[int]:
        return [self._resolve(word) for word in words]

    def _resolve(self, word: str) -> int:
        try:
            wanted = Q(uuid=UUID(word))
        except ValueError:
            wanted = Q(slug=word) if hasattr(self.records().model, "slug") else Q(pk__in=[])
        found = self.records().filter(wanted).values_list("pk", flat=True).first()
        if found is None:
            raise ValidationError(f"There is no {self.noun} “{word}”. Use the slug or the identifier of one.")
        return found


class PairField(forms.CharField):
    """Two codes with a comma between."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.party = PartyCodesField(parties=Party.objects.all, noun="a party")

    def clean(self, value: Any) -> list[int]:
        text = super().clean(value)
        if not text:
            return []
        codes = [code.strip() for code in text.split(",")]
        if len(codes) != 2 or codes[0].upper() == codes[1].upper():
            raise ValidationError("Write two different codes with a comma between, such as TR,US.")
        return self.party.clean(codes)


class DayField(forms.CharField):
    """A day, a month or a year of a period; ``side`` says which end of a month or year is meant."""

    def __init__(self, *, side: str = "earliest", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.side = side

    def clean(self, value: Any) -> date | None:
        text = super().clean(value)
        if not text:
            return None
        try:
            dates.check(text)
        except ValueError as error:
            raise ValidationError(str(error)) from error
        return dates.earliest(text) if self.side == "earliest" else dates.latest(text)


class MomentField(forms.CharField):
    """A moment as ISO 8601 with its zone."""

    def clean(self, value: Any) -> datetime | None:
        text = super().clean(value)
        if not text:
            return None
        # "+" in an address that nobody encoded arrives as a space.
        text = re.sub(r" (\d\d:?\d\d)$", r"+\1", text)
        try:
            moment = parse_datetime(text)
        except ValueError:
            moment = None
        if moment is None or is_naive(moment):
            raise ValidationError("Write a moment with its zone, such as 2024-01-06T12:00:00Z.")
        return moment


class TruthField(forms.CharField):
    """true or false."""

    widget = forms.Select(choices=[("", "Either"), ("true", "Yes"), ("false", "No")])

    def clean(self, value: Any) -> bool | None:
        text = super().clean(value).lower()
        if text not in ("", "true", "false"):
            raise ValidationError("Write true or false.")
        return text == "true" if text else None


class WordsFilter(django_filters.Filter):
    """A filter over a list of values, which count as “one of these”."""

    field_class: type[forms.Field] = WordsField

    def filter(self, qs: QuerySet, value: list[Any]) -> QuerySet:
        return qs.filter(**{f"{self.field_name}__in": value}) if value else qs


class ChoicesFilter(WordsFilter):
    field_class = ChoicesField


class PartyFilter(WordsFilter):
    """Codes of countries (``noun="country"``) or of organizations."""

    field_class = PartyCodesField

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("parties", Party.objects.countries)
        kwargs.setdefault("noun", "a country")
        super().__init__(**kwargs)


class RecordsFilter(WordsFilter):
    field_class = RecordsField


class DayFilter(django_filters.Filter):
    field_class = DayField


class MomentFilter(django_filters.Filter):
    field_class = MomentField


class PairFilter(django_filters.Filter):
    field_class = PairField


class TruthFilter(django_filters.Filter):
    field_class = TruthField


class TextFilter(django_filters.Filter):
    """Words to look for, 200 characters at most."""

    field_class = forms.CharField

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 200)
        super().__init__(**kwargs)
