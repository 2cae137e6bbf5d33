"""The officials of the records: travellers by the Historian's name for them, visitors by name and party.

Two records of one name and party are of one person. A single name (“President Ospina”) says less: records further
apart than a career are taken for two people, and a person decides (``suggesting``). Nobody gets a tenure out of them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.text import slugify

from visits.importers.historian.countries import fold
from visits.importers.historian.entries import Entry
from visits.importers.historian.people import visitors
from visits.importers.historian.reading import TRAVELS
from visits.importers.historian.shaping import sender
from visits.models import ExternalIdentifier, Official, OfficialName, Participation, Tenure, Tour

TRAVELLERS, VISITORS = "historian-people", "historian-visitors"
CAREER = 15  # years
Key = tuple[str, str]  # the scheme and the value of an identifier


@dataclass(slots=True)
class Known:
    """An official on record or to be made, and the years of the visits as far as they are known."""

    key: Key
    official: Official
    years: list[int] = field(default_factory=list)

    def is_near(self, year: int) -> bool:
        return not self.years or min(self.years) - CAREER <= year <= max(self.years) + CAREER


class Persons:
    """Who made each of the journeys. Ask for all of them first, then ``save`` those who are new."""

    def __init__(self, entries: Iterable[Entry], parties: Mapping[str, int]) -> None:
        self._parties = parties
        entries = list(entries)
        self._travellers = _identified(
            TRAVELLERS, [entry.who for entry in entries if entry.collection == TRAVELS]
        )
        self._visitors = _visitors_on_record()
        self._others = _others_by_name(parties)
        self._new: list[Known] = []
        self._found: list[Known] = []

    def of(self, entry: Entry) -> Official:
        if entry.collection == TRAVELS:
            return self._traveller(entry)
        return self._visitor(entry)

    def save(self) -> None:
        """Make those who are new since the last time, and note under which identifier each is known."""
        Official.objects.bulk_create([known.official for known in self._new], batch_size=1000)
        ExternalIdentifier.objects.bulk_create(
            (
                ExternalIdentifier(scheme=known.key[0], value=known.key[1], official=known.official)
                for known in [*self._new, *self._found]
            ),
            batch_size=1000,
        )
        self._new, self._found = [], []

    def _traveller(self, entry: Entry) -> Official:
        if entry.who not in self._travellers:
            known = self._made((TRAVELLERS, entry.who), entry.name, sender(entry))
            self._travellers[entry.who] = known.official
        return self._travellers[entry.who]

    def _visitor(self, entry: Entry) -> Official:
        name = visitors(entry.who)[0].name
        base = f"{entry.party}/{slugify(name) or fold(name)}"
        namesakes = self._visitors[base]
        year = entry.start.year
        near = [known for known in namesakes if " " in name or known.is_near(year)]
        if not near:
            value = base if not namesakes else f"{base}/{len(namesakes) + 1}"
            near = [self._made((VISITORS, value), name, entry.party)]
            namesakes += near
        near[0].years.append(year)
        return near[0].official

    def _made(self, key: Key, name: str, party: str) -> Known:
        """Somebody of this name who is known otherwise as acting for the party, if there is exactly one; else new."""
        others = self._others.get((self._parties[party], fold(name)), set()) if " " in name else set()
        if len(others) == 1:
            known = Known(key, Official.objects.get(pk=next(iter(others))))
            self._found.append(known)
        else:
            known = Known(key, Official(name=name))
            self._new.append(known)
        return known


def _identified(scheme: str, values: list[str]) -> dict[str, Official]:
    found = ExternalIdentifier.objects.filter(scheme=scheme, value__in=set(values), official__isnull=False)
    return {
        identifier.value: identifier.official
        for identifier in found.select_related("official")
        if identifier.official
    }


def _visitors_on_record() -> dict[str, list[Known]]:
    """Visitors of earlier imports by party and name, with the years of their visits."""
    found = ExternalIdentifier.objects.filter(scheme=VISITORS, official__isnull=False).select_related(
        "official"
    )
    years: dict[int, list[int]] = defaultdict(list)
    journeys = Tour.objects.filter(principal__in=found.values("official"))
    for official, start in journeys.values_list("principal", "start_date"):
        years[official].append(int(start[:4]))
    known: dict[str, list[Known]] = defaultdict(list)
    for identifier in found.order_by("value"):
        if identifier.official:
            base = "/".join(identifier.value.split("/")[:2])
            person = Known((VISITORS, identifier.value), identifier.official, years[identifier.official.pk])
            known[base].append(person)
    return known


def _others_by_name(parties: Mapping[str, int]) -> dict[tuple[int, str], set[int]]:
    """Officials by the parties for which they act and by each of their folded names."""
    acts: dict[int, set[int]] = defaultdict(set)
    for pairs in (
        Tenure.objects.order_by().values_list("official", "party"),
        Participation.objects.exclude(official=None).order_by().values_list("official", "on_behalf_of"),
        Tour.objects.order_by().values_list("principal", "on_behalf_of"),
    ):
        for official, party in pairs.distinct():
            acts[official].add(party)
    found: dict[tuple[int, str], set[int]] = defaultdict(set)
    for names in (
        Official.objects.filter(pk__in=acts).values_list("pk", "name"),
        OfficialName.objects.filter(official__in=acts).values_list("official", "name"),
    ):
        for official, name in names:
            for of in acts[official]:
                found[of, fold(name)].add(official)
    return found
