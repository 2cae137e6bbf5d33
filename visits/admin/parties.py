"""Countries, organizations and places."""

from collections.abc import Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from visits.admin.base import OffTheIndex, RecordAdmin
from visits.admin.inlines import IdentifierInline, NamesInline
from visits.admin.merges import Merges
from visits.admin.prefill import log_a_meeting
from visits.choices import COUNTRY_KINDS, ORGANIZATION_KINDS, PartyKind
from visits.models import Country, Organization, Party, PartyName, Place, PlaceName, Stop

# Relations that lead to something with a territory.
COUNTRY_FIELDS = ("country", "location", "administered_by", "claimed_by", "part_of")


class PartyNameInline(NamesInline):
    model = PartyName


class PlaceNameInline(NamesInline):
    model = PlaceName


class PartyForms(RecordAdmin):
    """What the forms of all parties have in common; ``kinds`` are those that may be chosen."""

    kinds: Sequence[PartyKind] = tuple(PartyKind)
    search_fields = ["name"]
    inlines = [PartyNameInline, IdentifierInline]
    list_filter = ["kind", "is_reference"]
    fieldsets = [
        (None, {"fields": [("name", "code"), "official_name", ("kind", "is_reference"), "description"]}),
        ("In time", {"fields": [("valid_from", "valid_to"), "succeeded_by"]}),
    ]

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "kind":
            kwargs["choices"] = [(kind.value, kind.label) for kind in self.kinds]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def built_upon(self, records: list[Any]) -> list[str]:
        claimed = Place.objects.filter(claimed_by__in=records)
        heirs = Party.objects.filter(succeeded_by__in=records)
        return [
            *super().built_upon(records),
            *(f"It claims the place “{place}”." for place in claimed.distinct()),
            *(f"It succeeds “{party}”." for party in heirs.distinct()),
        ]


@admin.register(Party)
class PartyAdmin(OffTheIndex, PartyForms):
    """Any party: what autocompletes search, and their “+” opens."""

    list_display = ["name", "code", "kind"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        if request.GET.get("field_name") in COUNTRY_FIELDS:
            queryset = queryset.countries()  # type: ignore[attr-defined]
        return super().get_search_results(request, queryset, search_term)


@admin.register(Country)
class CountryAdmin(PartyForms):
    kinds = COUNTRY_KINDS
    list_display = ["name", "code", "kind", "region", "valid_from", "valid_to"]
    list_filter = ["kind", "region", "is_reference"]
    fieldsets = [
        *PartyForms.fieldsets,
        ("On the map", {"fields": [("iso_code", "region"), "part_of"]}),
    ]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        country = kwargs.get("obj")
        if country and request.user.has_perm("visits.add_meeting"):
            context["desk_links"] = [log_a_meeting(country=country.pk)]
        return super().render_change_form(request, context, *args, **kwargs)


@admin.register(Organization)
class OrganizationAdmin(Merges, PartyForms):
    kinds = ORGANIZATION_KINDS
    list_display = ["name", "code", "kind", "valid_from", "valid_to"]


@admin.register(Place)
class PlaceAdmin(Merges):
    search_fields = ["name"]
    related = ("country",)
    list_display = ["name", "country", "kind", "latitude", "longitude"]
    list_filter = ["kind", "is_reference"]
    inlines = [PlaceNameInline, IdentifierInline]
    fieldsets = [
        (None, {"fields": [("name", "kind"), "country", ("latitude", "longitude")]}),
        ("Disputed", {"fields": ["administered_by", "claimed_by"]}),
        (None, {"fields": [("slug", "is_reference")]}),
    ]

    def found(self, queryset: QuerySet, word: str) -> QuerySet:
        """By a name of the place or of its country: “Tripoli Libya”."""
        named = Place.objects.named(word).values("pk")
        return queryset.filter(Q(pk__in=named) | Q(country__in=Party.objects.named(word).values("pk")))

    def built_upon(self, records: list[Any]) -> list[str]:
        stops = Stop.objects.filter(places__in=records).select_related("tour", "country").distinct()
        return [*super().built_upon(records), *(f"Stop {stop} of “{stop.tour}” was there." for stop in stops)]
