"""The map of a tour: its stops numbered in order, joined by lines that are no flight paths."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.safestring import SafeString

from visits.maps.background import background
from visits.maps.geometry import Frame, side_by_side
from visits.maps.labels import Mark, Name, Placed, place_names
from visits.maps.legs import Head, Leg, arrow_heads, draw_leg
from visits.maps.spread import spread
from visits.maps.svg import Point, join, number, tag

LEAST_SPAN = 0.22
LABEL_SIZE = 14.0


@dataclass(frozen=True, slots=True)
class RouteStop:
    """One stop of a tour; without coordinates it is left out of the map."""

    number: int
    label: str
    country: str
    iso_code: str
    lat: float | None
    lon: float | None
    dates_text: str
    href: str

    @property
    def name(self) -> str:
        """The stop in words, as its link is announced."""
        said = ", ".join(part for part in (self.label, self.country, self.dates_text) if part)
        return f"Stop {self.number}: {said}"


@dataclass(frozen=True, slots=True)
class _Format:
    width: float
    tallest: float
    shortest: float
    margin: float
    radius: float
    class_: str


WIDE = _Format(width=960, tallest=540, shortest=540, margin=72, radius=13, class_="map route wide")
NARROW = _Format(width=360, tallest=420, shortest=300, margin=44, radius=13, class_="map route narrow")


def without_coordinates(stops: Sequence[RouteStop]) -> list[RouteStop]:
    """The stops that the map leaves out, for its caption to name."""
    return [stop for stop in stops if stop.lat is None or stop.lon is None]


def route_map(stops: Sequence[RouteStop], *, narrow: bool = False, map_id: str = "route") -> SafeString:
    """The map, wide or for phones, or nothing when no stop has coordinates."""
    shown = [stop for stop in stops if stop.lat is not None and stop.lon is not None]
    if not shown:
        return SafeString("")
    layout = NARROW if narrow else WIDE
    frame = _frame(shown, layout)
    true = _true_points(shown, frame)
    at = spread(true, radius=layout.radius, width=frame.width, height=frame.height)
    marks = [Mark(x, y, layout.radius) for x, y in at]
    legs = [draw_leg(here, there, marks) for here, there in pairwise(marks)]
    names = _labels(shown, true, marks, legs, frame)
    heads = arrow_heads(legs, marks, [name.box for name in names])
    ground = tag(
        "g",
        background(frame, {stop.iso_code for stop in shown}),
        _lines(legs, heads),
        _leaders(true, marks),
        *(name.svg("map-label map-label-stop") for name in names),
        aria_hidden="true",
    )
    links = join(_link(stop, mark) for stop, mark in zip(shown, marks, strict=True))
    return _drawing(shown, frame, layout, f"{map_id}-{'narrow' if narrow else 'wide'}", [ground, links])


def _true_points(stops: Sequence[RouteStop], frame: Frame) -> list[Point]:
    return [frame.point(lon, lat) for lon, lat in _positions(stops)]


def _positions(stops: Sequence[RouteStop]) -> list[Point]:
    lons = side_by_side([stop.lon for stop in stops if stop.lon is not None])
    return list(zip(lons, [stop.lat for stop in stops if stop.lat is not None], strict=True))


def _frame(stops: Sequence[RouteStop], layout: _Format) -> Frame:
    """As tall as the route needs: a phone has no room to waste on a long journey east."""
    positions = _positions(stops)
    frame = Frame.around(
        positions,
        width=layout.width,
        height=layout.tallest,
        margin=layout.margin,
        least_span=LEAST_SPAN,
    )
    heights = [frame.point(lon, lat)[1] for lon, lat in positions]
    needed = max(heights) - min(heights) + 2 * layout.margin
    height = round(min(layout.tallest, max(layout.shortest, needed)))
    return Frame(frame.width, height, frame.centre, frame.scale)


def _lines(legs: Sequence[Leg], heads: Sequence[Head]) -> SafeString:
    drawn = "".join(leg.path for leg in legs)
    if not drawn:
        return SafeString("")
    halo, line = tag("path", class_="map-halo", d=drawn), tag("path", class_="map-route", d=drawn)
    return join([halo, line, *(head.svg() for head in heads)])


def _leaders(true: Sequence[Point], marks: Sequence[Mark]) -> SafeString:
    """A thin line to the true place of a number that had to move."""
    parts: list[SafeString] = []
    for (x, y), mark in zip(true, marks, strict=True):
        if math.hypot(x - mark.x, y - mark.y) > 3:
            line = f"M{number(x)} {number(y)}L{number(mark.x)} {number(mark.y)}"
            parts.append(tag("path", class_="map-leader", d=line))
            parts.append(tag("circle", class_="map-true", cx=x, cy=y, r=2.5))
    return join(parts)


def _labels(
    stops: Sequence[RouteStop],
    true: Sequence[Point],
    marks: Sequence[Mark],
    legs: Sequence[Leg],
    frame: Frame,
) -> list[Placed]:
    """Each place's name once, however often the tour came back to it."""
    together: dict[tuple[str, int, int], list[Mark]] = {}
    for stop, (x, y), mark in zip(stops, true, marks, strict=True):
        together.setdefault((stop.label, round(x / 4), round(y / 4)), []).append(mark)
    names = [Name(label, tuple(group)) for (label, _, _), group in together.items() if label]
    covered = [point for leg in legs for point in leg.samples]
    return place_names(names, marks, covered, frame=(frame.width, frame.height), size=LABEL_SIZE)


def _link(stop: RouteStop, mark: Mark) -> SafeString:
    return tag(
        "a",
        tag("title", stop.name),
        tag("circle", class_="map-dot", cx=mark.x, cy=mark.y, r=mark.radius),
        tag("text", str(stop.number), class_="map-number", x=mark.x, y=mark.y + 4.4, text_anchor="middle"),
        href=stop.href,
        aria_label=stop.name,
    )


def _drawing(
    stops: Sequence[RouteStop], frame: Frame, layout: _Format, map_id: str, content: Sequence[SafeString]
) -> SafeString:
    title = f"Route map, {len(stops)} stops" if len(stops) != 1 else "Map of the one stop"
    return tag(
        "svg",
        tag("title", title, id=f"{map_id}-title"),
        tag("desc", "; ".join(stop.name for stop in stops), id=f"{map_id}-desc"),
        *content,
        class_=layout.class_,
        viewBox=f"0 0 {number(frame.width)} {number(frame.height)}",
        role="group",
        aria_labelledby=f"{map_id}-title",
        aria_describedby=f"{map_id}-desc",
    )
