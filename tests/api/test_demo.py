"""The demo over the API, as somebody sees it who has just cloned the product."""

import json
import os
import re
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from visits.api import examples
from visits.importers.demo import load_demo

TOUR = "blinken-2024-01"
MEETING = "2024-01-06-blinken-erdogan-istanbul"


@pytest.fixture(scope="module", autouse=True)
def _demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Load the demo once for all tests of this module, and leave nothing behind."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_demo()
        yield
        transaction.set_rollback(True)


def get(path: str) -> Any:
    response = Client().get(f"/api/v1/{path}")
    assert response.status_code == 200, response.content
    return response.json()


def test_the_tour_is_on_the_list() -> None:
    assert TOUR in [tour["slug"] for tour in get("tours/")["results"]]


def test_its_ten_stops_in_order() -> None:
    stops = get(f"tours/{TOUR}/")["stops"]
    made = [stop for stop in stops if stop["status"] == "made"]
    assert [stop["position"] for stop in made] == list(range(1, 11))
    assert [stop["start"] for stop in made] == sorted(stop["start"] for stop in made)
    assert sorted(stop["external_identifiers"][0]["value"] for stop in made) == [
        *("4194", "4195", "4196", "4197", "4198", "4199", "4200", "4201", "4202", "4290")
    ]
    assert (made[0]["locale_text"], made[-1]["locale_text"]) == ("Istanbul", "Cairo")
    assert [(stop["country"]["code"], stop["was_added"]) for stop in made if stop["was_added"]] == [
        ("BH", True)
    ]
    assert [place["latitude"] for stop in made for place in stop["places"] if place["latitude"] is None] == []


def test_the_meetings_of_turkiye_include_the_one_that_was_skipped() -> None:
    found = get("meetings/?country=TR&ordering=date")["results"]
    assert [(meeting["slug"], meeting["status"]) for meeting in found] == [
        ("2023-11-blinken-erdogan-skipped", "skipped"),
        ("2023-11-05-blinken-fidan-ankara", "held"),
        ("2024-01-06-blinken-fidan-istanbul", "held"),
        (MEETING, "held"),
    ]


def addresses() -> dict[str, str]:
    """Where the record is that serves as the example of each noun."""
    meeting = get(f"meetings/{MEETING}/")
    point = next(point for point in meeting["points"] if point["statements"])
    return {
        "tour": f"tours/{TOUR}/",
        "stop": f"stops/{meeting['stop']['id']}/",
        "meeting": f"meetings/{MEETING}/",
        "agenda-point": f"agenda-points/{point['id']}/",
        "statement": f"statements/{point['statements'][0]['id']}/",
        "country": "countries/TR/",
        "organization": "organizations/NATO/",
        "official": "officials/hakan-fidan/",
        "topic": f"topics/{point['main_topic']['slug']}/",
        "place": "places/istanbul/",
        "source": f"sources/{meeting['citations'][0]['source']['slug']}/",
    }


def cut(value: Any) -> Any:
    """With the first item of every list, and without what is different in every copy of the demo."""
    if isinstance(value, list):
        return [cut(part) for part in value[:1]]
    if isinstance(value, dict):
        fixed = {"modified_at": "2024-02-01T09:00:00Z", "version": 1}
        return {key: fixed.get(key, cut(part)) for key, part in value.items()}
    return value


def example(address: str) -> Any:
    text = json.dumps(cut(get(address))).replace("http://testserver/", "https://readout.example/")
    numbers = count(1)
    known: dict[str, str] = {}

    def numbered(found: re.Match[str]) -> str:
        if found[0] not in known:
            known[found[0]] = f"00000000-0000-4000-8000-{next(numbers):012d}"
        return known[found[0]]

    return json.loads(re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", numbered, text))


def test_the_examples_of_the_documentation_are_the_demo() -> None:
    """With WRITE_EXAMPLES=1 in the environment they are written anew."""
    made = {noun: example(address) for noun, address in addresses().items()}
    if os.environ.get("WRITE_EXAMPLES"):
        examples.FILE.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert json.loads(examples.FILE.read_text(encoding="utf-8")) == made


def test_as_known_today_every_tour_and_meeting_is_what_it_is() -> None:
    now = timezone.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    records = [f"{noun}/{row['slug']}/" for noun in ("tours", "meetings") for row in every(noun)]
    assert [path for path in records if get(path) != get(f"{path}?known_at={now}")] == []
    assert len(records) == 4 + 50


def every(noun: str) -> Any:
    return get(f"{noun}/?limit=500&fields=slug")["results"]
