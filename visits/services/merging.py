"""Make one record of two that turned out to be one; say beforehand what would move; undo it."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from visits.choices import MergedNoun
from visits.models import (
    Citation,
    FormerAddress,
    Merge,
    Official,
    OfficialName,
    Participation,
    Party,
    PartyName,
    Place,
    PlaceName,
    Tenure,
    Topic,
    User,
)
from visits.services.acting import acting

MODELS: dict[str, Any] = {
    MergedNoun.OFFICIAL: Official,
    MergedNoun.PLACE: Place,
    MergedNoun.TOPIC: Topic,
    MergedNoun.PARTY: Party,
}
NAMES: dict[str, tuple[Any, str]] = {
    MergedNoun.OFFICIAL: (OfficialName, "official"),
    MergedNoun.PLACE: (PlaceName, "place"),
    MergedNoun.PARTY: (PartyName, "party"),
}
# Of these, a row that the remaining record already has may go: by these columns one finds its twin.
TWINS: dict[Any, list[str]] = {
    Participation: ["meeting_id"],
    Tenure: ["party_id", "title", "start_date"],
    OfficialName: ["name", "language"],
    PlaceName: ["name", "language"],
    PartyName: ["name", "language"],
}
CITED = {Participation: "participation", Tenure: "tenure"}


@dataclass(frozen=True)
class Preview:
    """What a merge would do: rows that move and rows that both have, by kind."""

    moved: dict[str, int]
    dropped: dict[str, int]


class _RolledBack(Exception):
    pass


def preview(*, keep: Any, gone: Any, by: User) -> Preview:
    """Try the merge and take it back. Raises what ``merge`` would raise."""
    try:
        with transaction.atomic():
            done = merge(keep=keep, gone=gone, by=by)
            raise _RolledBack
    except _RolledBack:
        return Preview(
            moved=_counted((label.split("/")[0], len(keys)) for label, keys in done.moved.items()),
            dropped=_counted((row["model"], 1) for row in done.dropped),
        )


def _counted(rows: Iterator[tuple[str, int]]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for label, number in rows:
        found[str(apps.get_model(label)._meta.verbose_name)] += number
    return dict(found)


def merge(*, keep: Any, gone: Any, by: User, why: str = "") -> Merge:
    """Let ``gone`` go up in ``keep``: everything that points at it moves, its name becomes another name.

    Raises PermissionDenied without the permission; ValidationError, naming the rows, where both records have
    something that can't be one, such as a statement each on the same point.
    """
    if not by.has_perm("visits.merge_records"):
        raise PermissionDenied("You may not merge records.")
    noun = _noun(keep, gone)
    with transaction.atomic(), acting(user=by, through="merge", why=why):
        model = MODELS[noun]
        list(model.objects.select_for_update().filter(pk__in=[keep.pk, gone.pk]).order_by("pk"))
        gone = model.objects.get(pk=gone.pk)
        record = Merge(noun=noun, kept=keep.uuid, merged=gone.uuid, by=by, why=why, gone=_columns(gone))
        record.moved, record.dropped = _move_everything(keep, gone)
        record.added = _keep_name(noun, keep, gone)
        record.moved |= _lead_addresses(keep, gone)
        gone.delete()
        record.save()
    return record


def undo(*, merge: Merge, by: User) -> None:
    """Bring the merged record back, with all that was its own. Raises ValidationError if that can't be done."""
    if not by.has_perm("visits.merge_records"):
        raise PermissionDenied("You may not undo a merge.")
    try:
        with transaction.atomic(), acting(user=by, through="merge", why="Merge undone"):
            merge = Merge.objects.select_for_update().get(pk=merge.pk)
            if merge.undone_at:
                raise ValidationError("This merge has been undone already.")
            _bring_back(merge)
            Merge.objects.filter(pk=merge.pk).update(undone_at=timezone.now(), undone_by=by)
    except IntegrityError as error:
        raise ValidationError("Something that was added since stands in the way; undo that first.") from error


def _noun(keep: Any, gone: Any) -> str:
    alike = [noun for noun, model in MODELS.items() if isinstance(keep, model) and isinstance(gone, model)]
    if not alike:
        raise ValidationError("Only two officials, places, topics or organizations can be merged.")
    noun = alike[0]
    if keep.pk == gone.pk:
        raise ValidationError("A record can't be merged with itself.")
    if noun == MergedNoun.PARTY and (keep.is_country or gone.is_country):
        raise ValidationError("Countries can't be merged.")
    if noun == MergedNoun.PLACE and keep.country_id != gone.country_id:
        raise ValidationError("The two places lie in different countries.")
    return noun


def _pointing_at(model: Any) -> Iterator[tuple[Any, Any]]:
    """Every foreign key of a table of ours, many-to-many ones included, that points at the model."""
    for relation in model._meta.get_fields(include_hidden=True):
        if (
            relation.auto_created
            and relation.one_to_many
            and not hasattr(relation.related_model, "pgh_tracked_model")
        ):
            yield relation.related_model, relation.field


