"""Where it was: GeoJSON (RFC 7946)."""

from collections.abc import Iterator
from typing import Any

from visits.exports.export import Export
from visits.exports.tabular import as_json


def geojson_file(export: Export) -> Iterator[bytes]:
    """A FeatureCollection, a line a record. One whose place is not known has no geometry."""
    yield b'{"type":"FeatureCollection","features":['
    before = b"\n"
    for record in export.records():
        yield before + as_json(_feature(export, record))
        before = b",\n"
    yield b"\n]}\n"


def _feature(export: Export, record: Any) -> dict[str, Any]:
    places = export.noun.places(record) if export.noun.places else []
    return {
        "type": "Feature",
        "id": str(record.uuid),
        "geometry": _geometry(places),
        "properties": export.as_object(record),
    }


def _geometry(places: list[Any]) -> dict[str, Any] | None:
    """Longitude before latitude, WGS 84."""
    points = [[place.longitude, place.latitude] for place in places if place.latitude is not None]
    if len(points) == 1:
        return {"type": "Point", "coordinates": points[0]}
    return {"type": "MultiPoint", "coordinates": points} if points else None
