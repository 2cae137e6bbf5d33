"""How the API shows each noun: the one declaration, from which the schema is made, too."""

from visits.api.serializers.agenda import AgendaPointSerializer, StatementSerializer, TopicSerializer
from visits.api.serializers.events import MeetingSerializer, StopSerializer, TourSerializer
from visits.api.serializers.evidence import SourceInFullSerializer, SourceSerializer
from visits.api.serializers.parties import (
    CountrySerializer,
    OfficialSerializer,
    OrganizationSerializer,
    PlaceSerializer,
)

__all__ = [
    "AgendaPointSerializer",
    "CountrySerializer",
    "MeetingSerializer",
    "OfficialSerializer",
    "OrganizationSerializer",
    "PlaceSerializer",
    "SourceInFullSerializer",
    "SourceSerializer",
    "StatementSerializer",
    "StopSerializer",
    "TopicSerializer",
    "TourSerializer",
]
