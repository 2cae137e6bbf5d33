"""Outlines of the world, the Mercator window that a map looks through, and what is cut at its edges."""

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

from visits.maps.svg import Point, path_data

DATA = Path(__file__).resolve().parent.parent / "data"

Ring: TypeAlias = tuple[Point, ...]
Box: TypeAlias = tuple[float, float, float, float]  # west, south, east, north (or left, top, right, bottom)

# ISO codes without an outline at this scale; for UM the point is Wake Island's.
POINTS_WITHOUT_SHAPE: dict[str, Point] = {
    "BV": (3.36, -54.42),
    "GI": (-5.35, 36.14),
    "TV": (179.2, -8.52),
    "UM": (166.65, 19.28),
}
# Mercator has no poles; nothing north or south of these is drawn.
FARTHEST_NORTH = 84.0


@dataclass(frozen=True, slots=True)
class Polygon:
    """One piece of one country's land; the first ring is its coast, any other is a hole."""

    iso_code: str
    bounds: Box
    rings: tuple[Ring, ...]

    @property
    def touches_antimeridian(self) -> bool:
        """Whether the outline was cut at 180 degrees, where it has an edge that is no coast."""
        return self.bounds[0] <= -180 or self.bounds[2] >= 180

    @property
    def area(self) -> float:
        """Size of the bounding box, shrunk towards the poles: enough to tell a mainland from an islet."""
        west, south, east, north = self.bounds
        return (east - west) * (north - south) * math.cos(math.radians((south + north) / 2))


def _features(name: str) -> list[dict[str, Any]]:
    features: list[dict[str, Any]] = json.loads((DATA / name).read_text(encoding="utf-8"))["features"]
    return features


def _bounds(ring: Sequence[Point]) -> Box:
    lons, lats = [point[0] for point in ring], [point[1] for point in ring]
    return min(lons), min(lats), max(lons), max(lats)


@lru_cache(maxsize=1)
def polygons() -> tuple[Polygon, ...]:
    """Every piece of land, with the code of the country that it is drawn with."""
    return tuple(
        Polygon(
            iso_code=feature["properties"]["a2"],
            bounds=_bounds(rings[0]),
            rings=tuple(tuple((lon, lat) for lon, lat in ring) for ring in rings),
        )
        for feature in _features("world_detail.geojson")
        for rings in feature["geometry"]["coordinates"]
    )


@lru_cache(maxsize=1)
def label_points() -> dict[str, Point]:
    """Where to put a country's dot or name, as (longitude, latitude)."""
    features = _features("world_detail.geojson")
    points = {f["properties"]["a2"]: (f["properties"]["lp"][0], f["properties"]["lp"][1]) for f in features}
    return points | POINTS_WITHOUT_SHAPE


@lru_cache(maxsize=1)
def disputed_lines() -> tuple[Ring, ...]:
    """Lines of control and de facto boundaries, drawn dashed."""
    lines: list[Ring] = []
    for feature in _features("disputed.geojson"):
        geometry = feature["geometry"]
        many = geometry["type"] == "MultiLineString"
        for line in geometry["coordinates"] if many else [geometry["coordinates"]]:
            lines.append(tuple((lon, lat) for lon, lat in line))
    return tuple(lines)


def mercator(lon: float, lat: float) -> Point:
    """Longitude and latitude in degrees to Mercator radians."""
    held = max(-FARTHEST_NORTH, min(FARTHEST_NORTH, lat))
    return math.radians(lon), math.log(math.tan(math.pi / 4 + math.radians(held) / 2))


def latitude(y: float) -> float:
    """The latitude at a Mercator height."""
    return math.degrees(2 * math.atan(math.exp(y)) - math.pi / 2)


def side_by_side(lons: Sequence[float]) -> list[float]:
    """Longitudes shifted by whole turns so that they lie in the shortest arc that holds them all."""
    turned = sorted({lon % 360 for lon in lons})
    before = [turned[-1] - 360, *turned[:-1]]
    start = max(zip(turned, before, strict=True), key=lambda pair: pair[0] - pair[1])[0]
    shifted = [lon % 360 if lon % 360 >= start else lon % 360 + 360 for lon in lons]
    middle = (min(shifted) + max(shifted)) / 2
    whole_turns = 360 * math.floor((middle + 180) / 360)
    return [lon - whole_turns for lon in shifted]


