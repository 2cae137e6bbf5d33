"""A migration loses nothing, and runs on tables that hold something."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from tests import factories as make
from visits.models import (
    Contributor,
    EditorialEvent,
    ExternalIdentifier,
    OfficialName,
    PartyName,
    PlaceName,
    Stop,
    Tour,
)
from visits.models.history import steady_plans
from visits.queries.history import changes_of
from visits.queries.parts import event_model
from visits.queries.since import differences_since
from visits.services import history

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

BEFORE = [("visits", "0003_tenure_versions")]


def migrate(targets: list[tuple[str, str]]) -> None:
    MigrationExecutor(connection).migrate(targets)


@pytest.fixture
def latest() -> Iterator[list[tuple[str, str]]]:
    targets = [
        node for node in MigrationExecutor(connection).loader.graph.leaf_nodes() if node[0] == "visits"
    ]
    yield targets
    migrate(targets)
    steady_plans()


def test_rows_that_did_not_count_begin_to(latest: list[tuple[str, str]]) -> None:
    official, source = make.make_official(), make.make_source()
    rows = [
        (OfficialName.objects.create(official=official, name="As it was"), "name"),
        (PartyName.objects.create(party=make.make_country(), name="As it was"), "name"),
        (PlaceName.objects.create(place=make.make_place(), name="As it was"), "name"),
        (Contributor.objects.create(source=source, name="As it was"), "name"),
        (ExternalIdentifier.objects.create(source=source, scheme="x", value="As it was"), "value"),
    ]
    with transaction.atomic():
        stop = make.make_stop(places=[make.make_place(name="Strelsau")])
    author = make.make_user("Analyst")
    EditorialEvent.objects.create(tour=stop.tour, action="created", by=author)
    migrate(BEFORE)
    with connection.cursor() as cursor:
        for row, column in rows:
            table = row._meta.db_table
            cursor.execute(f"UPDATE {table} SET {column} = 'Once changed' WHERE id = %s", [row.pk])
        zenda = make.make_place(name="Zenda")
        cursor.execute(
            "INSERT INTO visits_stop_places (stop_id, place_id) VALUES (%s, %s)", [stop.pk, zenda.pk]
        )
    migrate(latest)
    for row, column in rows:
        model = type(row)
        row.refresh_from_db()
        assert (row.version, getattr(row, column)) == (1, "Once changed")
        model._default_manager.filter(pk=row.pk).update(**{column: "Again"})
        told = [(d.before, d.after) for d in differences_since(model, row.pk, 1)[1]]
        assert told == [("Once changed", "Again")]
        assert event_model(model).objects.filter(pgh_obj=row.pk).count() == 3
    seen = Stop.objects.get().version
    stop.places.add(make.make_place(name="Hentzau"))
    told = [(d.before, d.after) for d in differences_since(Stop, stop.pk, seen)[1]]
    assert told == [("Strelsau, Zenda", "Hentzau, Strelsau, Zenda")]
    pk = stop.tour_id
    Tour.objects.all().delete()
    history.undelete(model=Tour, pk=pk, by=author)
    assert EditorialEvent.objects.get(action="created").by == author
    assert len(changes_of(Tour, pk)) > 0
