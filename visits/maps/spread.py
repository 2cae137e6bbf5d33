"""Numbers that would cover one another, moved apart."""

import math
from collections.abc import Sequence

from visits.maps.svg import Point

ROUNDS = 400
# Between the edges of two numbers, so that each is a target of its own on a small screen too.
CLEARANCE = 5.0
GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))


def spread(places: Sequence[Point], *, radius: float, width: float, height: float) -> list[Point]:
    """Positions near the places, none nearer to another than two radii and a little, all inside the frame.

    The same places always give the same positions: stops on one spot leave it in a fixed spiral.
    """
    at = [
        (x + 0.6 * math.sqrt(index) * math.cos(index * GOLDEN_ANGLE),
         y + 0.6 * math.sqrt(index) * math.sin(index * GOLDEN_ANGLE))
        if (x, y) in places[:index] else (x, y)
        for index, (x, y) in enumerate(places)
    ]  # fmt: skip
    apart = 2 * radius + CLEARANCE
    for round_number in range(ROUNDS):
        if round_number < ROUNDS // 2:
            at = [_towards(point, place) for point, place in zip(at, places, strict=True)]
        moved = _push_apart(at, apart)
        at = [_inside(point, radius + 3, width, height) for point in at]
        if not moved and round_number >= ROUNDS // 2:
            break
    return at


def _towards(point: Point, place: Point) -> Point:
    """A little back to where it belongs, so that a crowd stays round its place."""
    return point[0] + 0.04 * (place[0] - point[0]), point[1] + 0.04 * (place[1] - point[1])


def _push_apart(at: list[Point], apart: float) -> bool:
    """Move every pair that is too near, half the way each; whether any was."""
    moved = False
    for one in range(len(at)):
        for other in range(one):
            dx, dy = at[one][0] - at[other][0], at[one][1] - at[other][1]
            distance = math.hypot(dx, dy)
            if distance >= apart - 0.01:
                continue
            if distance < 0.01:
                dx, dy, distance = 0.01, 0.0, 0.01
            push = (apart - distance) / 2 / distance
            at[one] = at[one][0] + dx * push, at[one][1] + dy * push
            at[other] = at[other][0] - dx * push, at[other][1] - dy * push
            moved = True
    return moved


def _inside(point: Point, margin: float, width: float, height: float) -> Point:
    return max(margin, min(width - margin, point[0])), max(margin, min(height - margin, point[1]))
