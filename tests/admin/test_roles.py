"""Who may do what in the admin: every role at every door."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from tests.admin.forms import address, desk, filled, messages_of
from tests.admin.test_editorial import choose, state
from tests.factories import make_full_meeting, make_official, make_participation, make_user
from visits.choices import EditorialAction
from visits.models import EditorialEvent, Meeting, Participation, User

pytestmark = pytest.mark.django_db

OPEN, SENT, CLOSED = 200, 302, 403
# Sent to the sign-in page.
ASKED = "asked to sign in"
# The column of each role; ``author`` is an analyst on their own meeting, ``analyst`` one on that of another.
ROLES = {
    "anonymous": "",
    "viewer": "Viewer",
    "analyst": "Analyst",
    "author": "Analyst",
    "reviewer": "Reviewer",
    "administrator": "Administrator",
}
DOORS = {
    #                   anonymous viewer analyst author reviewer administrator
    "list":            (ASKED, OPEN, OPEN, OPEN, OPEN, OPEN),
    "add":             (ASKED, CLOSED, OPEN, OPEN, OPEN, OPEN),
    "look":            (ASKED, OPEN, OPEN, OPEN, OPEN, OPEN),
    "save":            (ASKED, CLOSED, CLOSED, SENT, SENT, SENT),
    "delete":          (ASKED, CLOSED, CLOSED, SENT, SENT, SENT),
    "history":         (ASKED, OPEN, OPEN, OPEN, OPEN, OPEN),
    "revert":          (ASKED, CLOSED, CLOSED, SENT, SENT, SENT),
    "publish":         (ASKED, CLOSED, CLOSED, CLOSED, SENT, SENT),
    "save a statement": (ASKED, CLOSED, CLOSED, SENT, SENT, SENT),
    "save an official": (ASKED, CLOSED, SENT, SENT, SENT, SENT),
    "merge officials": (ASKED, CLOSED, CLOSED, CLOSED, OPEN, OPEN),
    "merges":          (ASKED, CLOSED, CLOSED, CLOSED, OPEN, OPEN),
    "accounts":        (ASKED, CLOSED, CLOSED, CLOSED, CLOSED, OPEN),
    "desk":            (ASKED, OPEN, OPEN, OPEN, OPEN, OPEN),
    "deleted":         (ASKED, OPEN, OPEN, OPEN, OPEN, OPEN),
    "invite":          (ASKED, CLOSED, CLOSED, CLOSED, CLOSED, SENT),
    "change account":  (ASKED, CLOSED, CLOSED, CLOSED, CLOSED, SENT),
    "deactivate":      (ASKED, CLOSED, CLOSED, CLOSED, CLOSED, SENT),
    "reactivate":      (ASKED, CLOSED, CLOSED, CLOSED, CLOSED, SENT),
    "reset password":  (ASKED, CLOSED, CLOSED, CLOSED, CLOSED, SENT),
    "own account":     (ASKED, OPEN, OPEN, OPEN, OPEN, OPEN),
    "forgotten password": (OPEN, OPEN, OPEN, OPEN, OPEN, OPEN),
    "password link":   (OPEN, OPEN, OPEN, OPEN, OPEN, OPEN),
}  # fmt: skip


def begun_by(user: User, **given: Any) -> Meeting:
    meeting = make_full_meeting(published=False, **given)
    EditorialEvent.objects.create(meeting=meeting, action=EditorialAction.CREATED, by=user)
    return meeting


def answer(response: Any) -> Any:
    """The status, or that somebody has to sign in first."""
    is_asked = response.status_code == SENT and response["Location"].startswith("/admin/login/")
    return ASKED if is_asked else response.status_code


def knock(client: Any, door: str, meeting: Meeting) -> Any:
    """Open the door as a browser does that has been shown the form, or as somebody who knows its address."""
    statement = meeting.points.all()[0].statements.all()[0]
    official = make_official(name="Antoinette de Mauban")
    account = make_user(
        "Viewer", email=f"viewer{meeting.pk}@ruritania.example", is_active=door != "reactivate"
    )
    forms = {
        "save": ("meeting", meeting),
        "save a statement": ("statement", statement),
        "save an official": ("official", official),
        "change account": ("user", account),
    }
    if door in forms:
        noun, record = forms[door]
        page = address(noun, "change", record.pk)
        given = filled(desk().get(page))
        return answer(client.post(page, given))
    ann = {"username": f"ann{meeting.pk}", "email": f"ann{meeting.pk}@ruritania.example", "role": "Viewer"}
    posts = {
        "delete": (address("meeting", "delete", meeting.pk), {"post": "yes"}),
        "revert": (address("meeting", "revert", meeting.pk), {"to": "2001-01-01T00:00:00+00:00"}),
        "publish": (address("meeting", "editorial", meeting.pk, "publish"), {}),
        "invite": (address("user", "add"), ann),
        "deactivate": (address("user", "act", account.pk, "deactivate"), {}),
        "reactivate": (address("user", "act", account.pk, "reactivate"), {}),
        "reset password": (address("user", "act", account.pk, "link"), {}),
    }
    if door in posts:
        return answer(client.post(*posts[door]))
    pages = {
        "list": address("meeting", "changelist"),
        "add": address("meeting", "add"),
        "look": address("meeting", "change", meeting.pk),
        "history": address("meeting", "history", meeting.pk),
        "merge officials": address("official", "merge", official.pk),
        "merges": address("merge", "changelist"),
        "accounts": address("user", "changelist"),
        "desk": "/admin/desk/",
        "deleted": "/admin/deleted/",
        "own account": "/admin/account/",
        "forgotten password": "/admin/password/forgotten/",
        "password link": reverse("password_reset_confirm", args=["MQ", "set-password"]),
    }
    return answer(client.get(pages[door]))


@pytest.mark.parametrize("door", DOORS)
def test_who_may_open_which_door(door: str) -> None:
    found = []
    for who, role in ROLES.items():
        client = desk(role, username=who) if role else Client()
        author = User.objects.get(username=who) if who == "author" else make_user("Analyst")
        found.append(knock(client, door, begun_by(author)))
    assert dict(zip(ROLES, found, strict=True)) == dict(zip(ROLES, DOORS[door], strict=True))


def test_form_of_anothers_meeting_shows_all_and_saves_nothing() -> None:
    meeting = begun_by(make_user("Analyst"), title="Another's")
    page = desk("Analyst").get(address("meeting", "change", meeting.pk)).content.decode()
    assert "Another's".replace("'", "&#x27;") in page
    assert 'name="_save"' not in page
    assert 'name="opened_version"' not in page
    for statement in (made for point in meeting.points.all() for made in point.statements.all()):
        assert statement.text in page


def test_part_cannot_be_added_to_anothers_meeting() -> None:
    meeting = begun_by(make_user("Analyst"))
    before = Participation.objects.count()
    page = address("participation", "add")
    client = desk("Analyst")
    given = filled(client.get(page)) | {"meeting": meeting.pk, "name": "A clerk"}
    assert client.post(page, given).status_code == CLOSED
    assert Participation.objects.count() == before


def test_anothers_meeting_is_not_submitted_nor_are_its_people_identified() -> None:
    meeting = begun_by(make_user("Analyst"), title="Another's")
    row = make_participation(meeting=meeting, name="A clerk")
    client = desk("Analyst")
    sentence = "This meeting is another analyst's: you may look at it."
    response = choose(client, "meeting", "submit_selected", meeting)
    assert messages_of(response) == [f"“Another's”: {sentence}"]
    assert state(meeting) == "draft"
    response = client.post(f"/admin/desk/people/{row.pk}/", {"official": make_official().pk})
    assert messages_of(response) == [sentence]
    row.refresh_from_db()
    assert row.official is None


def test_what_nobody_is_noted_for_is_open_to_every_analyst() -> None:
    meeting = make_full_meeting(published=False)
    assert knock(desk("Analyst"), "save", meeting) == SENT


# Every list of the admin and every form to add to it, by role: anonymous, viewer, analyst, reviewer, administrator.
STAFF = ("Viewer", "Analyst", "Reviewer", "Administrator")
RECORDS = {
    *(
        "agendapoint",
        "citation",
        "country",
        "externalidentifier",
        "meeting",
        "note",
        "official",
        "organization",
    ),
    *("participation", "party", "place", "source", "statement", "stop", "tenure", "topic", "tour"),
}
LISTS = {
    **{f"visits.{noun}": (ASKED, OPEN, OPEN, OPEN, OPEN) for noun in RECORDS},
    "auth.group":           (ASKED, CLOSED, CLOSED, CLOSED, CLOSED),
    "visits.editorialevent": (ASKED, OPEN, OPEN, OPEN, OPEN),
    "visits.formeraddress": (ASKED, CLOSED, CLOSED, CLOSED, CLOSED),
    "visits.importbatch":   (ASKED, CLOSED, OPEN, OPEN, OPEN),
    "visits.merge":         (ASKED, CLOSED, CLOSED, OPEN, OPEN),
    "visits.suggestion":    (ASKED, CLOSED, OPEN, OPEN, OPEN),
    "visits.user":          (ASKED, CLOSED, CLOSED, CLOSED, OPEN),
}  # fmt: skip
ADDITIONS = {
    **{f"visits.{noun}": (ASKED, CLOSED, OPEN, OPEN, OPEN) for noun in RECORDS},
    "auth.group":           (ASKED, CLOSED, CLOSED, CLOSED, CLOSED),
    "visits.editorialevent": (ASKED, CLOSED, CLOSED, CLOSED, CLOSED),
    "visits.formeraddress": (ASKED, CLOSED, CLOSED, CLOSED, CLOSED),
    "visits.importbatch":   (ASKED, CLOSED, CLOSED, CLOSED, CLOSED),
    "visits.merge":         (ASKED, CLOSED, CLOSED, CLOSED, CLOSED),
    "visits.suggestion":    (ASKED, CLOSED, CLOSED, CLOSED, CLOSED),
    "visits.user":          (ASKED, CLOSED, CLOSED, CLOSED, OPEN),
}  # fmt: skip


@pytest.mark.parametrize(("page", "expected"), [("changelist", LISTS), ("add", ADDITIONS)])
def test_who_may_open_which_list_and_add_to_it(page: str, expected: dict[str, Any]) -> None:
    clients = [Client(), *(desk(role) for role in STAFF)]
    found = {}
    for model in admin.site._registry:
        where = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}")
        found[model._meta.label_lower] = tuple(answer(client.get(where)) for client in clients)
    assert found == expected
