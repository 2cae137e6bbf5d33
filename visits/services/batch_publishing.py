"""Publishing what an import brought, in one act by somebody who did not bring it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from visits.choices import BatchState, EditorialAction, EditorialState
from visits.models import EditorialEvent, ImportBatch, Meeting, Tour, User
from visits.queries.batches import Keys, changed_owners, owners_of
from visits.queries.history import event_model, walk
from visits.services import editorial
from visits.services.acting import acting

NOUNS: dict[Any, str] = editorial.NOUNS
PUBLISHABLE = (BatchState.DONE, BatchState.PUBLISHED)
BEFORE = (EditorialState.DRAFT, EditorialState.IN_REVIEW)
BY_YOURSELF = "You have changed this record since it was last published; somebody else publishes it."
AT_ONCE = 1000


@dataclass
class Publication:
    """How many of each noun became public; and which did not, each with the reasons in sentences."""

    published: dict[str, int] = field(default_factory=dict)
    kept_back: list[tuple[Tour | Meeting, list[str]]] = field(default_factory=list)


def require_publisher(*, batch: ImportBatch, by: User) -> None:
    """Raises PermissionDenied for somebody who may not publish imports, and for the uploader."""
    wanted = ["visits.publish_imports", *(f"visits.publish_{noun}" for noun in NOUNS.values())]
    if not by.has_perms(wanted):
        raise PermissionDenied("You may not publish imports.")
    if batch.uploaded_by_id == by.pk:
        raise PermissionDenied("You have imported this; somebody else publishes it.")


def publish(*, batch: ImportBatch, by: User) -> Publication:
    """Make public what the batch brought and can be published; say of the rest why not.

    By the same rules as one record (``editorial.publish``), in a fixed number of queries: four eyes, a supporting
    citation for everything that needs one. Raises PermissionDenied for the uploader and for whoever may not publish;
    ValidationError where the batch is not imported, or was taken back.
    """
    require_publisher(batch=batch, by=by)
    with transaction.atomic(), acting(user=by, why=f"Import of {batch.title}"):
        batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
        if batch.state not in PUBLISHABLE:
            raise ValidationError(
                f"This import is {batch.get_state_display().lower()}: it can't be published."
            )
        done = Publication()
        changed = changed_owners(batch)
        for model in NOUNS:
            _publish_all(model, _waiting(batch, model, changed[model]), by, done)
        if any(done.published.values()) or not done.kept_back:
            now = {"state": BatchState.PUBLISHED, "published_at": timezone.now(), "published_by": by}
            ImportBatch.objects.filter(pk=batch.pk).update(**now)
    return done


def waiting(batch: ImportBatch) -> dict[Any, QuerySet]:
    """The tours and the meetings of the batch that wait to be published."""
    changed = changed_owners(batch)
    return {model: _waiting(batch, model, changed[model]) for model in NOUNS}


def _waiting(batch: ImportBatch, model: Any, changed: set[int]) -> QuerySet:
    """What it made, unless it was sent back to be mended; and what it changed, if that is in review."""
    log = EditorialEvent.objects.filter(**{NOUNS[model]: OuterRef("pk")})
    sent_back = log.filter(action=EditorialAction.RETURNED)
    fresh = Q(imported__batch=batch, state=EditorialState.DRAFT) & ~Exists(sent_back)
    in_review = Q(imported__batch=batch) | Q(pk__in=changed)
    return model.objects.filter(fresh | (in_review & Q(state=EditorialState.IN_REVIEW))).order_by("pk")


def _publish_all(model: Any, chosen: QuerySet, by: User, done: Publication) -> None:
    noun = NOUNS[model]
    locked = model.objects.select_for_update(of=("self",)).filter(pk__in=chosen.values("pk"))
    # Looked at once more under the lock: somebody may have published or withdrawn one meanwhile.
    keys = [key for key, state in locked.order_by("pk").values_list("pk", "state") if state in BEFORE]
    reasons: dict[int, list[str]] = defaultdict(list)
    for key in changed_by(model, keys, by):
        reasons[key].append(BY_YOURSELF)
    for key, gaps in editorial.citation_gaps(model, keys).items():
        reasons[key] += gaps
    free = [key for key in keys if key not in reasons]
    now = {"state": EditorialState.PUBLISHED, "published_at": timezone.now(), "published_by": by}
    model.objects.filter(pk__in=free).update(**now)
    log = (EditorialEvent(**{f"{noun}_id": key}, action=EditorialAction.PUBLISHED, by=by) for key in free)
    EditorialEvent.objects.bulk_create(log, batch_size=AT_ONCE)
    done.published[noun] = len(free)
    rest = model.objects.in_bulk(list(reasons))
    done.kept_back += [(rest[key], reasons[key]) for key in sorted(rest)]


def changed_by(model: Any, keys: Iterable[int], by: User) -> set[int]:
    """Of these tours or meetings those that this person has changed since they were last published.

    The history and the log say of which they have changed anything at all; those are looked at one by one.
    """
    noun = NOUNS[model]
    chosen = list(keys)
    log = EditorialEvent.objects.filter(by=by, action__in=editorial.CHANGES, **{f"{noun}__in": chosen})
    suspects = set(log.values_list(noun, flat=True))
    touched: Keys = {}
    for kind, condition in walk(model, Q(pgh_obj__in=chosen)):
        events = event_model(kind).objects.filter(condition, pgh_context__metadata__user=by.pk)
        touched.setdefault(kind, set()).update(events.values_list("pgh_obj", flat=True))
    suspects |= owners_of(touched)[model] & set(chosen)
    records = model.objects.filter(pk__in=suspects)
    return {record.pk for record in records if by.pk in editorial.changed_by(record)}
