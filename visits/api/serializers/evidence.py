"""Sources, citations, notes."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from visits.api import addresses
from visits.api.serializers.base import (
    ApiSerializer,
    Choice,
    IdentifiedSerializer,
    PartialDate,
    SluggedSerializer,
    Text,
    VersionSerializer,
)
from visits.api.serializers.references import PartyReferenceSerializer, SourceReferenceSerializer
from visits.choices import (
    CitationRelation,
    ContributorRole,
    Credibility,
    NoteKind,
    Reliability,
    SourceKind,
)
from visits.models import CITATION_TARGETS


class PassageSerializer(ApiSerializer):
    """What a source says about something, wherever it is shown."""

    id = serializers.UUIDField(source="uuid")
    relation = Choice(CitationRelation, help_text="Whether the source supports or contradicts.")
    quote = Text(help_text="A short passage, word for word.")
    quote_language = Text(help_text="BCP 47.")
    locator = Text(help_text="Page, paragraph, record, minute.")
    credibility = Choice(
        Credibility, allow_null=True, help_text="Admiralty code, from 1 (confirmed) to 6 (cannot be judged)."
    )


class CitationSerializer(PassageSerializer):
    """This source says this, or contradicts it."""

    source = SourceReferenceSerializer()  # type: ignore[assignment]


class TargetSerializer(ApiSerializer):
    """What a citation is about, and the nearest record with an address of its own."""

    kind = serializers.ChoiceField([(name, name) for name in CITATION_TARGETS])
    id = serializers.UUIDField()
    title = serializers.CharField()
    url = serializers.URLField()
    page = serializers.URLField()


class SourceCitationSerializer(PassageSerializer):
    """One thing that the source is cited for."""

    target = serializers.SerializerMethodField(help_text="What the source is cited for.")

    @extend_schema_field(TargetSerializer)
    def get_target(self, citation: Any) -> dict[str, Any]:
        name = next(name for name in CITATION_TARGETS if getattr(citation, f"{name}_id"))
        target = getattr(citation, name)
        owner = addresses.owner(target)
        made = self.context["addresses"]
        return {
            "kind": name,
            "id": str(target.uuid),
            "title": str(target),
            "url": made.api(owner),
            "page": made.page(owner),
        }


class NoteSerializer(ApiSerializer):
    """The analyst's own words."""

    id = serializers.UUIDField(source="uuid")
    kind = Choice(NoteKind, help_text="discrepancy: two sources disagree, or one contradicts itself.")
    text = serializers.CharField()
    citations = CitationSerializer(many=True)


class ContributorSerializer(ApiSerializer):
    """A person named as author or editor."""

    name = serializers.CharField()
    role = Choice(ContributorRole)


class SourceSerializer(SluggedSerializer, IdentifiedSerializer, VersionSerializer):
    """One document."""

    title = serializers.CharField()
    kind = Choice(SourceKind)
    contributors = ContributorSerializer(many=True)
    publisher = Text()
    issued_by = PartyReferenceSerializer(
        allow_null=True, help_text="The party whose official document it is."
    )
    language = Text(help_text="BCP 47.")
    document_url = Text(source="url", help_text="Where the document is, as given.")
    archive_url = Text(help_text="Where an archive keeps a copy.")
    published = PartialDate(help_text="EDTF level 0.")
    accessed = PartialDate(help_text="When it was read; EDTF level 0.")
    content_hash = Text(help_text="SHA-256 of the document as read, in hexadecimal.")
    note = Text(help_text="For example a disclaimer.")
    reliability = Choice(
        Reliability, allow_null=True, help_text="Admiralty code, from A (reliable) to F (cannot be judged)."
    )


class SourceInFullSerializer(SourceSerializer):
    """One document, with everything that it is cited for."""

    citations = SourceCitationSerializer(many=True)
