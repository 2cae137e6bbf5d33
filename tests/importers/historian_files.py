"""Files as the Historian's are, of a traveller and visitors who never were; and where the Historian's own lie."""

import os
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest

HISTORIAN = os.environ.get("READOUT_HISTORIAN", "")
needs_historian = pytest.mark.skipif(
    not HISTORIAN, reason="READOUT_HISTORIAN does not name the folder with the Historian's XML files"
)
TRIP = {
    "id": 1,
    "who": "elphberg-rudolf",
    "role": "secretary",
    "name": "Rudolf Elphberg",
    "start": "1951-03-01",
    "end": "1951-03-02",
    "country_id": "france",
    "country": "France",
    "locale": "Paris",
    "remarks": "Met with senior French officials.",
}
VISIT = {
    "id": 1,
    "start": "1951-03-01",
    "end": "1951-03-02",
    "visitor": "Prime Minister Hector Tarlenheim",
    "country_id": "france",
    "country": "France",
    "description": "Official visit.",
}


def trip(**given: Any) -> str:
    facts = {key: str(value) for key, value in (TRIP | given).items()}
    return f"""
    <trip role={quoteattr(facts["role"])} who={quoteattr(facts["who"])}>
        <id>{facts["id"]}</id>
        <role>{escape(facts["role"])}</role>
        <name>{escape(facts["name"])}</name>
        <start-date>{facts["start"]}</start-date>
        <end-date>{facts["end"]}</end-date>
        <country id={quoteattr(facts["country_id"])}>{escape(facts["country"])}</country>
        <locale>{escape(facts["locale"])}</locale>
        <remarks>{escape(facts["remarks"])}</remarks>
    </trip>"""


def visit(**given: Any) -> str:
    facts = {key: str(value) for key, value in (VISIT | given).items()}
    return f"""
    <visit>
        <id>{facts["id"]}</id>
        <start-date>{facts["start"]}</start-date>
        <end-date>{facts["end"]}</end-date>
        <visitor>{escape(facts["visitor"])}</visitor>
        <from id={quoteattr(facts["country_id"])}>{escape(facts["country"])}</from>
        <description>{escape(facts["description"])}</description>
    </visit>"""


def write_trips(folder: Path, *trips: str, name: str = "elphberg-rudolf.xml") -> Path:
    return _write(folder / "travels" / "secretary-travels" / name, f"<trips>{''.join(trips)}</trips>")


def write_visits(folder: Path, *visits: str, name: str = "1950.xml") -> Path:
    return _write(folder / "visits" / "data" / name, f"<visits>{''.join(visits)}</visits>")


def _write(file: Path, text: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n', encoding="utf-8")
    return file
