"""An export asks the database as often for three records as for one, and needs no more memory for ten times as many."""

import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict

from tests import factories as make
from tests.api.test_queries import LISTS
from tests.exports.test_addresses import IN_API
from visits.exports.export import Export
from visits.exports.formats import FORMATS
from visits.exports.nouns import NOUNS
from visits.exports.selecting import selected
from visits.models import Meeting, Official, Participation

pytestmark = pytest.mark.django_db
# A savepoint and its release, the records, and what belongs to them.
QUERIES = {
    "tours": 6,
    "stops": 5,
    "meetings": 8,
    "agenda-points": 6,
    "statements": 6,
    "countries": 7,
    "organizations": 7,
    "officials": 6,
    "topics": 6,
    "places": 6,
    "sources": 5,
}
WORDS = {"countries": "Ruritania", "organizations": "League ORG", "places": "Strelsau", "topics": "Fishing"}


def export(name: str, **words: str) -> Export:
    noun = NOUNS[name]
    query = QueryDict(mutable=True)
    query.update(words)
    return Export(noun, selected(noun, query, noun.orders), "https://example.org")


@pytest.mark.parametrize(("name", "form"), IN_API)
def test_as_many_queries_for_three_as_for_one(
    name: str, form: str, django_assert_num_queries: Callable[..., Any]
) -> None:
    words = {"q": WORDS[name]} if name in WORDS else {}
    for more in (1, 2):
        for _ in range(more):
            LISTS[name][0]()
        prepared = export(name, **words)
        with django_assert_num_queries(QUERIES[name]):
            size = len(b"".join(FORMATS[form].write(prepared)))
        assert size > 0


def many_meetings(number: int) -> None:
    """Published ones, each with two people."""
    state = make.publication()
    made = Meeting.objects.bulk_create(
        Meeting(title=f"Council {i}", slug=f"council-{i}-{number}", start_date="1894-05-01", **state)
        for i in range(number)
    )
    people = Official.objects.bulk_create(
        Official(name=f"Guard {i}", slug=f"guard-{i}-{number}") for i in range(2)
    )
    Participation.objects.bulk_create(
        Participation(meeting=meeting, official=person) for meeting in made for person in people
    )


def peak(form: str) -> int:
    """Bytes of the most memory that one export needs at once."""
    prepared = export("meetings")
    tracemalloc.start()
    try:
        for _ in FORMATS[form].write(prepared):
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_stays_flat() -> None:
    formats = ("csv", "jsonl", "xlsx", "geojson")
    many_meetings(200)
    few = {form: peak(form) for form in formats}
    many_meetings(1800)
    many = {form: peak(form) for form in formats}
    assert [form for form in formats if many[form] > 1.5 * few[form]] == []
