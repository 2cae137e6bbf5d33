"""What a person decides: whom remarks name, who else a visitor's field names, who may be one under two spellings."""

import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from visits.choices import SuggestionKind
from visits.importers.historian.countries import fold
from visits.importers.historian.entries import Entry
from visits.importers.historian.people import Person, met, visitors
from visits.importers.historian.persons import CAREER, VISITORS
from visits.importers.historian.reading import TRAVELS
from visits.importers.historian.shaping import location, scheme_of
from visits.importers.historian.standing import Standing, number_of
from visits.models import ExternalIdentifier, ImportBatch, Official, Party, Tour
from visits.services.suggestions import Proposal, propose

LONGEST_KEY = 250
ALIKE = 0.85


def suggest(
    batch: ImportBatch, entries: Sequence[Entry], standing: Standing, parties: Mapping[str, int]
) -> int:
    """Propose what these records, new or changed, give rise to; how much is new."""
    known = Party.objects.in_bulk()
    by_code = {code: known[pk] for code, pk in parties.items()}
    visits = [entry for entry in entries if entry.collection != TRAVELS]
    return propose(batch, [*_people(entries, standing, by_code), *_spellings(visits, standing, known)])


def _people(entries: Iterable[Entry], standing: Standing, parties: Mapping[str, Party]) -> Iterator[Proposal]:
    for entry in entries:
        stop = standing.stops[number_of(entry)]
        for person in met(entry.remarks):
            here = None if person.stranger else parties[location(entry)]
            party = parties.get(person.party, here)
            yield _proposal(SuggestionKind.MET, person, entry, party=party, stop=stop)
        for person in visitors(entry.who)[1:] if entry.collection != TRAVELS else ():
            yield _proposal(SuggestionKind.VISITOR, person, entry, party=parties[entry.party], tour=stop.tour)


def _proposal(kind: SuggestionKind, person: Person, entry: Entry, **rest: Any) -> Proposal:
    key = f"{scheme_of(entry)}:{entry.number}:{kind}:{fold(person.title)}:{fold(person.name)}"
    return Proposal(kind, person.name, person.words, key[:LONGEST_KEY], title=person.title, **rest)


def _spellings(
    entries: Sequence[Entry], standing: Standing, parties: Mapping[int, Party]
) -> Iterator[Proposal]:
    """Visitors of one party whose names are alike, if one of them is named by these records."""
    touched = {standing.stops[number_of(entry)].tour_id for entry in entries}
    named = set(Tour.objects.filter(pk__in=touched).values_list("principal", flat=True))
    for party, people in _visitors_by_party().items():
        for (one, years), (other, other_years) in combinations(people, 2):
            if not {one.pk, other.pk} & named or not _may_be_one(one.name, other.name, years, other_years):
                continue
            first, second = sorted((str(one.uuid), str(other.uuid)))
            yield Proposal(
                SuggestionKind.SPELLING,
                one.name,
                f"{one.name} ({_span(years)}) and {other.name} ({_span(other_years)})",
                f"{VISITORS}:spelling:{first}:{second}",
                party=parties[party],
                official=one,
                other_official=other,
            )


def _visitors_by_party() -> dict[int, list[tuple[Official, list[int]]]]:
    """All visitors with the years of their visits."""
    known = ExternalIdentifier.objects.filter(scheme=VISITORS, official__isnull=False).values("official")
    years: dict[tuple[int, int], list[int]] = defaultdict(list)
    journeys = Tour.objects.filter(principal__in=known).order_by("start_date", "pk")
    for party, official, start in journeys.values_list("on_behalf_of", "principal", "start_date"):
        years[party, official].append(int(start[:4]))
    officials = Official.objects.in_bulk({official for _, official in years})
    found: dict[int, list[tuple[Official, list[int]]]] = defaultdict(list)
    for (party, official), of in years.items():
        found[party].append((officials[official], of))
    return found


def _may_be_one(one: str, other: str, years: Sequence[int], other_years: Sequence[int]) -> bool:
    """Whether one name is within the other (“Adenauer”) or written almost like it, within a career."""
    if min(abs(year - another) for year in (min(years), max(years)) for another in other_years) > 2 * CAREER:
        return False
    first, second = fold(one), fold(other)
    words, others = set(first.split()), set(second.split())
    if words <= others or others <= words:
        return True
    return difflib.SequenceMatcher(None, first, second).ratio() >= ALIKE


def _span(years: Sequence[int]) -> str:
    first, last = min(years), max(years)
    return str(first) if first == last else f"{first}–{last}"
