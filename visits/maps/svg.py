"""The one place where text becomes markup: every attribute and every child is escaped here."""

from collections.abc import Iterable
from itertools import pairwise
from typing import TypeAlias

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

Point: TypeAlias = tuple[float, float]


def number(value: float) -> str:
    """A coordinate with one decimal at most, written as short as SVG allows."""
    text = f"{value:.1f}"
    return "0" if text == "-0.0" else text.removesuffix(".0")


def tag(name: str, *children: str, **attributes: str | float | None) -> SafeString:
    """One element; `class_` gives `class`, `text_anchor` gives `text-anchor`, None gives no attribute."""
    pairs = (
        (key.rstrip("_").replace("_", "-"), value if isinstance(value, str) else number(value))
        for key, value in attributes.items()
        if value is not None
    )
    opening = format_html_join("", ' {}="{}"', pairs)
    if not children:
        return format_html("<{}{}/>", name, opening)
    return format_html("<{}{}>{}</{}>", name, opening, join(children), name)


def join(parts: Iterable[str]) -> SafeString:
    """Elements one after another; plain text among them is escaped."""
    return format_html_join("", "{}", ((part,) for part in parts))


def path_data(points: list[Point], *, closed: bool, apart: float = 0.8) -> str:
    """Relative path data of a line, without the points nearer than `apart` to the one before."""
    kept: list[Point] = []
    for x, y in points:
        x, y = round(x, 1), round(y, 1)
        if not kept or abs(x - kept[-1][0]) + abs(y - kept[-1][1]) >= apart:
            kept.append((x, y))
    if len(kept) < (3 if closed else 2):
        return ""
    steps = (f"{number(there[0] - here[0])} {number(there[1] - here[1])}" for here, there in pairwise(kept))
    drawn = f"M{number(kept[0][0])} {number(kept[0][1])}l{' '.join(steps)}"
    return drawn.replace(" -", "-") + ("z" if closed else "")
