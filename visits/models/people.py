"""Officials and the offices that they held."""

from datetime import date
from typing import Any, Self

from django.contrib.postgres.indexes import HashIndex
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from visits import dates, fields, validators
from visits.models import base
from visits.models.parties import Party, name_index
from visits.models.triggers import FillSlug, KeepFormerAddress, Touch


class OfficialQuerySet(base.RecordQuerySet):
    def public(self) -> Self:
        """Whoever a public record names: as principal, participant or speaker."""
        from visits.models import Participation, Statement, Tour

        official = OuterRef("pk")
        return self.filter(
            Exists(Tour.objects.public().filter(principal=official))
            | Exists(Participation.objects.public().filter(official=official))
            | Exists(Statement.objects.public().filter(speaker=official))
        )

    def named(self, text: str) -> Self:
        """By a part of any of their names, without regard to accents and case."""
        folded = fields.Fold(Value(text))
        alias = OfficialName.objects.alias(folded=fields.Fold("name")).filter(official=OuterRef("pk"))
        return self.alias(folded_name=fields.Fold("name")).filter(
            Q(folded_name__contains=folded) | Exists(alias.filter(folded__contains=folded))
        )

    def for_list(self, user: Any = None) -> Self:
        tenures = Tenure.objects.select_related("party").cited()
        return self.prefetch_related("other_names", "external_identifiers", Prefetch("tenures", tenures))


class Official(base.Record, base.Slugged):
    """A person who acts for a party."""

    name = fields.ShortTextField(help_text="The one preferred name; further ones below.")
    description = fields.LongTextField(blank=True, default="")

    objects = OfficialQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        indexes = [
            name_index("official_name_trgm"),
            # Who is called exactly so: imports look up thousands at once.
            HashIndex(fields.Fold("name"), name="official_by_exact_name"),
            models.Index(fields=["name", "id"], name="official_by_name"),
        ]
        constraints = [
            base.not_blank("name", "A name is needed."),
            base.matches("slug", validators.SLUG_PATTERN, "A slug has small letters, digits and hyphens."),
        ]
        triggers = [Touch(), FillSlug(text="NEW.name"), KeepFormerAddress()]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("official-detail", args=[self.slug])


class OfficialName(base.OtherName):
    """Another name of an official: another script, a fuller form, a spelling in use."""

    official = models.ForeignKey(Official, on_delete=models.CASCADE, related_name="other_names")

    class Meta:
        ordering = ["name", "id"]
        indexes = [
            name_index("officialname_trgm"),
            HashIndex(fields.Fold("name"), name="officialname_exact"),
        ]
        constraints = base.other_name_rules("official")


class TenureQuerySet(base.RecordQuerySet):
    def public(self) -> Self:
        return self.filter(official__in=Official.objects.public())

    def held_on(self, first: Any, last: Any = None) -> Self:
        """In office on that day; with ``last``, on some day of that span. An open end has not ended."""
        return self.filter(
            Q(start_earliest__isnull=True) | Q(start_earliest__lte=first if last is None else last),
            Q(end_latest__isnull=True) | Q(end_latest__gte=first),
        )

    def titles_on(self, *, official: str, party: str, first: str, last: str) -> Any:
        """An expression for the latest title held for the party on that day, named by outer fields; or ''."""
        held = self.filter(official=OuterRef(official), party=OuterRef(party))
        held = held.held_on(OuterRef(first), OuterRef(last))
        newest = held.order_by(F("start_earliest").desc(nulls_last=True), "-id")
        return Coalesce(newest.values("title")[:1], Value(""), output_field=models.CharField())


class Tenure(base.Record):
    """A title that an official held for a party, from when to when."""

    official = models.ForeignKey(Official, on_delete=models.CASCADE, related_name="tenures")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="tenures")
    title = fields.ShortTextField()
    start_date = fields.PartialDateField("start", blank=True, default="")
    end_date = fields.PartialDateField("end", blank=True, default="", help_text="Blank: no end on record.")
    start_earliest = fields.day(fields.Earliest("start_date"))
    start_latest = fields.day(fields.Latest("start_date"))
    end_earliest = fields.day(fields.Earliest("end_date"))
    end_latest = fields.day(fields.Latest("end_date"))

    objects = TenureQuerySet.as_manager()

    class Meta:
        ordering = [F("start_earliest").desc(nulls_last=True), "-id"]
        indexes = [
            # The title on the day, beside every name on every page.
            models.Index(fields=["official", "party", "-start_earliest"], name="tenure_of_official"),
            # Who held which office for a party, on its page and as the filters title and held_on.
            models.Index(fields=["party", "-start_earliest"], name="tenure_of_party"),
        ]
        constraints = [
            base.not_blank("title", "A title is needed."),
            base.partial_date("start_date"),
            base.partial_date("end_date"),
            base.in_order(),
            models.UniqueConstraint(
                fields=["official", "party", "title", "start_date"],
                name="tenure_once",
                violation_error_message="This tenure is already on record.",
            ),
        ]
        triggers = [Touch()]

    def __str__(self) -> str:
        return f"{self.title}, {self.party}"

    @property
    def edtf(self) -> str:
        """EDTF level 1; an empty side is one that is not on record."""
        return f"{self.start_date}/{self.end_date}"

    @property
    def dates(self) -> str:
        if self.start_date and not self.end_date:
            return f"since {dates.human(self.start_date)}"
        return dates.human_span(self.start_date, self.end_date)

    def covers(self, day: date) -> bool:
        """Whether the office may have been held on that day."""
        begun = self.start_earliest is None or self.start_earliest <= day
        return begun and (self.end_latest is None or self.end_latest >= day)
