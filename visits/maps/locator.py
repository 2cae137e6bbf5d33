"""A small map of one country with a dot for each place."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from visits.maps.background import background
from visits.maps.geometry import Box, Frame, label_points, polygons
from visits.maps.labels import Mark, Name, place_names
from visits.maps.svg import join, tag

MARGIN = 26.0
LEAST_SPAN = 0.04
LABEL_SIZE = 13.0
SMALL = 8.0


@dataclass(frozen=True, slots=True)
class LocatorPlace:
    """A place on the locator; a larger count makes a larger dot, an address makes it a link."""

    name: str
    lat: float
    lon: float
    count: int = 1
    href: str = ""


def locator_map(
    iso_code: str, places: Sequence[LocatorPlace], *, title: str, width: int = 300, height: int = 260
) -> SafeString:
    """The country with its places, or nothing when neither has a position."""
    corners = _corners(iso_code, places)
    if not corners:
        return SafeString("")
    frame = Frame.around(corners, width=width, height=height, margin=MARGIN, least_span=LEAST_SPAN)
    centre = math.degrees(frame.centre[0])
    marks = [_mark(frame, place, centre) for place in places]
    names = [Name(place.name, (mark,)) for place, mark in zip(places, marks, strict=True)]
    labels = place_names(names, marks, [], frame=(width, height), size=LABEL_SIZE)
    ground = tag(
        "g",
        background(frame, [iso_code]),
        _ring(iso_code, frame, centre),
        *(label.svg("map-label") for label in labels),
        aria_hidden="true",
    )
    dots = join(_dot(place, mark) for place, mark in zip(places, marks, strict=True))
    return tag(
        "svg",
        ground,
        dots,
        class_="map locator",
        viewBox=f"0 0 {width} {height}",
        role="group" if any(place.href for place in places) else "img",
        aria_label=title,
    )


def _ring(iso_code: str, frame: Frame, centre: float) -> SafeString:
    """A ring round a country too small to be seen in its shade, or drawn without a shape."""
    box = _home_box(iso_code)
    if iso_code not in label_points() or (box and math.radians(box[2] - box[0]) * frame.scale > SMALL):
        return SafeString("")
    lon, lat = label_points()[iso_code]
    x, y = frame.point(_near(lon, centre), lat)
    return tag("circle", class_="map-ring", cx=x, cy=y, r=10)


def _dot(place: LocatorPlace, mark: Mark) -> SafeString:
    circle = tag("circle", class_="map-dot", cx=mark.x, cy=mark.y, r=mark.radius)
    if not place.href:
        return circle
    reach = tag("circle", class_="map-reach", cx=mark.x, cy=mark.y, r=13)
    return tag("a", tag("title", place.name), reach, circle, href=place.href, aria_label=place.name)


def _mark(frame: Frame, place: LocatorPlace, centre: float) -> Mark:
    x, y = frame.point(_near(place.lon, centre), place.lat)
    return Mark(x, y, 3.5 + 1.1 * min(max(place.count, 1), 9) ** 0.5)


def _near(lon: float, centre: float) -> float:
    """The longitude, turned to the side of the world that the map shows."""
    return centre + (lon - centre + 180) % 360 - 180


def _corners(iso_code: str, places: Sequence[LocatorPlace]) -> list[tuple[float, float]]:
    """The points to show: the country's corners and its places, all on one side of the world."""
    box = _home_box(iso_code)
    if box:
        corners = [(box[0], box[1]), (box[2], box[3])]
    elif iso_code in label_points():
        corners = [label_points()[iso_code]]
    else:
        corners = [(place.lon, place.lat) for place in places[:1]]
    if not corners:
        return []
    middle = sum(lon for lon, _ in corners) / len(corners)
    return corners + [(_near(place.lon, middle), place.lat) for place in places]


def _home_box(iso_code: str) -> Box | None:
    """The country's largest piece and the large ones near it: not its far-away islands."""
    pieces = sorted((p for p in polygons() if p.iso_code == iso_code), key=lambda piece: -piece.area)
    if not pieces:
        return None
    box = pieces[0].bounds
    for piece in pieces[1:]:
        reach = 0.35 * max(box[2] - box[0], box[3] - box[1])
        if piece.area >= 0.02 * pieces[0].area and _gap(box, piece.bounds) <= reach:
            b = piece.bounds
            box = min(box[0], b[0]), min(box[1], b[1]), max(box[2], b[2]), max(box[3], b[3])
    return box


def _gap(one: Box, other: Box) -> float:
    return max(other[0] - one[2], one[0] - other[2], other[1] - one[3], one[1] - other[3], 0.0)
