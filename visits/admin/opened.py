"""What somebody has seen of a statement line when they opened the page."""

from dataclasses import dataclass
from typing import Any, Self

from django import forms

from visits.admin.versions import told
from visits.admin.widgets import is_key
from visits.models import AgendaPoint, Citation, Source, Statement
from visits.queries.history import Difference
from visits.queries.since import differences_since, stood_at
from visits.services.agenda import Line


def record_of(line: Line) -> Any:
    """The statement, or the point that has none."""
    return line.statement or line.point


def key_of(line: Line) -> str:
    """What a row calls the record that it shows."""
    record = record_of(line)
    return f"{record._meta.model_name}-{record.pk}"


def values_of(line: Line) -> dict[str, Any]:
    """What its row's fields hold."""
    return {
        "key": key_of(line),
        "opened": str(Opened.of(line)),
        "title": line.title,
        "topic": line.topic and line.topic.pk,
        "side": line.side and line.side.pk,
        "speaker": line.speaker and line.speaker.pk,
        "text": line.text,
        "kind": line.kind,
        "stance": line.stance,
        "sources": [source.pk for source in line.sources],
        "quote": line.quote,
        "locator": line.locator,
    }


class OpenedField(forms.CharField):
    """What somebody has seen of a line. Never itself a change."""

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


@dataclass(frozen=True)
class Opened:
    """The versions of a line's point and statement, key and version of the citation whose words it shows, and the
    keys of its sources, as the page showed them. Zero stands for a record that there is none of.
    """

    point: int
    statement: int
    citation: int
    citation_version: int
    sources: tuple[int, ...]

    @classmethod
    def of(cls, line: Line) -> Self:
        return cls(
            line.point.version if line.point else 0,
            line.statement.version if line.statement else 0,
            line.citation.pk if line.citation else 0,
            line.citation.version if line.citation else 0,
            tuple(sorted(source.pk for source in line.sources)),
        )

    @classmethod
    def read(cls, text: str) -> Self | None:
        numbers = text.split(",")
        if len(numbers) < 4 or not all(is_key(number) for number in numbers):
            return None
        point, statement, citation, citation_version, *sources = map(int, numbers)
        return cls(point, statement, citation, citation_version, tuple(sources))

    def __str__(self) -> str:
        records = (self.point, self.statement, self.citation, self.citation_version)
        return ",".join(map(str, (*records, *self.sources)))

    def values(self, line: Line) -> dict[str, Any] | None:
        """What stood in the line's fields; None if that isn't on record."""
        point = stood_at(AgendaPoint, line.point.pk, self.point) if line.point else None
        statement = stood_at(Statement, line.statement.pk, self.statement) if line.statement else None
        if point is None or (line.statement and statement is None):
            return None
        found = {"title": point.title, "topic": point.main_topic_id, "sources": list(self.sources)}
        cited = stood_at(Citation, self.citation, self.citation_version) if self.citation else None
        found |= {"quote": cited.quote if cited else "", "locator": cited.locator if cited else ""}
        if statement:
            found |= {
                "side": statement.on_behalf_of_id,
                "speaker": statement.speaker_id,
                "text": statement.text,
                "kind": statement.kind,
                "stance": statement.stance,
            }
        return found

    def told(self, line: Line) -> str:
        """Who has changed what since."""
        who = ""
        differences: list[Difference] = []
        seen: list[tuple[Any, int]] = [(line.statement, self.statement), (line.point, self.point)]
        if line.citation and line.citation.pk == self.citation:
            seen.append((line.citation, self.citation_version))
        for record, version in seen:
            if record:
                by, found = differences_since(type(record), record.pk, version)
                who, differences = who or by, [*differences, *found]
        titles = Source.objects.in_bulk(self.sources)
        before = ", ".join(str(titles[key]) for key in self.sources if key in titles)
        now = ", ".join(str(source) for source in sorted(line.sources, key=lambda source: source.pk))
        if before != now:
            differences.append(Difference("sources", before, now))
        return told(who, differences)
