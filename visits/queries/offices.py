"""Who held which office in certain days, to propose for whom somebody takes part and with which title."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from visits.models import Tenure


def offices_on(officials: Iterable[int], first: date, last: date) -> dict[int, list[Tenure]]:
    """What each official may have held in these days, the latest first; without a key who held nothing."""
    held: defaultdict[int, list[Tenure]] = defaultdict(list)
    for tenure in (
        Tenure.objects.filter(official__in=set(officials)).held_on(first, last).select_related("party")
    ):
        held[tenure.official_id].append(tenure)
    return dict(held)


def only_party(tenures: Iterable[Tenure]) -> int | None:
    """The key of the one party for which all of these were held."""
    parties = {tenure.party_id for tenure in tenures}
    return parties.pop() if len(parties) == 1 else None
