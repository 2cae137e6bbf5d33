"""Cells as people type them, made comparable and fit to be stored."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from visits.cells import FORMULA_STARTS, unescape_cell

# Letters that are no base letter with an accent, and marks that people type in one another's place.
LETTERS = str.maketrans(
    {"ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe"}
    | dict.fromkeys("’‘ʼʻ`´", "'")
    | dict.fromkeys("‐‑–—", "-")
)
# They turn or hide what is read: bidirectional marks and overrides, the zero-width space, the byte order mark.
HIDDEN = re.compile("[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
LOST = "\ufffd"
NOT_UTF8 = re.compile("[\udc80-\udcff]")
BULLET = re.compile(r"^[-*•·–—]+\s*")
# Nothing to be done: printable ASCII that begins with a letter or digit and has single spaces only.
PLAIN = re.compile(r"(?:[A-Za-z0-9(\"][!-~]*(?: [!-~]+)*)?")
FORMULA = "Spreadsheet formulas are not accepted"


@lru_cache(maxsize=65_536)
def fold(text: str) -> str:
    """Without accents, case and typographic marks."""
    if text.isascii():
        return text.casefold()
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return bare.casefold().translate(LETTERS)


@lru_cache(maxsize=65_536)
def likeness(name: str) -> str:
    """The same for “Antony J. Blinken”, “Blinken, Antony” and “antony blinken”: words in order, without initials."""
    words = re.findall(r"\w+", fold(name))
    return " ".join(sorted(word for word in words if len(word) > 1) or sorted(words))


@dataclass(slots=True)
class Tidied:
    """A cell that can be stored; what was done to it; or why it can't be."""

    text: str
    notes: tuple[str, ...] = ()
    fault: str = ""


def tidy(cell: str, column: str, *, lines: bool = False, bullets: bool = False) -> Tidied:
    """Trim a cell, bring it into NFC and take hidden characters out; refuse what would deceive or break.

    ``lines``: line breaks are kept. ``bullets``: it may begin with “-”, as a list does.
    """
    if PLAIN.fullmatch(cell):
        return Tidied(cell)
    fault = _damage(cell)
    if fault:
        return Tidied("", fault=fault)
    shown = HIDDEN.sub("", cell)
    notes = [_removed(cell, column)] if shown != cell else []
    text = _trimmed(shown, lines)
    if text != shown and (not lines or text != shown.replace("\r\n", "\n").replace("\r", "\n")):
        notes.append("spaces trimmed")
    start = text[:1]
    if start and start in FORMULA_STARTS and not (bullets and start == "-"):
        kind = (
            "in this column" if lines else "as names" if column.endswith(("official", "visitor")) else "here"
        )
        return Tidied("", fault=f'starts with "{start}". {FORMULA} {kind}.')
    return Tidied(unicodedata.normalize("NFC", unescape_cell(text)), tuple(notes))


def _damage(cell: str) -> str:
    control = CONTROL.search(cell)
    if control:
        return _control_named(control[0])
    return f'holds "{LOST}", which stands for a character that was lost.' if LOST in cell else ""


def _control_named(character: str) -> str:
    named = "NUL" if character == "\0" else f"control (U+{ord(character):04X})"
    return f"holds a {named} character (a damaged file?)."


def _removed(cell: str, column: str) -> str:
    codes = sorted({f"U+{ord(found):04X}" for found in HIDDEN.findall(cell)})
    kind = "direction character" if DIRECTION.search(cell) else "character"
    return f'hidden {kind} ({", ".join(codes)}) removed from "{column}"'


def _trimmed(text: str, lines: bool) -> str:
    if not lines:
        return " ".join(text.split())
    return "\n".join(" ".join(line.split()) for line in text.splitlines()).strip()


def points_in(text: str) -> list[str]:
    """One point a line, or between semicolons; bullets before them are dropped."""
    parts = (BULLET.sub("", part.strip()) for part in re.split(r"[;\n]", text))
    return [part for part in parts if part]


def is_latin(name: str) -> bool:
    """Whether its letters are Latin ones."""
    return name.isascii() or all(
        unicodedata.name(letter, "").startswith("LATIN") for letter in name if letter.isalpha()
    )


def as_windows_1252(text: str) -> str | None:
    """Text with bytes that are not UTF-8, read as Windows-1252; None where they mean nothing in that either."""
    try:
        return NOT_UTF8.sub(lambda found: bytes([ord(found[0]) - 0xDC00]).decode("cp1252"), text)
    except UnicodeDecodeError:
        return None