def _move_everything(keep: Any, gone: Any) -> tuple[dict[str, list[int]], list[dict[str, Any]]]:
    moved: dict[str, list[int]] = {}
    dropped: list[dict[str, Any]] = []
    for model, key in _pointing_at(type(keep)):
        label = f"{model._meta.label}/{key.name}"
        for row in model._base_manager.filter(**{key.name: gone}).order_by("pk"):
            if _point(row, key.attname, keep.pk):
                moved.setdefault(label, []).append(row.pk)
            else:
                _drop(row, key.attname, keep, moved, dropped)
    return moved, dropped


def _point(row: Any, column: str, pk: int) -> bool:
    """Point the row elsewhere; False if that would make it the second of its kind."""
    try:
        with transaction.atomic():
            type(row)._base_manager.filter(pk=row.pk).update(**{column: pk})
    except IntegrityError:
        return False
    return True


def _drop(
    row: Any, column: str, keep: Any, moved: dict[str, list[int]], dropped: list[dict[str, Any]]
) -> None:
    """Remove a row that the remaining record has, too; what is cited for it is cited for its twin."""
    model = type(row)
    if model not in TWINS and not model._meta.auto_created:
        raise ValidationError(
            f"Both have a {model._meta.verbose_name} of their own: “{row}”. Make it one first."
        )
    if model in CITED:
        twin = model._base_manager.get(
            **{name: getattr(row, name) for name in TWINS[model]}, **{column: keep.pk}
        )
        target = CITED[model]
        for citation in Citation.objects.filter(**{target: row}).order_by("pk"):
            if _point(citation, f"{target}_id", twin.pk):
                moved.setdefault(f"visits.Citation/{target}/{row.pk}", []).append(citation.pk)
            else:
                dropped.append(_columns(citation))
                citation.delete()
    dropped.append(_columns(row))
    row.delete()


def _keep_name(noun: str, keep: Any, gone: Any) -> list[dict[str, Any]]:
    if noun not in NAMES or gone.name == keep.name:
        return []
    model, key = NAMES[noun]
    name, made = model.objects.get_or_create(**{key: keep}, name=gone.name, language="")
    return [{"model": model._meta.label, "pk": name.pk}] if made else []


def _lead_addresses(keep: Any, gone: Any) -> dict[str, list[int]]:
    """All addresses of the one that goes lead to the one that stays."""
    noun = type(keep)._meta.db_table
    earlier = list(FormerAddress.objects.filter(noun=noun, target=gone.uuid).values_list("pk", flat=True))
    FormerAddress.objects.filter(pk__in=earlier).update(target=keep.uuid)
    own = gone.code if isinstance(gone, Party) else gone.slug
    for address in (own, str(gone.uuid)):
        FormerAddress.objects.update_or_create(noun=noun, address=address, defaults={"target": keep.uuid})
    return {"visits.FormerAddress/target": earlier} if earlier else {}


def _columns(row: Any) -> dict[str, Any]:
    """All stored columns of a row, as JSON holds them."""
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.generated
    }
    plain = json.loads(json.dumps(values, default=str))
    return {"model": row._meta.label, "columns": plain, "name": str(row)}


def _insert(row: dict[str, Any]) -> None:
    model = apps.get_model(row["model"])
    fields = {field.attname: field for field in model._meta.concrete_fields}
    values = {name: fields[name].to_python(value) for name, value in row["columns"].items()}
    model._base_manager.bulk_create([model(**values)])


def _bring_back(merge: Merge) -> None:
    model = MODELS[merge.noun]
    keep = model.objects.filter(uuid=merge.kept).first()
    if keep is None:
        raise ValidationError("The remaining record has been merged or deleted since; undo that first.")
    gone_pk = merge.gone["columns"]["id"]
    _insert(merge.gone)
    for row in reversed(merge.dropped):
        _insert(row)
    for added in merge.added:
        apps.get_model(added["model"])._base_manager.filter(pk=added["pk"]).delete()
    own = merge.gone["columns"].get("slug") or merge.gone["columns"]["code"]
    FormerAddress.objects.filter(
        noun=model._meta.db_table, target=merge.kept, address__in=[own, str(merge.merged)]
    ).delete()
    for label, keys in merge.moved.items():
        _move_back(label, keys, keep, gone_pk, merge)


def _move_back(label: str, keys: list[int], keep: Any, gone_pk: int, merge: Merge) -> None:
    """Point rows back at what they pointed at, unless somebody has pointed them elsewhere since."""
    name, key, *owner = label.split("/")
    model: Any = apps.get_model(name)
    rows = model._base_manager.filter(pk__in=keys)
    if name == "visits.FormerAddress":
        rows.filter(target=merge.kept).update(target=merge.merged)
    elif owner:
        rows.update(**{f"{key}_id": int(owner[0])})
    else:
        rows.filter(**{key: keep}).update(**{f"{key}_id": gone_pk})


def merges_of(record: models.Model) -> models.QuerySet[Merge]:
    """The merges that went up in this record and stand, newest first."""
    return Merge.objects.filter(kept=record.uuid, undone_at=None)  # type: ignore[attr-defined]
