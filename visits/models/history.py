"""Every insert, update and delete of a record is kept, by triggers, so that bulk, imported and SQL changes count too.

Each tracked model gets a table of events, to which rows are only ever added: the row as it stood, when, and the
context (who, through what, why) that ``visits.services.acting`` declares.
"""

import pghistory
from django.db import connection, models

from visits.models.agenda import AgendaPoint, Statement, Topic
from visits.models.evidence import Citation, Note
from visits.models.identity import ExternalIdentifier
from visits.models.imports import Suggestion
from visits.models.meetings import Meeting, Participation
from visits.models.parties import Party, PartyName, Place, PlaceName
from visits.models.people import Official, OfficialName, Tenure
from visits.models.sources import Contributor, Source
from visits.models.tours import Stop, Tour

# After single-row saves on a connection, the trigger's own statement keeps a nested-loop plan, which is quadratic
# in the rows of a bulk UPDATE. Hash joins cost nothing on one row.
STEADY_PLANS = """
    SELECT format('ALTER FUNCTION %I() SET enable_nestloop = off', function.proname)
    FROM pg_trigger AS hook
    JOIN pg_proc AS function ON function.oid = hook.tgfoid
    WHERE hook.tgnewtable IS NOT NULL AND hook.tgoldtable IS NOT NULL AND function.proconfig IS NULL
"""


def keep_history(model: type[models.Model]) -> type[models.Model]:
    """Track a model; columns that PostgreSQL generates are left out, since they follow from the others."""
    generated = [field.name for field in model._meta.local_fields if field.generated]
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=generated,
        level=pghistory.Statement,
        append_only=True,
    )(model)


class StopPlace(Stop.places.through):  # type: ignore[name-defined]
    class Meta:
        proxy = True


class PointTopic(AgendaPoint.other_topics.through):  # type: ignore[name-defined]
    class Meta:
        proxy = True


class PlaceClaim(Place.claimed_by.through):  # type: ignore[name-defined]
    class Meta:
        proxy = True


class Succession(Party.succeeded_by.through):  # type: ignore[name-defined]
    class Meta:
        proxy = True


TRACKED = (
    Party, PartyName, Succession, Place, PlaceName, PlaceClaim, Official, OfficialName, Tenure,
    Tour, Stop, StopPlace, Meeting, Participation, Topic, AgendaPoint, PointTopic, Statement,
    Source, Contributor, Citation, Note, ExternalIdentifier, Suggestion,
)  # fmt: skip
for tracked in TRACKED:
    keep_history(tracked)


def steady_plans() -> None:
    """Keep the plans of all triggers that compare old and new rows steady. Run after each migration."""
    with connection.cursor() as cursor:
        cursor.execute(STEADY_PLANS)
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)
