"""Tours and meetings as the public came to know them: found by any address that they were public under."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from visits import dates
from visits.choices import EditorialState
from visits.models import FormerAddress, Meeting, Tour
from visits.queries.known import known_at
from visits.queries.snapshots import instance
from visits.queries.versions import Publication, publications


@dataclass(frozen=True)
class Archived:
    """A record that is or once was public, and when it was."""

    record: Any
    spans: list[Publication]

    @property
    def withdrawn(self) -> bool:
        return self.record.state == EditorialState.WITHDRAWN

    @property
    def shown(self) -> Any:
        """The record itself, or how it was last published while a change to it is in review."""
        return self.record if self.record.is_public else instance(type(self.record), self.spans[-1].event)

    @property
    def first_public(self) -> datetime:
        return self.spans[0].since

    def span_at(self, at: datetime) -> Publication | None:
        """When it was public, if it was at that moment."""
        return next((span for span in self.spans if span.covers(at)), None)

    def not_public(self, at: datetime) -> str:
        """The sentence for a moment at which it was not public."""
        noun = self.record._meta.verbose_name
        first = f"It first became public on {_written(self.first_public)}."
        return f"This {noun} was not public on {_written(at)}. {first}"

    def known_at(self, at: datetime) -> Any:
        """The record as the public saw it, or None."""
        return known_at(self.record, at) if self.span_at(at) else None

    def answers_to(self, address: str) -> bool:
        """Whether that is an address that the public knows; a slug that waits for review is not."""
        if self.record.is_public or self.withdrawn or address == str(self.record.uuid):
            return True
        return address in {span.event.slug for span in self.spans}


def _written(moment: datetime) -> str:
    moment = moment.astimezone(UTC)
    return f"{dates.human(moment.date().isoformat())}, {moment:%H:%M} UTC"


def find(model: type[Tour] | type[Meeting], address: str) -> Archived | None:
    """The record of that slug or identifier, present or former, if it was ever public."""
    address = address.lower()
    record = _present(model, address) or _former(model, address)
    if record is None:
        return None
    found = Archived(record, publications(record))
    return found if found.spans and found.answers_to(address) else None


def _present(model: type[Tour] | type[Meeting], address: str) -> Any:
    try:
        return model.objects.filter(uuid=UUID(address)).first()
    except ValueError:
        return None if "\x00" in address else model.objects.filter(slug=address).first()


def _former(model: type[Tour] | type[Meeting], address: str) -> Any:
    if "\x00" in address:
        return None
    former = FormerAddress.objects.filter(noun=model._meta.db_table, address=address)
    return model.objects.filter(uuid__in=former.values("target")).first()
