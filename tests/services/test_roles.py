"""Who may do what, asked of the services themselves: every role at every act, whatever page or command leads there."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from tests import factories as make
from tests.importing import one_tour, opened
from visits import services
from visits.choices import ImportKind, SuggestionKind
from visits.models import Meeting, Suggestion, User
from visits.services import (
    accounts,
    agenda,
    batch_publishing,
    batch_reverting,
    batches,
    editorial,
    history,
    identifying,
    merging,
    suggestions,
)
from visits.services.points import Line

pytestmark = pytest.mark.django_db

YES, NO = "allowed", "denied"
# The column of each; ``author`` is an analyst on their own meeting, ``analyst`` one on that of another, ``former`` an
# administrator whose account is deactivated.
ROLES = {
    "viewer": "Viewer",
    "analyst": "Analyst",
    "author": "Analyst",
    "reviewer": "Reviewer",
    "administrator": "Administrator",
    "former": "Administrator",
}
# They take a person and do nothing in the person's name: they answer, note, or tell of what was allowed.
NO_ACTS = {
    *("accounts.may_manage", "acting.acting", "acting.apart", "ownership.may_edit", "ownership.editable"),
    *("ownership.require_own", "ownership.require_permission", "roles.role_of", "restoring.insert"),
    *(
        "batch_publishing.changed_by",
        "batch_publishing.require_publisher",
        "batch_reverting.require_reverter",
    ),
    *("confirming.met_at_stop", "confirming.same_person", "confirming.travelled_along"),
    *("notices.published", "notices.returned", "notices.waiting"),
}


def draft(author: User) -> Meeting:
    meeting = make.make_full_meeting(published=False)
    editorial.record_change(record=meeting, by=author, created=True)
    return meeting


def in_review(author: User) -> Meeting:
    meeting = draft(author)
    editorial.submit(record=meeting, by=author)
    return meeting


def published(author: User) -> Meeting:
    meeting = in_review(author)
    editorial.publish(record=meeting, by=make.make_user("Reviewer"))
    return meeting


def somebody(**given: Any) -> User:
    return make.make_user("Viewer", **{"email": "somebody@ruritania.example"} | given)


def pair() -> dict[str, Any]:
    return {"keep": make.make_official(), "gone": make.make_official()}


def merged() -> Any:
    return merging.merge(**pair(), by=make.make_user("Reviewer"))


def imported(author: User) -> Any:
    batch, _ = one_tour(author)
    return batch


def prepared(by: User) -> Any:
    return batches.prepare(kind=ImportKind.MEETINGS, title="list.csv", digest="0" * 64, by=by)


def proposed(author: User) -> Any:
    stop = make.make_stop(tour=make.make_tour(published=False))
    proposal = suggestions.Proposal(
        name="Flavia", key="met:Flavia", kind=SuggestionKind.MET, words="Met with Flavia.", stop=stop
    )
    with opened(author) as batch:
        suggestions.propose(batch, [proposal])
    return Suggestion.objects.all()


def line() -> Line:
    return Line(title="Herring", side=make.make_country(), text="Wants more.")


def gone_back(by: User, author: User) -> None:
    meeting = draft(author)
    history.revert(model=Meeting, pk=meeting.pk, to=timezone.now(), by=by)


def brought_back(by: User, author: User) -> None:
    meeting = draft(author)
    key = meeting.pk
    meeting.delete()
    history.undelete(model=Meeting, pk=key, by=by)


def unknown(author: User) -> Any:
    return make.make_participation(meeting=draft(author), name="A clerk")


def invited(role: str) -> dict[str, str]:
    return {"username": "ann", "email": "ann@ruritania.example", "role": role}


# Each act, done by the one person to what the other has begun.
ACTS: dict[str, Callable[[User, User], Any]] = {
    "accounts.change_profile": lambda by, _: accounts.change_profile(
        account=somebody(), by=by, first_name="Ann"
    ),
    "accounts.change_role": lambda by, _: accounts.change_role(account=somebody(), by=by, role="Analyst"),
    "accounts.change_superuser": lambda by, _: accounts.change_superuser(
        account=somebody(), by=by, is_superuser=True
    ),
    "accounts.choose_mail": lambda by, _: accounts.choose_mail(by=by, wants=False),
    "accounts.deactivate": lambda by, _: accounts.deactivate(account=somebody(), by=by),
    "accounts.invite": lambda by, _: accounts.invite(**invited("Administrator"), by=by),
    "accounts.reactivate": lambda by, _: accounts.reactivate(account=somebody(is_active=False), by=by),
    "accounts.send_link": lambda by, _: accounts.send_link(account=somebody(), by=by),
    "agenda.save_lines": lambda by, author: agenda.save_lines(meeting=draft(author), lines=[line()], by=by),
    "batch_publishing.publish": lambda by, author: batch_publishing.publish(batch=imported(author), by=by),
    "batch_reverting.revert": lambda by, author: batch_reverting.revert(batch=imported(author), by=by),
    "batches.opened": lambda by, _: one_tour(by),
    "batches.prepare": lambda by, _: prepared(by),
    "editorial.publish": lambda by, author: editorial.publish(record=in_review(author), by=by),
    "editorial.record_change": lambda by, author: editorial.record_change(record=draft(author), by=by),
    "editorial.return_to_author": lambda by, author: editorial.return_to_author(
        record=in_review(author), by=by, comment="Mend it."
    ),
    "editorial.submit": lambda by, author: editorial.submit(record=draft(author), by=by),
    "editorial.withdraw": lambda by, author: editorial.withdraw(
        record=published(author), by=by, comment="Retracted."
    ),
    "history.revert": gone_back,
    "history.undelete": brought_back,
    "identifying.identify": lambda by, author: identifying.identify(
        participation=unknown(author), official=make.make_official(), by=by
    ),
    "identifying.identify_as_new": lambda by, author: identifying.identify_as_new(
        participation=unknown(author), by=by
    ),
    "merging.merge": lambda by, _: merging.merge(**pair(), by=by),
    "merging.preview": lambda by, _: merging.preview(**pair(), by=by),
    "merging.undo": lambda by, _: merging.undo(merge=merged(), by=by),
    "suggestions.confirm": lambda by, author: suggestions.confirm(suggestions=proposed(author), by=by),
    "suggestions.refuse": lambda by, author: suggestions.refuse(suggestions=proposed(author), by=by),
}
MATRIX = {
    #                              viewer analyst author reviewer administrator former
    "accounts.change_profile":     (NO, NO, NO, NO, YES, NO),
    "accounts.change_role":        (NO, NO, NO, NO, YES, NO),
    "accounts.change_superuser":   (NO, NO, NO, NO, NO, NO),
    "accounts.choose_mail":        (YES, YES, YES, YES, YES, NO),
    "accounts.deactivate":         (NO, NO, NO, NO, YES, NO),
    "accounts.invite":             (NO, NO, NO, NO, YES, NO),
    "accounts.reactivate":         (NO, NO, NO, NO, YES, NO),
    "accounts.send_link":          (NO, NO, NO, NO, YES, NO),
    "agenda.save_lines":           (NO, NO, YES, YES, YES, NO),
    "batch_publishing.publish":    (NO, NO, NO, YES, YES, NO),
    "batch_reverting.revert":      (NO, NO, YES, YES, YES, NO),
    "batches.opened":              (NO, YES, YES, YES, YES, NO),
    "batches.prepare":             (NO, YES, YES, YES, YES, NO),
    "editorial.publish":           (NO, NO, NO, YES, YES, NO),
    "editorial.record_change":     (NO, NO, YES, YES, YES, NO),
    "editorial.return_to_author":  (NO, NO, NO, YES, YES, NO),
    "editorial.submit":            (NO, NO, YES, YES, YES, NO),
    "editorial.withdraw":          (NO, NO, NO, YES, YES, NO),
    "history.revert":              (NO, NO, YES, YES, YES, NO),
    "history.undelete":            (NO, NO, YES, YES, YES, NO),
    "identifying.identify":        (NO, NO, YES, YES, YES, NO),
    "identifying.identify_as_new": (NO, NO, YES, YES, YES, NO),
    "merging.merge":               (NO, NO, NO, YES, YES, NO),
    "merging.preview":             (NO, NO, NO, YES, YES, NO),
    "merging.undo":                (NO, NO, NO, YES, YES, NO),
    "suggestions.confirm":         (NO, YES, YES, YES, YES, NO),
    "suggestions.refuse":          (NO, YES, YES, YES, YES, NO),
}  # fmt: skip


def verdict(act: Callable[[User, User], Any], who: str) -> str:
    """Whether the act goes through; it is undone. Any other refusal is a fault of the test."""
    with transaction.atomic():
        by = make.make_user(ROLES[who], is_active=who != "former")
        author = by if who == "author" else make.make_user("Analyst")
        try:
            act(by, author)
        except PermissionDenied:
            found = NO
        else:
            found = YES
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("name", MATRIX)
def test_who_may_do_what(name: str) -> None:
    found = {who: verdict(ACTS[name], who) for who in ROLES}
    assert found == dict(zip(ROLES, MATRIX[name], strict=True))


def test_superuser_alone_makes_superusers() -> None:
    accounts.change_superuser(account=somebody(), by=make.make_user(is_superuser=True), is_superuser=True)
    assert User.objects.get(email="somebody@ruritania.example").is_superuser


def test_what_nobody_is_noted_for_is_any_analysts_to_change_and_no_viewers() -> None:
    meeting = make.make_full_meeting(published=False)
    with pytest.raises(PermissionDenied):
        editorial.record_change(record=meeting, by=make.make_user("Viewer"))
    with pytest.raises(PermissionDenied):
        editorial.record_change(record=meeting, by=make.make_user("Viewer"), created=True)
    editorial.record_change(record=meeting, by=make.make_user("Analyst"))
    assert meeting.editorial_events.count() == 1


def test_every_act_of_every_service_is_asked_about() -> None:
    """A service that takes a person stands in the matrix."""
    found = set()
    for module in pkgutil.iter_modules(services.__path__):
        functions = inspect.getmembers(
            importlib.import_module(f"visits.services.{module.name}"), inspect.isfunction
        )
        for name, function in functions:
            own = function.__module__ == f"visits.services.{module.name}"
            if (
                own
                and not name.startswith("_")
                and {"by", "user"} & set(inspect.signature(function).parameters)
            ):
                found.add(f"{module.name}.{name}")
    assert found == set(MATRIX) | NO_ACTS
    assert set(ACTS) == set(MATRIX)
