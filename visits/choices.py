"""The closed lists of the domain. Values are what the database and the API hold; labels are what people read."""

from django.db.models import IntegerChoices, TextChoices


class PartyKind(TextChoices):
    STATE = "state", "State"
    TERRITORY = "territory", "Territory"
    FORMER_STATE = "former_state", "Former state"
    INTERNATIONAL_ORGANIZATION = "international_organization", "International organization"
    NON_STATE_GROUP = "non_state_group", "Non-state group"


COUNTRY_KINDS = (PartyKind.STATE, PartyKind.TERRITORY, PartyKind.FORMER_STATE)
ORGANIZATION_KINDS = (PartyKind.INTERNATIONAL_ORGANIZATION, PartyKind.NON_STATE_GROUP)


class Region(TextChoices):
    """Sub-regions of the UN Statistics Division's M49 standard, by their M49 code."""

    NORTHERN_AFRICA = "015", "Northern Africa"
    SUB_SAHARAN_AFRICA = "202", "Sub-Saharan Africa"
    LATIN_AMERICA_CARIBBEAN = "419", "Latin America and the Caribbean"
    NORTHERN_AMERICA = "021", "Northern America"
    CENTRAL_ASIA = "143", "Central Asia"
    EASTERN_ASIA = "030", "Eastern Asia"
    SOUTH_EASTERN_ASIA = "035", "South-eastern Asia"
    SOUTHERN_ASIA = "034", "Southern Asia"
    WESTERN_ASIA = "145", "Western Asia"
    EASTERN_EUROPE = "151", "Eastern Europe"
    NORTHERN_EUROPE = "154", "Northern Europe"
    SOUTHERN_EUROPE = "039", "Southern Europe"
    WESTERN_EUROPE = "155", "Western Europe"
    AUSTRALIA_NEW_ZEALAND = "053", "Australia and New Zealand"
    MELANESIA = "054", "Melanesia"
    MICRONESIA = "057", "Micronesia"
    POLYNESIA = "061", "Polynesia"
    ANTARCTICA = "010", "Antarctica"


class PlaceKind(TextChoices):
    CITY = "city", "City or town"
    REGION = "region", "Region or island"
    SITE = "site", "Site or building"


class TourKind(TextChoices):
    UNSPECIFIED = "unspecified", "Not specified"
    STATE = "state", "State visit"
    OFFICIAL = "official", "Official visit"
    WORKING = "working", "Working visit"
    PRIVATE = "private", "Private visit"
    SHUTTLE = "shuttle", "Shuttle diplomacy"
    TRANSIT = "transit", "Transit"
    ATTENDANCE = "attendance", "Attendance at a conference or ceremony"


class TourStatus(TextChoices):
    ANNOUNCED = "announced", "Announced"
    UNDER_WAY = "under_way", "Under way"
    COMPLETED = "completed", "Completed"
    POSTPONED = "postponed", "Postponed"
    CANCELLED = "cancelled", "Cancelled"


class StopStatus(TextChoices):
    PLANNED = "planned", "Planned"
    MADE = "made", "Made"
    DROPPED = "dropped", "Dropped"


class MeetingKind(TextChoices):
    BILATERAL = "bilateral", "Bilateral meeting"
    MULTILATERAL = "multilateral", "Multilateral meeting"
    CALL = "call", "Phone or video call"
    PRESS_REMARKS = "press_remarks", "Press remarks"
    SUMMIT = "summit", "Summit"
    CONFERENCE = "conference", "Conference"
    CEREMONY = "ceremony", "Ceremony"
    OTHER = "other", "Other engagement"


class MeetingStatus(TextChoices):
    ANNOUNCED = "announced", "Announced"
    HELD = "held", "Held"
    POSTPONED = "postponed", "Postponed"
    CANCELLED = "cancelled", "Cancelled"
    DECLINED = "declined", "Declined"
    SKIPPED = "skipped", "Skipped"


NOT_HELD = (
    MeetingStatus.POSTPONED,
    MeetingStatus.CANCELLED,
    MeetingStatus.DECLINED,
    MeetingStatus.SKIPPED,
)


