"""Who is named in a record: titles and names out of the visitor and out of remarks (“Met with …”).

A title is a run of words of which titles are made, the name what follows it. Whoever has no title, or none of these
words, is not found; nothing is made up. What is found in remarks is no more than a suggestion.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from visits.importers.historian.titles import (
    ACTS,
    HEADS,
    LINKS,
    MODIFIERS,
    NAMES_TOO,
    PARTICLES,
    PLURALS,
    QUALIFIERS,
)

DEMONYMS = Path(__file__).resolve().parents[2] / "data" / "demonyms.csv"
MET = re.compile(
    r"\b(?:met|conferred|consulted|consultations|audience|discuss\w*|talks)\b[^;]*?\bwith\b", re.I
)
PARTING = re.compile(r"(\s*,\s*and\s+|\s*,\s*|\s+and\s+|\s*&\s*|\s*;.*)")
INITIAL = re.compile(r"(?:^|[\s(.])(?:[A-Z]|Jr|Sr|St|Dr|Mr|Mrs|Ms|Gen|Lt|Col|Amb|Gov)\.$")
AT_MOST_PERSONS = 40


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody named in a text, with the words that name him or her.

    ``party`` is the code of the party that the words give, blank where they give none; then ``stranger`` tells
    whether they put somebody there whom the table of countries does not know (“NATO Secretary General”).
    """

    title: str
    name: str
    words: str
    party: str = ""
    stranger: bool = False


def visitors(text: str) -> list[Person]:
    """Everybody whom the visitor of a visit names, the first one first. One man with two titles is one person."""
    found = []
    for segment in _segments(re.sub(r"(?<=\w)- (?=\w)", "-", text)):
        words = segment.split()
        end = min(_title_end(words, 0), len(words) - 1)
        if end:
            found.append(Person(" ".join(words[:end]), " ".join(words[end:]), text))
    return found or [Person("", text, text)]


def met(remarks: str) -> list[Person]:
    """Whom remarks say somebody met with."""
    found: dict[tuple[str, str], Person] = {}
    for sentence in sentences(remarks):
        for part in MET.split(sentence)[1:]:
            for person in _named(part):
                found.setdefault((person.title, person.name), replace(person, words=sentence[:1000]))
    return list(found.values())[:AT_MOST_PERSONS]


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text; the full stop of an initial ends none."""
    begun = 0
    for stop in re.finditer(r"[.!?](?=\s+[^\sa-z])", text):
        if not INITIAL.search(text[begun : stop.end()]):
            yield text[begun : stop.end()].strip()
            begun = stop.end()
    if text[begun:].strip():
        yield text[begun:].strip()


def _named(part: str) -> Iterator[Person]:
    """The persons of one enumeration, until it goes on with what somebody did."""
    plural = ""
    for segment in _segments(part.strip().rstrip(".")):
        words = segment.split()
        if ACTS.fullmatch(words[0]):
            return
        person = _person(words)
        if person is None and plural and _name_end(words, 0) == len(words):
            person = Person(plural, segment, "")
        if person is None:
            plural = ""
            continue
        words_of_title = person.title.split()
        if words_of_title[-1].lower() in PLURALS and "of" not in words_of_title:
            plural = " ".join([*words_of_title[:-1], PLURALS[words_of_title[-1].lower()]])
            person = replace(person, title=plural)
        yield person


def _segments(text: str) -> Iterator[str]:
    """The parts of an enumeration. A title without a name goes together with what follows “and”."""
    pieces = PARTING.split(text)
    held = ""
    for piece, parting in zip(pieces[::2], [*pieces[1::2], ";"], strict=True):
        segment = (held + piece).strip()
        if parting.strip() in ("and", "&") and _is_bare_title(segment):
            held = segment + parting
            continue
        held = ""
        if segment:
            yield segment
        if parting.strip().startswith(";"):
            return


def _is_bare_title(segment: str) -> bool:
    words = segment.split()
    start = _title_start(words)
    return start is not None and _title_end(words, start) == len(words)


def _person(words: list[str]) -> Person | None:
    start = _title_start(words)
    if start is None:
        return None
    before = [word for word in words[:start] if word.lower() not in MODIFIERS]
    end = _title_end(words, start)
    party, name_start = _of_whom(words, end)
    name_end = _name_end(words, name_start)
    if name_end == name_start:
        return None
    after, _ = _of_whom(words, name_end)
    given = after or party or demonyms().get(_bare(" ".join(before)), "")
    stranger = bool(before or words[end:name_start] or words[name_end : name_end + 1] == ["of"]) and not given
    name = " ".join(words[name_start:name_end])
    return Person(" ".join(words[start:end]), name, "", given, stranger)


def _title_start(words: list[str]) -> int | None:
    """Where a title begins, if nothing but capitalised words and modifiers stands before it."""
    for at, word in enumerate(words):
        if _title_end(words, at) > at:
            return at
        if not word[0].isupper() and word.lower() not in MODIFIERS:
            return None
    return None


def _title_end(words: list[str], start: int) -> int:
    """Behind the last word of the title that begins there; ``start`` if none does."""
    at = end = start
    while at < len(words):
        if _is_title_word(words[at]) and not (end > start and words[at].lower() in NAMES_TOO):
            end = at = at + 1
        elif end > start and words[at] in LINKS:
            at += 1
        else:
            break
    title = {part for word in words[start:end] for part in (word.lower(), *word.lower().split("-"))}
    return end if title & (HEADS | PLURALS.keys()) else start


def _is_title_word(word: str) -> bool:
    if not word[0].isupper():
        return False
    known = HEADS | QUALIFIERS | PLURALS.keys()
    return word.lower() in known or all(part in known for part in word.lower().split("-"))


def _of_whom(words: list[str], at: int) -> tuple[str, int]:
    """The party of “of Jordan” that stands there, and what is behind it; blank and ``at`` if nothing known does."""
    if words[at : at + 1] != ["of"]:
        return "", at
    first = at + 2 if words[at + 1 : at + 2] == ["the"] else at + 1
    for last in range(min(first + 5, len(words)), first, -1):
        party = demonyms().get(_bare(" ".join(words[first:last])))
        if party:
            return party, last
    return "", at


def _name_end(words: list[str], start: int) -> int:
    """Behind the last capitalised word of a name; particles count within it alone."""
    end = start
    for at in range(start, len(words)):
        word = words[at]
        if word.lower().split("-")[0] in PARTICLES and not word[0].isupper():
            if "-" in word:
                end = at + 1
            continue
        if not word[0].isalpha() or not (word[0].isupper() or word[1:2] == "’"):
            break
        end = at + 1
    return end


def _bare(words: str) -> str:
    return re.sub("(?:’|')s?$", "", words.rstrip("."))


@cache
def demonyms() -> dict[str, str]:
    """Parties by the adjectives and names that stand beside titles: “British” → GB."""
    with DEMONYMS.open(encoding="utf-8", newline="") as file:
        return {row["word"]: row["party"] for row in csv.DictReader(file)}
