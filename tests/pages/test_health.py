"""What a supervisor asks: is it alive, and can it serve."""

from typing import Any

import pytest
from django.db import OperationalError
from django.db.migrations.executor import MigrationExecutor
from django.test import Client


def test_alive_asks_no_database(client: Client) -> None:
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"Alive.\n")
    assert "no-cache" in response.headers["Cache-Control"]


@pytest.mark.django_db
def test_ready_with_a_migrated_database(client: Client) -> None:
    response = client.get("/readyz")
    assert (response.status_code, response.content) == (200, b"Ready.\n")


@pytest.mark.django_db
def test_not_ready_while_a_migration_waits(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda self, targets: [("secret_table", False)])
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.content == b"Not ready: the database has not been migrated to this version.\n"


@pytest.mark.django_db
def test_not_ready_without_a_database_and_says_no_more(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    def refuse(self: Any, *args: Any) -> None:
        raise OperationalError("connection to 10.0.0.7 as readout failed")

    monkeypatch.setattr(MigrationExecutor, "__init__", refuse)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.content == b"Not ready: the database does not answer.\n"
    assert "10.0.0.7" in caplog.text, "the log tells the operator"
