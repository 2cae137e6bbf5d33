"""What the Historian has changed since, where nobody here has changed it: the analyst's version wins, and is told."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from visits.importers.historian.entries import Entry
from visits.importers.historian.reading import TRAVELS, VISITS
from visits.importers.historian.shaping import (
    SCHEMES,
    as_given,
    as_span,
    locator,
    sender,
    stop_values,
    tour_values,
)
from visits.importers.historian.standing import (
    Number,
    Standing,
    number_of,
    places_set_by_imports,
    set_by_imports,
)
from visits.importers.historian.writing import AT_ONCE, Context
from visits.models import Citation, Stop, Tour

STOP_COLUMNS = ["country_id", "country_text", "locale_text", "remarks", "start_date", "end_date"]
TOUR_COLUMNS = ["title", "on_behalf_of_id", "capacity", "kind", "start_date", "end_date"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which our record is not as the Historian's, because somebody wrote it here."""

    collection: str
    number: int
    field: str
    on_record: str
    upstream: str


@dataclass(slots=True)
class Updates:
    """Which records were brought up to date, what was left, and the tours that they are of."""

    updated: set[Number] = field(default_factory=set)
    differences: list[Difference] = field(default_factory=list)
    tours: set[int] = field(default_factory=set)

    def note(self, entry: Entry, stop: Stop) -> None:
        self.updated.add(number_of(entry))
        self.tours.add(stop.tour_id)

    def tell(self, entry: Entry, name: str, on_record: object, upstream: object) -> None:
        label = name.removesuffix("_id")
        self.differences.append(
            Difference(entry.collection, entry.number, label, str(on_record), str(upstream))
        )


@dataclass(slots=True)
class Changes:
    """Records that are not as they stand: stops with the columns that differ, visits with another visitor."""

    stops: list[tuple[Entry, dict[str, Any]]] = field(default_factory=list)
    visitors: list[tuple[Entry, Citation]] = field(default_factory=list)

    @property
    def entries(self) -> list[Entry]:
        found = {number_of(entry): entry for entry, _ in [*self.stops, *self.visitors]}
        return list(found.values())

    @property
    def elsewhere(self) -> list[Entry]:
        """Those whose places are other ones."""
        return [entry for entry, wanted in self.stops if wanted.keys() & {"locale_text", "country_id"}]


def changes(entries: Iterable[Entry], standing: Standing, parties: Mapping[str, int]) -> Changes:
    """Compare what was read with what stands."""
    found = Changes()
    cited = _visits_as_given()
    for entry in entries:
        stop = standing.stops[number_of(entry)]
        wanted = _differences(stop, stop_values(entry, parties))
        if wanted:
            found.stops.append((entry, wanted))
        citation = cited.get((stop.tour_id, locator([entry.number]))) if entry.collection == VISITS else None
        if citation and (
            citation.quote != as_given(entry) or stop.tour.on_behalf_of_id != parties[sender(entry)]
        ):
            found.visitors.append((entry, citation))
    return found


def _visits_as_given() -> dict[tuple[int, str], Citation]:
    """The citations of tours that have a visitor word for word, by tour and locator."""
    visits = Tour.objects.filter(stops__external_identifiers__scheme=SCHEMES[VISITS])
    citations = Citation.objects.filter(tour__in=visits).exclude(quote="")
    return {(citation.tour_id or 0, citation.locator): citation for citation in citations}


def update(found: Changes, standing: Standing, context: Context) -> Updates:
    """Bring records up to date where nobody else has written."""
    done = Updates()
    _hold(found, standing)
    _update_stops(found, standing, context, done)
    _update_visitors(found, standing, context, done)
    return done


def _hold(found: Changes, standing: Standing) -> None:
    """Keep others from the tours and stops until the end; what they have written since we looked is taken over."""
    stops = {stop.pk: stop for entry in found.entries if (stop := standing.stops[number_of(entry)])}
    tours = {stop.tour_id for stop in stops.values()}
    list(Tour.objects.select_for_update(of=("self",)).filter(pk__in=tours).order_by("pk").values_list("pk"))
    for current in Stop.objects.select_for_update(of=("self",)).filter(pk__in=stops).order_by("pk"):
        _with(stops[current.pk], {name: getattr(current, name) for name in STOP_COLUMNS})


