"""The demo: Blinken's tour of January 2024 and the three before it, from the facts in ``visits/data/demo``.

A tour is loaded with everything that belongs to it, and published by somebody other than its author. One that is
on record, by its address or by one of its stops, is left exactly as it is, together with its meetings: analysts may
have edited it. The people, topics and sources of the demo are made when a tour needs them and lacks them.
"""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from visits.importers.demo_cast import Cast, Facts, on_record
from visits.importers.demo_events import HISTORIAN_TRAVELS, Events
from visits.models import ExternalIdentifier, Meeting, Tour, User
from visits.services import demo_accounts, editorial
from visits.services.acting import acting

DATA = Path(__file__).resolve().parent.parent / "data" / "demo"
# In the order of time, so that lists by age show them so.
TOURS = ("blinken-2023-10", "blinken-2023-11", "blinken-2023-11-28", "blinken-2024-01")


@dataclass(frozen=True)
class DemoReport:
    """How much was added."""

    tours: int = 0
    stops: int = 0
    meetings: int = 0
    officials: int = 0
    topics: int = 0
    sources: int = 0

    def __str__(self) -> str:
        if not self.tours:
            return "The demo's tours are on record already; nothing was added."
        return (
            f"Added {self.tours} tours with {self.stops} stops and {self.meetings} meetings, "
            f"{self.officials} officials, {self.topics} topics, {self.sources} sources."
        )


@transaction.atomic
def load_demo(*, author: User | None = None, reviewer: User | None = None) -> DemoReport:
    """Add those of the demo's tours that are not on record.

    The author writes them and the reviewer publishes them; by default these are the demo's accounts "analyst" and
    "reviewer". Raises PermissionDenied if both are the same person, or if one of them lacks the role.
    """
    missing = [facts for facts in tours() if not _is_on_record(facts)]
    if not missing:
        return DemoReport()
    author = author or demo_accounts.demo_account("analyst")
    reviewer = reviewer or demo_accounts.demo_account("reviewer")
    with acting(user=author, through="command", why="The demo"):
        cast = Cast(officials=read("officials"), topics=read("topics"), sources=read("sources"))
        made = [Events(cast).record(facts) for facts in missing]
    for tour, meetings in made:
        _publish([tour, *meetings], author, reviewer)
    return DemoReport(
        tours=len(made),
        stops=sum(tour.stops.count() for tour, _ in made),
        meetings=sum(len(meetings) for _, meetings in made),
        **cast.made,
    )


def read(name: str) -> Facts:
    """What one of the demo's files says."""
    with (DATA / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def tours() -> Iterator[Facts]:
    """What the files say of each tour."""
    for name in TOURS:
        yield read(name)


def _is_on_record(facts: Facts) -> bool:
    records = [stop["record"] for stop in facts["stops"]]
    known = ExternalIdentifier.objects.filter(scheme=HISTORIAN_TRAVELS, value__in=records)
    return on_record(Tour, facts["tour"]["slug"]) is not None or known.exists()


def _publish(records: Iterable[Tour | Meeting], author: User, reviewer: User) -> None:
    for record in records:
        editorial.record_change(record=record, by=author, created=True)
        editorial.submit(record=record, by=author, notify=False)
        editorial.publish(record=record, by=reviewer, notify=False)
