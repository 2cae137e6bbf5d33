"""Small imports, as a loader makes them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests import factories as make
from visits.choices import ImportKind
from visits.models import ExternalIdentifier, ImportBatch, Stop, Tour, User
from visits.queries.batches import doings_of
from visits.services import batches

DIGEST = "0123456789abcdef" * 4


@contextmanager
def opened(by: User | None = None, title: str = "travels.xml", **given: Any) -> Iterator[ImportBatch]:
    kind = given.pop("kind", ImportKind.HISTORIAN)
    with batches.opened(kind=kind, title=title, digest=DIGEST, by=by, **given) as batch:
        yield batch


def imported_stop(tour: Tour, **given: Any) -> Stop:
    """A stop with its citation."""
    stop = make.make_stop(tour=tour, **given)
    make.make_citation(stop=stop, locator=f"record {stop.position}")
    return stop


def imported_tour(**given: Any) -> Tour:
    """A draft with a cited stop and an identifier in somebody else's collection."""
    tour = make.make_tour(published=False, **given)
    make.make_citation(tour=tour)
    imported_stop(tour, position=1)
    ExternalIdentifier.objects.create(scheme="travels", value=str(next(make.number)), tour=tour)
    return tour


def one_tour(by: User | None = None, **given: Any) -> tuple[ImportBatch, Tour]:
    """An import that made one tour."""
    with opened(by, **given) as batch:
        tour = imported_tour()
    return batch, tour


def done(batch: ImportBatch) -> dict[str, tuple[int, int]]:
    """How many of each noun it made and changed."""
    return {doing.noun: (doing.made, doing.changed) for doing in doings_of(batch)}
