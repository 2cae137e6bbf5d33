"""Partial dates and how dates are written for people: the one place that knows either.

A partial date is the text of an EDTF level 0 date (Library of Congress, 2019): "2024", "2024-01" or
"2024-01-06". The empty text means that no date is on record.
"""

import calendar
import datetime as dt
import re

PATTERN = r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$"
PRECISIONS = {4: "year", 7: "month", 10: "day"}


def check(text: str) -> None:
    """Raise ValueError, in a sentence for the person who typed it, unless the text is a partial date."""
    if not re.fullmatch(PATTERN, text):
        raise ValueError(
            f"“{text}” is not a date. Write YYYY-MM-DD, or YYYY-MM or YYYY if that is all that is known."
        )
    try:
        earliest(text)
    except ValueError as error:
        raise ValueError(f"“{text}” is not a {precision(text)} that exists.") from error


def is_partial(text: str) -> bool:
    """Whether the text is a partial date that exists."""
    try:
        check(text)
    except ValueError:
        return False
    return True


def precision(text: str) -> str:
    """“day”, “month” or “year”."""
    return PRECISIONS[len(text)]


def earliest(text: str) -> dt.date:
    """The first day that the partial date can mean."""
    return dt.date.fromisoformat(text + "-01-01"[len(text) - 4 :] if len(text) < 10 else text)


def latest(text: str) -> dt.date:
    """The last day that the partial date can mean."""
    first = earliest(text)
    if len(text) == 4:
        return dt.date(first.year, 12, 31)
    if len(text) == 7:
        return first.replace(day=calendar.monthrange(first.year, first.month)[1])
    return first


def edtf_interval(start: str, end: str) -> str:
    """EDTF level 1 for a span: one date where both ends are the same, an empty side where it is unknown."""
    return start if start == end else f"{start}/{end}"


def human(text: str) -> str:
    """“6 January 2024”, “January 2024” or “2024”; the empty text stays empty."""
    if not text:
        return ""
    day = earliest(text)
    if len(text) == 4:
        return f"{day:%Y}"
    return f"{day:%B %Y}" if len(text) == 7 else f"{day.day} {day:%B %Y}"


def brief(text: str) -> str:
    """“Thu 4 Jan” where the year is plain from what stands around it; a date known in part as ``human`` has it."""
    if len(text) < 10:
        return human(text)
    day = earliest(text)
    return f"{day:%a} {day.day} {day:%b}"


def human_span(start: str, end: str) -> str:
    """“4–11 January 2024”, “28 November – 1 December 2023”, “January – March 2024”; one date where both agree."""
    if not end or start == end:
        return human(start)
    if not start:
        return f"to {human(end)}"
    if len(start) == len(end) == 10:
        return _day_span(earliest(start), earliest(end))
    return f"{human(start)} – {human(end)}"


def _day_span(first: dt.date, last: dt.date) -> str:
    closing = f"{last.day} {last:%B %Y}"
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{closing}"
    if first.year == last.year:
        return f"{first.day} {first:%B} – {closing}"
    return f"{first.day} {first:%B %Y} – {closing}"
