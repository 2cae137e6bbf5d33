"""Values that several nouns have columns of."""

from typing import Any

from visits.exports.columns import Column, Kind

IDENTITY = (
    Column("id", "uuid", "Made once and never changed (UUID)."),
    Column("page", lambda record: record.get_absolute_url(), "The record on a page.", Kind.ADDRESS),
)
SLUG = Column("slug", "slug", "Names the record in its addresses.")
SPAN = (
    Column("start", "start_date", "First day, as far as it is known.", Kind.DATE),
    Column(
        "end",
        lambda record: record.end_date or record.start_date,
        "Last day, as far as it is known.",
        Kind.DATE,
    ),
    Column("dates", "edtf", "Both as one date or interval (EDTF level 1)."),
)
IDENTIFIERS = Column(
    "external_identifiers",
    lambda record: [str(found) for found in record.external_identifiers.all()],
    "Under which identifiers other collections have it: scheme:value.",
    Kind.LIST,
)
VERSION = (
    Column("modified_at", "modified_at", "When the record was last changed, in UTC.", Kind.MOMENT),
    Column("version", "version", "Counts the changes of the record.", Kind.NUMBER),
)


def names_of(records: Any) -> list[str]:
    return [record.name for record in records]


def codes_of(parties: Any) -> list[str]:
    """Each code once, in the order of its first party."""
    return list(dict.fromkeys(party.code for party in parties))


def other_names(record: Any) -> list[str]:
    return list(dict.fromkeys(names_of(record.other_names.all())))
