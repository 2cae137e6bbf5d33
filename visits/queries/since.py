"""What has been changed on a record since somebody saw a version of it."""

from typing import Any

from django.db.models import Q

from visits.queries.history import Difference, Words, change_of, differing
from visits.queries.parts import LINKS, Link, Model, event_model, parts_of
from visits.queries.snapshots import latest, standing


def stood_at(model: Model, pk: int, version: int) -> Any:
    """The record's columns as that version had them; None if that isn't on record."""
    events = event_model(model).objects.filter(pgh_obj=pk, version=version).exclude(pgh_label="delete")
    return events.order_by("-pgh_id").first()


def links_of(model: Model) -> list[tuple[Model, Link]]:
    """The tables that link records of this model to others, as far as the model owns the links."""
    return [(part, LINKS[part]) for part, _ in parts_of(model) if part in LINKS]


def linked_at(model: Model, pk: int, seen: Any) -> dict[str, list[int]]:
    """The keys of the records that were linked, by field, as of the event ``seen`` of the record itself.

    A link is written in the same transaction as the version that it makes, so what was there to be seen is what
    comes from the transactions of the versions up to that one. Their times alone would not do: of two transactions
    that cross, the one that begins first may write last.
    """
    own = event_model(model).objects.filter(pgh_obj=pk)
    earlier = own.filter(pgh_id__lte=seen.pgh_id).values("pgh_created_at")
    later = own.filter(pgh_id__gt=seen.pgh_id).values("pgh_created_at")
    # What comes from no version at all is of a time when links did not count as versions.
    known = Q(pgh_created_at__in=earlier) | ~Q(pgh_created_at__in=later)
    found = {}
    for kind, link in links_of(model):
        events = event_model(kind).objects
        ever = events.filter(**{link.owner: pk}).values("pgh_obj")
        stood = standing(latest(events.filter(known, pgh_obj__in=ever))).values()
        theirs = [event for event in stood if getattr(event, f"{link.owner}_id") == pk]
        found[link.field] = sorted(getattr(event, f"{link.other}_id") for event in theirs)
    return found


def linked_now(model: Model, pk: int) -> dict[str, list[int]]:
    """The keys of the records that are linked, by field."""
    return {
        link.field: sorted(
            kind._base_manager.filter(**{link.owner: pk}).values_list(f"{link.other}_id", flat=True)
        )
        for kind, link in links_of(model)
    }


def differences_since(model: Model, pk: int, version: int) -> tuple[str, list[Difference]]:
    """Who changed the record itself last since that version, and what is different now: columns, then links."""
    seen = stood_at(model, pk, version)
    if seen is None:
        return "", []
    later = event_model(model).objects.filter(pgh_obj=pk, pgh_id__gt=seen.pgh_id)
    last = later.select_related("pgh_context").order_by("pgh_id").last()
    if last is None:
        return "", []
    words = Words((model, event) for event in (seen, last))
    columns = differing(model, seen, None if last.pgh_label == "delete" else last, words)
    return change_of(last, words).user, [*columns, *_link_differences(model, pk, seen)]


def _link_differences(model: Model, pk: int, seen: Any) -> list[Difference]:
    before, now = linked_at(model, pk, seen), linked_now(model, pk)
    found = []
    for name in now:
        if before[name] != now[name]:
            column: Any = model._meta.get_field(name)
            told = (_named(column.related_model, keys) for keys in (before[name], now[name]))
            found.append(Difference(str(column.verbose_name), *told))
    return found


def _named(model: Model, keys: list[int]) -> str:
    """The names of the linked records in their alphabetical order."""
    names = {row.pk: str(row) for row in model._base_manager.filter(pk__in=keys)}
    return ", ".join(sorted(names.get(key, f"#{key}, since deleted") for key in keys))
