"""A tour of the demo with its stops, meetings, points, statements and notes, each with its citations.

What a file leaves out is taken from above: a meeting has the dates, the country, the only place and the record of
its stop; participants, points and statements are cited to what stands above them.
"""

from typing import Any

from visits.importers.demo_cast import Cast, Facts
from visits.models import (
    AgendaPoint,
    Citation,
    ExternalIdentifier,
    Meeting,
    Note,
    Participation,
    Statement,
    Stop,
    Tour,
)

HISTORIAN_TRAVELS = "historian-travels"
HISTORIAN_SOURCE = "historian-travels-blinken"


class Events:
    """Makes the records of one tour, as drafts."""

    def __init__(self, cast: Cast) -> None:
        self._cast = cast
        self._stops: dict[str, tuple[Stop, Facts]] = {}
        self._citations: list[Citation] = []

    def record(self, facts: Facts) -> tuple[Tour, list[Meeting]]:
        """The tour and its meetings, with everything that belongs to them."""
        tour = self._tour(facts["tour"])
        for position, stop in enumerate(facts["stops"], start=1):
            self._stops[stop["record"]] = (self._stop(tour, position, stop), stop)
        meetings = [self._meeting(tour, meeting) for meeting in facts["meetings"]]
        Citation.objects.bulk_create(self._citations)
        return tour, meetings

    def _tour(self, facts: Facts) -> Tour:
        tour = Tour.objects.create(
            principal=self._cast.official(facts["principal"]),
            on_behalf_of=self._cast.party_of(facts["principal"]),
            **_without(facts, "principal", "cites", "purposes", "notes"),
        )
        self._cite("tour", tour, facts["cites"])
        self._points(facts.get("purposes", []), facts["cites"], tour=tour)
        self._notes(facts.get("notes", []), tour=tour)
        return tour

    def _stop(self, tour: Tour, position: int, facts: Facts) -> Stop:
        stop = Stop.objects.create(
            tour=tour,
            position=position,
            country=self._cast.party(facts["country"]),
            **_without(facts, "record", "country", "places"),
        )
        stop.places.set(self._cast.place(facts["country"], name) for name in facts["places"])
        ExternalIdentifier.objects.create(stop=stop, scheme=HISTORIAN_TRAVELS, value=facts["record"])
        self._cite("stop", stop, _record_of(facts))
        return stop

    def _meeting(self, tour: Tour, facts: Facts) -> Meeting:
        stop, of_stop = self._stops[facts["stop"]]
        places = (facts if "places" in facts else of_stop)["places"]
        dates = facts if "start_date" in facts else of_stop
        cites = facts.get("cites", _record_of(of_stop))
        meeting = Meeting.objects.create(
            tour=tour,
            stop=stop,
            location=stop.country,
            place=self._cast.place(of_stop["country"], places[0]) if len(places) == 1 else None,
            host=self._cast.party(facts["host"]) if "host" in facts else None,
            start_date=dates["start_date"],
            end_date=dates.get("end_date", ""),
            **{name: facts[name] for name in ("slug", "title", "kind", "status", "reason") if name in facts},
        )
        self._cite("meeting", meeting, cites)
        self._participants(meeting, facts["participants"], cites)
        self._points(facts.get("points", []), cites, meeting=meeting)
        self._notes(facts.get("notes", []), meeting=meeting)
        return meeting

    def _participants(self, meeting: Meeting, participants: list[Any], above: list[Facts]) -> None:
        for position, given in enumerate(participants, start=1):
            facts: Facts = {"official": given} if isinstance(given, str) else given
            participation = Participation.objects.create(
                meeting=meeting, position=position, **self._who(facts), **_without(facts, *WHO, "cites")
            )
            self._cite("participation", participation, facts.get("cites", above))

    def _who(self, facts: Facts) -> Facts:
        if "official" in facts:
            slug = facts["official"]
            return {"official": self._cast.official(slug), "on_behalf_of": self._cast.party_of(slug)}
        party = self._cast.party(facts["party"]) if "party" in facts else None
        return {"name": facts["name"], "is_group": True, "on_behalf_of": party}

    def _points(self, points: list[Facts], above: list[Facts], **owner: Tour | Meeting) -> None:
        for position, facts in enumerate(points, start=1):
            cites = facts.get("cites", above)
            point = AgendaPoint.objects.create(
                title=facts["title"], main_topic=self._cast.topic(facts["topic"]), position=position, **owner
            )
            self._cite("point", point, cites)
            for statement in facts.get("statements", []):
                self._statement(point, statement, cites)

    def _statement(self, point: AgendaPoint, facts: Facts, above: list[Facts]) -> None:
        statement = Statement.objects.create(
            point=point,
            on_behalf_of=self._cast.party(facts["party"]),
            speaker=self._cast.official(facts["speaker"]) if "speaker" in facts else None,
            **_without(facts, "party", "speaker", "cites"),
        )
        self._cite("statement", statement, facts.get("cites", above))

    def _notes(self, notes: list[Facts], **owner: Tour | Meeting) -> None:
        for position, facts in enumerate(notes, start=1):
            note = Note.objects.create(position=position, **owner, **_without(facts, "cites"))
            self._cite("note", note, facts["cites"])

    def _cite(self, target: str, record: Any, cites: list[Facts]) -> None:
        self._citations += self._cast.citations(target, record, cites)


WHO = ("official", "name", "party")


def _record_of(stop: Facts) -> list[Facts]:
    """The citation of the Historian's record of a stop."""
    return [{"source": HISTORIAN_SOURCE, "locator": f"record {stop['record']}"}]


def _without(facts: Facts, *names: str) -> Facts:
    return {name: value for name, value in facts.items() if name not in names}
