"""Whoever an official can speak for, and the places of the world."""

from typing import Any, Self

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q
from django.urls import reverse

from visits import fields, validators
from visits.choices import COUNTRY_KINDS, ORGANIZATION_KINDS, PartyKind, PlaceKind, Region
from visits.models import base
from visits.models.triggers import FillSlug, KeepFormerAddress, Touch


def name_index(name: str) -> GinIndex:
    """For lookups by name as one types, by any spelling: lists' ``q``, autocomplete, suggestions."""
    return GinIndex(OpClass(fields.Fold("name"), name="gin_trgm_ops"), name=name)


class PartyQuerySet(base.RecordQuerySet):
    def countries(self) -> Self:
        return self.filter(kind__in=COUNTRY_KINDS)

    def organizations(self) -> Self:
        return self.filter(kind__in=ORGANIZATION_KINDS)

    def public(self) -> Self:
        """Reference data, and whoever a public record names."""
        from visits.models import Meeting, Participation, Source, Statement, Stop, Tenure, Tour

        party = OuterRef("pk")
        meetings = Meeting.objects.public().filter(Q(location=party) | Q(host=party))
        places = Place.objects.public().filter(
            Q(country=party) | Q(administered_by=party) | Q(claimed_by=party)
        )
        return self.filter(
            Q(is_reference=True)
            | Exists(Tour.objects.public().filter(on_behalf_of=party))
            | Exists(Stop.objects.public().filter(country=party))
            | Exists(Participation.objects.public().filter(on_behalf_of=party))
            | Exists(Statement.objects.public().filter(on_behalf_of=party))
            | Exists(Tenure.objects.public().filter(party=party))
            | Exists(Source.objects.public().filter(issued_by=party))
            | Exists(meetings)
            | Exists(places)
        )

    def named(self, text: str) -> Self:
        """By a part of any of its names, without regard to accents and case, or by its code."""
        folded = fields.Fold(models.Value(text))
        alias = PartyName.objects.alias(folded=fields.Fold("name")).filter(party=OuterRef("pk"))
        return self.alias(folded_name=fields.Fold("name")).filter(
            Q(folded_name__contains=folded)
            | Q(code=text.upper())
            | Exists(alias.filter(folded__contains=folded))
        )

    def for_list(self, user: Any = None) -> Self:
        visible = Party.objects.visible_to(user)
        return self.prefetch_related(
            "other_names",
            "external_identifiers",
            Prefetch("part_of", visible),
            Prefetch("succeeded_by", visible),
        )


