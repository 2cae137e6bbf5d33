"""What was public and is so no more says so at all its addresses: 410, on pages and in the API."""

import pytest
from django.test import Client
from django.utils import timezone

from tests import factories as make
from tests.pages.reading import Reading
from tests.publishing import publish, published_meeting, published_tour, rename, retitle, staff, withdraw
from visits.models import Meeting, Tour
from visits.services import history

pytestmark = pytest.mark.django_db(transaction=True)

Event = Meeting | Tour


def answers(client: Client, noun: str, address: str) -> set[tuple[int, str]]:
    """Status and sentence of the record and of its history, as pages and in the API; of the record then, too."""
    found = set()
    for path in (f"{address}/", f"{address}/history/"):
        response = client.get(f"/{noun}s/{path}")
        words = Reading(response.content.decode()).text
        assert "ecret" not in words
        found.add((response.status_code, sentence_in(words)))
    for path in (f"{address}/", f"{address}/history/", f"{address}/?known_at={timezone.now():%Y-%m-%d}"):
        response = client.get(f"/api/v1/{noun}s/{path}")
        assert response["Content-Type"] == "application/problem+json"
        body = response.json()
        assert "ecret" not in str(body)
        assert body["status"] == response.status_code
        found.add((response.status_code, sentence_in(body["detail"])))
    return found


def sentence_in(text: str) -> str:
    known = (f"This record has been {word}. It was public once" for word in ("deleted", "withdrawn"))
    return next((sentence for sentence in known if sentence in text), "")


DELETED = {(410, "This record has been deleted. It was public once")}
WITHDRAWN = {(410, "This record has been withdrawn. It was public once")}
NOTHING = {(404, "")}


def test_a_withdrawn_record_and_then_a_deleted_one(client: Client) -> None:
    for noun, record in (
        ("meeting", published_meeting(title="Secret words", slug="words")),
        ("tour", published_tour(title="Secret words", slug="words")),
    ):
        withdraw(record)
        for address in ("words", str(record.uuid)):
            assert answers(client, noun, address) == WITHDRAWN
        record.delete()
        for address in ("words", "WORDS", str(record.uuid), str(record.uuid).upper()):
            assert answers(client, noun, address) == DELETED
    assert answers(client, "meeting", str(record.uuid)) == NOTHING


def test_every_address_under_which_it_was_public(client: Client) -> None:
    meeting = published_meeting(slug="first")
    rename(meeting, "second")
    meeting.refresh_from_db()
    withdraw(meeting)
    rename(meeting, "never-public")
    meeting.delete()
    for address in ("first", "second"):
        assert answers(client, "meeting", address) == DELETED
    assert answers(client, "meeting", "never-public") == NOTHING


def test_what_was_never_public_was_never_there(client: Client) -> None:
    make.make_full_meeting(published=False, slug="draft", title="Secret").delete()
    for role in ("", "Analyst"):
        if role:
            client.force_login(make.make_user(role))
        assert answers(client, "meeting", "draft") == NOTHING


def test_staff_are_told_the_same_and_find_it_among_the_deleted(client: Client) -> None:
    published_meeting(slug="words").delete()
    client.force_login(make.make_user("Reviewer"))
    assert answers(client, "meeting", "words") == DELETED


def test_whoever_takes_the_address_has_it_once_it_is_public(client: Client) -> None:
    published_meeting(slug="words").delete()
    draft = make.make_full_meeting(published=False, slug="words", title="Secret")
    assert answers(client, "meeting", "words") == DELETED
    retitle(draft, "Other words")
    publish(draft)
    assert client.get("/meetings/words/").status_code == 200
    assert client.get("/api/v1/meetings/words/").json()["id"] == str(draft.uuid)


def test_a_deletion_that_was_undone_is_over(client: Client) -> None:
    meeting = published_meeting(slug="words", title="First words")
    pk = meeting.pk
    meeting.delete()
    history.undelete(model=Meeting, pk=pk, by=staff("Administrator"))
    assert client.get("/meetings/words/").status_code == 404
    assert "First words" in client.get("/meetings/words/history/").content.decode()
    publish(Meeting.objects.get(pk=pk))
    assert client.get("/meetings/words/").status_code == 200
    assert client.get("/api/v1/meetings/words/history/").json()["count"] == 2
