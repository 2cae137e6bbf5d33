"""A file holds what is public and nothing else, whoever asks."""

import io
import zipfile
from typing import Any

import pytest
from django.test import Client

from tests import factories as make
from tests.exports.test_addresses import IN_API
from tests.pages.world import make_world
from visits.exports.formats import FORMATS
from visits.models import ExternalIdentifier, Meeting

pytestmark = pytest.mark.django_db
SECRET = "Zembla"


def content(answer: Any) -> str:
    """The text of a file; of an XLSX, that of the sheets inside."""
    body = b"".join(answer.streaming_content)
    if not body.startswith(b"PK"):
        return body.decode()
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        return "".join(book.read(name).decode() for name in book.namelist())


def a_draft_with_everything_secret() -> None:
    party = make.make_country(name=f"{SECRET} land", code="ZEMBLA")
    person, place = make.make_official(name=f"{SECRET} envoy"), make.make_place(name=f"{SECRET} city")
    topic, source = make.make_topic(name=f"{SECRET} topic"), make.make_source(title=f"{SECRET} paper")
    tour = make.make_tour(published=False, title=f"{SECRET} tour", principal=person, on_behalf_of=party)
    stop = make.make_stop(tour=tour, country=party, places=[place], remarks=f"{SECRET} remark")
    meeting = make.make_meeting(
        published=False,
        title=f"{SECRET} talks",
        tour=tour,
        stop=stop,
        place=place,
        location=party,
        host=party,
    )
    make.make_participation(meeting=meeting, official=person, on_behalf_of=party)
    make.make_tenure(official=person, party=party, title=f"{SECRET} minister")
    point = make.make_point(meeting=meeting, main_topic=topic, title=f"{SECRET} point")
    statement = make.make_statement(point=point, speaker=person, on_behalf_of=party, text=f"{SECRET} words")
    make.make_citation(statement=statement, source=source, quote=f"{SECRET} quote")
    make.make_note(meeting=meeting, text=f"{SECRET} note")
    ExternalIdentifier.objects.create(scheme="atlas", value=f"{SECRET} number", meeting=meeting)


def a_public_meeting_on_a_draft_tour() -> Meeting:
    """It has points of its own; of its tour and its stop nothing is to be said."""
    tour = make.make_tour(published=False, title=f"{SECRET} journey")
    stop = make.make_stop(tour=tour, locale_text=f"{SECRET} halt")
    return make.make_full_meeting(title="Open talks", tour=tour, stop=stop)


@pytest.mark.parametrize(("name", "form"), IN_API)
def test_no_draft_is_in_any_file(name: str, form: str, client: Client) -> None:
    world = make_world()
    a_draft_with_everything_secret()
    a_public_meeting_on_a_draft_tour()
    client.force_login(make.make_user("Reviewer"))
    text = content(client.get(f"/api/v1/{name}.{FORMATS[form].suffix}"))
    shown = world.source.slug if name == "sources" else "id"
    assert (shown in text, SECRET.lower() in text.lower()) == (True, False)


@pytest.mark.parametrize("name", ["meetings", "tours"])
def test_staff_find_no_draft_in_a_file_of_the_pages(name: str, client: Client) -> None:
    a_draft_with_everything_secret()
    client.force_login(make.make_user("Analyst"))
    assert SECRET in client.get(f"/{name}/").content.decode()
    assert SECRET.lower() not in content(client.get(f"/{name}.csv")).lower()
