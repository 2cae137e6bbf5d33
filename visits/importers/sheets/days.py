"""Days as people write them. A day that can be read in two ways is never guessed."""

import datetime as dt
import re

from visits import dates

WRITE = "Write it as YYYY-MM-DD."
MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
PARTIAL = re.compile(r"\d{4}(-\d{2}){0,2}", re.ASCII)
YEAR_FIRST = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?", re.ASCII)
YEAR_LAST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)
DAY_MONTH = re.compile(r"(\d{1,2})\.? ([a-z]+)\.?,? (\d{4})", re.ASCII)
MONTH_DAY = re.compile(r"([a-z]+)\.? (\d{1,2}),? (\d{4})", re.ASCII)


def read_day(text: str) -> str:
    """A partial date (see ``visits.dates``) out of a cell; raises ValueError with a sentence."""
    if PARTIAL.fullmatch(text):
        return _checked(text, text)
    if found := YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, found.groups())
        return _checked(f"{year:04d}-{month:02d}-{day:02d}", text)
    if found := YEAR_LAST.fullmatch(text):
        return _either(int(found[1]), int(found[2]), int(found[3]), text)
    if found := DAY_MONTH.fullmatch(text.lower()):
        return _named(found[1], found[2], found[3], text)
    if found := MONTH_DAY.fullmatch(text.lower()):
        return _named(found[2], found[1], found[3], text)
    raise ValueError(f'"{text[:60]}" is not a date. {WRITE}')


def _checked(value: str, text: str) -> str:
    try:
        dates.check(value)
    except ValueError:
        raise ValueError(f'"{text}" is not a {dates.precision(value)} that exists. {WRITE}') from None
    return value


def _either(first: int, second: int, year: int, text: str) -> str:
    """Day and month in either order, if only one of them can be or both say the same."""
    readings = {(first, second), (second, first)}
    possible = sorted(found for day, month in readings if (found := _day(year, month, day)))
    if not possible:
        raise ValueError(f'"{text}" is not a day that exists. {WRITE}')
    if len(possible) == 2:
        raise ValueError(f'"{text}" can be {first} {_month(second)} or {_month(first)} {second}. {WRITE}')
    return possible[0].isoformat()


def _month(number: int) -> str:
    return MONTHS[number - 1].title()


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _named(day: str, month: str, year: str, text: str) -> str:
    numbers = [
        number for number, name in enumerate(MONTHS, start=1) if len(month) > 2 and name.startswith(month)
    ]
    if len(numbers) != 1:
        raise ValueError(f'"{text}" is not a date. {WRITE}')
    return _checked(f"{int(year):04d}-{numbers[0]:02d}-{int(day):02d}", text)
