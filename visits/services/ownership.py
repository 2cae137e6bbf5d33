"""Which tour or meeting a record is a part of: what is edited, reviewed and published as one; and by whom."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Model

from visits.choices import EditorialAction
from visits.models import (
    AgendaPoint,
    Citation,
    EditorialEvent,
    ExternalIdentifier,
    Meeting,
    Note,
    Participation,
    Statement,
    Stop,
    Tour,
)


def owner_of(record: Model) -> Tour | Meeting | None:
    """The tour or meeting itself, or the one that the record belongs to; None for what stands on its own."""
    match record:
        case Tour() | Meeting():
            return record
        case Stop():
            return record.tour
        case Participation():
            return record.meeting
        case AgendaPoint() | Note():
            return record.meeting or record.tour
        case Statement():
            return owner_of(record.point)
        case Citation():
            return owner_of(record.target)
        case ExternalIdentifier():
            return record.tour or record.meeting or (record.stop.tour if record.stop else None)
    return None


def may_edit(user: Any, record: Model) -> bool:
    """Whether a record is this person's to change, as far as it is part of a tour or a meeting.

    Whoever may publish changes all; others what they have begun, and what nobody is noted to have begun, such as
    what a command imported. Permissions for the kind of record are asked for elsewhere.
    """
    owner = owner_of(record)
    if owner is None or user.has_perm(f"visits.publish_{owner._meta.model_name}"):
        return True
    begun = EditorialEvent.objects.filter(action=EditorialAction.CREATED)
    begun = begun.filter(tour=owner) if isinstance(owner, Tour) else begun.filter(meeting=owner)
    authors = set(begun.values_list("by", flat=True))
    return not authors or user.pk in authors


def editable(user: Any, model: type[Tour] | type[Meeting], keys: Iterable[int]) -> set[int]:
    """Of these tours or meetings those that are this person's to change, by the same rule. One query."""
    noun = str(model._meta.model_name)
    chosen = set(keys)
    if user.has_perm(f"visits.publish_{noun}"):
        return chosen
    begun = EditorialEvent.objects.filter(action=EditorialAction.CREATED, **{f"{noun}__in": chosen})
    authors: dict[int, set[int]] = {}
    for key, by in begun.values_list(noun, "by"):
        authors.setdefault(key, set()).add(by)
    return {key for key in chosen if key not in authors or user.pk in authors[key]}
