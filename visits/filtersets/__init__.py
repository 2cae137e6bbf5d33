"""URL words to querysets: the same for pages, API, feeds and exports."""

from visits.filtersets.base import BadQuery, Fault, StrictFilterSet, without_noise
from visits.filtersets.events import (
    AgendaPointFilterSet,
    MeetingFilterSet,
    StatementFilterSet,
    StopFilterSet,
    TourFilterSet,
)
from visits.filtersets.parties import (
    OfficialFilterSet,
    PartyFilterSet,
    PlaceFilterSet,
    SourceFilterSet,
    TopicFilterSet,
)

__all__ = [
    "AgendaPointFilterSet",
    "BadQuery",
    "Fault",
    "MeetingFilterSet",
    "OfficialFilterSet",
    "PartyFilterSet",
    "PlaceFilterSet",
    "SourceFilterSet",
    "StatementFilterSet",
    "StopFilterSet",
    "StrictFilterSet",
    "TopicFilterSet",
    "TourFilterSet",
    "without_noise",
]
