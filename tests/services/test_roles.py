"""Who may do what, asked of the services themselves: every role at every act, whatever page or command leads there."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from tests import factories as make
from visits import services
from visits.models import Meeting, User
from visits.services import accounts, editorial, identifying, merging

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
# Asked about by tests of their own.
ELSEWHERE = {"agenda", "history"}
# They take a person and do nothing in the person's name: they answer, note, or tell of what was allowed.
NO_ACTS = {
    *("accounts.may_manage", "acting.acting", "ownership.may_edit", "roles.role_of"),
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
    "editorial.publish": lambda by, author: editorial.publish(record=in_review(author), by=by),
    "editorial.record_change": lambda by, author: editorial.record_change(record=draft(author), by=by),
    "editorial.return_to_author": lambda by, author: editorial.return_to_author(
        record=in_review(author), by=by, comment="Mend it."
    ),
    "editorial.submit": lambda by, author: editorial.submit(record=draft(author), by=by),
    "editorial.withdraw": lambda by, author: editorial.withdraw(
        record=published(author), by=by, comment="Retracted."
    ),
    "identifying.identify": lambda by, author: identifying.identify(
        participation=unknown(author), official=make.make_official(), by=by
    ),
    "identifying.identify_as_new": lambda by, author: identifying.identify_as_new(
        participation=unknown(author), by=by
    ),
    "merging.merge": lambda by, _: merging.merge(**pair(), by=by),
    "merging.preview": lambda by, _: merging.preview(**pair(), by=by),
    "merging.undo": lambda by, _: merging.undo(merge=merged(), by=by),
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
    "editorial.publish":           (NO, NO, NO, YES, YES, NO),
    "editorial.record_change":     (NO, NO, YES, YES, YES, NO),
    "editorial.return_to_author":  (NO, NO, NO, YES, YES, NO),
    "editorial.submit":            (NO, NO, YES, YES, YES, NO),
    "editorial.withdraw":          (NO, NO, NO, YES, YES, NO),
    "identifying.identify":        (NO, NO, YES, YES, YES, NO),
    "identifying.identify_as_new": (NO, NO, YES, YES, YES, NO),
    "merging.merge":               (NO, NO, NO, YES, YES, NO),
    "merging.preview":             (NO, NO, NO, YES, YES, NO),
    "merging.undo":                (NO, NO, NO, YES, YES, NO),
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
        if module.name in ELSEWHERE:
            continue
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
