"""Reference data: the parties and places that every installation knows from its first day.

Codes and names of ISO 3166-1 come from pycountry; what it lacks stands in ``visits/data`` (see the README
there). The loader only ever adds. A party or place that is on record is left as it is, together with its
names and links, so that what an analyst has changed or removed stays changed or removed.
"""

import csv
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pycountry
from django.db import models, transaction

from visits.choices import COUNTRY_KINDS
from visits.models import ExternalIdentifier, Party, PartyName, Place, PlaceName

DATA = Path(__file__).resolve().parent.parent / "data"
# A row of reference data has the same identifier in every installation: dumps and links can be exchanged.
NAMESPACE = uuid.UUID("0d0f5b0e-6d0c-4f53-9a55-3f6f1a2c7b18")
ALPHA_3, NUMERIC, GEONAMES = "iso-3166-1-alpha-3", "iso-3166-1-numeric", "geonames"

Row = Mapping[str, str]
Parties = dict[str, int]  # our code -> primary key
Places = dict[tuple[str, str], int]  # our country and name -> primary key


@dataclass(frozen=True)
class ReferenceReport:
    """How many rows were added."""

    countries: int
    organizations: int
    places: int
    names: int
    links: int
    identifiers: int

    def __str__(self) -> str:
        return (
            f"Added {self.countries} countries, {self.organizations} organizations, {self.places} places, "
            f"{self.names} other names, {self.links} links between them, {self.identifiers} identifiers."
        )


@transaction.atomic
def load_reference(*, complete: bool = False) -> ReferenceReport:
    """Add what is missing. With ``complete``, other names and links too of parties and places on record."""
    parties, new_parties = _load_parties()
    places, new_places = _load_places(parties)
    countries = sum(row["kind"] in COUNTRY_KINDS for row in party_rows() if row["code"] in new_parties)
    filled_parties = parties if complete else new_parties
    filled_places = places if complete else new_places
    return ReferenceReport(
        countries=countries,
        organizations=len(new_parties) - countries,
        places=len(new_places),
        names=_add(PartyName, _party_names(filled_parties)) + _add(PlaceName, _place_names(filled_places)),
        links=_add(Party.succeeded_by.through, _successions(filled_parties, parties))
        + _add(Place.claimed_by.through, _claims(filled_places, parties)),
        identifiers=_add(ExternalIdentifier, [*_iso_codes(filled_parties), *_geonames(filled_places)]),
    )


def identifier(*key: str) -> uuid.UUID:
    """The UUID of a row of reference data: ``identifier("party", "TR")``."""
    return uuid.uuid5(NAMESPACE, "/".join(key))


# What the files say


@cache
def _read(name: str) -> tuple[Row, ...]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def _iso_countries() -> Mapping[str, Row]:
    """ISO 3166-1 by alpha-2 code, with the apostrophes that we print."""
    return {
        country.alpha_2: {
            "alpha_3": country.alpha_3,
            "numeric": country.numeric,
            "name": country.name.replace("'", "’"),
            "common_name": getattr(country, "common_name", "").replace("'", "’"),
            "official_name": getattr(country, "official_name", "").replace("'", "’").removeprefix("the "),
        }
        for country in pycountry.countries
    }


@cache
def party_rows() -> tuple[Row, ...]:
    """Our parties; a name that our file leaves open is the one of ISO 3166-1."""
    return tuple(_with_iso_names(row) for row in _read("parties.csv"))


def _with_iso_names(row: Row) -> Row:
    iso = _iso_countries().get(row["code"])
    if iso is None:
        return row
    name = row["name"] or iso["name"]
    official_name = row["official_name"] or iso["official_name"]
    return {**row, "name": name, "official_name": official_name if official_name != name else ""}


@cache
def party_name_rows() -> tuple[Row, ...]:
    """Other names: ours, and those of ISO 3166-1 (“Korea, Republic of”) that are not shown otherwise."""
    rows = list(_read("party_names.csv"))
    taken = {(row["party"], row["name"]) for row in rows}
    for party in party_rows():
        iso = _iso_countries().get(party["code"], {})
        taken |= {(party["code"], party["name"]), (party["code"], party["official_name"])}
        for name in (iso.get("name"), iso.get("common_name"), iso.get("official_name")):
            if name and (party["code"], name) not in taken:
                taken.add((party["code"], name))
                rows.append(
                    {"party": party["code"], "name": name, "language": "en", "valid_from": "", "valid_to": ""}
                )
    return tuple(rows)


def place_rows() -> tuple[Row, ...]:
    return _read("places.csv")


def place_name_rows() -> tuple[Row, ...]:
    return _read("place_names.csv")


