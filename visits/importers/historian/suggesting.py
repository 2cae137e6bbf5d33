"""What a person decides: whom remarks name, who else a visitor's field names, who may be one under two spellings."""

import difflib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from visits.choices import SuggestionKind
from visits.importers.historian.countries import fold
from visits.importers.historian.entries import Entry
from visits.importers.historian.people import Person, met, visitors
from visits.importers.historian.persons import CAREER, VISITORS
from visits.importers.historian.reading import TRAVELS
from visits.importers.historian.shaping import scheme_of
from visits.importers.historian.standing import Standing, number_of
from visits.models import ExternalIdentifier, ImportBatch, Official, Suggestion, Tour

AT_ONCE = 1000
LONGEST = 250
ALIKE = 0.85


def suggest(
    batch: ImportBatch, entries: Sequence[Entry], standing: Standing, parties: Mapping[str, int]
) -> int:
    """Propose what these records, new or changed, give rise to; how much. What was proposed before is not again."""
    proposed = [
        *_people(batch, entries, standing, parties),
        *_spellings(batch, [entry for entry in entries if entry.collection != TRAVELS], standing),
    ]
    known = set(Suggestion.objects.values_list("key", flat=True))
    new = {suggestion.key: suggestion for suggestion in proposed if suggestion.key not in known}
    Suggestion.objects.bulk_create(new.values(), batch_size=AT_ONCE)
    return len(new)


def _people(
    batch: ImportBatch, entries: Iterable[Entry], standing: Standing, parties: Mapping[str, int]
) -> Iterable[Suggestion]:
    for entry in entries:
        stop = standing.stops[number_of(entry)]
        for person in met(entry.remarks):
            made = _suggestion(batch, SuggestionKind.MET, person, entry)
            made.stop = stop
            made.party_id = parties.get(person.party) if person.party or person.stranger else stop.country_id
            yield made
        for person in visitors(entry.who)[1:] if entry.collection != TRAVELS else ():
            made = _suggestion(batch, SuggestionKind.VISITOR, person, entry)
            made.tour_id, made.party_id = stop.tour_id, parties[entry.party]
            yield made


def _suggestion(batch: ImportBatch, kind: SuggestionKind, person: Person, entry: Entry) -> Suggestion:
    key = f"{scheme_of(entry)}:{entry.number}:{kind}:{fold(person.title)}:{fold(person.name)}"
    return Suggestion(
        batch=batch,
        kind=kind,
        title=person.title[:LONGEST],
        name=person.name[:LONGEST],
        words=person.words,
        key=key[:LONGEST],
    )


def _spellings(batch: ImportBatch, entries: Sequence[Entry], standing: Standing) -> Iterable[Suggestion]:
    """Visitors of one party whose names are alike, if one of them is named by these records."""
    touched = {standing.stops[number_of(entry)].tour_id for entry in entries}
    named = set(Tour.objects.filter(pk__in=touched).values_list("principal", flat=True))
    for party, people in _visitors_by_party().items():
        for (one, years), (other, other_years) in combinations(people, 2):
            if one.pk == other.pk or not {one.pk, other.pk} & named:
                continue
            if _may_be_one(one.name, other.name, years, other_years):
                first, second = sorted((str(one.uuid), str(other.uuid)))
                yield Suggestion(
                    batch=batch,
                    kind=SuggestionKind.SPELLING,
                    name=one.name,
                    party_id=party,
                    words=f"{one.name} ({_span(years)}) and {other.name} ({_span(other_years)})",
                    official=one,
                    other_official=other,
                    key=f"{VISITORS}:spelling:{first}:{second}",
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
