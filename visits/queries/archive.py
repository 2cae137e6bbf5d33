"""Tours and meetings as the public came to know them: found by any address that they were public under."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from visits import dates
from visits.choices import EditorialState
from visits.models import FormerAddress, Meeting, Tour
from visits.queries.known import known_at
from visits.queries.parts import event_model
from visits.queries.snapshots import instance
from visits.queries.versions import Publication, publications

# Of the deleted records of one address, more than one is rare.
MOST_DELETED = 10


@dataclass(frozen=True)
class Archived:
    """A record that is or once was public, and when it was. Of a deleted one, ``record`` is how it last stood."""

    record: Any
    spans: list[Publication]
    deleted: bool = False

    @property
    def gone(self) -> str:
        """What became of it, in a word, if neither it nor its history is to be seen any more; or ''."""
        if self.deleted:
            return "deleted"
        return "withdrawn" if self.record.state == EditorialState.WITHDRAWN else ""

    @property
    def why_gone(self) -> str:
        """The sentence for a record that is gone."""
        return f"This record has been {self.gone}. It was public once and is so no more."

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
        if address == str(self.record.uuid):
            return True
        if self.deleted:
            return address in self._public_slugs()
        if self.record.is_public or self.gone:
            return True
        return address in {span.event.slug for span in self.spans}

    def _public_slugs(self) -> set[str]:
        """The slugs with which a transaction left the record public."""
        events = event_model(type(self.record)).objects.filter(pgh_obj=self.record.pk)
        left = events.order_by("pgh_created_at", "-pgh_id").distinct("pgh_created_at")
        return {event.slug for event in left if event.state == EditorialState.PUBLISHED}


def _written(moment: datetime) -> str:
    moment = moment.astimezone(UTC)
    return f"{dates.human(moment.date().isoformat())}, {moment:%H:%M} UTC"


def find(model: type[Tour] | type[Meeting], address: str) -> Archived | None:
    """The record of that slug or identifier, present or former, if it was ever public; a deleted one, if no other."""
    address = address.lower()
    if "\x00" in address:
        return None
    for found in _candidates(model, address):
        if found.spans and found.answers_to(address):
            return found
    return None


def _candidates(model: type[Tour] | type[Meeting], address: str) -> Iterator[Archived]:
    """What has the address, what had it, what had it and was deleted."""
    named = _named(address)
    for record in model.objects.filter(named):
        yield Archived(record, publications(record))
    former = _former(model, address)
    for record in model.objects.filter(uuid__in=former):
        yield Archived(record, publications(record))
    events = event_model(model).objects.filter(named | Q(uuid__in=former), pgh_label="delete")
    gone = events.exclude(Exists(model.objects.filter(pk=OuterRef("pgh_obj"))))
    for event in gone.order_by("-pgh_id")[:MOST_DELETED]:
        record = instance(model, event)
        yield Archived(record, publications(record), deleted=True)


def _named(address: str) -> Q:
    try:
        return Q(uuid=UUID(address))
    except ValueError:
        return Q(slug=address)


def _former(model: type[Tour] | type[Meeting], address: str) -> list[UUID]:
    """The identifiers of whatever had the address."""
    former = FormerAddress.objects.filter(noun=model._meta.db_table, address=address)
    return list(former.values_list("target", flat=True))
