"""New tours and stops, with their places, identifiers and citations; all rows of a kind at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from visits.importers.historian.entries import Entry
from visits.importers.historian.persons import Persons
from visits.importers.historian.places import Places
from visits.importers.historian.reading import TRAVELS
from visits.importers.historian.shaping import as_given, locator, scheme_of, stop_values, tour_values
from visits.importers.historian.sources import Sources
from visits.importers.historian.standing import Standing, number_of
from visits.models import Citation, ExternalIdentifier, Stop, Tour

AT_ONCE = 1000


@dataclass(slots=True)
class Context:
    """What new rows refer to."""

    parties: Mapping[str, int]
    names: Mapping[str, str]
    persons: Persons
    places: Places
    sources: Sources


def add_tours(groups: Sequence[list[Entry]], standing: Standing, context: Context) -> dict[int, list[Entry]]:
    """Tours of their own for groups of which nothing is on record; the records of each by its key."""
    principals = [context.persons.of(group[0]) for group in groups]
    context.persons.save()
    tours = Tour.objects.bulk_create(
        (
            Tour(principal=principal, **tour_values(group, context.names, context.parties))
            for group, principal in zip(groups, principals, strict=True)
        ),
        batch_size=AT_ONCE,
    )
    _cite(
        "tour",
        (
            (tour, group[0], [entry.number for entry in group])
            for tour, group in zip(tours, groups, strict=True)
        ),
        context,
    )
    placed = (
        (entry, tour, position)
        for tour, group in zip(tours, groups, strict=True)
        for position, entry in enumerate(group, start=1)
    )
    _add_stops(placed, standing, context)
    return {tour.pk: group for tour, group in zip(tours, groups, strict=True)}


def add_to_tours(joining: Sequence[tuple[Entry, Tour]], standing: Standing, context: Context) -> None:
    """New records that belong to a tour on record: behind the last stop that begins no later than they do."""
    stops: dict[int, list[Stop]] = {}
    for _, tour in joining:
        stops.setdefault(tour.pk, list(tour.stops.order_by("position")))
    for entry, tour in joining:
        stop = _stop(entry, tour, 0, context)
        order = stops[tour.pk]
        before = [at for at, other in enumerate(order, start=1) if _span(other) <= _span(stop)]
        order.insert(before[-1] if before else 0, stop)
        standing.stops[number_of(entry)] = stop
    moved, new = [], []
    for order in stops.values():
        for position, stop in enumerate(order, start=1):
            if stop._state.adding:
                new.append(stop)
            elif stop.position != position:
                moved.append(stop)
            stop.position = position
    Stop.objects.bulk_update(moved, ["position"], batch_size=AT_ONCE)
    Stop.objects.bulk_create(new, batch_size=AT_ONCE)
    added = [(entry, standing.stops[number_of(entry)]) for entry, _ in joining]
    _finish_stops(added, context)
    _cite("tour", ((tour, entry, [entry.number]) for entry, tour in joining), context)


def _span(stop: Stop) -> tuple[str, str]:
    return stop.start_date, stop.end_date or stop.start_date


def _add_stops(placed: Iterable[tuple[Entry, Tour, int]], standing: Standing, context: Context) -> None:
    rows = [(entry, _stop(entry, tour, position, context)) for entry, tour, position in placed]
    Stop.objects.bulk_create((stop for _, stop in rows), batch_size=AT_ONCE)
    standing.stops.update({number_of(entry): stop for entry, stop in rows})
    _finish_stops(rows, context)


def _stop(entry: Entry, tour: Tour, position: int, context: Context) -> Stop:
    return Stop(tour=tour, position=position, **stop_values(entry, context.parties))


def _finish_stops(rows: Sequence[tuple[Entry, Stop]], context: Context) -> None:
    """Places, identifier and citation of stops that have just been made."""
    between = Stop.places.through
    between._default_manager.bulk_create(
        (
            between(stop_id=stop.pk, place_id=place)
            for entry, stop in rows
            for place in context.places.of(entry)
        ),
        batch_size=AT_ONCE,
    )
    ExternalIdentifier.objects.bulk_create(
        (
            ExternalIdentifier(scheme=scheme_of(entry), value=str(entry.number), stop=stop)
            for entry, stop in rows
        ),
        batch_size=AT_ONCE,
    )
    _cite("stop", ((stop, entry, [entry.number]) for entry, stop in rows), context)


def _cite(target: str, rows: Iterable[tuple[Any, Entry, list[int]]], context: Context) -> None:
    """Each to the page of its record. Of a visit the tour's citation has the visitor and country word for word."""
    Citation.objects.bulk_create(
        (
            Citation(
                **{target: record},
                source_id=context.sources.of(entry),
                locator=locator(numbers),
                **(_quote(entry) if target == "tour" and entry.collection != TRAVELS else {}),
            )
            for record, entry, numbers in rows
        ),
        batch_size=AT_ONCE,
    )


def _quote(entry: Entry) -> dict[str, str]:
    return {"quote": as_given(entry), "quote_language": "en"}
