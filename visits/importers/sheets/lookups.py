"""What the database knows of the rows of a file, asked for a chunk at a time."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import connection
from django.db.models import Max, Value

from visits import dates, fields
from visits.importers.sheets.countries import Countries, Country
from visits.importers.sheets.facts import Facts
from visits.importers.sheets.text import likeness
from visits.models import ImportedRecord, Meeting, Participation, Party, Tenure

# So many names are looked up one by one for who they might be.
MOST_CANDIDATES = 1000

PEOPLE = """
    WITH wanted AS (SELECT name, readout_fold(name) AS folded FROM unnest(%s::text[]) AS given (name))
    SELECT wanted.name, wanted.folded, coalesce(
        (SELECT id FROM visits_official AS official WHERE readout_fold(official.name) = wanted.folded
         ORDER BY official.name = wanted.name DESC, id LIMIT 1),
        (SELECT official_id FROM visits_officialname AS further WHERE readout_fold(further.name) = wanted.folded
         ORDER BY further.name = wanted.name DESC, official_id LIMIT 1))
    FROM wanted
"""
PLACES = """
    WITH wanted AS (
        SELECT country, name, readout_fold(name) AS folded
        FROM unnest(%s::bigint[], %s::text[]) AS given (country, name))
    SELECT wanted.country, wanted.name, wanted.folded, coalesce(
        (SELECT id FROM visits_place AS place
         WHERE place.country_id = wanted.country AND readout_fold(place.name) = wanted.folded ORDER BY id LIMIT 1),
        (SELECT place.id FROM visits_place AS place JOIN visits_placename AS further ON further.place_id = place.id
         WHERE place.country_id = wanted.country AND readout_fold(further.name) = wanted.folded
         ORDER BY place.id LIMIT 1))
    FROM wanted
"""
SOURCES = """
    WITH wanted AS (SELECT url, readout_url_key(url) AS key FROM unnest(%s::text[]) AS given (url))
    SELECT wanted.url, wanted.key, (
        SELECT id FROM visits_source AS source
        WHERE md5(source.url_key) = md5(wanted.key) AND source.url_key = wanted.key AND wanted.key <> ''
        ORDER BY id LIMIT 1)
    FROM wanted
"""
SAME_DAY_AND_COUNTRY = """
    SELECT wanted.number, meeting.id, meeting.place_id
    FROM unnest(%s::int[], %s::bigint[], %s::date[]) AS wanted (number, location, day)
    JOIN visits_meeting AS meeting
        ON meeting.location_id = wanted.location AND meeting.start_earliest = wanted.day AND meeting.id <= %s
"""


def countries() -> Countries:
    """All countries, territories and former states that are on record."""
    rows = Party.objects.countries().prefetch_related("other_names").order_by("pk")
    return Countries(
        Country(
            *(row.pk, row.code, row.name, row.kind),
            names=(row.official_name, *(other.name for other in row.other_names.all())),
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )
        for row in rows
    )


class Lookups:
    """What was on record before the import began."""

    def __init__(self) -> None:
        self._last = Meeting.objects.aggregate(last=Max("pk"))["last"] or 0
        self._candidates = 0

    def unchanged(self, rows: Sequence[Facts]) -> set[bytes]:
        """The contents that a former import brought in, and whose meetings are still on record."""
        contents = [UUID(bytes=facts.content) for facts in rows]
        known = ImportedRecord.objects.filter(content__in=contents) if contents and self._last else ()
        return {row.content.bytes for row in known if row.content}

    def alike(self, rows: Sequence[Facts]) -> dict[bytes, str]:
        """Meetings of the same day, country and people, and of no other place."""
        near = self._near(rows) if self._last and rows else []
        people = _people_at({key for _, key in near})
        same = {rows[number].content: key for number, key in near if _same_people(rows[number], people[key])}
        meetings = Meeting.objects.select_related("place", "location").in_bulk(set(same.values()))
        return {content: _described(meetings[key]) for content, key in same.items()}

    def _near(self, rows: Sequence[Facts]) -> list[tuple[int, int]]:
        """Places of rows in the sequence, each with a meeting of its day, in its country and in no other city."""
        known = places({(facts.country.pk, facts.city) for facts in rows if facts.city})
        cities = {(country, name): key for country, name, _, key in known}
        with connection.cursor() as cursor:
            cursor.execute(
                SAME_DAY_AND_COUNTRY,
                [
                    list(range(len(rows))),
                    [facts.country.pk for facts in rows],
                    [dates.earliest(facts.start) for facts in rows],
                    self._last,
                ],
            )
            found = cursor.fetchall()
        return [
            (number, key)
            for number, key, place in found
            if not place or not (city := rows[number].city) or cities[rows[number].country.pk, city] == place
        ]

    def strangers(self, rows: Sequence[tuple[str, Facts]]) -> dict[str, str]:
        """Names that nobody has, with somebody who held the same office in the country on that day."""
        known = {name: key for name, _, key in people({name for name, _ in rows})}
        found: dict[str, str] = {}
        for name, facts in rows:
            if known[name] is None and name not in found:
                found[name] = self._candidate(facts, facts.host_title if name == facts.host else "")
        return found

    def _candidate(self, facts: Facts, title: str) -> str:
        self._candidates += 1
        if not title or self._candidates > MOST_CANDIDATES:
            return ""
        held = Tenure.objects.held_on(dates.earliest(facts.start), dates.latest(facts.end or facts.start))
        same = held.alias(folded=fields.Fold("title")).filter(
            party=facts.country.pk, folded=fields.Fold(Value(title))
        )
        tenure = same.select_related("official").first()
        return tenure.official.name if tenure else ""


def people(names: Iterable[str]) -> list[tuple[str, str, int | None]]:
    """Each name, how it is compared, and the official who is called so, by any of their names."""
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, [sorted(names)])
        return cursor.fetchall()


def places(names: Iterable[tuple[int, str]]) -> list[tuple[int, str, str, int | None]]:
    """Each country and name, how it is compared, and the place in that country that is called so."""
    pairs = sorted(names)
    with connection.cursor() as cursor:
        cursor.execute(PLACES, [[country for country, _ in pairs], [name for _, name in pairs]])
        return cursor.fetchall()


def sources(urls: Iterable[str]) -> list[tuple[str, str, int | None]]:
    """Each address, how it is compared, and the source there: ``Source.objects.at_address`` for many."""
    with connection.cursor() as cursor:
        cursor.execute(SOURCES, [sorted(urls)])
        return cursor.fetchall()


def _people_at(meetings: Iterable[int]) -> dict[int, set[str]]:
    """The names of whoever took part, by meeting, as ``likeness`` compares them."""
    rows = Participation.objects.filter(meeting__in=list(meetings)).select_related("official")
    found: dict[int, set[str]] = defaultdict(set)
    for row in rows.prefetch_related("official__other_names"):
        names = [row.name] if row.name else []
        if row.official:
            names += [row.official.name, *(other.name for other in row.official.other_names.all())]
        found[row.meeting_id] |= {likeness(name) for name in names}
    return found


def _same_people(facts: Facts, present: set[str]) -> bool:
    return {likeness(name) for name in facts.people()} <= present


def _described(meeting: Meeting) -> str:
    return f'"{meeting}" of {dates.human(meeting.start_date)}'
