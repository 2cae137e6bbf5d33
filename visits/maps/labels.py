"""Names beside their marks: each where it covers nothing, or left out."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString

from visits.maps.geometry import Box
from visits.maps.svg import Point, tag

EDGE = 4.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A round mark in the drawing."""

    x: float
    y: float
    radius: float

    @property
    def box(self) -> Box:
        reach = self.radius + 1
        return self.x - reach, self.y - reach, self.x + reach, self.y + reach


@dataclass(frozen=True, slots=True)
class Name:
    """A text wanted beside one of several marks (one place may carry more than one)."""

    text: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """A text with the place found for it."""

    text: str
    x: float
    y: float
    anchor: str
    box: Box

    def svg(self, class_: str) -> SafeString:
        return tag("text", self.text, class_=class_, x=self.x, y=self.y, text_anchor=self.anchor)


def text_width(text: str, size: float) -> float:
    """About how wide a semibold sans-serif text is, rather too wide than too narrow."""
    return size * sum(_advance(character) for character in text)


def _advance(character: str) -> float:
    if unicodedata.combining(character):
        return 0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.05
    if character in "iljftrI.,:;'\u2019\u2018|()[]- ":
        return 0.38
    if character in "mwMW@":
        return 0.95
    return 0.73 if character.isupper() else 0.62


def place_names(
    names: Sequence[Name], marks: Sequence[Mark], avoid: Sequence[Point], *, frame: Point, size: float
) -> list[Placed]:
    """Place as many names as fit; of several orders the one that drops the fewest and covers least."""
    orders = (
        sorted(names, key=lambda name: -_crowd(name, marks)),
        list(names),
        sorted(names, key=lambda name: name.marks[0].x),
        sorted(names, key=lambda name: -name.marks[0].x),
        sorted(names, key=lambda name: name.marks[0].y),
    )
    tries = [_place_in_order(order, marks, avoid, frame, size) for order in orders]
    return min(tries, key=lambda found: (-len(found[0]), found[1]))[0]


def _crowd(name: Name, marks: Iterable[Mark]) -> int:
    x, y = name.marks[0].x, name.marks[0].y
    return sum(abs(mark.x - x) < 110 and abs(mark.y - y) < 45 for mark in marks)


def _place_in_order(
    names: Sequence[Name], marks: Sequence[Mark], avoid: Sequence[Point], frame: Point, size: float
) -> tuple[list[Placed], float]:
    taken, placed, total = [mark.box for mark in marks], [], 0.0
    for name in names:
        best: tuple[float, Placed] | None = None
        for mark in name.marks:
            for rank, spot in enumerate(_spots(name.text, mark, size)):
                if not _free(spot.box, taken, frame):
                    continue
                cost = rank * 0.2 + _covered(spot.box, avoid) + 2 * _ambiguous(spot.box, mark, marks)
                if best is None or cost < best[0]:
                    best = cost, spot
        if best is not None:
            total += best[0]
            placed.append(best[1])
            taken.append(best[1].box)
    return placed, total


def _spots(text: str, mark: Mark, size: float) -> list[Placed]:
    """Eight places round a mark, the best first."""
    wide, x, y, r = text_width(text, size), mark.x, mark.y, mark.radius
    rows = (
        ("start", x + r + 5, y + size * 0.35),
        ("end", x - r - 5, y + size * 0.35),
        ("middle", x, y - r - 6),
        ("middle", x, y + r + size + 2),
        ("start", x + r * 0.8, y - r * 0.8 - 2),
        ("end", x - r * 0.8, y - r * 0.8 - 2),
        ("start", x + r * 0.8, y + r * 0.8 + size - 2),
        ("end", x - r * 0.8, y + r * 0.8 + size - 2),
    )
    left = {"start": 0.0, "middle": wide / 2, "end": wide}
    return [
        Placed(text, tx, ty, anchor, (tx - left[anchor], ty - size * 0.85, tx - left[anchor] + wide, ty + 3))
        for anchor, tx, ty in rows
    ]


def _free(box: Box, taken: Iterable[Box], frame: Point) -> bool:
    inside = box[0] >= EDGE and box[1] >= EDGE and box[2] <= frame[0] - EDGE and box[3] <= frame[1] - EDGE
    return inside and not any(
        box[0] < other[2] and box[2] > other[0] and box[1] < other[3] and box[3] > other[1] for other in taken
    )


def _covered(box: Box, points: Iterable[Point]) -> int:
    return sum(box[0] < x < box[2] and box[1] < y < box[3] for x, y in points)


def _ambiguous(box: Box, own: Mark, marks: Iterable[Mark]) -> int:
    """How many other marks the text comes so near to that it could be read as theirs."""
    grown = box[0] - 7, box[1] - 2, box[2] + 7, box[3] + 2
    return sum(
        other != own and grown[0] < other.box[2] and grown[2] > other.box[0]
        and grown[1] < other.box[3] and grown[3] > other.box[1]
        for other in marks
    )  # fmt: skip
