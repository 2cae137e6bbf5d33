"""Whom, where and what the meetings of a file refer to: looked up, or made when first needed."""

import uuid
from collections.abc import Callable, Iterable
from typing import Any

from visits.choices import PlaceKind, SourceKind
from visits.importers.sheets import lookups
from visits.importers.sheets.copying import copy, free_slugs, next_keys
from visits.models import Official, Place, Source

# Beyond that the database is asked again, so that memory stays flat.
MOST_REMEMBERED = 100_000
NOTE = "Made from the address in an imported spreadsheet: give it its title and kind."
TITLE_LENGTH = 500


class Cast:
    """Finds keys by name and by address; within an import, a name is always the same person."""

    def __init__(self) -> None:
        self._people: dict[str, int] = {}
        self._places: dict[tuple[int, str], int] = {}
        self._sources: dict[str, int] = {}

    def people(self, names: Iterable[str]) -> dict[str, int]:
        """Officials by any of their names; whom nobody knows is a new one."""
        fresh = _fresh(self._people, names)
        found = [(name, folded, key, name) for name, folded, key in lookups.people(fresh)] if fresh else []
        self._people |= _found_or_made(found, _new_officials)
        return self._people

    def places(self, names: Iterable[tuple[int, str]]) -> dict[tuple[int, str], int]:
        """Places by country and name."""
        fresh = _fresh(self._places, names)
        rows = lookups.places(fresh) if fresh else []
        found = [
            ((country, name), (country, folded), key, (country, name)) for country, name, folded, key in rows
        ]
        self._places |= _found_or_made(found, _new_places)
        return self._places

    def sources(self, urls: Iterable[str]) -> dict[str, int]:
        """Sources by address, however that is written."""
        fresh = _fresh(self._sources, urls)
        found = [(url, key, source, url) for url, key, source in lookups.sources(fresh)] if fresh else []
        self._sources |= _found_or_made(found, _new_sources)
        return self._sources


def _fresh(known: dict[Any, int], wanted: Iterable[Any]) -> set[Any]:
    """What is not known yet. Forgets everything first where that has become too much."""
    wanted = set(wanted)
    if len(known) > MOST_REMEMBERED:
        known.clear()
    return wanted - known.keys()


def _found_or_made(
    rows: Iterable[tuple[Any, Any, int | None, Any]], make: Callable[[list[Any]], list[int]]
) -> dict[Any, int]:
    """Out of (asked for, compared as, key or None, facts): the key of each; one is made of what compares alike."""
    rows = list(rows)
    missing = {compared: facts for _, compared, key, facts in reversed(rows) if key is None}
    made = dict(zip(missing, make(list(missing.values())), strict=True)) if missing else {}
    return {asked: made[compared] if key is None else key for asked, compared, key, _ in rows}


def _new_officials(names: list[str]) -> list[int]:
    return _added(Official, names, [(name,) for name in names], ("name",))


def _new_places(named: list[tuple[int, str]]) -> list[int]:
    rows = [(name, country, PlaceKind.CITY) for country, name in named]
    return _added(Place, [name for _, name in named], rows, ("name", "country_id", "kind"))


def _new_sources(urls: list[str]) -> list[int]:
    titles = [url.split("://", 1)[1].rstrip("/#")[:TITLE_LENGTH] or url for url in urls]
    rows = [(title, SourceKind.NEWS, url, NOTE) for title, url in zip(titles, urls, strict=True)]
    return _added(Source, titles, rows, ("title", "kind", "url", "note"))


def _added(model: Any, texts: list[str], rows: list[tuple[Any, ...]], columns: tuple[str, ...]) -> list[int]:
    """Rows with keys, identifiers and slugs of their own."""
    keys = next_keys(model, len(rows))
    identifiers = [uuid.uuid4() for _ in rows]
    slugs = free_slugs(model, texts, identifiers)
    heads = zip(keys, identifiers, slugs, strict=True)
    copy(
        model,
        ("id", "uuid", "slug", *columns),
        ((*head, *row) for head, row in zip(heads, rows, strict=True)),
    )
    return keys