class Role(TextChoices):
    PRINCIPAL = "principal", "Principal"
    DELEGATION = "delegation", "Delegation"
    INTERPRETER = "interpreter", "Interpreter"
    EXPECTED_ABSENT = "expected_absent", "Expected but absent"


class StatementKind(TextChoices):
    POSITION = "position", "Position"
    DEMAND = "demand", "Demand"
    COMMITMENT = "commitment", "Commitment"
    OFFER = "offer", "Offer"
    CONCERN = "concern", "Concern"
    ANNOUNCEMENT = "announcement", "Announcement"


class Stance(TextChoices):
    SUPPORTS = "supports", "Supports"
    CONDITIONAL = "conditional", "Conditional"
    OPPOSES = "opposes", "Opposes"
    NONE_STATED = "none_stated", "None stated"


class SourceKind(TextChoices):
    READOUT = "readout", "Readout"
    TRANSCRIPT = "transcript", "Transcript"
    PRESS_RELEASE = "press_release", "Press release"
    WIRE_REPORT = "wire_report", "Wire report"
    NEWS = "news", "News report"
    ANALYSIS = "analysis", "Analysis"
    DATA_SET = "data_set", "Data set"


class ContributorRole(TextChoices):
    AUTHOR = "author", "Author"
    EDITOR = "editor", "Editor"


class Reliability(TextChoices):
    """How far a source can be trusted: the letter of the Admiralty code (NATO AJP-2.1)."""

    A = "A", "A: completely reliable"
    B = "B", "B: usually reliable"
    C = "C", "C: fairly reliable"
    D = "D", "D: not usually reliable"
    E = "E", "E: unreliable"
    F = "F", "F: reliability cannot be judged"


class Credibility(IntegerChoices):
    """How far one piece of information can be believed: the figure of the Admiralty code (NATO AJP-2.1)."""

    CONFIRMED = 1, "1: confirmed by other sources"
    PROBABLY_TRUE = 2, "2: probably true"
    POSSIBLY_TRUE = 3, "3: possibly true"
    DOUBTFUL = 4, "4: doubtful"
    IMPROBABLE = 5, "5: improbable"
    CANNOT_BE_JUDGED = 6, "6: truth cannot be judged"


class CitationRelation(TextChoices):
    SUPPORTS = "supports", "Supports"
    CONTRADICTS = "contradicts", "Contradicts"


class NoteKind(TextChoices):
    CONTEXT = "context", "Context"
    ASSESSMENT = "assessment", "Assessment"
    DISCREPANCY = "discrepancy", "Discrepancy"


class EditorialState(TextChoices):
    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"


class EditorialAction(TextChoices):
    CREATED = "created", "Created"
    EDITED = "edited", "Edited"
    SUBMITTED = "submitted", "Submitted for review"
    RETURNED = "returned", "Returned with comments"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"
    IMPORTED = "imported", "Imported"


class MergedNoun(TextChoices):
    OFFICIAL = "official", "Official"
    PLACE = "place", "Place"
    TOPIC = "topic", "Topic"
    PARTY = "party", "Organization"


class ImportKind(TextChoices):
    HISTORIAN = "historian", "Records of the Office of the Historian"
    MEETINGS = "meetings", "Spreadsheet of meetings"
    PACKAGE = "package", "Package of an export"


class BatchState(TextChoices):
    PREVIEWED = "previewed", "Previewed"
    RUNNING = "running", "Running"
    FAILED = "failed", "Failed"
    DONE = "done", "Imported"
    PUBLISHED = "published", "Published"
    REVERTED = "reverted", "Taken back"


class Verdict(TextChoices):
    """What an import says of a row."""

    ACCEPT = "accept", "Accepted"
    ACCEPT_WITH_NOTE = "accept with note", "Accepted with a note"
    NOT_IMPORTED = "not imported", "Not imported"


class SuggestionKind(TextChoices):
    MET = "met", "Somebody met at a stop"
    VISITOR = "visitor", "A further visitor"
    SPELLING = "spelling", "One person under two spellings"


class SuggestionState(TextChoices):
    OPEN = "open", "Open"
    CONFIRMED = "confirmed", "Confirmed"
    REFUSED = "refused", "Refused"
