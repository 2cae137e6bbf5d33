"""Which column of a file is which: by its name or a synonym, or as somebody says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from visits.importers.sheets.plain import Unreadable
from visits.importers.sheets.text import fold


@dataclass(frozen=True)
class Column:
    """A column that an import of meetings knows. ``limit`` is in characters."""

    name: str
    synonyms: tuple[str, ...]
    limit: int
    required: str = ""
    lines: bool = False


COLUMNS = (
    Column("date", ("start", "start date", "day", "meeting date"), 250, "date"),
    Column("end_date", ("end", "last day", "until"), 250),
    Column("country", ("location", "host country", "country of meeting"), 250, "country"),
    Column("city", ("place", "town"), 250),
    Column("host official", ("host", "host name", "counterpart", "met with"), 250, "host"),
    Column("host title", ("title of host", "host office"), 250),
    Column("visitor", ("visiting official", "visitor name", "guest"), 250, "visitor"),
    Column("visitor title", ("title of visitor", "visitor office", "guest title"), 250),
    Column("points", ("agenda", "agenda points", "topics", "talking points"), 10_000, lines=True),
    Column("source url", ("source", "url", "link", "source link", "source address"), 2000),
)
BY_NAME = {column.name: column for column in COLUMNS}


@dataclass(frozen=True)
class Layout:
    """Where each column stands (counted from 0), and what the file calls it."""

    header: list[str]
    places: dict[str, int]
    doubtful: list[str] = field(default_factory=list)

    @property
    def missing(self) -> list[str]:
        return [column.name for column in COLUMNS if column.required and column.name not in self.places]

    @property
    def unused(self) -> list[str]:
        used = set(self.places.values())
        return [name for place, name in enumerate(self.header) if place not in used and name]

    def called(self, place: int | None) -> str:
        """The name that the file gives to the column."""
        if place is None or place >= len(self.header):
            return ""
        return self.header[place]


def _comparable(name: str) -> str:
    return re.sub(r"[\W_]+", " ", fold(name)).strip()


KNOWN = {
    _comparable(name): column.name for column in COLUMNS for name in (column.name, *column.synonyms)
}  # fmt: skip


def recognized(header: list[str]) -> int:
    """How many of these names are known."""
    return len({KNOWN[name] for name in map(_comparable, header) if name in KNOWN})


def layout(header: list[str], chosen: Mapping[str, int | None] | None = None) -> Layout:
    """Which column is which. ``chosen`` says it of some columns by hand; None there is “not in the file”."""
    chosen = chosen or {}
    places: dict[str, int] = {}
    doubtful = []
    taken = {place for place in chosen.values() if place is not None}
    for place, name in enumerate(header):
        known = KNOWN.get(_comparable(name))
        if known is None or known in chosen or place in taken:
            continue
        if known in places:
            doubtful.append(f"“{header[places[known]]}” and “{name}” both read as “{known}”.")
        else:
            places[known] = place
    places |= {name: place for name, place in chosen.items() if place is not None}
    return Layout(header, places, doubtful)


def chosen_by_name(header: list[str], pairs: Mapping[str, str]) -> dict[str, int | None]:
    """``layout``'s choice out of “our column: the file's”. Raises Unreadable for a name that there is not."""
    found: dict[str, int | None] = {}
    by_name = {_comparable(name): place for place, name in reversed(list(enumerate(header)))}
    for ours, theirs in pairs.items():
        known = KNOWN.get(_comparable(ours))
        if known is None:
            raise Unreadable(f"There is no column “{ours}”. There are: {', '.join(BY_NAME)}.")
        if _comparable(theirs) not in by_name:
            raise Unreadable(f"The file has no column “{theirs}”. It has: {', '.join(header)}.")
        found[known] = by_name[_comparable(theirs)]
    return found


def require(found: Layout, name: str) -> None:
    """Raise Unreadable, naming what is missing, if no row could be imported."""
    if found.doubtful:
        raise Unreadable(f"“{name}”: {' '.join(found.doubtful)} Rename one of them.")
    if not found.missing:
        return
    missing = " and ".join(f"“{column}”" for column in found.missing)
    are = "The column {} is" if len(found.missing) == 1 else "The columns {} are"
    has = ", ".join(f"“{column[:60]}”" for column in found.header[:20]) or "no names"
    raise Unreadable(f"“{name}”: {are.format(missing)} missing. The first line has {has}.")
