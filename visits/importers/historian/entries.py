"""What one record says, checked: a trip of an American or the visit of a foreign leader."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError

from visits.importers.historian import countries
from visits.importers.historian.reading import TRAVELS, VISITS, Record, collapse
from visits.validators import SLUG_PATTERN, validate_text

LONGEST = {"remarks": 10_000, "description": 10_000}
LONGEST_OTHERWISE = 250
# A title out of the visitor and the country fits into a line with these.
LONGEST_VISITOR = 160
NEEDED = {
    TRAVELS: ("id", "@who", "name", "start-date", "end-date", "country/id"),
    VISITS: ("id", "visitor", "start-date", "end-date", "from/id"),
}
TEXTS = {
    TRAVELS: ("@who", "@role", "name", "country/id", "country", "locale", "remarks"),
    VISITS: ("visitor", "from/id", "from", "description"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One record. ``who`` tells travellers apart; for a visit it is the visitor as given."""

    collection: str
    number: int
    who: str
    name: str
    role: str
    start: dt.date
    end: dt.date
    country_id: str
    country_text: str
    party: str
    locale: str
    remarks: str

    @property
    def content(self) -> tuple[object, ...]:
        """What two records have in common that are exact duplicates."""
        return (self.who, self.start, self.end, self.country_id, self.locale, self.remarks)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a record was left out, in a sentence."""

    collection: str
    record: str
    file: str
    field: str
    sentence: str


class _Wrong(Exception):
    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field, self.sentence = field.lstrip("@"), sentence


def entry_of(record: Record) -> Entry | Problem:
    """The checked record, or what is wrong with it."""
    try:
        return _entry(record)
    except _Wrong as wrong:
        return Problem(record.collection, record.name, record.file, wrong.field, wrong.sentence)


def _entry(record: Record) -> Entry:
    texts = _texts(record)
    start, end = _day(texts, "start-date"), _day(texts, "end-date")
    if end < start:
        raise _Wrong("end-date", f"The end, {end}, is before the start, {start}.")
    trip = record.collection == TRAVELS
    country = "country" if trip else "from"
    try:
        party = countries.party_of(texts[f"{country}/id"], texts[country], start)
    except countries.UnknownCountry as error:
        raise _Wrong(country, str(error)) from None
    return Entry(
        collection=record.collection,
        number=_number(texts["id"]),
        who=_who(texts["@who"]) if trip else texts["visitor"],
        name=texts["name"] if trip else texts["visitor"],
        role=texts["@role"] if trip else "",
        start=start,
        end=end,
        country_id=texts[f"{country}/id"],
        country_text=texts[country],
        party=party,
        locale=texts["locale"] if trip else "",
        remarks=texts["remarks" if trip else "description"],
    )


def _texts(record: Record) -> dict[str, str]:
    """All texts after the text rule, those that are missing as blanks."""
    names = {*NEEDED[record.collection], *TEXTS[record.collection]}
    texts = {name: collapse(record.texts.get(name, "")) for name in sorted(names)}
    for name in NEEDED[record.collection]:
        if not texts[name]:
            raise _Wrong(name, f"“{name.lstrip('@')}” is missing or blank.")
    for name in record.repeated:
        if name in names:
            raise _Wrong(name, f"“{name}” is there more than once.")
    for name, text in texts.items():
        _check_text(name, text)
    return texts


def _check_text(name: str, text: str) -> None:
    longest = LONGEST_VISITOR if name == "visitor" else LONGEST.get(name, LONGEST_OTHERWISE)
    if len(text) > longest:
        raise _Wrong(name, f"“{name.lstrip('@')}” has {len(text):,} characters; {longest:,} are the most.")
    try:
        validate_text(text)
    except ValidationError as error:
        raise _Wrong(name, " ".join(error.messages)) from None


def _number(text: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", text):
        raise _Wrong("id", f"“{text[:40]}” is not the number of a record.")
    return int(text)


def _who(text: str) -> str:
    if not re.fullmatch(SLUG_PATTERN, text) or len(text) > 100:
        raise _Wrong("who", f"“{text[:60]}” does not name a traveller, as “kissinger-henry-a” does.")
    return text


def _day(texts: dict[str, str], name: str) -> dt.date:
    text = texts[name]
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError
        return dt.date.fromisoformat(text)
    except ValueError:
        raise _Wrong(name, f"“{text[:40]}” is not a day. It is written YYYY-MM-DD.") from None


@dataclass(slots=True)
class Collection:
    """All that was read of one collection."""

    name: str
    records_read: int = 0
    entries: list[Entry] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def gather(records: Iterable[Record]) -> dict[str, Collection]:
    """The records by collection, checked. A number that an earlier record of the collection has is a problem, too."""
    collections = {name: Collection(name) for name in (TRAVELS, VISITS)}
    seen: set[tuple[str, int]] = set()
    for record in records:
        found = entry_of(record)
        if isinstance(found, Entry):
            found = _once(found, record, seen)
        collection = collections[record.collection]
        collection.records_read += 1
        if isinstance(found, Entry):
            collection.entries.append(found)
        else:
            collection.problems.append(found)
    return collections


def _once(entry: Entry, record: Record, seen: set[tuple[str, int]]) -> Entry | Problem:
    key = (entry.collection, entry.number)
    if key in seen:
        sentence = f"There is more than one record {entry.number}; the first one counts."
        return Problem(entry.collection, str(entry.number), record.file, "id", sentence)
    seen.add(key)
    return entry
