"""The nouns of the domain, one module a group; a QuerySet of domain words stands above its model."""

from visits.models import history  # noqa: F401  (declares the tables of events)
from visits.models.accounts import User
from visits.models.agenda import AgendaPoint, Statement, Topic
from visits.models.editorial import EditorialEvent
from visits.models.evidence import CITATION_TARGETS, Citation, Note
from visits.models.identity import ExternalIdentifier, FormerAddress
from visits.models.imports import ImportBatch, ImportedRecord, ImportRow, Suggestion
from visits.models.meetings import Meeting, Participation
from visits.models.merging import Merge
from visits.models.parties import Country, Organization, Party, PartyName, Place, PlaceName
from visits.models.people import Official, OfficialName, Tenure
from visits.models.sources import Contributor, Source
from visits.models.tours import Stop, Tour
from visits.models.uploads import Upload

__all__ = [
    "CITATION_TARGETS",
    "AgendaPoint",
    "Citation",
    "Contributor",
    "Country",
    "EditorialEvent",
    "ExternalIdentifier",
    "FormerAddress",
    "ImportBatch",
    "ImportRow",
    "ImportedRecord",
    "Meeting",
    "Merge",
    "Note",
    "Official",
    "OfficialName",
    "Organization",
    "Participation",
    "Party",
    "PartyName",
    "Place",
    "PlaceName",
    "Source",
    "Statement",
    "Stop",
    "Suggestion",
    "Tenure",
    "Topic",
    "Tour",
    "Upload",
    "User",
]
