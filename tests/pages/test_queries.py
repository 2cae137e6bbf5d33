"""Every page asks the database as often for three rows as for one."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.pages.world import World, another_meeting, another_point, another_stop, another_tour, make_world

pytestmark = pytest.mark.django_db

LISTS = {
    "country": 5,
    "organization": 4,
    "official": 6,
    "tour": 5,
    "meeting": 7,
    "topic": 5,
    "place": 5,
    "source": 4,
}


@pytest.mark.parametrize(("noun", "queries"), LISTS.items())
def test_a_list(client: Client, django_assert_num_queries: Any, noun: str, queries: int) -> None:
    make_world()
    with django_assert_num_queries(queries):
        client.get(reverse(f"{noun}-list"))
    make_world()
    make_world()
    with django_assert_num_queries(queries):
        client.get(reverse(f"{noun}-list"))


def more_tours(world: World) -> None:
    another_tour(world)


def more_on_the_tour(world: World) -> None:
    another_stop(world)
    another_meeting(world)


DETAILS: dict[str, tuple[Callable[[World], None], int]] = {
    "visitor": (more_tours, 33),
    "host": (more_tours, 38),
    "league": (more_tours, 27),
    "principal": (more_tours, 27),
    "receiver": (more_tours, 24),
    "topic": (more_tours, 16),
    "place": (more_tours, 25),
    "source": (more_tours, 11),
    "tour": (more_on_the_tour, 18),
    "meeting": (another_point, 17),
    "skipped": (another_point, 17),
}


@pytest.mark.parametrize("record", DETAILS)
def test_a_record(client: Client, django_assert_num_queries: Any, record: str) -> None:
    grow, queries = DETAILS[record]
    world = make_world()
    address = getattr(world, record).get_absolute_url()
    with django_assert_num_queries(queries):
        client.get(address)
    grow(world)
    grow(world)
    with django_assert_num_queries(queries):
        client.get(address)


def test_a_pair(client: Client, django_assert_num_queries: Any) -> None:
    world = make_world()
    address = reverse("pair-detail", args=sorted([world.visitor.code, world.host.code]))
    with django_assert_num_queries(25):
        client.get(address)
    another_tour(world)
    another_tour(world)
    with django_assert_num_queries(25):
        client.get(address)


@pytest.mark.parametrize(("name", "queries"), {"home": 17, "about": 6, "map-policy": 0}.items())
def test_a_page_of_the_site(client: Client, django_assert_num_queries: Any, name: str, queries: int) -> None:
    make_world()
    with django_assert_num_queries(queries):
        client.get(reverse(name))
    make_world()
    make_world()
    with django_assert_num_queries(queries):
        client.get(reverse(name))


def test_a_search(client: Client, django_assert_num_queries: Any) -> None:
    make_world()
    with django_assert_num_queries(31):
        client.get(reverse("search"), {"q": "a"})
    make_world()
    make_world()
    with django_assert_num_queries(31):
        client.get(reverse("search"), {"q": "a"})