# What is added


def _load_parties() -> tuple[Parties, Parties]:
    """All our parties, and those of them that are new."""
    by_uuid, by_code = {}, {}
    for row_uuid, code, pk in Party.objects.order_by().values_list("uuid", "code", "pk"):
        by_uuid[row_uuid] = by_code[code] = pk
    found: Parties = {}
    missing: list[Row] = []
    for row in party_rows():
        known = by_uuid.get(identifier("party", row["code"])) or by_code.get(row["code"])
        if known is None:
            missing.append(row)
        else:
            found[row["code"]] = known
    new = _create_parties([row for row in missing if not row["part_of"]], {})
    new |= _create_parties([row for row in missing if row["part_of"]], found | new)
    return found | new, new


def _create_parties(rows: list[Row], wholes: Parties) -> Parties:
    created = Party.objects.bulk_create([_party(row, wholes) for row in rows])
    return {party.code: party.pk for party in created}


def _party(row: Row, wholes: Parties) -> Party:
    copied = ("code", "kind", "name", "official_name", "iso_code", "region", "valid_from", "valid_to")
    return Party(
        uuid=identifier("party", row["code"]),
        part_of_id=wholes[row["part_of"]] if row["part_of"] else None,
        description=row["description"],
        is_reference=True,
        **{field: row[field] for field in copied},
    )


def _load_places(parties: Parties) -> tuple[Places, Places]:
    """All our places, and those of them that are new."""
    by_uuid, by_name = {}, {}
    for row_uuid, country, name, pk in Place.objects.order_by().values_list("uuid", "country", "name", "pk"):
        by_uuid[row_uuid] = by_name[country, name] = pk
    found: Places = {}
    missing: list[Row] = []
    for row in place_rows():
        key = (row["country"], row["name"])
        known = by_uuid.get(identifier("place", *key)) or by_name.get((parties[row["country"]], row["name"]))
        if known is None:
            missing.append(row)
        else:
            found[key] = known
    created = Place.objects.bulk_create([_place(row, parties) for row in missing])
    new = {(row["country"], row["name"]): place.pk for row, place in zip(missing, created, strict=True)}
    return found | new, new


def _place(row: Row, parties: Parties) -> Place:
    return Place(
        uuid=identifier("place", row["country"], row["name"]),
        name=row["name"],
        kind=row["kind"],
        country_id=parties[row["country"]],
        administered_by_id=parties[row["administered_by"]] if row["administered_by"] else None,
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
        is_reference=True,
    )


def _party_names(filled: Parties) -> list[models.Model]:
    rows = [row for row in party_name_rows() if row["party"] in filled]
    return [PartyName(party_id=filled[row["party"]], **_name(row)) for row in rows]


def _place_names(filled: Places) -> list[models.Model]:
    rows = [row for row in place_name_rows() if (row["country"], row["place"]) in filled]
    return [PlaceName(place_id=filled[row["country"], row["place"]], **_name(row)) for row in rows]


def _name(row: Row) -> dict[str, str]:
    return {field: row[field] for field in ("name", "language", "valid_from", "valid_to")}


def _successions(filled: Parties, parties: Parties) -> list[models.Model]:
    return [
        Party.succeeded_by.through(from_party_id=filled[row["code"]], to_party_id=parties[successor])
        for row in party_rows()
        if row["code"] in filled
        for successor in row["succeeded_by"].split()
    ]


def _claims(filled: Places, parties: Parties) -> list[models.Model]:
    return [
        Place.claimed_by.through(place_id=filled[row["country"], row["name"]], party_id=parties[claimant])
        for row in place_rows()
        if (row["country"], row["name"]) in filled
        for claimant in row["claimed_by"].split()
    ]


def _iso_codes(filled: Parties) -> list[models.Model]:
    return [
        ExternalIdentifier(party_id=filled[code], scheme=scheme, value=value)
        for code, iso in _iso_countries().items()
        if code in filled
        for scheme, value in ((ALPHA_3, iso["alpha_3"]), (NUMERIC, iso["numeric"]))
    ]


def _geonames(filled: Places) -> list[models.Model]:
    return [
        ExternalIdentifier(
            place_id=filled[row["country"], row["name"]], scheme=GEONAMES, value=row["geonames"]
        )
        for row in place_rows()
        if (row["country"], row["name"]) in filled and row["geonames"]
    ]


def _add(model: type[models.Model], records: list[models.Model]) -> int:
    """Insert the records, but for those that the model's uniqueness finds there; how many were added."""
    if not records:
        return 0
    before = model._default_manager.count()
    model._default_manager.bulk_create(records, ignore_conflicts=True)
    return model._default_manager.count() - before
