"""Two spellings of one person become one on every page and in every answer, and two again when that is undone."""

import re

import pytest
from django.test import Client

from tests.factories import make_official, make_tenure, make_user
from visits.importers.demo import load_demo
from visits.models import Official, Participation, Party, Statement, Stop
from visits.services import merging

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

MEETING = "2024-01-06-blinken-erdogan-istanbul"
RIGHT, WRONG = "Recep Tayyip Erdoğan", "Recep Tayyip Erdogan"
# What a merge and its undoing leave behind: when the record changed, and how often.
LEFT_BEHIND = re.compile(r'"modified_at":"[^"]*"|"version":[0-9]+|<lastmod>[^<]*</lastmod>')
# The Historian's remark on the stop in Istanbul, word for word: no name of a record.
AS_GIVEN = "Met with President Recep Tayyip Erdogan"
RESOURCES = (
    *("countries", "organizations", "officials", "tours", "stops", "meetings", "agenda-points", "statements"),
    *("topics", "places", "sources"),
)


@pytest.fixture
def twin() -> Official:
    """As if the meeting in Istanbul had been logged with another spelling of its host."""
    load_demo()
    known = Official.objects.get(name=RIGHT)
    twin = make_official(name=WRONG)
    tenure = known.tenures.get(title="President")
    make_tenure(official=twin, party=tenure.party, title="President", start_date=tenure.start_date)
    Participation.objects.filter(meeting__slug=MEETING, official=known).update(official=twin)
    Statement.objects.filter(point__meeting__slug=MEETING, speaker=known).update(speaker=twin)
    return twin


def pages(client: Client) -> list[str]:
    """What the sitemap names, but for countries that are nothing but reference data."""
    sections = re.findall(r"<loc>http://testserver(.*?)</loc>", text_of(client, "/sitemap.xml"))
    found = [re.findall(r"<loc>http://testserver(.*?)</loc>", text_of(client, one)) for one in sections]
    codes = {
        *Participation.objects.values_list("on_behalf_of__code", flat=True),
        *Stop.objects.values_list("country__code", flat=True),
    }
    idle = {
        f"/countries/{code}/" for code in Party.objects.values_list("code", flat=True) if code not in codes
    }
    return [page for section in found for page in section if page not in idle]


def everything(client: Client) -> dict[str, str]:
    """Every page, every list of the API with all of its records in full, each official, a search; by address."""
    addresses = [*pages(client), "/search/?q=erdogan", "/sitemap-officials.xml"]
    for resource in RESOURCES:
        addresses.append(f"/api/v1/{resource}/?limit=500")
        assert client.get(addresses[-1]).json()["next"] is None
    officials = client.get("/api/v1/officials/?limit=500").json()["results"]
    addresses += [f"/api/v1/officials/{official['id']}/" for official in officials]
    return {address: text_of(client, address) for address in addresses}


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert (address, answer.status_code) == (address, 200)
    return LEFT_BEHIND.sub("", answer.content.decode())


def test_one_person_everywhere_and_two_again(client: Client, twin: Official) -> None:
    keep = Official.objects.get(name=RIGHT)
    before = everything(client)
    assert any(WRONG in text for text in before.values())
    former = twin.get_absolute_url()

    done = merging.merge(keep=keep, gone=twin, by=make_user("Reviewer"), why="One man, two spellings")
    merged = everything(client)
    named = {address for address, text in merged.items() if WRONG in text.replace(AS_GIVEN, "")}
    assert named == {
        keep.get_absolute_url(),
        f"/api/v1/officials/{keep.uuid}/",
        "/api/v1/officials/?limit=500",
    }
    assert set(before) - set(merged) == {former, f"/api/v1/officials/{twin.uuid}/"}
    assert client.get(former, follow=True).redirect_chain == [(keep.get_absolute_url(), 301)]
    moved = client.get(f"/api/v1/officials/{twin.uuid}/")
    assert (moved.status_code, client.get(moved.headers["Location"]).json()["name"]) == (308, RIGHT)
    assert RIGHT in merged[f"/meetings/{MEETING}/"]
    assert f"/meetings/{MEETING}/" in merged[keep.get_absolute_url()]

    merging.undo(merge=done, by=make_user("Reviewer"))
    assert everything(client) == before
