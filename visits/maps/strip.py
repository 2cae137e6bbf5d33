"""A strip of years with one linked bar a visit."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from visits.maps.svg import join, tag

TOP, LANE_GAP, BAR_HEIGHT, AXIS_TEXT = 6.0, 3.0, 26.0, 20.0
TARGET = 24.0
ROOM_FOR_A_YEAR = 44.0


@dataclass(frozen=True, slots=True)
class VisitBar:
    """One visit; the label names the link, the address is usually the visit's row on the page."""

    start: dt.date
    end: dt.date
    label: str
    href: str


@dataclass(frozen=True, slots=True)
class _Scale:
    first: int
    last: int
    width: float

    def x(self, day: dt.date) -> float:
        """Where a day begins."""
        begin, end = dt.date(self.first, 1, 1).toordinal(), dt.date(self.last, 12, 31).toordinal() + 1
        return (day.toordinal() - begin) / (end - begin) * self.width

    @property
    def year_step(self) -> int:
        """Write every year, or every second, fifth … so that no two touch."""
        room = self.width / (self.last - self.first + 1)
        return next(step for step in (1, 2, 5, 10, 20, 50, 100, 500) if step * room >= ROOM_FOR_A_YEAR)


def year_strip(
    bars: Sequence[VisitBar],
    *,
    title: str,
    first_year: int | None = None,
    last_year: int | None = None,
    narrow: bool = False,
) -> SafeString:
    """The strip from the first year to the last: those of the visits, or wider; nothing without visits."""
    if not bars:
        return SafeString("")
    width = 358.0 if narrow else 860.0
    first = min([bar.start.year for bar in bars] + ([first_year] if first_year else []))
    last = max([bar.end.year for bar in bars] + ([last_year] if last_year else []))
    scale = _Scale(first, last, width)
    ordered = sorted(bars, key=lambda bar: (bar.start, bar.end))
    extents = [_extent(scale, bar) for bar in ordered]
    lanes = _lanes(extents)
    lane_height = BAR_HEIGHT if max(lanes) == 0 else BAR_HEIGHT / 2
    axis = TOP + (max(lanes) + 1) * (lane_height + LANE_GAP) + 1
    reaches = _reaches(extents, width)
    links = join(
        _link(bar, extent, reach, axis - 1 - (lane + 1) * lane_height - lane * LANE_GAP, lane_height, axis)
        for bar, extent, reach, lane in zip(ordered, extents, reaches, lanes, strict=True)
    )
    return tag(
        "svg",
        tag("g", _axis(scale, axis), aria_hidden="true"),
        links,
        class_="strip narrow" if narrow else "strip wide",
        viewBox=f"0 0 {width:.0f} {axis + AXIS_TEXT:.0f}",
        role="group",
        aria_label=title,
    )


def _extent(scale: _Scale, bar: VisitBar) -> tuple[float, float]:
    """Left and right end of a bar, wide enough to be seen."""
    left, right = scale.x(bar.start), scale.x(bar.end + dt.timedelta(days=1))
    least = 5.0 if scale.last - scale.first < 12 else 3.0
    left = min(left, scale.width - least)
    return left, max(right, left + least)


def _lanes(extents: Sequence[tuple[float, float]]) -> list[int]:
    """The lowest free lane for each bar: visits that overlap are stacked."""
    ends: list[float] = []
    lanes = []
    for left, right in extents:
        lane = next((number for number, end in enumerate(ends) if left >= end), len(ends))
        ends[lane : lane + 1] = [right]
        lanes.append(lane)
    return lanes


def _reaches(extents: Sequence[tuple[float, float]], width: float) -> list[tuple[float, float]]:
    """The part of the strip that follows each link: 24 pixels, or half the way to the next bar."""
    middles = [(left + right) / 2 for left, right in extents]
    reaches = []
    for index, middle in enumerate(middles):
        left, right = extents[index]
        before = [m for m in middles[:index] if m < middle]
        after = [m for m in middles[index + 1 :] if m > middle]
        west = max((max(before) + middle) / 2 if before else 0.0, min(left, middle - TARGET / 2))
        east = min((min(after) + middle) / 2 if after else width, max(right, middle + TARGET / 2))
        reaches.append((west, east))
    return reaches


def _link(
    bar: VisitBar,
    extent: tuple[float, float],
    reach: tuple[float, float],
    top: float,
    height: float,
    axis: float,
) -> SafeString:
    full = height == BAR_HEIGHT
    target = tag(
        "rect",
        class_="strip-reach",
        x=reach[0],
        y=0 if full else top,
        width=reach[1] - reach[0],
        height=axis if full else height + LANE_GAP,
    )
    drawn = tag("rect", class_="strip-bar", x=extent[0], y=top, width=extent[1] - extent[0], height=height)
    return tag("a", tag("title", bar.label), target, drawn, href=bar.href, aria_label=bar.label)


def _axis(scale: _Scale, axis: float) -> SafeString:
    parts = [tag("path", class_="strip-axis", d=f"M0 {axis - 0.5:.1f}H{scale.width:.0f}")]
    step = scale.year_step
    for year in range(scale.first, scale.last + 1):
        x = scale.x(dt.date(year, 1, 1)) + 0.5
        if year % step == 0 or step == 1:
            parts.append(tag("path", class_="strip-tick", d=f"M{x:.1f} {TOP:.0f}V{axis + 6:.1f}"))
            if x + 34 <= scale.width:
                parts.append(tag("text", str(year), class_="strip-year", x=x + 5, y=axis + 15))
        if scale.width / (scale.last - scale.first + 1) >= 80:
            quarters = (scale.x(dt.date(year, month, 1)) for month in (4, 7, 10))
            parts += [
                tag("path", class_="strip-minor", d=f"M{q:.1f} {axis - 4:.1f}V{axis:.1f}") for q in quarters
            ]
    return join(parts)