@dataclass(frozen=True, slots=True)
class Frame:
    """A drawing of width by height pixels that looks at a part of the Mercator plane."""

    width: float
    height: float
    centre: Point
    scale: float

    @classmethod
    def around(
        cls, places: Sequence[Point], *, width: float, height: float, margin: float, least_span: float
    ) -> "Frame":
        """The frame that shows all the (lon, lat) places, at least `least_span` radians of the world."""
        plane = [mercator(lon, lat) for lon, lat in places]
        west, south, east, north = _bounds(plane)
        across = max(east - west, least_span)
        upwards = max(north - south, least_span * (height - 2 * margin) / (width - 2 * margin))
        scale = min((width - 2 * margin) / across, (height - 2 * margin) / upwards)
        return cls(width, height, ((west + east) / 2, (south + north) / 2), scale)

    def point(self, lon: float, lat: float) -> Point:
        """Where a place lies in the drawing."""
        x, y = mercator(lon, lat)
        return (
            (x - self.centre[0]) * self.scale + self.width / 2,
            self.height / 2 - (y - self.centre[1]) * self.scale,
        )

    @property
    def window(self) -> Box:
        """The part of the world that shows, a little more on each side: what is cut there stays unseen."""
        half_x, half_y = self.width / 2 / self.scale, self.height / 2 / self.scale
        west, east = math.degrees(self.centre[0] - half_x), math.degrees(self.centre[0] + half_x)
        spare = 0.02 * (east - west)
        south, north = latitude(self.centre[1] - half_y), latitude(self.centre[1] + half_y)
        return west - spare, south - spare, east + spare, north + spare


def clip(ring: Sequence[Point], box: Box) -> list[Point]:
    """The part of a closed ring inside a box (Sutherland and Hodgman)."""
    points = list(ring)
    for axis, limit, sign in ((0, box[0], 1), (0, box[2], -1), (1, box[1], 1), (1, box[3], -1)):
        kept: list[Point] = []
        for here, before in zip(points, points[-1:] + points[:-1], strict=True):
            inside, was_inside = (here[axis] - limit) * sign >= 0, (before[axis] - limit) * sign >= 0
            if inside != was_inside:
                part = (limit - before[axis]) / (here[axis] - before[axis])
                lon, lat = (b + part * (h - b) for h, b in zip(here, before, strict=True))
                kept.append((lon, lat))
            if inside:
                kept.append(here)
        points = kept
    return points


def coast_runs(ring: Sequence[Point]) -> list[list[Point]]:
    """The ring as open lines, without the edges along the antimeridian."""
    runs: list[list[Point]] = [[]]
    for here, there in zip(ring, [*ring[1:], ring[0]], strict=True):
        runs[-1].append(here)
        if abs(here[0]) >= 180 and abs(there[0]) >= 180:
            runs.append([])
    return [run for run in runs if len(run) > 1]


@dataclass(slots=True)
class Land:
    """Path data of what a frame shows: land, the countries picked out, coasts of cut pieces, dashed lines."""

    plain: str = ""
    picked: str = ""
    cut_plain: str = ""
    cut_picked: str = ""
    coast: str = ""
    disputed: str = ""


def land_in(frame: Frame, picked: frozenset[str]) -> Land:
    """Draw the land that a frame shows, the world repeated to its left and right."""
    land, window = Land(), frame.window
    for turn in (-360.0, 0.0, 360.0):
        for polygon in polygons():
            if _overlap(_shift_box(polygon.bounds, turn), window):
                _add_polygon(land, frame, polygon, turn, polygon.iso_code in picked)
        for line in disputed_lines():
            if _overlap(_shift_box(_bounds(line), turn), window):
                land.disputed += path_data([frame.point(lon + turn, lat) for lon, lat in line], closed=False)
    return land


def _add_polygon(land: Land, frame: Frame, polygon: Polygon, turn: float, picked: bool) -> None:
    window = _shift_box(frame.window, -turn)
    for ring in polygon.rings:
        seen = clip(ring, window)
        drawn = path_data([frame.point(lon + turn, lat) for lon, lat in seen], closed=True)
        name = ("cut_" if polygon.touches_antimeridian else "") + ("picked" if picked else "plain")
        setattr(land, name, getattr(land, name) + drawn)
        if polygon.touches_antimeridian and seen:
            for run in coast_runs(seen):
                land.coast += path_data([frame.point(lon + turn, lat) for lon, lat in run], closed=False)


def _shift_box(box: Box, turn: float) -> Box:
    return box[0] + turn, box[1], box[2] + turn, box[3]


def _overlap(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and one[2] >= other[0] and one[1] <= other[3] and one[3] >= other[1]
