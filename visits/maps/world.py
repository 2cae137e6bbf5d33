"""The world, equal areas, each country in a shade for its count; or a dot for each place."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.utils.safestring import SafeString

from visits.maps.geometry import Polygon, coast_runs, disputed_lines, label_points, polygons
from visits.maps.svg import Point, join, path_data, tag

WIDTH, HEIGHT = 960.0, 434.0
# The cut runs through the Bering Strait, so that no country is torn apart.
CENTRAL_MERIDIAN = 11.0
SOUTH, NORTH = -57.0, 84.0
SMALL = 6.0
SHADES = 4
STEPS = tuple(digit * 10**power for power in range(7) for digit in (1, 2, 5))
EQUAL_EARTH = (1.340264, -0.081106, 0.000893, 0.003796)


@dataclass(frozen=True, slots=True)
class WorldCountry:
    """A country to shade; the label is read out and shown on hover ("Egypt, 10 visits")."""

    iso_code: str
    label: str
    count: int
    href: str = ""


@dataclass(frozen=True, slots=True)
class WorldDot:
    """A place to mark with a dot."""

    label: str
    lat: float
    lon: float
    count: int = 1
    href: str = ""


@dataclass(frozen=True, slots=True)
class Shade:
    """One shade and the counts that it stands for; the darkest has no upper end."""

    level: int
    lower: int
    upper: int | None

    @property
    def text(self) -> str:
        if self.upper is None:
            return f"{self.lower} or more"
        return str(self.lower) if self.lower == self.upper else f"{self.lower}\N{EN DASH}{self.upper}"


def world_map(
    countries: Sequence[WorldCountry], dots: Sequence[WorldDot] = (), *, title: str, desc: str = ""
) -> SafeString:
    """The map. Its links stay out of the tab order: the page lists the same countries beside it."""
    shades = shades_for(countries)
    by_code: dict[str, list[WorldCountry]] = {}
    for country in countries:
        if country.count > 0:
            by_code.setdefault(country.iso_code, []).append(country)
    plain = "".join(outline.path for code, outline in outlines().items() if code not in by_code)
    shaded = (_shaded(code, rows, shades) for code, rows in sorted(by_code.items()))
    links = bool(dots and any(dot.href for dot in dots)) or any(country.href for country in countries)
    return tag(
        "svg",
        tag("title", title, id="world-title"),
        tag("desc", desc, id="world-desc") if desc else "",
        tag("path", class_="map-sea", d=_edge()),
        tag("path", class_="world-land", d=plain),
        join(shaded),
        tag("path", class_="map-coast", d=_cut_coasts()),
        tag("path", class_="map-disputed", d=_disputed()),
        join(_dot(dot) for dot in dots),
        class_="map world",
        viewBox=f"0 0 {WIDTH:.0f} {HEIGHT:.0f}",
        role="group" if links else "img",
        aria_labelledby="world-title",
        aria_describedby="world-desc" if desc else None,
    )


def world_legend(countries: Sequence[WorldCountry]) -> SafeString:
    """The shades and what they stand for, as a list."""
    rows = (
        tag(
            "li",
            tag(
                "svg",
                tag("rect", class_=f"world-{shade.level}", width=20, height=12),
                viewBox="0 0 20 12",
                width=20,
                height=12,
                aria_hidden="true",
            ),
            " ",
            shade.text,
        )
        for shade in shades_for(countries)
    )
    drawn = join(rows)
    return tag("ul", drawn, class_="legend") if drawn else SafeString("")


def shades_for(countries: Iterable[WorldCountry]) -> list[Shade]:
    """At most four classes with round limits, the lightest from 1."""
    totals: dict[str, int] = {}
    for country in countries:
        totals[country.iso_code] = totals.get(country.iso_code, 0) + country.count
    most = max(totals.values(), default=0)
    if most < 1:
        return []
    limits = (
        list(range(1, most + 1)) if most <= SHADES else [step for step in STEPS if step <= most][-SHADES:]
    )
    limits[0] = 1
    uppers: list[int | None] = [limit - 1 for limit in limits[1:]]
    uppers.append(None if most > SHADES else limits[-1])
    first = SHADES - len(limits) + 1
    return [
        Shade(level, lower, upper)
        for level, (lower, upper) in enumerate(zip(limits, uppers, strict=True), start=first)
    ]


def _shaded(code: str, rows: Sequence[WorldCountry], shades: Sequence[Shade]) -> SafeString:
    """One country's shape, or a dot for one too small to see; several rows of one shape share it."""
    total = sum(row.count for row in rows)
    level = max((shade.level for shade in shades if shade.lower <= total), default=SHADES)
    outline = outlines().get(code)
    shape: list[SafeString] = []
    if outline is not None:
        shape.append(tag("path", class_=f"world-{level}", d=outline.path))
    if (outline is None or outline.small) and code in label_points():
        x, y = project(*label_points()[code])
        shape.append(tag("circle", class_=f"world-{level} world-small", cx=x, cy=y, r=3.4))
    label = "; ".join(row.label for row in rows)
    href = max(rows, key=lambda row: row.count).href
    if not shape:
        return SafeString("")
    if not href:
        return tag("g", tag("title", label), *shape)
    return tag("a", tag("title", label), *shape, href=href, aria_label=label, tabindex="-1")


