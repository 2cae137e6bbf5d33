"""The published versions of a tour and of a meeting, for programs."""

import io
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests import factories as make
from tests.api.test_schema import strict, validator
from tests.publishing import (
    edit,
    publish,
    published_meeting,
    published_tour,
    rename,
    revised_meeting,
    withdraw,
)

pytestmark = pytest.mark.django_db(transaction=True)


def moment(value: Any) -> str:
    return value.isoformat().replace("+00:00", "Z")


def test_a_meeting_tells_its_published_versions_and_nothing_else(get: Callable[..., Any]) -> None:
    meeting = revised_meeting()
    statement = meeting.points.earliest("pk").statements.earliest("pk")
    answer = get(f"meetings/{meeting.slug}/history/")
    newest, oldest = answer["versions"]
    assert (answer["count"], newest["number"], oldest["number"]) == (2, 2, 1)
    assert newest["published_at"] == moment(meeting.published_at)
    assert (newest["compared_with"], newest["public_until"]) == (oldest["published_at"], None)
    assert (oldest["compared_with"], oldest["changes"]) == (None, [])
    assert newest["url"] == (
        f"http://testserver/api/v1/meetings/{meeting.slug}/?known_at={newest['published_at']}"
    )
    title = {"field": "title", "before": "First words", "after": "Second words"}
    first, second = newest["changes"]
    assert first == {"part": "meeting", "name": "Second words", "action": "changed", "differences": [title]}
    assert (second["part"], second["action"]) == ("statement", "changed")
    assert second["name"] == f"Second words said ({statement.point})"
    assert "ecret" not in json.dumps(answer)


@pytest.mark.parametrize(("noun", "maker"), [("tour", published_tour), ("meeting", published_meeting)])
def test_the_answer_is_what_is_described(
    noun: str, maker: Callable[[], Any], get: Callable[..., Any]
) -> None:
    written = io.StringIO()
    call_command("spectacular", "--format", "openapi-json", stdout=written)
    document = strict(json.loads(written.getvalue()))
    operation = document["paths"][f"/api/v1/{noun}s/{{id}}/history/"]["get"]
    assert list(operation["responses"]) == ["200", "308", "400", "404", "410", "406", "429"]
    record = maker()
    edit(record, partial(make.make_note, text="Another", **{noun: record}))
    publish(record)
    check = validator(document, operation["responses"]["200"]["content"]["application/json"]["schema"])
    answer = get(f"{noun}s/{record.uuid}/history/")
    assert [error.message for error in check.iter_errors(answer)] == []
    assert [change["action"] for change in answer["versions"][0]["changes"]] == ["added"]


def test_what_is_withdrawn_moved_or_a_draft(client: Client) -> None:
    meeting = published_meeting(slug="before")
    rename(meeting, "after")
    response = client.get("/api/v1/meetings/before/history/")
    assert (response.status_code, response["Location"]) == (
        308,
        "http://testserver/api/v1/meetings/after/history/",
    )
    meeting.refresh_from_db()
    withdraw(meeting)
    make.make_full_meeting(published=False, slug="draft")
    for slug, status, detail in (
        ("after", 410, "This record has been withdrawn. It was public once and is so no more."),
        ("draft", 404, "There is no meeting “draft”."),
        ("afterwards", 404, "There is no meeting “afterwards”."),
    ):
        response = client.get(f"/api/v1/meetings/{slug}/history/")
        assert response["Content-Type"] == "application/problem+json"
        assert (response.status_code, response.json()["detail"]) == (status, detail)
    assert client.get("/api/v1/meetings/after/history/?page=2").status_code == 400


def test_one_version_and_three_take_as_many_queries(
    get: Callable[..., Any], django_assert_num_queries: Any
) -> None:
    meeting = published_meeting()
    with django_assert_num_queries(29):
        get(f"meetings/{meeting.slug}/history/")
    for title in ("Again", "And again"):
        edit(meeting, partial(make.make_note, meeting=meeting, text=title))
        publish(meeting)
    with django_assert_num_queries(29):
        assert get(f"meetings/{meeting.slug}/history/")["count"] == 3
