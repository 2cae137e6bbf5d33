"""The tables of a package: which rows of which model are public, in which order, and what stands in their columns.

Written and read by the same declaration, so that what comes out of an import is what went in.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, DateTimeField, F, Field, Model, Q, QuerySet, TimeField
from django.db.models import fields as kinds
from django.db.models.functions import Collate

from visits import models
from visits.models.identity import IDENTIFIED

VERSION = ("modified_at", "version")
BY_UUID = (F("uuid"),)
# In the order in which they were entered, which is that in which they are shown where nothing else decides.
AS_ENTERED = (F("pk"),)


@dataclass(frozen=True)
class Table:
    """One file of a package. ``columns`` are names of fields; relations are written as identifiers."""

    name: str
    says: str
    model: type[Model]
    columns: Sequence[str]
    order: Sequence[Any]
    public: Callable[[], QuerySet]

    @property
    def path(self) -> str:
        return f"{self.name}.csv"

    @property
    def has_uuid(self) -> bool:
        return "uuid" in self.columns

    def fields(self) -> list[Field]:
        return [self.model._meta.get_field(name) for name in self.columns]  # type: ignore[misc]

    def lists(self) -> list[Field]:
        """The columns that hold several identifiers."""
        return [field for field in self.fields() if field.many_to_many]

    def singles(self) -> list[Field]:
        return [field for field in self.fields() if not field.many_to_many]


def _table(name: str, says: str, model: Any, columns: str, order: Sequence[Any]) -> Table:
    """A table of records that have an identifier and a version."""
    return Table(
        name, says, model, ("uuid", *columns.split(), *VERSION), order, model._default_manager.public
    )


def _names(name: str, model: Any, owner: str, owners: Any) -> Table:
    """The other names of one noun."""
    return Table(
        name,
        f"Other languages and scripts, former names, spellings of a {owner}.",
        model,
        (owner, "name", "language", "valid_from", "valid_to", *VERSION),
        (F(f"{owner}__uuid"), Collate("name", "C"), Collate("language", "C")),
        lambda: model._default_manager.filter(**{f"{owner}__in": owners.objects.public()}),
    )


def _contributors() -> QuerySet:
    return models.Contributor.objects.filter(source__in=models.Source.objects.public())


def _identifiers() -> QuerySet:
    """Those of public records."""
    shown = Q()
    for name in IDENTIFIED:
        target: Any = models.ExternalIdentifier._meta.get_field(name).related_model
        shown |= Q(**{f"{name}__in": target.objects.public().values("pk")})
    return models.ExternalIdentifier.objects.filter(shown)


# A table stands after those that it refers to.
TABLES: tuple[Table, ...] = (
    _table(
        "parties",
        "Countries and organizations: whoever an official can speak for.",
        models.Party,
        "kind code name official_name description iso_code region part_of succeeded_by valid_from valid_to"
        " is_reference",
        BY_UUID,
    ),
    _names("party_names", models.PartyName, "party", models.Party),
    _table(
        "places",
        "Cities, regions and sites.",
        models.Place,
        "slug name kind country administered_by claimed_by latitude longitude is_reference",
        BY_UUID,
    ),
    _names("place_names", models.PlaceName, "place", models.Place),
    _table("officials", "People who act for a party.", models.Official, "slug name description", BY_UUID),
    _names("official_names", models.OfficialName, "official", models.Official),
    _table(
        "tenures",
        "Titles that officials held for a party, from when to when.",
        models.Tenure,
        "official party title start_date end_date",
        AS_ENTERED,
    ),
    _table(
        "topics",
        "What points are about.",
        models.Topic,
        "slug name description parent is_proposition is_reference",
        BY_UUID,
    ),
    _table(
        "sources",
        "Documents.",
        models.Source,
        "slug title kind publisher issued_by language url archive_url published accessed content_hash note"
        " reliability",
        BY_UUID,
    ),
    Table(
        "contributors",
        "Authors and editors of sources.",
        models.Contributor,
        ("source", "name", "role", "position", *VERSION),
        (F("source__uuid"), F("position"), F("pk")),
        _contributors,
    ),
    _table(
        "tours",
        "Journeys of one principal.",
        models.Tour,
        "slug title principal on_behalf_of capacity kind status start_date end_date summary published_at",
        AS_ENTERED,
    ),
    _table(
        "stops",
        "Stays in one country on a tour.",
        models.Stop,
        "tour position country places country_text locale_text remarks start_date end_date status announced_on"
        " announced_position",
        AS_ENTERED,
    ),
    _table(
        "meetings",
        "Engagements, those included that did not take place.",
        models.Meeting,
        "slug title kind status reason tour stop location place host start_date end_date start_time end_time"
        " time_zone summary published_at",
        AS_ENTERED,
    ),
    _table(
        "participations",
        "People and groups at meetings, or expected there.",
        models.Participation,
        "meeting official name on_behalf_of role capacity is_group position",
        AS_ENTERED,
    ),
    _table(
        "agenda_points",
        "Points on the table of a meeting, declared purposes of a tour.",
        models.AgendaPoint,
        "meeting tour title main_topic other_topics position",
        AS_ENTERED,
    ),
    _table(
        "statements",
        "What one side said on one point.",
        models.Statement,
        "point on_behalf_of speaker text kind stance position",
        AS_ENTERED,
    ),
    _table("notes", "The analysts' own words.", models.Note, "tour meeting kind text position", AS_ENTERED),
    _table(
        "citations",
        "Which source says, or contradicts, what.",
        models.Citation,
        "source tour stop meeting participation point statement tenure note relation quote quote_language locator"
        " credibility",
        AS_ENTERED,
    ),
    Table(
        "external_identifiers",
        "Under which identifiers other collections have a record.",
        models.ExternalIdentifier,
        ("scheme", "value", *IDENTIFIED, *VERSION),
        (Collate("scheme", "C"), Collate("value", "C")),
        _identifiers,
    ),
)
BY_MODEL: dict[type[Model], Table] = {table.model: table for table in TABLES}


def kind_of(field: Field) -> str:
    """What a column holds, in the words of Table Schema."""
    if field.is_relation or isinstance(field, kinds.UUIDField):
        return "string"
    if isinstance(field, BooleanField):
        return "boolean"
    if isinstance(field, kinds.IntegerField):
        return "integer"
    if isinstance(field, kinds.FloatField):
        return "number"
    if isinstance(field, DateTimeField):
        return "datetime"
    return "time" if isinstance(field, TimeField) else "string"
