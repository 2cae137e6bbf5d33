"""A record in one line, in a list of others of its kind: enough to tell namesakes apart."""

from functools import singledispatch

from visits.models import (
    AgendaPoint,
    Meeting,
    Note,
    Participation,
    Party,
    Place,
    Source,
    Statement,
    Stop,
    Tenure,
    Tour,
)


@singledispatch
def label(record: object) -> str:
    return str(record)


@label.register
def _(party: Party) -> str:
    return f"{party} ({party.code})"


@label.register
def _(place: Place) -> str:
    return f"{place}, {place.country}"


@label.register
def _(tenure: Tenure) -> str:
    return ", ".join(filter(None, [str(tenure.official), str(tenure), tenure.dates]))


@label.register
def _(tour: Tour) -> str:
    return f"{tour} ({tour.dates})"


@label.register
def _(stop: Stop) -> str:
    return f"{stop} ({stop.dates}), {stop.tour}"


@label.register
def _(meeting: Meeting) -> str:
    return f"{meeting} ({meeting.dates})"


@label.register
def _(participation: Participation) -> str:
    return f"{participation}: {label(participation.meeting)}"


@label.register
def _(point: AgendaPoint) -> str:
    return f"{point}: {label(point.meeting or point.tour)}"


@label.register
def _(statement: Statement) -> str:
    return f"{statement} ({label(statement.point)})"


@label.register
def _(note: Note) -> str:
    return f"{note} ({label(note.meeting or note.tour)})"


@label.register
def _(source: Source) -> str:
    return ", ".join(filter(None, [source.title, source.publisher, source.date]))