def _dot(dot: WorldDot) -> SafeString:
    x, y = project(dot.lon, dot.lat)
    circle = tag("circle", class_="map-dot", cx=x, cy=y, r=2.5 + 1.2 * min(max(dot.count, 1), 25) ** 0.5)
    if not dot.href:
        return tag("g", tag("title", dot.label), circle)
    return tag("a", tag("title", dot.label), circle, href=dot.href, aria_label=dot.label, tabindex="-1")


@dataclass(frozen=True, slots=True)
class Outline:
    """A country in the drawing."""

    path: str
    small: bool


def project(lon: float, lat: float) -> Point:
    """Longitude and latitude to a point of the drawing, in the Equal Earth projection."""
    x, y = _equal_earth((lon - CENTRAL_MERIDIAN + 180) % 360 - 180, lat)
    return _to_drawing(x, y)


def _to_drawing(x: float, y: float) -> Point:
    half_width = _equal_earth(180, 0)[0]
    top, bottom = _equal_earth(0, NORTH)[1], _equal_earth(0, SOUTH)[1]
    return (x / half_width + 1) * (WIDTH - 2) / 2 + 1, (top - y) / (top - bottom) * (HEIGHT - 2) + 1


def _equal_earth(lon: float, lat: float) -> Point:
    a1, a2, a3, a4 = EQUAL_EARTH
    t = math.asin(math.sqrt(3) / 2 * math.sin(math.radians(lat)))
    slope = 9 * a4 * t**8 + 7 * a3 * t**6 + 3 * a2 * t**2 + a1
    return 2 * math.sqrt(3) * math.radians(lon) * math.cos(t) / (3 * slope), (
        a4 * t**9 + a3 * t**7 + a2 * t**3 + a1 * t
    )


def _ring(ring: Iterable[Point], polygon: Polygon) -> list[Point]:
    """A ring in the drawing; a piece west of the cut is drawn at the eastern edge, whole."""
    middle = (polygon.bounds[0] + polygon.bounds[2]) / 2
    turn = 360.0 if middle < CENTRAL_MERIDIAN - 180 else 0.0
    return [_to_drawing(*_equal_earth(lon + turn - CENTRAL_MERIDIAN, lat)) for lon, lat in ring]


def _shown() -> list[Polygon]:
    return [polygon for polygon in polygons() if polygon.bounds[1] > SOUTH]


@lru_cache(maxsize=1)
def outlines() -> dict[str, Outline]:
    """Every country's path, without Antarctica."""
    paths: dict[str, str] = {}
    sizes: dict[str, float] = {}
    for polygon in _shown():
        code = polygon.iso_code
        rings = [_ring(ring, polygon) for ring in polygon.rings]
        for ring in rings:
            paths[code] = paths.get(code, "") + path_data(ring, closed=True, apart=1.8)
        across = max(x for x, _ in rings[0]) - min(x for x, _ in rings[0])
        upwards = max(y for _, y in rings[0]) - min(y for _, y in rings[0])
        sizes[code] = max(sizes.get(code, 0), min(across, upwards))
    return {code: Outline(path, sizes[code] < SMALL) for code, path in paths.items()}


@lru_cache(maxsize=1)
def _cut_coasts() -> str:
    """Coasts of the pieces cut at the antimeridian, which have no outline of their own there."""
    return "".join(
        path_data(_ring(run, polygon), closed=False, apart=1.8)
        for polygon in _shown()
        if polygon.touches_antimeridian
        for ring in polygon.rings
        for run in coast_runs(ring)
    )


@lru_cache(maxsize=1)
def _disputed() -> str:
    return "".join(path_data([project(*point) for point in line], closed=False) for line in disputed_lines())


@lru_cache(maxsize=1)
def _edge() -> str:
    """The outline of the drawing: curved where the world is cut."""
    lats = range(int(SOUTH), int(NORTH) + 1, 3)
    east = [_to_drawing(*_equal_earth(180, lat)) for lat in lats]
    west = [_to_drawing(*_equal_earth(-180, lat)) for lat in reversed(lats)]
    return path_data([*east, *west], closed=True)
