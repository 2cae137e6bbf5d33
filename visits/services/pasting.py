"""A pasted list of statements, one a line, as points and words."""

import re
from collections.abc import Iterator

from visits.fields import clean_text

MOST_LINES = 100
# What lists begin their lines with: bullets, dashes, “1.”, “(b)”.
BULLET = re.compile(r"^\s*(?:[-–—*•·‣◦]+|\(?(?:[0-9]{1,3}|[a-z])[.)])\s+")
# “Hostages: they have to be freed”, or two columns of a table.
HEADED = re.compile(r"^(?P<title>[^:\t]{1,80})(?::\s|\t)\s*(?P<text>.+)$")
LONGEST_TITLE = 100


def pasted_lines(text: str) -> Iterator[tuple[str, str]]:
    """The title of the point and the words of each line that says something.

    A title is what stands before a colon or a tab; where nothing does, it is made of the first words.
    """
    for line in clean_text(text).split("\n"):
        words = BULLET.sub("", line).strip()
        if words:
            headed = HEADED.match(words)
            yield (headed["title"].strip(), headed["text"].strip()) if headed else (_title(words), words)


def _title(words: str) -> str:
    """Up to a hundred characters, whole words, without the full stop."""
    if len(words) > LONGEST_TITLE:
        kept, _, _ = words[:LONGEST_TITLE].rpartition(" ")
        words = (kept or words[: LONGEST_TITLE - 1]) + "…"
    return words.rstrip(".;,")
