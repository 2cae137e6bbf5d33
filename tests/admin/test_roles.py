"""Who may do what in the admin: every role at every door."""

from typing import Any

import pytest

from tests.admin.forms import address, desk, filled, messages_of
from tests.admin.test_editorial import choose, state
from tests.factories import make_full_meeting, make_official, make_participation, make_user
from visits.choices import EditorialAction
from visits.models import EditorialEvent, Meeting, Participation, User

pytestmark = pytest.mark.django_db

OPEN, SENT, CLOSED = 200, 302, 403
# The column of each role; ``author`` is an analyst on their own meeting, ``analyst`` one on that of another.
ROLES = {
    "viewer": "Viewer",
    "analyst": "Analyst",
    "author": "Analyst",
    "reviewer": "Reviewer",
    "administrator": "Administrator",
}
DOORS = {
    #                   viewer analyst author reviewer administrator
    "list":            (OPEN, OPEN, OPEN, OPEN, OPEN),
    "add":             (CLOSED, OPEN, OPEN, OPEN, OPEN),
    "look":            (OPEN, OPEN, OPEN, OPEN, OPEN),
    "save":            (CLOSED, CLOSED, SENT, SENT, SENT),
    "delete":          (CLOSED, CLOSED, SENT, SENT, SENT),
    "history":         (OPEN, OPEN, OPEN, OPEN, OPEN),
    "revert":          (CLOSED, CLOSED, SENT, SENT, SENT),
    "publish":         (CLOSED, CLOSED, CLOSED, SENT, SENT),
    "save a statement": (CLOSED, CLOSED, SENT, SENT, SENT),
    "save an official": (CLOSED, SENT, SENT, SENT, SENT),
    "merge officials": (CLOSED, CLOSED, CLOSED, OPEN, OPEN),
    "merges":          (CLOSED, CLOSED, CLOSED, OPEN, OPEN),
    "accounts":        (CLOSED, CLOSED, CLOSED, CLOSED, OPEN),
    "desk":            (OPEN, OPEN, OPEN, OPEN, OPEN),
    "deleted":         (OPEN, OPEN, OPEN, OPEN, OPEN),
}  # fmt: skip


def begun_by(user: User, **given: Any) -> Meeting:
    meeting = make_full_meeting(published=False, **given)
    EditorialEvent.objects.create(meeting=meeting, action=EditorialAction.CREATED, by=user)
    return meeting


def knock(client: Any, door: str, meeting: Meeting) -> int:
    """Open the door as a browser does that has been shown the form, or as somebody who knows its address."""
    statement = meeting.points.all()[0].statements.all()[0]
    official = make_official(name="Antoinette de Mauban")
    forms = {
        "save": ("meeting", meeting),
        "save a statement": ("statement", statement),
        "save an official": ("official", official),
    }
    if door in forms:
        noun, record = forms[door]
        page = address(noun, "change", record.pk)
        given = filled(desk().get(page))
        return int(client.post(page, given).status_code)
    posts = {
        "delete": (address("meeting", "delete", meeting.pk), {"post": "yes"}),
        "revert": (address("meeting", "revert", meeting.pk), {"to": "2001-01-01T00:00:00+00:00"}),
        "publish": (address("meeting", "editorial", meeting.pk, "publish"), {}),
    }
    if door in posts:
        return int(client.post(*posts[door]).status_code)
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
    }
    return int(client.get(pages[door]).status_code)


@pytest.mark.parametrize("door", DOORS)
def test_who_may_open_which_door(door: str) -> None:
    found = []
    for who, role in ROLES.items():
        client = desk(role, username=who)
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
