"""Tours, stops, meetings."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from visits.api.serializers.agenda import PointSerializer
from visits.api.serializers.base import (
    ApiSerializer,
    Choice,
    IdentifiedSerializer,
    LocalTime,
    PartialDate,
    RecordSerializer,
    SluggedSerializer,
    SpanSerializer,
    Text,
    VersionSerializer,
    moment,
)
from visits.api.serializers.evidence import CitationSerializer, NoteSerializer
from visits.api.serializers.references import (
    MeetingReferenceSerializer,
    OfficialReferenceSerializer,
    PartyReferenceSerializer,
    PlaceReferenceSerializer,
    StopReferenceSerializer,
    TourReferenceSerializer,
)
from visits.choices import MeetingKind, MeetingStatus, Role, StopStatus, TourKind, TourStatus


class TourStopSerializer(RecordSerializer, SpanSerializer, IdentifiedSerializer, VersionSerializer):
    """A stop, within its tour."""

    position = serializers.IntegerField(help_text="Its place in the order in which the stops were made.")
    status = Choice(StopStatus)
    country = PartyReferenceSerializer()
    places = PlaceReferenceSerializer(many=True)
    country_text = Text(help_text="The country as the source gives it.")
    locale_text = Text(help_text="The place as the source gives it.")
    remarks = Text(help_text="The remarks as the source gives them.")
    announced_on = PartialDate(help_text="When it was announced (EDTF level 0); null: it was not.")
    announced_position = serializers.IntegerField(
        allow_null=True, help_text="Its place in the announced itinerary."
    )
    was_added = serializers.BooleanField(help_text="Made without having been announced.")
    meetings = MeetingReferenceSerializer(many=True)
    citations = CitationSerializer(many=True)


class StopSerializer(TourStopSerializer):
    """One stay in one country on a tour."""

    tour = TourReferenceSerializer()
    principal = OfficialReferenceSerializer(source="tour.principal")


class TourSerializer(SluggedSerializer, SpanSerializer, IdentifiedSerializer, VersionSerializer):
    """One journey of one principal."""

    title = serializers.CharField()
    principal = OfficialReferenceSerializer()
    title_on_day = Text(help_text="The title that the principal held when the tour began.")
    on_behalf_of = PartyReferenceSerializer()
    kind = Choice(TourKind)
    status = Choice(TourStatus)
    summary = Text()
    purposes = PointSerializer(many=True, help_text="What the tour was declared to be for.")
    stops = TourStopSerializer(many=True, help_text="In the order in which they were made.")
    meetings = MeetingReferenceSerializer(many=True, help_text="The earliest one first.")
    notes = NoteSerializer(many=True)
    citations = CitationSerializer(many=True)


class ParticipationSerializer(ApiSerializer):
    """One person or group at a meeting, or expected there."""

    id = serializers.UUIDField(source="uuid")
    official = OfficialReferenceSerializer(allow_null=True)
    name = Text(help_text="As reported: a group, or somebody not yet identified.")
    on_behalf_of = PartyReferenceSerializer(allow_null=True)
    role = Choice(Role)
    title_on_day = Text(help_text="The title held on the day of the meeting.")
    citations = CitationSerializer(many=True)


class MeetingTimeSerializer(ApiSerializer):
    """When on the day: as the clock on the wall had it, and as moments."""

    start_time = LocalTime(allow_null=True, help_text="Local time.")
    end_time = LocalTime(allow_null=True, help_text="Local time.")
    time_zone = Text(help_text="IANA name, such as Europe/Istanbul.")
    starts_at = serializers.SerializerMethodField(
        help_text="ISO 8601 with offset, where day and time are known."
    )
    ends_at = serializers.SerializerMethodField(
        help_text="ISO 8601 with offset, where day and time are known."
    )

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_starts_at(self, meeting: Any) -> str | None:
        return moment(meeting.start_date, meeting.start_time, meeting.time_zone)

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_ends_at(self, meeting: Any) -> str | None:
        return moment(meeting.end_date or meeting.start_date, meeting.end_time, meeting.time_zone)


class MeetingSerializer(
    SluggedSerializer, SpanSerializer, MeetingTimeSerializer, IdentifiedSerializer, VersionSerializer
):
    """One engagement, with everything that belongs to it. One that did not happen is a record like any other."""

    title = serializers.CharField(source="__str__")
    kind = Choice(MeetingKind)
    status = Choice(MeetingStatus)
    reason = Text(help_text="Why it did not take place, as far as a source says.")
    location = PartyReferenceSerializer(allow_null=True, help_text="The country in which it took place.")
    place = PlaceReferenceSerializer(allow_null=True)
    host = PartyReferenceSerializer(allow_null=True, help_text="The party that received the others.")
    tour = TourReferenceSerializer(allow_null=True)
    stop = StopReferenceSerializer(allow_null=True)
    summary = Text()
    participations = ParticipationSerializer(many=True)
    points = PointSerializer(many=True)
    notes = NoteSerializer(many=True)
    citations = CitationSerializer(many=True)
