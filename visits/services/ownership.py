"""Which tour or meeting a record is a part of: what is edited, reviewed and published as one."""

from django.db.models import Model

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


def owner_of(record: Model) -> Tour | Meeting | None:
    """The tour or meeting itself, or the one that the record belongs to; None for what stands on its own."""
    match record:
        case Tour() | Meeting():
            return record
        case Stop():
            return record.tour
        case Participation():
            return record.meeting
        case AgendaPoint() | Note():
            return record.meeting or record.tour
        case Statement():
            return owner_of(record.point)
        case Citation():
            return owner_of(record.target)
        case ExternalIdentifier():
            return record.tour or record.meeting or (record.stop.tour if record.stop else None)
    return None
