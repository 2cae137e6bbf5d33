"""The columns of countries, organizations, officials, places and sources."""

from typing import Any

from django.db.models import Prefetch, QuerySet

from visits import filtersets
from visits.choices import ContributorRole
from visits.exports.columns import Column, Kind, Noun
from visits.exports.values import IDENTIFIERS, IDENTITY, SLUG, VERSION, codes_of, names_of, other_names
from visits.keyset import BY_NAME, BY_TITLE
from visits.models import Country, Official, Organization, Place, Source, Tenure

OTHER_NAMES = Column(
    "other_names", other_names, "Other languages and scripts, former names, spellings.", Kind.LIST
)


def _parties(queryset: Any) -> QuerySet:
    return queryset.for_list()


def _officials(queryset: Any) -> QuerySet:
    offices = Prefetch("tenures", Tenure.objects.select_related("party"))
    return queryset.prefetch_related("other_names", "external_identifiers", offices)


def _places(queryset: Any) -> QuerySet:
    return queryset.for_list()


def _sources(queryset: Any) -> QuerySet:
    return queryset.for_list()


def _offices(official: Official) -> list[str]:
    """“Title (CODE) 2021-01-26/2025-01-20”, the latest one first."""
    return [_office(tenure) for tenure in official.tenures.all()]


def _office(tenure: Tenure) -> str:
    dated = f" {tenure.edtf}" if tenure.start_date or tenure.end_date else ""
    return f"{tenure.title} ({tenure.party.code}){dated}"


def _region_name(party: Any) -> str:
    return party.get_region_display() if party.region else ""


def _editors(source: Source) -> list[str]:
    return [person.name for person in source.contributors.all() if person.role == ContributorRole.EDITOR]


PARTY_COLUMNS = (
    *IDENTITY,
    Column("code", "code", "ISO 3166-1 alpha-2, ISO 3166-3 for a state that has vanished, or one of ours."),
    Column("name", "name", "The usual name."),
    Column("official_name", "official_name", "The name in full."),
    OTHER_NAMES,
    Column("kind", "kind", "Kind of the party."),
    Column("description", "description", "In a few words."),
    Column("iso_code", "iso_code", "Code of the shape on the map in which it lies."),
    Column("region", "region", "UN M49 code of the sub-region."),
    Column("region_name", _region_name, "The name of the sub-region."),
    Column("part_of", "part_of.code", "Code of the party of which it is a part."),
    Column(
        "succeeded_by",
        lambda party: codes_of(party.succeeded_by.all()),
        "Codes of the parties that came after it.",
        Kind.LIST,
    ),
    Column("valid_from", "valid_from", "Since when it has existed under this code.", Kind.DATE),
    Column("valid_to", "valid_to", "Until when it existed.", Kind.DATE),
    IDENTIFIERS,
    *VERSION,
)
COUNTRIES = Noun(
    name="countries",
    label="Countries",
    model=Country,
    filterset=filtersets.PartyFilterSet,
    rows=_parties,
    orders=BY_NAME,
    columns=PARTY_COLUMNS,
)
ORGANIZATIONS = Noun(
    name="organizations",
    label="Organizations",
    model=Organization,
    filterset=filtersets.PartyFilterSet,
    rows=_parties,
    orders=BY_NAME,
    columns=PARTY_COLUMNS,
)
OFFICIALS = Noun(
    name="officials",
    label="Officials",
    model=Official,
    filterset=filtersets.OfficialFilterSet,
    rows=_officials,
    orders=BY_NAME,
    columns=(
        *IDENTITY,
        SLUG,
        Column("name", "name", "The preferred name."),
        OTHER_NAMES,
        Column("description", "description", "In a few words."),
        Column("offices", _offices, "Offices held: Title (CODE) dates; the latest one first.", Kind.LIST),
        IDENTIFIERS,
        *VERSION,
    ),
)
PLACES = Noun(
    name="places",
    label="Places",
    model=Place,
    filterset=filtersets.PlaceFilterSet,
    rows=_places,
    orders=BY_NAME,
    columns=(
        *IDENTITY,
        SLUG,
        Column("name", "name", "The usual name."),
        OTHER_NAMES,
        Column("kind", "kind", "Kind of the place."),
        Column("country", "country.code", "Code of the country, as the record states it."),
        Column("country_name", "country.name", "Its name."),
        Column("administered_by", "administered_by.code", "Code of the party that administers it."),
        Column(
            "claimed_by",
            lambda place: codes_of(place.claimed_by.all()),
            "Codes of the parties that claim it.",
            Kind.LIST,
        ),
        Column("latitude", "latitude", "Degrees north, WGS 84.", Kind.NUMBER),
        Column("longitude", "longitude", "Degrees east, WGS 84.", Kind.NUMBER),
        IDENTIFIERS,
        *VERSION,
    ),
)
SOURCES = Noun(
    name="sources",
    label="Sources",
    model=Source,
    filterset=filtersets.SourceFilterSet,
    rows=_sources,
    orders=BY_TITLE,
    columns=(
        *IDENTITY,
        SLUG,
        Column("title", "title", "The title of the document."),
        Column("kind", "kind", "Kind of the document."),
        Column("authors", lambda source: names_of(source.authors), "Who wrote it.", Kind.LIST),
        Column("editors", _editors, "Who edited it.", Kind.LIST),
        Column("publisher", "publisher", "Who published it."),
        Column("issued_by", "issued_by.code", "Code of the party whose official document it is."),
        Column("language", "language", "BCP 47."),
        Column("document_url", "url", "Where the document is, as given."),
        Column("archive_url", "archive_url", "Where an archive keeps a copy."),
        Column("published", "published", "When it was published.", Kind.DATE),
        Column("accessed", "accessed", "When it was read.", Kind.DATE),
        Column("content_hash", "content_hash", "SHA-256 of the document as read, in hexadecimal."),
        Column("note", "note", "For example a disclaimer."),
        Column("reliability", "reliability", "Admiralty code, from A to F."),
        IDENTIFIERS,
        *VERSION,
    ),
)
