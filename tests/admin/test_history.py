"""What was changed on a record, and the ways back."""

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.admin.forms import address, desk, filled, messages_of
from tests.admin.records import one_of_each
from tests.factories import make_full_meeting, make_meeting, make_official, make_participation, make_user
from tests.pages.reading import Reading
from tests.services.test_saving import elsewhere
from visits.models import EditorialEvent, Meeting, Official, Participation, Statement
from visits.services import editorial, merging
from visits.services.restoring import Restoring

pytestmark = pytest.mark.django_db

DELETED = "/admin/deleted/"
# Session and account, the deletions of each of the kinds, the people who deleted.
QUERIES = 21


def changed(client: Any, noun: str, record: Any, **typed: Any) -> None:
    page = address(noun, "change", record.pk)
    assert client.post(page, filled(client.get(page)) | typed).status_code == 302


def earliest(response: Any) -> str:
    return response.context["changes"][-1].at.isoformat()


@pytest.mark.django_db(transaction=True)
def test_history_tells_who_changed_what_through_what() -> None:
    official = make_official(name="Rudolf")
    client = desk("Analyst", username="ann")
    changed(client, "official", official, name="Rudolf V")
    latest, first = client.get(address("official", "history", official.pk)).context["changes"]
    assert (latest.user, latest.through) == ("ann", "admin")
    assert [(row.action, row.name) for row in latest.rows] == [("update", "Rudolf V")]
    assert [(d.before, d.after) for d in latest.rows[0].differences if d.label == "name"] == [
        ("Rudolf", "Rudolf V")
    ]
    assert [row.action for row in first.rows] == ["insert"]


@pytest.mark.django_db(transaction=True)
def test_published_meeting_is_reverted_with_its_lines_and_waits_for_review() -> None:
    meeting = make_full_meeting(title="As it was")
    statement = Statement.objects.filter(point__meeting=meeting)[0]
    before = statement.text
    client = desk("Reviewer", username="rob")
    page = address("meeting", "history", meeting.pk)
    to = client.get(page).context["changes"][0].at.isoformat()
    Meeting.objects.filter(pk=meeting.pk).update(title="Wrong")
    Statement.objects.filter(pk=statement.pk).update(text="Wrong, too")
    response = client.post(
        address("meeting", "revert", meeting.pk), {"to": to, "why": "Mixed up"}, follow=True
    )
    meeting.refresh_from_db()
    statement.refresh_from_db()
    assert (meeting.title, statement.text, meeting.state) == ("As it was", before, "in_review")
    assert EditorialEvent.objects.get(action="edited").by.username == "rob"
    assert "Mixed up" in {change.why for change in response.context["changes"]}


@pytest.mark.parametrize("to", ["", "yesterday", "2024-13-45T00:00:00Z", "2024-01-01T00:00:00"])
def test_revert_to_no_moment_is_no_page(to: str) -> None:
    official = make_official()
    assert desk().post(address("official", "revert", official.pk), {"to": to}).status_code == 404
    assert desk().get(address("official", "revert", official.pk)).status_code == 404


def test_revert_to_before_the_record_is_refused_in_words() -> None:
    official = make_official()
    given = {"to": "2001-01-01T00:00:00+00:00"}
    response = desk().post(address("official", "revert", official.pk), given, follow=True)
    assert messages_of(response) == ["The record did not exist then."]


def test_viewer_looks_and_reverts_nothing() -> None:
    official = make_official()
    client = desk("Viewer")
    response = client.get(address("official", "history", official.pk))
    assert "Revert to this" not in response.content.decode()
    given = {"to": earliest(response)}
    assert client.post(address("official", "revert", official.pk), given).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_deleted_meeting_comes_back_with_its_parts() -> None:
    meeting = make_full_meeting(published=False, title="Gone")
    texts = set(Statement.objects.values_list("text", flat=True))
    client = desk("Analyst", username="ann")
    client.post(address("meeting", "delete", meeting.pk), {"post": "yes"})
    assert not Statement.objects.exists()
    rows = client.get(DELETED).context["rows"]
    assert [(row["end"].name, row["noun"], row["end"].by) for row in rows] == [("Gone", "meeting", "ann")]
    response = client.post(rows[0]["undo"], follow=True)
    assert messages_of(response) == ["“Gone” is back."]
    assert response.context["rows"] == []
    assert Meeting.objects.get().pk == meeting.pk
    assert set(Statement.objects.values_list("text", flat=True)) == texts


@pytest.mark.django_db(transaction=True)
def test_part_deleted_alone_comes_back_alone() -> None:
    row = make_participation(meeting=make_meeting(), name="A clerk")
    client = desk("Reviewer")
    client.post(address("participation", "delete", row.pk), {"post": "yes"})
    (deleted,) = client.get(DELETED).context["rows"]
    client.post(deleted["undo"])
    assert Participation.objects.get().name == "A clerk"


