"""How a record of the Historian's stands in ours: the columns of stops and tours."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from visits.importers.historian.entries import Entry
from visits.importers.historian.kinds import kind_of_all
from visits.importers.historian.people import visitors
from visits.importers.historian.reading import TRAVELS, VISITS

SCHEMES = {TRAVELS: "historian-travels", VISITS: "historian-visits"}
HOST = "US"
ROLES = {"president": "President", "secretary": "Secretary of State"}
MADE_AS = re.compile(r"\[Visit made as ([^\[\].]{3,60})\.?\]")
AT_MOST_NAMED = 3
LONGEST_TITLE = 250


def scheme_of(entry: Entry) -> str:
    return SCHEMES[entry.collection]


def location(entry: Entry) -> str:
    """The code of the country in which the stay was: visits are all to the United States."""
    return entry.party if entry.collection == TRAVELS else HOST


def sender(entry: Entry) -> str:
    """The code of the party for which the journey was made."""
    return HOST if entry.collection == TRAVELS else entry.party


def role_title(role: str) -> str:
    return ROLES.get(role, role.replace("-", " ").capitalize())


def locator(numbers: Sequence[int]) -> str:
    """“record 4194”, “records 4194–4202 and 4290”: where a page has the records."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = [part for run in runs for part in ([f"{run[0]}–{run[-1]}"] if len(run) > 2 else map(str, run))]
    listed = ", ".join(parts[:-1]) + " and " + parts[-1] if len(parts) > 1 else parts[0]
    return f"{'record' if len(numbers) == 1 else 'records'} {listed}"


def as_given(entry: Entry) -> str:
    """The visitor and the country of a visit word for word."""
    return f"{entry.who}, {entry.country_text}" if entry.country_text else entry.who


def stop_values(entry: Entry, parties: Mapping[str, int]) -> dict[str, Any]:
    """The columns of a stop. A visit names no country but the visitor's, so that its stop has no text of one."""
    trip = entry.collection == TRAVELS
    return {
        "country_id": parties[location(entry)],
        "country_text": entry.country_text if trip else "",
        "locale_text": entry.locale,
        "remarks": entry.remarks,
        **span([entry]),
    }


def tour_values(
    group: Sequence[Entry], names: Mapping[str, str], parties: Mapping[str, int]
) -> dict[str, Any]:
    """The columns of a tour, but for its principal. ``names`` are those of the parties by code."""
    first = group[0]
    return {
        "title": _title(group, names),
        "on_behalf_of_id": parties[sender(first)],
        "capacity": _capacity(group),
        "kind": kind_of_all(entry.remarks for entry in group),
        **span(group),
    }


def span(group: Iterable[Entry]) -> dict[str, str]:
    """The dates; an end on the day of the start is left blank."""
    stays = list(group)
    return as_span(min(stay.start for stay in stays).isoformat(), max(stay.end for stay in stays).isoformat())


def as_span(start: str, end: str) -> dict[str, str]:
    return {"start_date": start, "end_date": "" if end == start else end}


def _capacity(group: Sequence[Entry]) -> str:
    first = group[0]
    if first.collection != TRAVELS:
        return visitors(first.who)[0].title
    made_as = {found[1] if (found := MADE_AS.search(entry.remarks)) else "" for entry in group}
    return (made_as.pop() if len(made_as) == 1 else "") or role_title(first.role)


def _title(group: Sequence[Entry], names: Mapping[str, str]) -> str:
    first = group[0]
    if first.collection != TRAVELS:
        return f"{first.who} ({names[first.party]}) in the United States"[:LONGEST_TITLE]
    countries = list(dict.fromkeys(names[entry.party] for entry in group))
    more = len(countries) - AT_MOST_NAMED
    named = ", ".join(countries[:AT_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return f"{first.name}: {named}"[:LONGEST_TITLE]
