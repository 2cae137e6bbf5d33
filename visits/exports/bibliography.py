"""Sources for reference managers: BibTeX and CSL-JSON (Citation Style Language 1.0.2)."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from visits.choices import ContributorRole, SourceKind
from visits.exports.export import Export
from visits.exports.tabular import as_json
from visits.models import Source

LATEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
} | {sign: f"\\{sign}" for sign in "&%$#_"}
SPECIAL = re.compile("|".join(map(re.escape, LATEX)))
CSL_TYPES = {
    SourceKind.WIRE_REPORT: "article-newspaper",
    SourceKind.NEWS: "article-newspaper",
    SourceKind.ANALYSIS: "article",
    SourceKind.DATA_SET: "dataset",
}


def bibtex_file(export: Export) -> Iterator[bytes]:
    """UTF-8, an entry a source; the key is its slug."""
    for source in export.records():
        yield _entry(source).encode()


def _entry(source: Source) -> str:
    year, month, day = (*source.published.split("-"), "", "")[:3]
    fields = {
        "title": f"{{{_latex(source.title)}}}",
        "author": _names(source, ContributorRole.AUTHOR),
        "editor": _names(source, ContributorRole.EDITOR),
        "publisher": _latex(source.publisher),
        "year": year,
        "month": str(int(month)) if month else "",
        "day": str(int(day)) if day else "",
        "url": _verbatim(source.url),
        "urldate": source.accessed,
        "language": source.language,
        "note": _latex(source.note),
    }
    lines = [f"  {name} = {{{value}}},\n" for name, value in fields.items() if value]
    return f"@misc{{{source.slug},\n{''.join(lines)}}}\n\n"


def _latex(text: str) -> str:
    """On one line, with nothing that LaTeX would obey."""
    return SPECIAL.sub(lambda found: LATEX[found[0]], " ".join(text.split()))


def _verbatim(url: str) -> str:
    """An address stands as it is, but for what would end the field."""
    return re.sub(r"[{}\\]", lambda found: quote(found[0]), url)


def _names(source: Source, role: str) -> str:
    """Each in braces of its own: nobody has told which part is the family name."""
    people = [person.name for person in source.contributors.all() if person.role == role]
    return " and ".join(f"{{{_latex(name)}}}" for name in people)


def csl_file(export: Export) -> Iterator[bytes]:
    """A JSON array, a line a source."""
    before = b"[\n"
    for source in export.records():
        yield before + as_json(_item(source))
        before = b",\n"
    yield b"\n]\n" if before == b",\n" else b"[]\n"


def _item(source: Source) -> dict[str, Any]:
    item = {
        "id": source.slug,
        "type": CSL_TYPES.get(SourceKind(source.kind), "webpage" if source.url else "document"),
        "title": source.title,
        "author": _literals(source, ContributorRole.AUTHOR),
        "editor": _literals(source, ContributorRole.EDITOR),
        "publisher": source.publisher,
        "issued": _date(source.published),
        "accessed": _date(source.accessed),
        "URL": source.url,
        "archive_location": source.archive_url,
        "language": source.language,
        "note": source.note,
    }
    return {name: value for name, value in item.items() if value}


def _literals(source: Source, role: str) -> list[dict[str, str]]:
    return [{"literal": person.name} for person in source.contributors.all() if person.role == role]


def _date(text: str) -> dict[str, Any] | None:
    return {"date-parts": [[int(part) for part in text.split("-")]]} if text else None
