"""The tables that only link two records. A link belongs to its first record, and counts as a change of that."""

from visits.models.agenda import AgendaPoint
from visits.models.parties import Party, Place
from visits.models.tours import Stop
from visits.models.triggers import touch_owner


class StopPlace(Stop.places.through):  # type: ignore[name-defined]
    class Meta:
        proxy = True
        triggers = touch_owner(owner="visits_stop", key="stop_id")


class PointTopic(AgendaPoint.other_topics.through):  # type: ignore[name-defined]
    class Meta:
        proxy = True
        triggers = touch_owner(owner="visits_agendapoint", key="agendapoint_id")


class PlaceClaim(Place.claimed_by.through):  # type: ignore[name-defined]
    class Meta:
        proxy = True
        triggers = touch_owner(owner="visits_place", key="place_id")


class Succession(Party.succeeded_by.through):  # type: ignore[name-defined]
    class Meta:
        proxy = True
        triggers = touch_owner(owner="visits_party", key="from_party_id")
