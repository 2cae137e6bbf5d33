"""The places of a locale (“Rome, Genoa, Milan, Turin”), found within the country as recorded, or made there."""

import re
from collections.abc import Iterable, Mapping

from visits.choices import PlaceKind
from visits.importers.historian.countries import fold
from visits.importers.historian.entries import Entry
from visits.importers.historian.shaping import location
from visits.models import Place, PlaceName

# “Mexico, D.F.” is one place.
LETTERS = re.compile(r"(?:[A-Z]\.)+")
REGION = re.compile(
    r"\b(?:bay|canal|coast|islands?|lake|ocean|peninsula|province|sea|valley)\b", re.IGNORECASE
)
SITE = re.compile(
    r"\b(?:airport|air (?:force )?base|camp|castle|conference center|field|fort|naval base|palace|ship)\b",
    re.IGNORECASE,
)
AT_MOST_PLACES = 30


def names_in(locale: str) -> list[str]:
    """The places that a locale names, in its order. What stands in parentheses says where they lie."""
    found: list[str] = []
    for part in re.split(r",(?![^(]*\))", locale):
        name = (re.sub(r"\([^)]*\)?", " ", part).strip() or part.strip(" ()")).strip()
        name = re.sub(r"\s+", " ", name)
        if found and LETTERS.fullmatch(name):
            found[-1] += f", {name}"
        elif name:
            found.append(name)
    return list(dict.fromkeys(found))[:AT_MOST_PLACES]


def kind_of_place(name: str) -> PlaceKind:
    """A place is a town unless its name says what else it is."""
    if SITE.search(name):
        return PlaceKind.SITE
    return PlaceKind.REGION if REGION.search(name) else PlaceKind.CITY


class Places:
    """All places that the records name, by country and folded name. Coordinates are never guessed."""

    def __init__(self, entries: Iterable[Entry], parties: Mapping[str, int]) -> None:
        self._parties = parties
        wanted: dict[tuple[int, str], str] = {}
        for entry in entries:
            for name in names_in(entry.locale):
                wanted.setdefault((parties[location(entry)], fold(name)), name)
        self._known = self._on_record({country for country, _ in wanted})
        new = [
            Place(country_id=key[0], name=name, kind=kind_of_place(name))
            for key, name in wanted.items()
            if key not in self._known
        ]
        for place in Place.objects.bulk_create(new, batch_size=1000):
            self._known[place.country_id, fold(place.name)] = place.pk

    def of(self, entry: Entry) -> list[int]:
        """The keys of the places of a record, each once."""
        country = self._parties[location(entry)]
        return list(dict.fromkeys(self._known[country, fold(name)] for name in names_in(entry.locale)))

    @staticmethod
    def _on_record(countries: set[int]) -> dict[tuple[int, str], int]:
        """By their names and other names; a name of its own goes before another's other name."""
        others = PlaceName.objects.filter(place__country__in=countries).order_by("-pk")
        known = {
            (country, fold(name)): pk
            for country, name, pk in others.values_list("place__country", "name", "place")
        }
        places = Place.objects.filter(country__in=countries).order_by("-pk")
        return known | {
            (country, fold(name)): pk for country, name, pk in places.values_list("country", "name", "pk")
        }
