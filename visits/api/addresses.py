"""Absolute addresses of records, for the answers to one request."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from visits.models import (
    AgendaPoint,
    Meeting,
    Note,
    Official,
    Participation,
    Party,
    Place,
    Source,
    Statement,
    Stop,
    Tenure,
    Topic,
    Tour,
)

NOUNS: dict[type, str] = {
    AgendaPoint: "agenda-point",
    Meeting: "meeting",
    Official: "official",
    Place: "place",
    Source: "source",
    Statement: "statement",
    Stop: "stop",
    Topic: "topic",
    Tour: "tour",
}


def noun(record: Any) -> str:
    """The resource of a record, as the names of addresses have it."""
    if isinstance(record, Party):
        return "country" if record.is_country else "organization"
    return NOUNS[type(record)]


def key(record: Any) -> str:
    """What names the record in its address: its code, its slug or, where it has neither, its identifier."""
    return str(getattr(record, "code", "") or getattr(record, "slug", "") or record.uuid)


def owner(record: Any) -> Any:
    """The record with an address of its own to which this one belongs; most are that themselves."""
    if isinstance(record, Participation):
        return record.meeting
    if isinstance(record, Tenure):
        return record.official
    if isinstance(record, Note):
        return record.meeting or record.tour
    return record


class Addresses:
    """Makes addresses, looking each resource up once."""

    def __init__(self, request: HttpRequest) -> None:
        self.base = request.build_absolute_uri("/")[:-1]
        self.lists: dict[str, str] = {}

    def api(self, record: Any) -> str:
        """Where the API has the record."""
        name = noun(record)
        if name not in self.lists:
            self.lists[name] = self.base + reverse(f"api:{name}-list")
        return f"{self.lists[name]}{key(record)}/"

    def page(self, record: Any) -> str:
        """Where people read about the record."""
        return self.base + record.get_absolute_url()
