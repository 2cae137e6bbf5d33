"""``known_at``: the moment at which the record is to be read."""

from datetime import UTC, datetime, time

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone

from visits import dates
from visits.filtersets.base import BadQuery, Fault
from visits.filtersets.fields import MomentField

KNOWN_AT = "known_at"
HOW = (
    "Write a day, such as 2024-01-06, or a moment with its zone, such as 2024-01-06T12:00:00Z. "
    "A day means its end in UTC."
)


def read_known_at(data: QueryDict) -> datetime | None:
    """The moment asked for, or None. Raises BadQuery for what is no moment, or one that is still to come."""
    given = data.getlist(KNOWN_AT)
    if not given:
        return None
    if len(given) > 1:
        raise BadQuery([Fault(KNOWN_AT, f"{KNOWN_AT}: write one moment only.")])
    now = timezone.now()
    moment = _end_of_day(given[0], now) or _moment(given[0])
    if moment is None:
        raise BadQuery([Fault(KNOWN_AT, f"{KNOWN_AT}: “{given[0]}” is not a moment. {HOW}")])
    if moment > now:
        raise BadQuery([Fault(KNOWN_AT, f"{KNOWN_AT}: “{given[0]}” is still to come.")])
    return moment


def _end_of_day(text: str, now: datetime) -> datetime | None:
    """The last moment of that day; of today, as much as has passed."""
    if len(text) != 10:
        return None
    try:
        dates.check(text)
    except ValueError:
        return None
    end = datetime.combine(dates.earliest(text), time.max, UTC)
    return now if end.date() == now.astimezone(UTC).date() else end


def _moment(text: str) -> datetime | None:
    try:
        moment = MomentField(required=False).clean(text)
        return moment.astimezone(UTC) if moment else None
    except (ValidationError, OverflowError):
        return None


def as_text(moment: datetime) -> str:
    """The moment as an address has it."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
