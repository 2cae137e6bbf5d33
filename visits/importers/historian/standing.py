"""What of the Historian's records is on record already, and what people have changed or removed since."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from visits.choices import BatchState
from visits.importers.historian.entries import Entry
from visits.importers.historian.persons import TRAVELLERS
from visits.importers.historian.reading import TRAVELS, VISITS
from visits.importers.historian.shaping import SCHEMES
from visits.models import ExternalIdentifier, ImportBatch, Stop
from visits.models.links import StopPlace
from visits.queries.parts import event_model

COLLECTIONS = {scheme: collection for collection, scheme in SCHEMES.items()}
Number = tuple[str, int]  # collection and number of a record


@dataclass(slots=True)
class Standing:
    """The stops of the records on record; those that stand for something else; those that somebody removed."""

    stops: dict[Number, Stop] = field(default_factory=dict)
    elsewhere: set[Number] = field(default_factory=set)
    removed: set[Number] = field(default_factory=set)

    def of_tour(self, tour: int) -> list[Stop]:
        return [stop for stop in self.stops.values() if stop.tour_id == tour]

    def knows(self, entry: Entry) -> bool:
        """Whether there is nothing to add: it stands here, or somebody took it away."""
        key = number_of(entry)
        return key in self.stops or key in self.elsewhere or key in self.removed


def number_of(entry: Entry) -> Number:
    return entry.collection, entry.number


def what_stands() -> Standing:
    """All records of the Historian's that are or were on record."""
    standing = Standing()
    identifiers = ExternalIdentifier.objects.filter(scheme__in=COLLECTIONS)
    for identifier in identifiers.select_related("stop__tour").prefetch_related("stop__places"):
        if not identifier.value.isdecimal():
            continue
        key = COLLECTIONS[identifier.scheme], int(identifier.value)
        if identifier.stop is None:
            standing.elsewhere.add(key)
        else:
            standing.stops[key] = identifier.stop
    standing.removed = _removed() - standing.stops.keys() - standing.elsewhere
    return standing


def _removed() -> set[Number]:
    """Records whose identifier somebody deleted, with the stop or without; not those of imports taken back."""
    events = event_model(ExternalIdentifier).objects.filter(scheme__in=COLLECTIONS)
    gone = events.filter(pgh_label="delete").values_list("scheme", "value", "pgh_obj")
    keys = {pk: (scheme, value) for scheme, value, pk in gone if value.isdecimal()}
    made = events.filter(pgh_label="insert", pgh_obj__in=keys).values_list("pgh_obj", "pgh_context__metadata")
    taken_back = {
        str(uuid)
        for uuid in ImportBatch.objects.filter(state=BatchState.REVERTED).values_list("uuid", flat=True)
    }
    undone = {pk for pk, context in made if context and context.get("batch") in taken_back}
    return {(COLLECTIONS[scheme], int(value)) for pk, (scheme, value) in keys.items() if pk not in undone}


def vanished(standing: Standing, entries: Iterable[Entry], read: set[Number]) -> dict[str, list[int]]:
    """Records on record that the files lack, as far as these can tell.

    The files of a traveller have all of his or her journeys, the file of a decade all of its visits; of other
    travellers and decades nothing is known.
    """
    entries = list(entries)
    travellers = _principals({entry.who for entry in entries if entry.collection == TRAVELS})
    decades = {str(entry.start.year)[:3] for entry in entries if entry.collection == VISITS}
    found: dict[str, list[int]] = {TRAVELS: [], VISITS: []}
    for (collection, number), stop in standing.stops.items():
        told = {TRAVELS: stop.tour.principal_id in travellers, VISITS: stop.start_date[:3] in decades}
        if told[collection] and (collection, number) not in read:
            found[collection].append(number)
    return {collection: sorted(numbers) for collection, numbers in found.items()}


def _principals(who: set[str]) -> set[int]:
    known = ExternalIdentifier.objects.filter(scheme=TRAVELLERS, value__in=who, official__isnull=False)
    return {official for official in known.values_list("official", flat=True) if official}


def set_by_imports(model: type[Any], keys: Iterable[int]) -> dict[int, set[str]]:
    """For each row the columns whose value comes from an import: nobody else has set them since."""
    events = event_model(model).objects.filter(pgh_obj__in=keys).select_related("pgh_context")
    columns = [column.attname for column in model._meta.local_concrete_fields if not column.generated]
    last: dict[int, Any] = {}
    found: dict[int, set[str]] = defaultdict(set)
    for event in events.order_by("pgh_id"):
        before = last.get(event.pgh_obj_id)
        changed = {
            name for name in columns if before is None or getattr(before, name) != getattr(event, name)
        }
        if _is_of_an_import(event):
            found[event.pgh_obj_id] |= changed
        else:
            found[event.pgh_obj_id] -= changed
        last[event.pgh_obj_id] = event
    return found


def places_set_by_imports(stops: Iterable[int]) -> set[int]:
    """The stops whose places nobody but imports has ever touched."""
    events = event_model(StopPlace).objects.filter(stop__in=stops).select_related("pgh_context")
    by_hand = {event.stop_id for event in events if not _is_of_an_import(event)}
    return set(stops) - by_hand


def _is_of_an_import(event: Any) -> bool:
    return bool(event.pgh_context and event.pgh_context.metadata.get("batch"))
