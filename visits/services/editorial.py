"""From draft through review to publication, and back: draft → in review → published → withdrawn."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from visits.choices import EditorialAction, EditorialState
from visits.models import AgendaPoint, Citation, EditorialEvent, Meeting, Statement, Tour, User
from visits.queries.history import RowChange, changes_of
from visits.services.acting import acting
from visits.services.ownership import may_edit

NOUNS: dict[type, str] = {Tour: "tour", Meeting: "meeting"}
CHANGES = (EditorialAction.CREATED, EditorialAction.EDITED, EditorialAction.IMPORTED)
FROM = {
    EditorialAction.SUBMITTED: (EditorialState.DRAFT,),
    EditorialAction.RETURNED: (EditorialState.IN_REVIEW,),
    EditorialAction.PUBLISHED: (EditorialState.IN_REVIEW,),
    EditorialAction.WITHDRAWN: (EditorialState.PUBLISHED,),
}
TO = {
    EditorialAction.SUBMITTED: EditorialState.IN_REVIEW,
    EditorialAction.RETURNED: EditorialState.DRAFT,
    EditorialAction.PUBLISHED: EditorialState.PUBLISHED,
    EditorialAction.WITHDRAWN: EditorialState.WITHDRAWN,
}


def record_change(*, record: Tour | Meeting, by: User, created: bool = False, comment: str = "") -> None:
    """Note that somebody has changed the record. A published one goes back to review, visibly.

    Whoever changed it can't be the one who publishes it next. Raises PermissionDenied where the record is another
    analyst's: the caller's transaction, with the change itself, is to be rolled back.
    """
    if not created:
        _require_own(record, by)
    with transaction.atomic(), acting(user=by):
        _log(record, EditorialAction.CREATED if created else EditorialAction.EDITED, by, comment)
        if _locked(record).state == EditorialState.PUBLISHED:
            _set_state(record, EditorialState.IN_REVIEW)


def submit(*, record: Tour | Meeting, by: User) -> None:
    """Ask for review."""
    _require_own(record, by)
    _move(record, EditorialAction.SUBMITTED, by, permission="change")


def return_to_author(*, record: Tour | Meeting, by: User, comment: str) -> None:
    """Send it back with what is to be mended."""
    if not comment.strip():
        raise ValidationError("Say what is to be mended.")
    _move(record, EditorialAction.RETURNED, by, permission="publish", comment=comment)


def publish(*, record: Tour | Meeting, by: User) -> None:
    """Make it public.

    Raises PermissionDenied for somebody who may not publish, or who has changed the record since it was last
    published; ValidationError, with a sentence a gap, where a citation is missing.
    """
    with transaction.atomic():
        _locked(record)
        _require_four_eyes(record, by)
        _require_citations(record)
        _move(record, EditorialAction.PUBLISHED, by, permission="publish")


def withdraw(*, record: Tour | Meeting, by: User, comment: str) -> None:
    """Take it off the public pages; the reason is kept."""
    if not comment.strip():
        raise ValidationError("Say why it is withdrawn.")
    _move(record, EditorialAction.WITHDRAWN, by, permission="publish", comment=comment)


def changed_by(record: Tour | Meeting) -> set[int]:
    """Who has changed the record, or anything that belongs to it, since it was last published, whatever the way in.

    Those who said so (``record_change``), and those whom the history names: changes past the forms count, too.
    """
    events = _events(record)
    published = events.filter(action=EditorialAction.PUBLISHED).order_by("-id").first()
    changes = events.filter(action__in=CHANGES, pk__gt=published.pk if published else 0)
    found = set(changes.values_list("by", flat=True))
    for change in changes_of(type(record), record.pk):
        since = published is None or change.at > published.at
        if since and change.user_pk and any(map(_is_edit, change.rows)):
            found.add(change.user_pk)
    return found


def _is_edit(row: RowChange) -> bool:
    """Whether more was changed than the editorial state, which the steps of the review change themselves."""
    return row.action != "update" or any(difference.label != "state" for difference in row.differences)


def missing_citations(record: Tour | Meeting) -> list[str]:
    """What keeps the record from being published, in sentences."""
    name = NOUNS[type(record)]
    gaps = []
    if not Citation.objects.supporting().filter(**{name: record}).exists():
        gaps.append(f"The {name} itself has no supporting citation.")
    points = AgendaPoint.objects.filter(**{name: record})
    gaps += _uncited(points, "point", "The point “{}” has no supporting citation.")
    statements = Statement.objects.filter(**{f"point__{name}": record}).select_related("on_behalf_of")
    gaps += _uncited(statements, "statement", "The statement “{}” has no supporting citation.")
    return gaps


def _uncited(records: QuerySet, target: str, sentence: str) -> Iterable[str]:
    cited = Citation.objects.supporting().filter(**{target: OuterRef("pk")})
    return [sentence.format(record) for record in records.exclude(Exists(cited))]


def _require_own(record: Tour | Meeting, by: User) -> None:
    if not may_edit(by, record):
        raise PermissionDenied(f"This {NOUNS[type(record)]} is another analyst's: you may look at it.")


def _require_four_eyes(record: Tour | Meeting, by: User) -> None:
    if by.pk in changed_by(record):
        raise PermissionDenied(
            "You have changed this record since it was last published; somebody else publishes it."
        )


def _require_citations(record: Tour | Meeting) -> None:
    gaps = missing_citations(record)
    if gaps:
        raise ValidationError(gaps)


def _move(
    record: Tour | Meeting, action: EditorialAction, by: User, *, permission: str, comment: str = ""
) -> None:
    name = NOUNS[type(record)]
    if not by.has_perm(f"visits.{permission}_{name}"):
        raise PermissionDenied(f"You may not do this to a {name}.")
    with transaction.atomic(), acting(user=by, why=comment):
        state = EditorialState(_locked(record).state)
        if state not in FROM[action]:
            raise ValidationError(f"The {name} is {state.label.lower()}: this can't be done to it now.")
        _set_state(record, TO[action], by if action == EditorialAction.PUBLISHED else None)
        _log(record, action, by, comment)


def _locked(record: Tour | Meeting) -> Tour | Meeting:
    """The record as it stands, kept from others until the transaction ends."""
    return type(record).objects.select_for_update().get(pk=record.pk)


def _set_state(record: Tour | Meeting, state: EditorialState, publisher: User | None = None) -> None:
    changes: dict[str, Any] = {"state": state}
    if publisher is not None:
        changes |= {"published_at": timezone.now(), "published_by": publisher}
    type(record).objects.filter(pk=record.pk).update(**changes)
    record.refresh_from_db(fields=[*changes, "version", "modified_at"])


def _events(record: Tour | Meeting) -> QuerySet[EditorialEvent]:
    return EditorialEvent.objects.filter(**{NOUNS[type(record)]: record})


def _log(record: Tour | Meeting, action: EditorialAction, by: User, comment: str = "") -> None:
    EditorialEvent.objects.create(**{NOUNS[type(record)]: record}, action=action, by=by, comment=comment)
