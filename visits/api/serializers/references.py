"""Small objects that name a record inside another one and say where it is."""

from rest_framework import serializers

from visits.api.serializers.base import ApiAddress, ApiSerializer, Choice, Interval, PartialDate, Text
from visits.choices import MeetingStatus, SourceKind


class ReferenceSerializer(ApiSerializer):
    """Names a record and says where it is."""

    id = serializers.UUIDField(source="uuid")
    url = ApiAddress()


class PartyReferenceSerializer(ReferenceSerializer):
    """Names a country or an organization."""

    code = serializers.CharField()
    name = serializers.CharField()


class OfficialReferenceSerializer(ReferenceSerializer):
    """Names an official."""

    slug = serializers.SlugField()
    name = serializers.CharField()


class TopicReferenceSerializer(ReferenceSerializer):
    """Names a topic."""

    slug = serializers.SlugField()
    name = serializers.CharField()


class PlaceReferenceSerializer(ReferenceSerializer):
    """Names a place and says where on Earth it lies."""

    slug = serializers.SlugField()
    name = serializers.CharField()
    latitude = serializers.FloatField(allow_null=True, help_text="Degrees north, WGS 84.")
    longitude = serializers.FloatField(allow_null=True, help_text="Degrees east, WGS 84.")


class TourReferenceSerializer(ReferenceSerializer):
    """Names a tour."""

    slug = serializers.SlugField()
    title = serializers.CharField()


class StopReferenceSerializer(ReferenceSerializer):
    """Names a stop."""

    title = serializers.CharField(source="__str__")


class MeetingReferenceSerializer(ReferenceSerializer):
    """Names a meeting. Its status comes along: a meeting that was skipped must not read as one that was held."""

    slug = serializers.SlugField()
    title = serializers.CharField(source="__str__")
    dates = Interval(source="edtf")
    status = Choice(MeetingStatus)


class AgendaPointReferenceSerializer(ReferenceSerializer):
    """Names an agenda point."""

    title = serializers.CharField()


class SourceReferenceSerializer(ReferenceSerializer):
    """Names a source, with what decides how much it is worth."""

    slug = serializers.SlugField()
    title = serializers.CharField()
    kind = Choice(SourceKind)
    publisher = Text()
    published = PartialDate()
    document_url = Text(source="url", help_text="Where the document is, as given.")
    issued_by = PartyReferenceSerializer(
        allow_null=True, help_text="The party whose official document it is."
    )
