"""The documents speak of files, commands and settings that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_link_leads_to_a_file(document: Path) -> None:
    links = re.findall(r"\]\(([^)#]+)", document.read_text())
    local = [link for link in links if not link.startswith(("http:", "https:", "/"))]
    missing = [link for link in local if not (document.parent / link).exists()]
    assert missing == []


def test_the_picture_of_the_folders_is_true() -> None:
    picture = (ROOT / "docs" / "architecture.md").read_text().split("```")[1]
    named = set(re.findall(r"^  ([a-z_]+(?:\.py|/))", picture, flags=re.MULTILINE))
    ignored = {"__init__.py", "apps.py", "__pycache__/", "static/", "migrations/", "middleware.py"}
    there = {path.name + ("/" if path.is_dir() else "") for path in (ROOT / "visits").iterdir()}
    assert named == there - ignored


def test_every_decision_has_a_number_of_its_own() -> None:
    names = [path.name for path in sorted((ROOT / "docs" / "decisions").glob("*.md"))]
    assert [name[:4] for name in names] == [f"{number:04d}" for number in range(1, len(names) + 1)]


def test_every_runtime_library_is_pinned_and_explained() -> None:
    chosen = (ROOT / "requirements.txt").read_text().split("# What those need in turn.")[0]
    pins = [line for line in chosen.splitlines() if re.match(r"[A-Za-z]", line)]
    assert [pin for pin in pins if "==" not in pin] == []
    told = (ROOT / "docs" / "decisions" / "0004-libraries.md").read_text().lower()
    names = [re.split(r"[=\[]", pin)[0].lower() for pin in pins]
    assert [name for name in names if name not in told] == []
