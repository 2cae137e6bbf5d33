"""Sea, land and dashed lines under a map's own marks."""

from collections.abc import Iterable

from django.utils.safestring import SafeString

from visits.maps.geometry import Frame, land_in
from visits.maps.svg import join, tag


def background(frame: Frame, picked: Iterable[str]) -> SafeString:
    """The ground of a map, the land of the `picked` ISO codes in another shade."""
    land = land_in(frame, frozenset(picked))
    layers = (
        ("map-land map-cut", land.cut_plain),
        ("map-land map-visited map-cut", land.cut_picked),
        ("map-land", land.plain),
        ("map-land map-visited", land.picked),
        ("map-coast", land.coast),
        ("map-disputed", land.disputed),
    )
    sea = tag("rect", class_="map-sea", width=frame.width, height=frame.height)
    return join([sea, *(tag("path", class_=name, d=drawn) for name, drawn in layers if drawn)])
