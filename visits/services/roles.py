"""The four roles, as groups with permissions. Made after every migration, and only ever added to."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db import transaction

VIEWER, ANALYST, REVIEWER, ADMINISTRATOR = "Viewer", "Analyst", "Reviewer", "Administrator"

RECORDS = (
    "party", "partyname", "country", "organization", "place", "placename", "official", "officialname",
    "tenure", "tour", "stop", "meeting", "participation", "topic", "agendapoint", "statement", "source",
    "contributor", "citation", "note", "externalidentifier",
)  # fmt: skip


def _words(actions: Iterable[str], nouns: Iterable[str]) -> set[str]:
    return {f"{action}_{noun}" for action in actions for noun in nouns}


def permissions_of() -> dict[str, set[str]]:
    """The code names that each role has at least."""
    viewer = _words(["view"], [*RECORDS, "editorialevent"])
    analyst = viewer | _words(["add", "change", "delete"], RECORDS)
    analyst |= _words(["view"], ["importbatch", "importrow", "suggestion"])
    analyst |= {"run_imports", "change_suggestion"}
    reviewer = analyst | _words(["publish"], ["tour", "meeting"])
    reviewer |= {"merge_records", "view_merge", "publish_imports"}
    administrator = reviewer | _words(["view", "add", "change"], ["user"])
    return {VIEWER: viewer, ANALYST: analyst, REVIEWER: reviewer, ADMINISTRATOR: administrator}


@transaction.atomic
def ensure_roles() -> None:
    """Make the groups and give each its permissions; what an administrator has added stays."""
    known = {
        permission.codename: permission
        for permission in Permission.objects.filter(content_type__app_label="visits")
    }
    for name, words in permissions_of().items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.add(*(known[word] for word in words))
