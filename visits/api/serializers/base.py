"""What all representations share.

One rule for what is not on record: null for a single value, an empty list for several. Never an empty text.
"""

from collections.abc import Collection
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import Choices
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from visits import dates

# Where several representations meet in one, these come last.
TAIL = ("citations", "external_identifiers", "modified_at", "version")


class ApiSerializer(serializers.Serializer):
    """Represents a record; ``only`` names the fields wanted, all of them if it is None."""

    def __init__(self, *args: Any, only: Collection[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if only is not None:
            for name in set(self.fields) - set(only):
                self.fields.pop(name)

    def get_fields(self) -> dict[str, serializers.Field]:
        fields = super().get_fields()
        return fields | {name: fields.pop(name) for name in TAIL if name in fields}


class Text(serializers.CharField):
    """Text, or null."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"allow_null": True} | kwargs)

    def to_representation(self, value: str) -> Any:
        return value or None


class Choice(serializers.ChoiceField):
    """A value of a closed list; null where it is blank."""

    def __init__(self, choices: type[Choices], **kwargs: Any) -> None:
        super().__init__(choices.choices, **kwargs)

    def to_representation(self, value: Any) -> Any:
        return value or None


@extend_schema_field({"type": "string", "pattern": dates.PATTERN, "example": "2024-01-06"})
class PartialDate(Text):
    """A date as far as it is known: EDTF level 0."""


@extend_schema_field({"type": "string", "pattern": r"^[0-9]{2}:[0-9]{2}:[0-9]{2}$", "example": "15:30:00"})
class LocalTime(serializers.TimeField):
    """A time as the clock on the wall had it."""


@extend_schema_field({"type": "string", "example": "2024-01-04/2024-01-11"})
class Interval(serializers.CharField):
    """A date or a span of dates: EDTF level 1."""


@extend_schema_field({"type": "string", "format": "uri"})
class ApiAddress(serializers.Field):
    """Where the API has the record."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", **kwargs)

    def to_representation(self, record: Any) -> str:
        return self.context["addresses"].api(record)


@extend_schema_field({"type": "string", "format": "uri"})
class PageAddress(ApiAddress):
    """Where people read about the record."""

    def to_representation(self, record: Any) -> str:
        return self.context["addresses"].page(record)


class RecordSerializer(ApiSerializer):
    """What every record begins with."""

    id = serializers.UUIDField(source="uuid", help_text="Made once and never changed.")
    url = ApiAddress(help_text="The record in this API.")
    page = PageAddress(help_text="The record on a page for people.")


class SluggedSerializer(RecordSerializer):
    """A record with a slug."""

    slug = serializers.SlugField(
        help_text="Names the record in its addresses. A former one leads to it, too."
    )


class VersionSerializer(ApiSerializer):
    """What every record ends with."""

    modified_at = serializers.DateTimeField(help_text="When the record was last changed, in UTC.")
    version = serializers.IntegerField(help_text="Counts the changes of the record.")


class ExternalIdentifierSerializer(ApiSerializer):
    """Under which identifier another collection has the record."""

    scheme = serializers.CharField(help_text="The collection, such as historian-travels or wikidata.")
    value = serializers.CharField(help_text="The identifier in that collection.")


class IdentifiedSerializer(ApiSerializer):
    """A record that others know, too."""

    external_identifiers = ExternalIdentifierSerializer(
        many=True, help_text="Under which identifiers other collections have it."
    )


class SpanSerializer(ApiSerializer):
    """A record that lies in time."""

    start = PartialDate(
        source="start_date", allow_null=False, help_text="First day, as far as it is known (EDTF level 0)."
    )
    end = serializers.SerializerMethodField(help_text="Last day, as far as it is known (EDTF level 0).")
    dates = Interval(source="edtf", help_text="Both as one EDTF level 1 date or interval.")

    @extend_schema_field(PartialDate(allow_null=False))
    def get_end(self, record: Any) -> str:
        return record.end_date or record.start_date


class OtherNameSerializer(ApiSerializer):
    """Another language or script, a former name, a common spelling."""

    name = serializers.CharField()
    language = Text(help_text="BCP 47.")
    valid_from = PartialDate()
    valid_to = PartialDate()


def moment(date: str, local: time | None, zone: str) -> str | None:
    """ISO 8601 with the offset of that day; None where the time, the day or the zone is not known."""
    if local is None or dates.precision(date) != "day":
        return None
    try:
        return datetime.combine(dates.earliest(date), local, ZoneInfo(zone)).isoformat()
    except (ZoneInfoNotFoundError, ValueError):
        return None
