"""A tour or a meeting as the public saw it at a moment: the same objects that today's pages and answers show.

Its own columns and parts are those of that moment, and so are the tours and meetings beside it, as far as they were
public then and have not been withdrawn since. People, parties, places, topics, sources and offices are those of today.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q

from visits import dates
from visits.choices import EditorialState
from visits.models import Meeting, Participation, Statement, Stop, Tour
from visits.models.base import Span
from visits.queries.itinerary import MOST_MEETINGS
from visits.queries.parts import LINKS, Model, event_model, parts_of
from visits.queries.relations import STATELESS, Relations, named_columns
from visits.queries.snapshots import Rows, instance, rows_at, standing
from visits.queries.titles import Titles


def known_at(record: Tour | Meeting, at: datetime) -> Any:
    """The record as the public saw it, or None if it was not public at that moment."""
    rows = rows_at(type(record), Q(pgh_obj=record.pk), Q(pgh_created_at__lte=at))
    own = rows[type(record)].get(record.pk)
    if own is None or own.state != EditorialState.PUBLISHED:
        return None
    return _tour(rows, own, at) if isinstance(record, Tour) else _meeting(rows, own, at)


def _meeting(rows: Rows, own: Any, at: datetime) -> Meeting:
    beside: Rows = {Tour: _public_rows(Tour, [own.tour_id], at)}
    stops = event_model(Stop).objects.filter(pgh_obj=own.stop_id, pgh_created_at__lte=at).order_by("pgh_id")
    found = standing({event.pgh_obj_id: event for event in stops}.values())
    beside[Stop] = {pk: event for pk, event in found.items() if event.tour_id in beside[Tour]}
    return _Graph(rows, beside).made[Meeting][own.pgh_obj_id]


def _tour(rows: Rows, own: Any, at: datetime) -> Tour:
    once = event_model(Meeting).objects.filter(tour=own.pgh_obj_id).values("pgh_obj")
    public = _public_rows(Meeting, once, at).values()
    on_tour = [event.pgh_obj_id for event in public if event.tour_id == own.pgh_obj_id]
    theirs = rows_at(Meeting, Q(pgh_obj__in=on_tour), Q(pgh_created_at__lte=at))
    merged = {kind: rows.get(kind, {}) | theirs.get(kind, {}) for kind in [*rows, *theirs]}
    made = _Graph(merged, {}).made
    tour = made[Tour][own.pgh_obj_id]
    meetings = sorted(made[Meeting].values(), key=lambda meeting: (meeting.start_earliest, meeting.pk))
    _keep(tour, "meetings", meetings[: MOST_MEETINGS + 1])
    for stop in tour.stops.all():
        _keep(stop, "meetings", [meeting for meeting in meetings if meeting.stop_id == stop.pk])
    return tour


def _public_rows(model: Model, pks: Any, at: datetime) -> dict[int, Any]:
    """Tours or meetings that were public at the moment, but for those withdrawn or deleted since."""
    kept = model._base_manager.filter(pk__in=pks).exclude(state=EditorialState.WITHDRAWN)
    events = event_model(model).objects.filter(pgh_obj__in=kept.values("pk"), pgh_created_at__lte=at)
    latest = standing(events.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id"))
    return {pk: event for pk, event in latest.items() if event.state == EditorialState.PUBLISHED}


class _Graph:
    """Instances of the rows, each with everything that a prefetch would have given it."""

    def __init__(self, rows: Rows, beside: Rows) -> None:
        every = [
            (kind, event) for of in (rows, beside) for kind, found in of.items() for event in found.values()
        ]
        self.relations = Relations(every, among=STATELESS)
        self.made: dict[Model, dict[int, Any]] = defaultdict(dict)
        for kind, event in every:
            self.made[kind][event.pgh_obj_id] = self._make(kind, event)
        for kind in rows:
            for part, key in parts_of(kind):
                self._hang(kind, part, key)
        self._place_meetings()
        self._entitle()

    def _make(self, kind: Model, event: Any) -> Any:
        row = instance(kind, event)
        row._state.adding = False
        for column in named_columns(kind):
            related = self.relations.get(column.related_model, getattr(event, column.attname))
            row._state.fields_cache[column.name] = related
        if isinstance(row, Span):
            last = row.end_date or row.start_date
            row.start_earliest, row.start_latest = (
                dates.earliest(row.start_date),
                dates.latest(row.start_date),
            )
            row.end_earliest, row.end_latest = dates.earliest(last), dates.latest(last)
        return row

    def _hang(self, kind: Model, part: Model, key: str) -> None:
        """Give each row of the kind its parts, in their order, and each part its owner."""
        together: dict[int, list[Any]] = defaultdict(list)
        for child in sorted(self.made[part].values(), key=_order):
            together[getattr(child, f"{key}_id")].append(child)
        for pk, owner in self.made[kind].items():
            children = together[pk]
            for child in children:
                child._state.fields_cache[key] = owner
            if part in LINKS:
                others = [getattr(child, LINKS[part].other) for child in children]
                _keep(owner, LINKS[part].field, sorted(others, key=lambda record: (record.name, record.pk)))
            else:
                column: Any = part._meta.get_field(key)
                _keep(owner, column.remote_field.get_accessor_name(), children)

    def _place_meetings(self) -> None:
        for meeting in self.made[Meeting].values():
            meeting._state.fields_cache["tour"] = self.made[Tour].get(meeting.tour_id)
            meeting._state.fields_cache["stop"] = self.made[Stop].get(meeting.stop_id)
            meeting.coded = sum(len(point.statements.all()) for point in meeting.points.all())
        for stop in self.made[Stop].values():
            stop._state.fields_cache["tour"] = self.made[Tour].get(stop.tour_id)

    def _entitle(self) -> None:
        """``title_on_day``, as the querysets of the models annotate it."""
        people = [*self.made[Participation].values(), *self.made[Statement].values()]
        tours = list(self.made[Tour].values())
        titles = Titles(
            [*((row, _official_of(row)) for row in people), *((t, t.principal_id) for t in tours)]
        )
        for tour in tours:
            held = titles.held(tour, tour.principal_id, tour.start_earliest, tour.start_latest)
            tour.title_on_day = tour.capacity or held
        for row in people:
            first, last = _days_of(row)
            row.title_on_day = _capacity(row) or titles.held(row, _official_of(row), first, last)


def _order(row: Any) -> tuple[Any, ...]:
    if hasattr(row, "scheme"):
        return (row.scheme, row.value)
    return (getattr(row, "position", 0), row.pk)


def _keep(owner: Any, name: str, rows: Iterable[Any]) -> None:
    """As a prefetch keeps it."""
    queryset = getattr(owner, name).get_queryset()
    queryset._result_cache, queryset._prefetch_done = list(rows), True
    if not hasattr(owner, "_prefetched_objects_cache"):
        owner._prefetched_objects_cache = {}
    owner._prefetched_objects_cache[name] = queryset


def _official_of(row: Participation | Statement) -> int | None:
    return row.official_id if isinstance(row, Participation) else row.speaker_id


def _days_of(row: Any) -> tuple[Any, Any]:
    """The days on which the title was held: those of the meeting, or that on which the tour began."""
    if isinstance(row, Participation):
        return row.meeting.start_earliest, row.meeting.end_latest
    if row.point.meeting_id is not None:
        return row.point.meeting.start_earliest, row.point.meeting.end_latest
    return row.point.tour.start_earliest, row.point.tour.start_latest


def _capacity(row: Any) -> str:
    if isinstance(row, Participation):
        return row.capacity
    if row.point.meeting_id is None or row.speaker_id is None:
        return ""
    present = row.point.meeting.participations.all()
    return next((p.capacity for p in present if p.official_id == row.speaker_id and p.capacity), "")