def _update_stops(found: Changes, standing: Standing, context: Context, done: Updates) -> None:
    keys = [standing.stops[number_of(entry)].pk for entry, _ in found.stops]
    ours, free_places = set_by_imports(Stop, keys), places_set_by_imports(keys)
    changed: list[Stop] = []
    for entry, wanted in found.stops:
        stop = standing.stops[number_of(entry)]
        for name in sorted(wanted.keys() - ours[stop.pk]):
            done.tell(entry, name, *_for_people(stop, entry, name, wanted[name]))
        taken = {name: wanted[name] for name in wanted.keys() & ours[stop.pk]}
        if not taken:
            continue
        done.note(entry, stop)
        changed.append(_with(stop, taken))
        if taken.keys() & {"locale_text", "country_id"}:
            if stop.pk in free_places:
                stop.places.set(context.places.of(entry))
            else:
                done.tell(entry, "places", ", ".join(place.name for place in stop.places.all()), entry.locale)
    Stop.objects.bulk_update(changed, STOP_COLUMNS, batch_size=AT_ONCE)


def _for_people(stop: Stop, entry: Entry, name: str, value: object) -> tuple[object, object]:
    if name == "country_id":
        return stop.country.name, entry.country_text
    return getattr(stop, name), value


def _update_visitors(found: Changes, standing: Standing, context: Context, done: Updates) -> None:
    """Another visitor or sender: the principal, the title and the capacity follow, and the words in the citation."""
    tours = {number_of(entry): standing.stops[number_of(entry)].tour for entry, _ in found.visitors}
    ours = set_by_imports(Tour, [tour.pk for tour in tours.values()])
    quoted = set_by_imports(Citation, [citation.pk for _, citation in found.visitors])
    principals = {number_of(entry): context.persons.of(entry) for entry, _ in found.visitors}
    context.persons.save()
    for entry, citation in found.visitors:
        tour = tours[number_of(entry)]
        wanted = tour_values([entry], context.names, context.parties)
        wanted = {name: wanted[name] for name in ("title", "on_behalf_of_id", "capacity")}
        wanted["principal_id"] = principals[number_of(entry)].pk
        free = ours[tour.pk] if "quote" in quoted[citation.pk] else set()
        if not wanted.keys() <= free:
            done.tell(entry, "visitor", tour.title, as_given(entry))
            continue
        done.note(entry, standing.stops[number_of(entry)])
        _with(tour, wanted).save(update_fields=[*wanted])
        _with(citation, {"quote": as_given(entry)}).save(update_fields=["quote"])


def update_tours(tours: Iterable[int], groups: Mapping[int, Sequence[Entry]], context: Context) -> None:
    """Bring the tours of new and changed stops up to date: their dates and, as far as they are the rule's, the rest.

    ``groups`` has the records of those tours that hold exactly what the rule puts together.
    """
    standing = Tour.objects.prefetch_related("stops").in_bulk(list(tours))
    ours = set_by_imports(Tour, list(standing))
    changed = []
    for tour in standing.values():
        stops = tour.stops.all()
        wanted: dict[str, Any] = {}
        if tour.pk in groups:
            wanted = tour_values(groups[tour.pk], context.names, context.parties)
        first, last = (
            min(stop.start_date for stop in stops),
            max(stop.end_date or stop.start_date for stop in stops),
        )
        wanted |= as_span(first, last)
        taken = {name: value for name, value in _differences(tour, wanted).items() if name in ours[tour.pk]}
        if taken:
            changed.append(_with(tour, taken))
    Tour.objects.bulk_update(changed, TOUR_COLUMNS, batch_size=AT_ONCE)


def intact(groups: Iterable[Sequence[Entry]], standing: Standing) -> dict[int, Sequence[Entry]]:
    """The tours that hold exactly the records that the rule puts together, and these records."""
    sizes = Counter(stop.tour_id for stop in standing.stops.values())
    found = {}
    for group in groups:
        tours = {stop.tour_id for entry in group if (stop := standing.stops.get(number_of(entry)))}
        if len(tours) == 1 and sizes[min(tours)] == len(group):
            found[min(tours)] = group
    return found


def regrouped(groups: Iterable[Sequence[Entry]], standing: Standing) -> list[list[int]]:
    """Travellers' journeys by the rule that are more than one tour here, each by the numbers of its records."""
    found = []
    for group in groups:
        tours = {stop.tour_id for entry in group if (stop := standing.stops.get(number_of(entry)))}
        if group[0].collection == TRAVELS and len(tours) > 1:
            found.append([entry.number for entry in group])
    return found


def _differences(record: Any, wanted: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in wanted.items() if getattr(record, name) != value}


def _with(record: Any, values: Mapping[str, Any]) -> Any:
    for name, value in values.items():
        setattr(record, name, value)
    return record
