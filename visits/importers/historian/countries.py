"""Which of our parties a country of the Historian's is: by its identifier and its text, out of a table of ours.

A text that names a former state or a territory (“U.S.S.R.” under the identifier of Russia) says whom the record means,
and so does one in parentheses (“Denmark (Greenland)”). Everything else goes by the identifier. Nothing is ever guessed
or made: what the table lacks is an error, with what may have been meant.
"""

import csv
import datetime as dt
import difflib
import re
import unicodedata
from collections import defaultdict
from functools import cache
from pathlib import Path

from visits import dates

TABLE = Path(__file__).resolve().parents[2] / "data" / "historian_countries.csv"


class UnknownCountry(Exception):
    """The table lacks it; the message is a sentence with what may have been meant."""


@cache
def _table() -> dict[tuple[str, str], list[tuple[str, str, str]]]:
    """Rows of (party, valid from, valid to) by identifier and folded text; the dated ones first."""
    found = defaultdict(list)
    with TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["id"], fold(row["text"])].append((row["party"], row["valid_from"], row["valid_to"]))
    for rows in found.values():
        rows.sort(key=lambda row: not (row[1] or row[2]))
    return dict(found)


def fold(text: str) -> str:
    """Without case, accents, and the difference between the kinds of apostrophes."""
    plain = unicodedata.normalize("NFKD", re.sub("[’‘ʻ`]", "'", text))
    return "".join(character for character in plain if not unicodedata.combining(character)).casefold()


def party_of(identifier: str, text: str, day: dt.date) -> str:
    """The code of the party that a record of that day means. Raises UnknownCountry."""
    if merged(identifier) is None:
        raise UnknownCountry(_sentence(identifier, text))
    outer, _, inner = text.partition("(")
    names = [text, inner.rstrip(") "), outer.strip()]
    for key in [
        *((identifier, name) for name in names if name),
        *(("", name) for name in names if name),
        (identifier, ""),
    ]:
        for party, first, last in _table().get((key[0], fold(key[1])), []):
            if _covers(first, last, day):
                return party
    raise UnknownCountry(_sentence(identifier, text))


def _covers(first: str, last: str, day: dt.date) -> bool:
    return (not first or dates.earliest(first) <= day) and (not last or day <= dates.latest(last))


def merged(identifier: str) -> str | None:
    """The party under which an identifier counts, whatever the text and day; None for one that is not known."""
    return next((party for party, _, _ in reversed(_table().get((identifier, ""), []))), None)


def _sentence(identifier: str, text: str) -> str:
    known = sorted(name for name, of in _table() if name and not of)
    wanted = {re.sub("[^a-z0-9]+", "-", fold(word)).strip("-") for word in (identifier, text)}
    near = [
        name for word in sorted(wanted) for name in difflib.get_close_matches(word, known, n=3, cutoff=0.75)
    ]
    hint = f" Did you mean {' or '.join(f'“{name}”' for name in dict.fromkeys(near))}?" if near else ""
    return f"The country “{identifier[:60]}” ({text[:60] or 'no text'}) is not known.{hint}"
