"""What rests on a source: every visible record that cites it, by noun."""

from dataclasses import dataclass
from typing import Any

from visits.models import CITATION_TARGETS, Citation, Source
from visits.queries.profiles import Section, section

LABELS = {
    "tour": "Tours",
    "stop": "Stops",
    "meeting": "Meetings",
    "participation": "Who took part",
    "point": "Points on the table",
    "statement": "Statements",
    "tenure": "Offices held",
    "note": "Notes",
}


@dataclass(frozen=True)
class Resting:
    """The records of one noun that cite the source."""

    noun: str
    citations: Section

    @property
    def label(self) -> str:
        return LABELS[self.noun]


def resting_on(source: Source, user: Any) -> list[Resting]:
    """A section for each noun that cites the source; one query a noun."""
    return [Resting(name, found) for name in CITATION_TARGETS if (found := _citations(source, name, user))]


def _citations(source: Source, name: str, user: Any) -> Section:
    visible = CITATION_TARGETS[name].objects.visible_to(user).values("pk")
    cited = Citation.objects.filter(source=source, **{f"{name}__in": visible})
    return section(cited.with_targets().select_related("tour__principal").order_by("id"))
