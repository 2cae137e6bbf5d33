"""A tour's page: the order of its stops, what was announced, and what did not happen."""

from collections.abc import Callable

import pytest

from tests.factories import (
    make_citation,
    make_country,
    make_full_meeting,
    make_meeting,
    make_official,
    make_place,
    make_point,
    make_stop,
    make_tour,
)
from tests.pages.reading import Reading, part
from visits.choices import MeetingStatus, StopStatus, TourStatus
from visits.models import Tour
from visits.queries.itinerary import Itinerary, itinerary_of, tours_for_page

pytestmark = pytest.mark.django_db
Read = Callable[..., str]


@pytest.fixture
def tour() -> Tour:
    """Announced: Zenda, Hofbau, Strelsau. Made: Strelsau, Tarlenheim, Zenda; Hofbau was dropped."""
    tour = make_tour(title="Coronation tour", start_date="2024-01-04", end_date="2024-01-08")
    country = make_country("RUR", name="Ruritania", iso_code="CZ")
    stays = [
        ("Strelsau", "2024-01-04", 3, StopStatus.MADE),
        ("Hofbau", "2024-01-05", 2, StopStatus.DROPPED),
        ("Tarlenheim", "2024-01-06", None, StopStatus.MADE),
        ("Zenda", "2024-01-06", 1, StopStatus.MADE),
    ]
    for position, (name, day, announced, status) in enumerate(stays, start=1):
        make_stop(
            tour=tour,
            country=country,
            places=[make_place(name=name, country=country, latitude=50 - position, longitude=14)],
            position=position,
            start_date=day,
            status=status,
            announced_position=announced,
            announced_on="2024-01-02" if announced else "",
        )
    return tour


def itinerary(tour: Tour) -> Itinerary:
    return itinerary_of(tours_for_page(None).get(pk=tour.pk), None)


def test_stops_made_are_numbered_in_the_order_of_the_record(tour: Tour) -> None:
    stays = itinerary(tour).stays
    assert [(stay.label, stay.number) for stay in stays] == [
        ("Strelsau", 1),
        ("Hofbau", None),
        ("Tarlenheim", 2),
        ("Zenda", 3),
    ]


def test_before_a_tour_begins_its_planned_stops_are_numbered() -> None:
    tour = make_tour(status=TourStatus.ANNOUNCED)
    make_stop(tour=tour, position=1, status=StopStatus.PLANNED)
    make_stop(tour=tour, position=2, status=StopStatus.DROPPED)
    assert [stay.number for stay in itinerary(tour).stays] == [1, None]


def test_stops_of_one_day_share_a_heading(tour: Tour) -> None:
    days = [(day.brief, day.number, len(day.stays)) for day in itinerary(tour).days]
    assert days == [("Thu 4 Jan", 1, 1), ("Fri 5 Jan", 2, 1), ("Sat 6 Jan", 3, 2)]


def test_a_stop_known_by_its_month_has_no_number_of_a_day() -> None:
    tour = make_tour(start_date="2024-01", end_date="")
    make_stop(tour=tour, start_date="2024-01")
    shown = itinerary(tour)
    assert [(day.brief, day.number) for day in shown.days] == [("January 2024", None)]
    assert shown.length is None


def test_the_announced_order_stands_beside_the_order_made(tour: Tour) -> None:
    rows = [
        (announced and announced.label, made and made.label)
        for announced, made in itinerary(tour).announced_beside_made
    ]
    assert rows == [("Zenda", "Strelsau"), ("Hofbau", "Tarlenheim"), ("Strelsau", "Zenda")]


def test_added_and_dropped_stops_are_said_to_be_so(tour: Tour, read: Read) -> None:
    html = read(tour.get_absolute_url())
    announced = part(html, "announced")
    assert "1. Zenda Ruritania made as stop 3" in announced
    assert "2. Hofbau Ruritania dropped, not made" in announced
    assert "2. Tarlenheim Ruritania not in the announced itinerary" in announced
    days = part(html, "days")
    assert days.count("not in the announced itinerary") == 1
    assert "Hofbau Ruritania announced, not made" in days


def test_a_tour_that_was_not_announced_flags_no_stop_as_added(read: Read) -> None:
    tour = make_tour()
    make_stop(tour=tour)
    text = Reading(read(tour.get_absolute_url())).text
    assert "not in the announced itinerary" not in text
    assert "Announced and made" not in text


def test_numbers_on_the_map_lead_to_the_stops_of_the_rail(tour: Tour, read: Read) -> None:
    html = read(tour.get_absolute_url())
    wide = html[html.index('<svg class="map route wide"') :]
    drawing = Reading(wide[: wide.index("</svg>")])
    assert drawing.links == ["#stop-1", "#stop-3", "#stop-4"]
    rail = Reading(html).section("days", html)
    assert [given["href"] for given in rail.tags("a", **{"class": "pin"})] == [
        "#stop-1",
        "#stop-2",
        "#stop-3",
        "#stop-4",
    ]
    assert set(drawing.links) <= {f"#{found}" for found in rail.ids}


def test_a_stop_without_coordinates_is_named_below_the_map(tour: Tour, read: Read) -> None:
    make_stop(tour=tour, position=5, places=[make_place(name="Nowhere")], start_date="2024-01-08")
    assert "for want of coordinates: Nowhere (stop 4)." in Reading(read(tour.get_absolute_url())).text


def test_meetings_stand_at_their_stop_elsewhere_or_apart(tour: Tour, read: Read) -> None:
    stop = tour.stops.get(position=1)
    make_full_meeting(tour=tour, stop=stop, title="Audience")
    make_meeting(tour=tour, title="Call on the way")
    make_meeting(tour=tour, stop=stop, title="Ball", status=MeetingStatus.CANCELLED, reason="A cold.")
    html = read(tour.get_absolute_url())
    assert "Audience 6 January 2024 · 4 statements coded" in part(html, "days")
    assert "Call on the way" in part(html, "elsewhere")
    assert "Ball Cancelled Reason given: A cold." in part(html, "not-held")
    assert "Ball" not in part(html, "days")
    assert "Meetings with statements coded 1 of 2" in Reading(html).text


def test_meetings_of_a_tour_that_are_drafts_are_not_counted(tour: Tour, read: Read) -> None:
    make_full_meeting(tour=tour, stop=tour.stops.get(position=1), title="Secret audience", published=False)
    text = Reading(read(tour.get_absolute_url())).text
    assert "Secret audience" not in text
    assert "Meetings with statements coded 0 of 0" in text


def test_facts_count_stops_countries_and_days(tour: Tour, read: Read) -> None:
    text = Reading(read(tour.get_absolute_url())).text
    assert "Stops made 3 Countries and territories 1 Days 5" in text


def test_declared_purposes_cite_who_says_so(tour: Tour, read: Read) -> None:
    make_citation(point=make_point(tour=tour, title="Peace with Graustark"))
    assert "Purposes declared Peace with Graustark" in part(read(tour.get_absolute_url()), "purposes")
    assert "[1]" in part(read(tour.get_absolute_url()), "purposes")


def test_the_principal_bears_the_title_held_on_the_tour(read: Read) -> None:
    tour = make_tour(principal=make_official(name="Sapt"), capacity="Colonel")
    assert "Sapt, Colonel, on behalf of" in Reading(read(tour.get_absolute_url())).text