class Party(base.Record):
    """A state, a territory, a former state, an international organization or a non-state group."""

    kind = models.CharField(max_length=30, choices=PartyKind)
    code = models.CharField(
        max_length=20,
        unique=True,
        validators=[validators.validate_code],
        help_text="ISO 3166-1 alpha-2 for a state that has one, ISO 3166-3 for one that has vanished, else ours.",
    )
    name = fields.ShortTextField()
    official_name = fields.ShortTextField(blank=True, default="")
    description = fields.LongTextField(blank=True, default="")
    iso_code = models.CharField(
        "shape on the map",
        max_length=2,
        blank=True,
        default="",
        help_text="ISO 3166-1 alpha-2 code of the shape in which it lies.",
    )
    region = models.CharField(max_length=3, choices=Region, blank=True, default="")
    part_of = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="territories"
    )
    succeeded_by = models.ManyToManyField("self", symmetrical=False, related_name="succeeds", blank=True)
    valid_from = fields.PartialDateField(blank=True, default="")
    valid_to = fields.PartialDateField(blank=True, default="")
    is_reference = models.BooleanField(
        "reference data", default=False, help_text="Public even where no published record names it."
    )

    objects = PartyQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        verbose_name_plural = "parties"
        indexes = [
            name_index("party_name_trgm"),
            models.Index(fields=["name", "id"], name="party_by_name"),
        ]
        constraints = [
            base.one_in("kind", PartyKind),
            base.one_in("region", Region, blank=True),
            base.matches(
                "code", validators.CODE_PATTERN, "A code has capital letters and digits: TR, SUHH, PS-WB."
            ),
            base.matches("iso_code", "^[A-Z]{2}$", "The shape on the map has two capital letters."),
            base.not_blank("code", "A code is needed."),
            base.not_blank("name", "A name is needed."),
            base.partial_date("valid_from"),
            base.partial_date("valid_to"),
            base.in_order("valid_from", "valid_to"),
            models.CheckConstraint(
                condition=Q(part_of__isnull=True) | ~Q(part_of=F("id")),
                name="party_not_part_of_itself",
                violation_error_message="A party can't be a part of itself.",
            ),
        ]
        triggers = [Touch(), KeepFormerAddress(column="code")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_country(self) -> bool:
        return self.kind in COUNTRY_KINDS

    def get_absolute_url(self) -> str:
        return reverse("country-detail" if self.is_country else "organization-detail", args=[self.code])


class CountryManager(models.Manager.from_queryset(PartyQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> PartyQuerySet:
        return super().get_queryset().countries()


class OrganizationManager(models.Manager.from_queryset(PartyQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> PartyQuerySet:
        return super().get_queryset().organizations()


class Country(Party):
    """A party that has a territory: a state, a territory or a former state."""

    objects = CountryManager()  # type: ignore[misc]

    class Meta:
        proxy = True
        verbose_name_plural = "countries"


class Organization(Party):
    """A party without a territory: an international organization or a non-state group."""

    objects = OrganizationManager()  # type: ignore[misc]

    class Meta:
        proxy = True


class PartyName(base.OtherName):
    """Another name of a party. A mere renaming (Burma, Turkey) is one, with its dates."""

    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="other_names")

    class Meta:
        ordering = ["name", "id"]
        indexes = [name_index("partyname_trgm")]
        constraints = base.other_name_rules("party")
        triggers = [Touch()]


class PlaceQuerySet(base.RecordQuerySet):
    def public(self) -> Self:
        """Reference data, and wherever a public stop or meeting took place."""
        from visits.models import Meeting, Stop

        place = OuterRef("pk")
        return self.filter(
            Q(is_reference=True)
            | Exists(Stop.objects.public().filter(places=place))
            | Exists(Meeting.objects.public().filter(place=place))
        )

    def named(self, text: str) -> Self:
        folded = fields.Fold(models.Value(text))
        alias = PlaceName.objects.alias(folded=fields.Fold("name")).filter(place=OuterRef("pk"))
        return self.alias(folded_name=fields.Fold("name")).filter(
            Q(folded_name__contains=folded) | Exists(alias.filter(folded__contains=folded))
        )

    def for_list(self, user: Any = None) -> Self:
        return self.select_related("country", "administered_by").prefetch_related(
            "other_names", "claimed_by", "external_identifiers"
        )


class Place(base.Record, base.Slugged):
    """A city or a region. It belongs to the country that the record states, never to today's by silent change."""

    name = fields.ShortTextField()
    kind = models.CharField(max_length=10, choices=PlaceKind, default=PlaceKind.CITY)
    country = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="places")
    administered_by = models.ForeignKey(
        Party, on_delete=models.PROTECT, null=True, blank=True, related_name="administered_places"
    )
    claimed_by = models.ManyToManyField(Party, blank=True, related_name="claimed_places")
    latitude = models.FloatField(null=True, blank=True, help_text="Degrees north, WGS 84.")
    longitude = models.FloatField(null=True, blank=True, help_text="Degrees east, WGS 84.")
    is_reference = models.BooleanField("reference data", default=False)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        indexes = [
            name_index("place_name_trgm"),
            models.Index(fields=["name", "id"], name="place_by_name"),
        ]
        constraints = [
            base.not_blank("name", "A name is needed."),
            base.one_in("kind", PlaceKind),
            base.matches("slug", validators.SLUG_PATTERN, "A slug has small letters, digits and hyphens."),
            models.UniqueConstraint(
                fields=["country", "name"],
                name="place_once_in_a_country",
                violation_error_message="This place is already on record in that country.",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="place_coordinates_on_earth",
                violation_error_message="Coordinates need a latitude from -90 to 90 and a longitude from -180 to 180.",
            ),
        ]
        triggers = [Touch(), FillSlug(text="NEW.name"), KeepFormerAddress()]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("place-detail", args=[self.slug])


class PlaceName(base.OtherName):
    """Another name of a place."""

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="other_names")

    class Meta:
        ordering = ["name", "id"]
        indexes = [name_index("placename_trgm")]
        constraints = base.other_name_rules("place")
        triggers = [Touch()]
