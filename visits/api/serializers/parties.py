"""Countries, organizations, places, officials."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from visits.api.serializers.base import (
    ApiSerializer,
    Choice,
    IdentifiedSerializer,
    OtherNameSerializer,
    PartialDate,
    RecordSerializer,
    SluggedSerializer,
    Text,
    VersionSerializer,
)
from visits.api.serializers.evidence import CitationSerializer
from visits.api.serializers.references import PartyReferenceSerializer
from visits.choices import PartyKind, PlaceKind, Region


class SubRegionSerializer(ApiSerializer):
    """A part of the world, as the UN's statisticians divide it."""

    code = Choice(Region, help_text="UN M49 code of the sub-region.")
    name = serializers.CharField()


class PartySerializer(RecordSerializer, IdentifiedSerializer, VersionSerializer):
    """Whoever an official can speak for."""

    code = serializers.CharField(
        help_text="ISO 3166-1 alpha-2; ISO 3166-3 for a state that has vanished; otherwise a code of ours."
    )
    name = serializers.CharField()
    official_name = Text()
    other_names = OtherNameSerializer(many=True)
    kind = Choice(PartyKind)
    description = Text()
    iso_code = Text(help_text="ISO 3166-1 alpha-2 code of the shape on the map in which it lies.")
    region = serializers.SerializerMethodField()
    part_of = PartyReferenceSerializer(allow_null=True)
    succeeded_by = PartyReferenceSerializer(many=True)
    valid_from = PartialDate(help_text="Since when it has existed under this code (EDTF level 0).")
    valid_to = PartialDate(help_text="Until when it existed (EDTF level 0).")

    @extend_schema_field(SubRegionSerializer(allow_null=True))
    def get_region(self, party: Any) -> dict[str, str] | None:
        return {"code": party.region, "name": party.get_region_display()} if party.region else None


class CountrySerializer(PartySerializer):
    """A state, a territory or a former state."""


class OrganizationSerializer(PartySerializer):
    """An international organization or a non-state group."""


class PlaceSerializer(SluggedSerializer, IdentifiedSerializer, VersionSerializer):
    """A city, a region or a site."""

    name = serializers.CharField()
    other_names = OtherNameSerializer(many=True)
    kind = Choice(PlaceKind)
    country = PartyReferenceSerializer(help_text="As the record states it; never silently today's.")
    administered_by = PartyReferenceSerializer(allow_null=True)
    claimed_by = PartyReferenceSerializer(many=True)
    latitude = serializers.FloatField(allow_null=True, help_text="Degrees north, WGS 84.")
    longitude = serializers.FloatField(allow_null=True, help_text="Degrees east, WGS 84.")


class TenureSerializer(ApiSerializer):
    """A title that an official held for a party, from when to when."""

    id = serializers.UUIDField(source="uuid")
    title = serializers.CharField()
    party = PartyReferenceSerializer()
    start = PartialDate(source="start_date", help_text="EDTF level 0.")
    end = PartialDate(source="end_date", help_text="EDTF level 0; null: no end on record.")
    dates = serializers.SerializerMethodField(help_text="EDTF level 1; an empty side is not on record.")
    citations = CitationSerializer(many=True)

    @extend_schema_field({"type": ["string", "null"], "example": "2021-01-26/2025-01-20"})
    def get_dates(self, tenure: Any) -> str | None:
        return tenure.edtf if tenure.start_date or tenure.end_date else None


class OfficialSerializer(SluggedSerializer, IdentifiedSerializer, VersionSerializer):
    """A person who acts for a party."""

    name = serializers.CharField()
    other_names = OtherNameSerializer(many=True)
    description = Text()
    tenures = TenureSerializer(many=True, help_text="The latest one first.")
