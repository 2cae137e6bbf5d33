"""Numbers for the sources of a page, in the order in which the page first cites them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from visits.models import Citation, Source

MOST_WAYS_BACK = 25


@dataclass(frozen=True)
class Mark:
    """One use of a source: its number, the anchor of the use, and the citations that it stands for."""

    number: int
    anchor: str
    citations: tuple[Citation, ...]

    @property
    def note(self) -> str:
        """The anchor of the source in the list."""
        return f"source-{self.number}"

    @property
    def locators(self) -> str:
        """Where in the source: “paragraph 3; paragraph 4”."""
        return "; ".join(citation.locator for citation in self.citations if citation.locator)

    @property
    def label(self) -> str:
        """What the reference leads to, in words."""
        return ", ".join(part for part in (str(self.citations[0].source), self.locators) if part)


@dataclass
class Footnote:
    """A source with its number and its uses."""

    number: int
    marks: list[Mark] = field(default_factory=list)
    source: Source | None = None

    @property
    def ways_back(self) -> list[tuple[str, Mark]]:
        """Each place in the source that is cited, with the first use of it."""
        first: dict[str, Mark] = {}
        for mark in self.marks:
            for citation in mark.citations:
                first.setdefault(citation.locator, mark)
        return list(first.items())[:MOST_WAYS_BACK]


class Footnotes:
    """The sources cited so far. A page makes one, cites while it is written, and lists them at its end."""

    def __init__(self) -> None:
        self._notes: dict[int, Footnote] = {}

    def cite(self, citations: Iterable[Citation]) -> list[Mark]:
        """One mark for each source, however many places in it are cited; a source keeps its number."""
        together: dict[int, list[Citation]] = {}
        for citation in citations:
            together.setdefault(citation.source_id, []).append(citation)
        return [self._mark(source_id, tuple(cited)) for source_id, cited in together.items()]

    def _mark(self, source_id: int, citations: tuple[Citation, ...]) -> Mark:
        note = self._notes.setdefault(source_id, Footnote(len(self._notes) + 1))
        mark = Mark(note.number, f"ref-{note.number}-{len(note.marks) + 1}", citations)
        note.marks.append(mark)
        return mark

    def __len__(self) -> int:
        return len(self._notes)

    def __iter__(self) -> Iterator[Footnote]:
        """In the order of the numbers, each with its source in full; as many queries for one as for all."""
        sources = Source.objects.filter(pk__in=self._notes).for_list().in_bulk()
        for source_id, note in self._notes.items():
            note.source = sources[source_id]
            yield note