@pytest.mark.django_db(transaction=True)
def test_what_went_up_in_another_record_is_not_among_the_deleted() -> None:
    merging.merge(
        keep=make_official(name="Rudolf V"), gone=make_official(name="Rudolf"), by=make_user("Reviewer")
    )
    assert Official.objects.count() == 1
    assert desk().get(DELETED).context["rows"] == []


@pytest.mark.django_db(transaction=True)
def test_viewer_sees_deleted_records_and_brings_none_back() -> None:
    official = make_official(name="Rudolf")
    pk = official.pk
    official.delete()
    client = desk("Viewer")
    (row,) = client.get(DELETED).context["rows"]
    assert (row["end"].name, row["undo"]) == ("Rudolf", "")
    assert client.post(f"{DELETED}official/{pk}/").status_code == 403
    assert client.post(f"{DELETED}user/{pk}/").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_deleted_records_cost_the_same_for_three(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client = desk()
    for number in (1, 3):
        while Official.pgh_event_model.objects.filter(pgh_label="delete").count() < number:  # type: ignore[attr-defined]
            make_official().delete()
        with django_assert_num_queries(QUERIES):
            rows = client.get(DELETED).context["rows"]
        assert len(rows) == number


def test_every_record_has_a_history() -> None:
    client = desk()
    for noun, record in one_of_each().items():
        assert client.get(address(noun, "history", record.pk)).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_part_that_is_brought_back_from_another_record_is_told() -> None:
    statement = Statement.objects.filter(point__meeting=make_full_meeting(title="Old"))[0]
    old, new = statement.point.meeting, make_full_meeting(title="New")
    assert old
    client = desk("Reviewer", username="rob")
    page = client.get(address("meeting", "history", old.pk))
    Statement.objects.filter(pk=statement.pk).update(point=new.points.all()[0])
    given = {"to": page.context["changes"][0].at.isoformat(), "why": "Mixed up"}
    response = client.post(address("meeting", "revert", old.pk), given, follow=True)
    assert messages_of(response)[1:] == [f"The statement “{statement}” was brought back from “New”."]
    assert [Meeting.objects.get(pk=meeting.pk).state for meeting in (old, new)] == ["in_review"] * 2


@pytest.mark.django_db(transaction=True)
def test_history_that_has_grown_meanwhile_is_looked_at_again() -> None:
    official = make_official(name="Rudolf")
    Official.objects.filter(pk=official.pk).update(name="Rudolf V")
    client = desk("Analyst")
    page = client.get(address("official", "history", official.pk))
    (seen,) = Reading(page.content.decode()).tags("input", name="seen")
    Official.objects.filter(pk=official.pk).update(name="Unseen")
    given = {"to": earliest(page), "seen": seen["value"]}
    response = client.post(address("official", "revert", official.pk), given, follow=True)
    sentence = "“Unseen” has been changed since you opened its history. Look at it again."
    assert messages_of(response) == [sentence]
    assert client.post(address("official", "revert", official.pk), given | {"seen": "x"}).status_code == 302
    assert Official.objects.get().name == "Rudolf"


@pytest.mark.django_db(transaction=True)
def test_analyst_does_not_bring_back_anothers_deleted_meeting() -> None:
    author, meeting = make_user("Analyst"), make_meeting(published=False, title="Gone")
    editorial.record_change(record=meeting, by=author, created=True)
    meeting.delete()
    client = desk("Analyst")
    (row,) = client.get(DELETED).context["rows"]
    response = client.post(row["undo"], follow=True)
    assert messages_of(response) == ["This meeting is another analyst's: you may look at it."]
    assert not Meeting.objects.exists()
    assert messages_of(desk("Reviewer").post(row["undo"], follow=True)) == ["“Gone” is back."]
    assert EditorialEvent.objects.get(action="created").by == author


@pytest.mark.django_db(transaction=True)
def test_what_is_needed_for_the_way_back_and_gone_is_told() -> None:
    meeting = make_meeting(published=False, title="Gone")
    official = make_participation(meeting=meeting).official
    assert official
    meeting.delete()
    official.delete()
    client = desk("Reviewer")
    undo = next(row["undo"] for row in client.get(DELETED).context["rows"] if row["noun"] == "meeting")
    (message,) = messages_of(client.post(undo, follow=True))
    assert message.startswith("Something that this version needs is no longer there")


@pytest.mark.django_db(transaction=True)
def test_edit_at_the_very_moment_of_a_revert_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    official = make_official(name="Rudolf")
    client, page = desk("Analyst"), address("official", "history", official.pk)
    given = {"to": earliest(client.get(page))}
    Official.objects.filter(pk=official.pk).update(name="Rupert")
    run = Restoring.run

    def run_late(restoring: Restoring) -> None:
        elsewhere(lambda: Official.objects.filter(pk=official.pk).update(name="Black Michael"))
        run(restoring)

    monkeypatch.setattr(Restoring, "run", run_late)
    response = client.post(address("official", "revert", official.pk), given, follow=True)
    assert messages_of(response) == ["Somebody else has changed “Rudolf” since you opened it."]
    assert Official.objects.get().name == "Black Michael"
