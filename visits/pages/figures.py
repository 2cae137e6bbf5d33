"""From records to drawings: what goes on the maps and strips of a page."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString

from visits import maps
from visits.models import Meeting, Party, Place, Stop
from visits.queries.itinerary import Itinerary, Stay


def route(itinerary: Itinerary) -> dict[str, Any]:
    """The route map, wide and for phones, and the stops that it has to leave out."""
    stops = [_route_stop(stay) for stay in itinerary.route]
    return {
        "wide": maps.route_map(stops),
        "narrow": maps.route_map(stops, narrow=True),
        "left_out": maps.without_coordinates(stops),
    }


def _route_stop(stay: Stay) -> maps.RouteStop:
    stop = stay.stop
    where = next((place for place in stop.places.all() if place.latitude is not None), None)
    return maps.RouteStop(
        number=stay.number or 0,
        label=stay.label,
        country=stop.country.name,
        iso_code=stop.country.iso_code,
        lat=where.latitude if where else None,
        lon=where.longitude if where else None,
        dates_text=stop.dates,
        href=f"#stop-{stop.position}",
    )


def visits_strip(stops: Sequence[Stop], party: Party) -> dict[str, SafeString]:
    """One bar a visit, each leading to the visit's row."""
    bars = [_bar(stop) for stop in stops if stop.start_earliest and stop.end_latest]
    title = f"Visits to {party} by year"
    return {
        "wide": maps.year_strip(bars, title=title),
        "narrow": maps.year_strip(bars, title=title, narrow=True),
    }


def _bar(stop: Stop) -> maps.VisitBar:
    where = ", ".join(place.name for place in stop.places.all())
    said = ", ".join(part for part in (stop.dates, str(stop.tour.principal), where) if part)
    return maps.VisitBar(stop.start_earliest, stop.end_latest, said, f"#visit-{stop.pk}")


def places_visited(party: Party, stops: Iterable[Stop]) -> dict[str, Any]:
    """The country with a dot for each place of the visits, larger for more of them."""
    counted = Counter(place for stop in stops for place in stop.places.all())
    dots = [_dot(place, number) for place, number in counted.most_common() if place.latitude is not None]
    title = f"{party}: places visited"
    return {"map": maps.locator_map(party.iso_code, dots, title=title), "places": counted.most_common()}


def place_on_map(place: Place) -> SafeString:
    dots = [] if place.latitude is None else [_dot(place, 1, linked=False)]
    return maps.locator_map(place.country.iso_code, dots, title=f"{place} in {place.country}")


def meeting_on_map(meeting: Meeting) -> SafeString:
    """The place of a meeting in the country in which it took place, as far as they are on record."""
    located = meeting.place is not None and meeting.place.latitude is not None
    dots = [_dot(meeting.place, 1, linked=True)] if located and meeting.place else []
    where = meeting.place or meeting.location
    iso_code = meeting.location.iso_code if meeting.location else ""
    return maps.locator_map(iso_code, dots, title=f"{where} on the map") if where else SafeString("")


def _dot(place: Place, count: int, *, linked: bool = True) -> maps.LocatorPlace:
    href = place.get_absolute_url() if linked else ""
    return maps.LocatorPlace(place.name, place.latitude or 0.0, place.longitude or 0.0, count, href)


def world(visits: Iterable[tuple[Party, int]]) -> dict[str, SafeString]:
    """Countries shaded by the number of visits received."""
    countries = [
        maps.WorldCountry(
            iso_code=party.iso_code,
            label=f"{party}, {number} visit{'s' * (number != 1)}",
            count=number,
            href=reverse("country-detail", args=[party.code]),
        )
        for party, number in visits
        if party.iso_code
    ]
    return {
        "map": maps.world_map(countries, title="Countries by number of visits received"),
        "legend": maps.world_legend(countries),
    }
