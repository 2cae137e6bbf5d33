"""The documentation of the columns is true, and no name of a column changes unnoticed."""

import re
from pathlib import Path

from visits.exports.columns import Noun
from visits.exports.formats import FORMATS, formats_of
from visits.exports.nouns import NOUNS

TEXT = (Path(__file__).parents[2] / "docs" / "exports.md").read_text(encoding="utf-8")


def section(noun: Noun) -> str:
    formats = ", ".join(f"{form.label} (`.{form.suffix}`)" for form in formats_of(noun))
    rows = [f"| `{column.name}` | {column.kind.value} | {column.says} |" for column in noun.columns]
    head = ["| column | kind | what it says |", "|---|---|---|"]
    return "\n".join([f"### {noun.label}", "", f"`{noun.name}`: {formats}.", "", *head, *rows, ""])


def test_every_column_is_documented() -> None:
    documented = re.findall(r"^### .*?(?=^##|\Z)", TEXT, flags=re.DOTALL | re.MULTILINE)
    assert [part.strip() for part in documented] == [section(noun).strip() for noun in NOUNS.values()]


def test_every_format_is_documented() -> None:
    rows = re.findall(r"^\| (\S+) \| `([a-z/.+-]+)` \|", TEXT, flags=re.MULTILINE)
    assert rows == [(form.label, form.media_type) for form in FORMATS.values()]


def test_a_name_stands_for_one_column() -> None:
    names = {noun.name: [column.name for column in noun.columns] for noun in NOUNS.values()}
    assert {name: len(set(found)) for name, found in names.items()} == {
        name: len(found) for name, found in names.items()
    }
