"""Filters of the nouns that stand still: parties, officials, places, topics, sources."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from visits.choices import PartyKind, PlaceKind, Region, SourceKind
from visits.filtersets import fields
from visits.filtersets.base import StrictFilterSet
from visits.models import Official, Participation, Party, Place, Source, Tenure, Topic


class NamedFilterSet(StrictFilterSet):
    q = fields.TextFilter(method="by_name", label="Name", help_text="A part of any name, accents or none.")
    modified_since = fields.MomentFilter(
        field_name="modified_at", lookup_expr="gte", label="Changed since", help_text="ISO 8601 with a zone."
    )

    def by_name(self, queryset: Any, name: str, value: str) -> QuerySet:
        return queryset.named(value)


class PartyFilterSet(NamedFilterSet):
    kind = fields.ChoicesFilter(choices=PartyKind, label="Kind")
    region = fields.ChoicesFilter(choices=Region, label="Region", help_text="UN M49 code of a sub-region.")
    code = fields.WordsFilter(label="Code")

    class Meta:
        model = Party
        fields: list[str] = []


class OfficialFilterSet(NamedFilterSet):
    """The filters on offices belong together: one tenure has to satisfy all that are given."""

    country = fields.PartyFilter(method="by_office", label="Country", help_text="Code, such as TR.")
    organization = fields.PartyFilter(
        method="by_office",
        label="Organization",
        parties=Party.objects.organizations,
        noun="an organization",
    )
    title = fields.TextFilter(
        method="by_office", label="Title", help_text="A part of the title of an office."
    )
    held_on = fields.DayFilter(method="by_office", label="In office on", help_text="YYYY-MM-DD.")

    class Meta:
        model = Official
        fields: list[str] = []

    def by_office(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        """Each of the four asks for the same thing; the first that is given answers for all."""
        given = [
            key for key in ("country", "organization", "title", "held_on") if self.form.cleaned_data[key]
        ]
        if not given or name != given[0]:
            return queryset
        words = {key: self.form.cleaned_data[key] for key in given}
        parties = [*words.get("country", []), *words.get("organization", [])]
        held = Exists(self._offices(parties, words))
        if parties and not {"title", "held_on"} & set(words):
            taken_part = Participation.objects.public().filter(
                official=OuterRef("pk"), on_behalf_of__in=parties
            )
            return queryset.filter(held | Exists(taken_part))
        return queryset.filter(held)

    @staticmethod
    def _offices(parties: list[int], words: dict[str, Any]) -> QuerySet:
        offices = Tenure.objects.filter(official=OuterRef("pk"))
        if parties:
            offices = offices.filter(party__in=parties)
        if "title" in words:
            offices = offices.filter(title__icontains=words["title"])
        return offices.held_on(words["held_on"]) if "held_on" in words else offices


class PlaceFilterSet(NamedFilterSet):
    country = fields.PartyFilter(field_name="country", label="Country", help_text="Code, such as TR.")
    kind = fields.ChoicesFilter(choices=PlaceKind, label="Kind")

    class Meta:
        model = Place
        fields: list[str] = []


class TopicFilterSet(NamedFilterSet):
    parent = fields.RecordsFilter(
        field_name="parent", records=Topic.objects.public, noun="topic", label="Directly below"
    )
    is_proposition = fields.TruthFilter(label="Phrased as a proposition")

    class Meta:
        model = Topic
        fields: list[str] = []


class SourceFilterSet(NamedFilterSet):
    kind = fields.ChoicesFilter(choices=SourceKind, label="Kind")
    issued_by = fields.PartyFilter(
        field_name="issued_by",
        label="Issued by",
        parties=Party.objects.all,
        noun="a party",
        help_text="Code of the party whose document it is.",
    )
    language = fields.WordsFilter(field_name="language", label="Language", help_text="BCP 47.")
    date_after = fields.DayFilter(field_name="published_earliest", lookup_expr="gte", label="Published from")
    date_before = fields.DayFilter(
        field_name="published_earliest", lookup_expr="lte", side="latest", label="Published until"
    )

    class Meta:
        model = Source
        fields: list[str] = []

    def by_name(self, queryset: Any, name: str, value: str) -> QuerySet:
        return queryset.filter(Q(pk__in=queryset.model.objects.named(value)) | Q(url=value))
