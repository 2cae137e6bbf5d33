"""What keeps an import from being taken back: what others have built on it since."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from visits.models import EditorialEvent, ImportBatch, ImportedRecord, Suggestion
from visits.queries.batches import CHANGED, KINDS, MADE, context_ids, events_in, rows_of
from visits.queries.history import Model, Words, event_model
from visits.services.history import KEPT

AT_MOST = 100
# These go with what they belong to; a proposal builds nothing.
GOES_ALONG = (EditorialEvent, ImportedRecord, Suggestion)
SINCE_CHANGED = "has been changed since"
REFERS = "refers to something that this import made"
UNKNOWN = "is changed by this import, and how it stood before is not on record"


@dataclass(frozen=True)
class Obstacle:
    """A record that would lose what somebody else has done; ``by`` is blank where nobody is on record."""

    model: Model
    pk: int
    name: str
    what: str
    by: str
    at: datetime | None

    def __str__(self) -> str:
        who = f" by {self.by}" if self.by else ""
        when = f" on {self.at:%Y-%m-%d}" if self.at else ""
        return f"“{self.name}” ({self.model._meta.verbose_name}) {self.what}{who}{when}."


def obstacles(batch: ImportBatch) -> list[Obstacle]:
    """What stands in the way, a hundred at most, kind by kind."""
    contexts = context_ids(batch)
    found: list[Obstacle] = []
    for model in KINDS if contexts else ():
        found += _told(model, _changed_since(contexts, model), SINCE_CHANGED)
        found += _told(model, _of_unknown_past(contexts, model), UNKNOWN)
        for referring, keys in _referring(contexts, model):
            found += _told(referring, keys, REFERS)
        if len(found) >= AT_MOST:
            break
    return found[:AT_MOST]


def _told(model: Model, keys: Iterable[int], what: str) -> list[Obstacle]:
    """Each with its name and with who was the last to change it."""
    chosen = list(keys)[:AT_MOST]
    if not chosen or not hasattr(model, "pgh_event_model"):
        rows = model._base_manager.filter(pk__in=chosen).order_by("pk") if chosen else ()
        return [Obstacle(model, row.pk, str(row), what, "", None) for row in rows]
    events = event_model(model).objects.filter(pgh_obj__in=chosen).select_related("pgh_context")
    latest = list(events.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id"))
    words = Words((model, event) for event in latest)
    return [_obstacle(model, event, words, what) for event in latest]


def _obstacle(model: Model, event: Any, words: Words, what: str) -> Obstacle:
    by = words.user(event.pgh_context.metadata.get("user")) if event.pgh_context else ""
    return Obstacle(model, event.pgh_obj_id, words.name(model, event), what, by, event.pgh_created_at)


def _changed_since(contexts: list[UUID], model: Model) -> list[int]:
    """Rows that are not as the batch left them; a state of review, a version, and what is gone anyway don't count."""
    own = events_in(contexts, model).filter(pgh_obj=OuterRef("pgh_obj"))
    all_events = event_model(model).objects
    later = all_events.filter(Exists(own.filter(pgh_id__lt=OuterRef("pgh_id"))))
    others = later.filter(Q(pgh_context=None) | ~Q(pgh_context__in=contexts))
    tracks: dict[int, list[Any]] = {}
    for event in all_events.filter(pgh_obj__in=others.values("pgh_obj")).order_by("pgh_id"):
        tracks.setdefault(event.pgh_obj_id, []).append(event)
    return [pk for pk, track in sorted(tracks.items()) if _is_built_upon(model, track, set(contexts))]


def _is_built_upon(model: Model, track: list[Any], contexts: set[UUID]) -> bool:
    """Whether others' changes stand, in the latest row or beneath a later change by the batch itself."""
    left: Any = None
    made = outstanding = False
    for event in track:
        if event.pgh_context_id in contexts:
            if outstanding:
                return True
            made = made or event.pgh_label == "insert"
            left = event
        elif left is not None:
            outstanding = not _is_alike(model, left, event)
    is_gone = track[-1].pgh_label == "delete"
    return outstanding and not (made and is_gone)


def _is_alike(model: Model, left: Any, now: Any) -> bool:
    gone = {left.pgh_label == "delete", now.pgh_label == "delete"}
    if len(gone) == 2:
        return False
    columns = [column.attname for column in model._meta.concrete_fields if not column.generated]
    return all(getattr(left, name) == getattr(now, name) for name in columns if name not in KEPT)


def _of_unknown_past(contexts: list[UUID], model: Model) -> list[int]:
    events = events_in(contexts, model).filter(pgh_obj__in=rows_of(contexts, model, CHANGED))
    earlier = event_model(model).objects.filter(pgh_obj=OuterRef("pgh_obj"), pgh_id__lt=OuterRef("pgh_id"))
    return sorted(set(events.exclude(Exists(earlier)).values_list("pgh_obj", flat=True)[:AT_MOST]))


def _referring(contexts: list[UUID], model: Model) -> Iterator[tuple[Model, QuerySet[Any, int]]]:
    """Rows of others that point at what the batch made, by kind."""
    made = rows_of(contexts, model, MADE)
    if not made.exists():
        return
    for referring, key in _pointing_at(model):
        rows = referring._base_manager.filter(**{f"{key}__in": made})
        if hasattr(referring, "pgh_event_model"):
            rows = rows.exclude(pk__in=events_in(contexts, referring).values("pgh_obj"))
        yield referring, rows.order_by("pk").values_list("pk", flat=True)[:AT_MOST]


def _pointing_at(model: Model) -> Iterator[tuple[Model, str]]:
    """Every foreign key that points at the kind, tables of events left out."""
    tracked = {kind._meta.concrete_model: kind for kind in KINDS}
    for relation in model._meta.get_fields(include_hidden=True):
        referring: Any = relation.related_model
        if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)):
            continue
        if referring in GOES_ALONG or hasattr(referring, "pgh_tracked_model"):
            continue
        yield tracked.get(referring._meta.concrete_model, referring), relation.field.name  # type: ignore[union-attr]
