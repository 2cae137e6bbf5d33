"""Topics, agenda points, statements."""

from rest_framework import serializers

from visits.api.serializers.base import (
    ApiAddress,
    ApiSerializer,
    Choice,
    IdentifiedSerializer,
    PageAddress,
    SluggedSerializer,
    Text,
    VersionSerializer,
)
from visits.api.serializers.evidence import CitationSerializer
from visits.api.serializers.references import (
    AgendaPointReferenceSerializer,
    MeetingReferenceSerializer,
    OfficialReferenceSerializer,
    PartyReferenceSerializer,
    TopicReferenceSerializer,
    TourReferenceSerializer,
)
from visits.choices import Stance, StatementKind


class TopicSerializer(SluggedSerializer, IdentifiedSerializer, VersionSerializer):
    """What a point is about."""

    name = serializers.CharField()
    description = Text()
    parent = TopicReferenceSerializer(allow_null=True, help_text="The wider topic.")
    is_proposition = serializers.BooleanField(
        help_text="Whether one can support or oppose it: “Immediate ceasefire in Gaza”."
    )


class SpokenSerializer(ApiSerializer):
    """What one side said, wherever it is shown."""

    id = serializers.UUIDField(source="uuid")
    url = ApiAddress()
    on_behalf_of = PartyReferenceSerializer(help_text="The side that says it.")
    speaker = OfficialReferenceSerializer(allow_null=True)
    title_on_day = Text(help_text="The title that the speaker held on that day.")
    text = serializers.CharField(help_text="In the analyst's words; a citation's quote is verbatim.")
    kind = Choice(StatementKind)
    stance = Choice(Stance, help_text="On the point's main topic.")
    citations = CitationSerializer(many=True)


class OnTheTableSerializer(ApiSerializer):
    """A point, wherever it is shown."""

    id = serializers.UUIDField(source="uuid")
    url = ApiAddress()
    title = serializers.CharField()
    main_topic = TopicReferenceSerializer(allow_null=True, help_text="The topic to which the stances refer.")
    topics = TopicReferenceSerializer(many=True, help_text="All of them, the main one first.")


class PointSerializer(OnTheTableSerializer):
    """A point with what was said on it. Nobody knows by whom one without statements was raised."""

    statements = SpokenSerializer(many=True)
    citations = CitationSerializer(many=True)


class AgendaPointSerializer(PointSerializer, VersionSerializer):
    """One point that was on the table of a meeting, or a declared purpose of a tour."""

    page = PageAddress()
    meeting = MeetingReferenceSerializer(allow_null=True)
    tour = TourReferenceSerializer(allow_null=True, help_text="The tour of which it is a declared purpose.")
    position = serializers.IntegerField(help_text="Its place in the order of the points.")


class StatementSerializer(SpokenSerializer, VersionSerializer):
    """What one side said on one point."""

    page = PageAddress()
    point = AgendaPointReferenceSerializer()
    main_topic = TopicReferenceSerializer(source="point.main_topic", allow_null=True)
    topics = TopicReferenceSerializer(source="point.topics", many=True)
    meeting = MeetingReferenceSerializer(source="point.meeting", allow_null=True)
    tour = TourReferenceSerializer(
        source="point.tour", allow_null=True, help_text="The tour of which the point is a declared purpose."
    )
