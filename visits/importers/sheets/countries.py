"""Which country a cell means: by its name, another name of it, or its code; never a new one on the quiet."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from visits import dates
from visits.choices import PartyKind
from visits.importers.sheets.text import fold

# A suggestion costs milliseconds: a file of nothing but unknown countries gets this many.
MOST_SUGGESTIONS = 1000
CLOSE = 0.75


@dataclass(frozen=True)
class Country:
    """A country, territory or former state as the database knows it, with all its names."""

    pk: int
    code: str
    name: str
    kind: str
    names: tuple[str, ...] = ()
    valid_from: str = ""
    valid_to: str = ""

    def was_on(self, day: str) -> bool:
        """Whether it may have existed on that (partial) date."""
        begun = not self.valid_from or dates.latest(day) >= dates.earliest(self.valid_from)
        return begun and (not self.valid_to or dates.earliest(day) <= dates.latest(self.valid_to))


class UnknownCountry(Exception):
    """A sentence on a name that stands for no country, or for several."""


class Countries:
    """Finds countries by what people call them."""

    def __init__(self, countries: Iterable[Country]) -> None:
        self._named: dict[str, list[Country]] = defaultdict(list)
        self._canonical: dict[str, Country] = {}
        for country in countries:
            self._canonical[fold(country.name)] = country
            for name in {fold(name) for name in (country.name, country.code, *country.names) if name}:
                self._named[name].append(country)
        self._suggestions: dict[str, str] = {}

    def find(self, name: str, day: str) -> tuple[Country, list[str]]:
        """The country, and what a person should know of the choice. Raises UnknownCountry."""
        found = self._one(name, day)
        notes = [note] if (note := _taken(name, found)) else []
        if not found.was_on(day):
            notes.append(f"{found.name} is on record {_bounds(found)}")
        return found, notes

    def _one(self, name: str, day: str) -> Country:
        key = fold(name)
        if key in self._canonical:
            return self._canonical[key]
        found = self._named.get(key, [])
        if len(found) > 1:
            found = [country for country in found if country.was_on(day)] or found
        if not found:
            raise UnknownCountry(f'"{name}" is not a known country.{self._suggested(key)}')
        if len(found) > 1:
            several = " and ".join(country.name for country in found)
            raise UnknownCountry(f'"{name}" is a name of {several}. Write which.')
        return found[0]

    def _suggested(self, key: str) -> str:
        if key not in self._suggestions:
            if len(self._suggestions) >= MOST_SUGGESTIONS:
                return ""
            close = get_close_matches(key, self._named, n=1, cutoff=CLOSE)
            self._suggestions[key] = f" Did you mean {self._named[close[0]][0].name}?" if close else ""
        return self._suggestions[key]


def _taken(name: str, country: Country) -> str:
    kept = "such" if name == country.name else country.name
    if country.kind == PartyKind.TERRITORY:
        return f'"{name}" is a territory, kept as {kept}'
    if country.kind == PartyKind.FORMER_STATE:
        return f'"{name}" is a former country, kept as {kept}'
    return "" if name == country.name else f'"{name}" taken as {country.name}'


def _bounds(country: Country) -> str:
    start = f"from {country.valid_from}" if country.valid_from else ""
    end = f"until {country.valid_to}" if country.valid_to else ""
    return f"{start} {end}".strip()
