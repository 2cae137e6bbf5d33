"""The lines from stop to stop: gentle curves that keep clear of other numbers, and their arrow heads."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from visits.maps.geometry import Box
from visits.maps.labels import Mark
from visits.maps.svg import Point, number, tag

# How far a curve leaves the straight line, as a part of its length; the first that meets no number is taken.
BENDS = (0.16, 0.09, 0.24, -0.12, -0.2, 0.32, -0.3)
DEEPEST = 64.0
HEAD_AT = (0.55, 0.48, 0.62, 0.42, 0.68, 0.36, 0.74, 0.3, 0.8)
SHORTEST_WITH_HEAD = 30.0


@dataclass(frozen=True, slots=True)
class Leg:
    """A quadratic curve between two numbers."""

    start: Mark
    end: Mark
    bend: Point

    def at(self, t: float) -> Point:
        """The point a part `t` of the way along."""
        a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
        return (
            a * self.start.x + b * self.bend[0] + c * self.end.x,
            a * self.start.y + b * self.bend[1] + c * self.end.y,
        )

    def heading(self, t: float) -> float:
        """The direction there, in degrees."""
        dx = (1 - t) * (self.bend[0] - self.start.x) + t * (self.end.x - self.bend[0])
        dy = (1 - t) * (self.bend[1] - self.start.y) + t * (self.end.y - self.bend[1])
        return math.degrees(math.atan2(dy, dx))

    @property
    def free_length(self) -> float:
        """What can be seen of it between the edges of its two numbers."""
        straight = math.hypot(self.end.x - self.start.x, self.end.y - self.start.y)
        return straight - self.start.radius - self.end.radius

    @property
    def samples(self) -> list[Point]:
        return [self.at(step / 40) for step in range(41)]

    @property
    def path(self) -> str:
        return (
            f"M{number(self.start.x)} {number(self.start.y)}"
            f"Q{number(self.bend[0])} {number(self.bend[1])} {number(self.end.x)} {number(self.end.y)}"
        )


def draw_leg(start: Mark, end: Mark, marks: Iterable[Mark]) -> Leg:
    """The gentlest curve that runs through the fewest other numbers."""
    others = [mark for mark in marks if mark not in (start, end)]
    return min((_bent(start, end, bend) for bend in BENDS), key=lambda leg: _met(leg, others))


def _bent(start: Mark, end: Mark, bend: float) -> Leg:
    dx, dy = end.x - start.x, end.y - start.y
    length = math.hypot(dx, dy) or 1.0
    depth = math.copysign(min(abs(bend) * length, DEEPEST * abs(bend) / BENDS[0]), bend)
    return Leg(
        start, end, ((start.x + end.x) / 2 + dy / length * depth, (start.y + end.y) / 2 - dx / length * depth)
    )


def _met(leg: Leg, others: Iterable[Mark]) -> int:
    samples = leg.samples
    return sum(
        any(math.hypot(x - other.x, y - other.y) < other.radius + 4 for x, y in samples) for other in others
    )


@dataclass(frozen=True, slots=True)
class Head:
    """An arrow head on a leg."""

    x: float
    y: float
    turn: float

    def svg(self) -> SafeString:
        turned = f"translate({number(self.x)} {number(self.y)}) rotate({self.turn:.0f})"
        return tag("path", class_="map-head", d="M-5-5L6 0-5 5z", transform=turned)


def arrow_heads(legs: Sequence[Leg], marks: Sequence[Mark], names: Sequence[Box]) -> list[Head]:
    """One head a leg, away from numbers, names and other heads; none on a leg too short for one."""
    heads: list[Head] = []
    for leg in legs:
        if leg.free_length >= SHORTEST_WITH_HEAD:
            t = next((t for t in HEAD_AT if _clear(leg.at(t), marks, names, heads)), HEAD_AT[0])
            heads.append(Head(*leg.at(t), leg.heading(t)))
    return heads


def _clear(point: Point, marks: Iterable[Mark], names: Iterable[Box], heads: Iterable[Head]) -> bool:
    x, y = point
    if any(math.hypot(x - mark.x, y - mark.y) <= mark.radius + 7 for mark in marks):
        return False
    if any(left - 6 < x < right + 6 and top - 6 < y < bottom + 6 for left, top, right, bottom in names):
        return False
    return all(math.hypot(x - head.x, y - head.y) > 13 for head in heads)
