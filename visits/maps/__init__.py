"""Maps and charts as SVG text: pure functions from small dataclasses, nothing read from the database.

The drawings carry presentation attributes and classes only, so they pass a strict content security policy
and take their colours, the dark ones too, from the stylesheet.
"""

from visits.maps.bars import share_bar
from visits.maps.locator import LocatorPlace, locator_map
from visits.maps.route import RouteStop, route_map, without_coordinates
from visits.maps.strip import VisitBar, year_strip
from visits.maps.world import WorldCountry, WorldDot, world_legend, world_map

__all__ = [
    "LocatorPlace",
    "RouteStop",
    "VisitBar",
    "WorldCountry",
    "WorldDot",
    "locator_map",
    "route_map",
    "share_bar",
    "without_coordinates",
    "world_legend",
    "world_map",
    "year_strip",
]
