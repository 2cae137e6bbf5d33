"""Paging by key."""

import base64
import json

import pytest

from tests import factories as make
from visits import keyset
from visits.filtersets import BadQuery
from visits.models import Topic

pytestmark = pytest.mark.django_db
ORDERS = {
    "name": keyset.Order(("name", "id")),
    "-name": keyset.Order(("name", "id"), descending=True),
    "modified": keyset.Order(("modified_at", "id")),
}


def page(**words: str) -> keyset.Page:
    return keyset.read(words, ORDERS).page(Topic.objects.all())


def names(found: keyset.Page) -> list[str]:
    return [row.name for row in found.rows]


@pytest.fixture
def topics() -> list[Topic]:
    return [make.make_topic(name=name) for name in ["c", "a", "b", "b", "b"]]


@pytest.mark.parametrize(
    ("ordering", "expected"),
    [
        ("name", [["a", "b"], ["b", "b"], ["c"]]),
        ("-name", [["c", "b"], ["b", "b"], ["a"]]),
        ("modified", [["c", "a"], ["b", "b"], ["b"]]),
    ],
)
def test_a_walk_forth_and_back_shows_every_row_once(
    topics: list[Topic], ordering: str, expected: list[list[str]]
) -> None:
    forth = [page(ordering=ordering, limit="2")]
    while forth[-1].next:
        forth.append(page(ordering=ordering, limit="2", cursor=forth[-1].next))
    back = [forth[-1]]
    while back[-1].previous:
        back.append(page(ordering=ordering, limit="2", cursor=back[-1].previous))
    assert [names(found) for found in forth] == expected
    assert [names(found) for found in reversed(back)] == expected


def test_a_page_begins_where_the_last_one_ended_whatever_was_added(topics: list[Topic]) -> None:
    first = page(limit="2")
    make.make_topic(name="0")
    make.make_topic(name="z")
    assert first.next
    assert names(page(limit="2", cursor=first.next)) == ["b", "b"]


def test_an_empty_list_has_no_neighbours() -> None:
    assert page() == keyset.Page(rows=[], next=None, previous=None)


def cursor(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


@pytest.mark.parametrize(
    "text",
    ["x", "é", "%", cursor(), cursor("n"), cursor("x", "a", 1), cursor("n", "a"), cursor("n", 1.5, 1),
     cursor("n", "a", 2**70), cursor("n", "a\x00", 1), cursor("n", "a", "x"), cursor("n", ["a"], 1),
     cursor("n", "a", True, 1), base64.urlsafe_b64encode(b"{}").decode(), "[" * 5000],
)  # fmt: skip
def test_a_cursor_that_this_list_never_gave_out_is_told(text: str) -> None:
    with pytest.raises(BadQuery) as caught:
        page(cursor=text)
    assert [fault.parameter for fault in caught.value.faults] == ["cursor"]


@pytest.mark.parametrize("text", [cursor("n", "2024-01-01T00:00:00", 1), cursor("n", "soon", 1)])
def test_a_cursor_of_another_order_is_told(text: str) -> None:
    with pytest.raises(BadQuery):
        page(cursor=text, ordering="modified")


@pytest.mark.parametrize("limit", ["0", "-1", "501", "x", "1.5", "９", "9" * 30])
def test_a_limit_out_of_bounds_is_told(limit: str) -> None:
    with pytest.raises(BadQuery) as caught:
        page(limit=limit)
    assert caught.value.faults[0].message == "Write a whole number from 1 to 500."


def test_an_unknown_order_is_told_the_known_ones() -> None:
    with pytest.raises(BadQuery, match=r"“size” is not an order. Known ones: name, -name, modified\."):
        page(ordering="size")
