"""What holds for every test: a database that answers, no network, and slow tests only when asked for."""

import ipaddress
import os
import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from tracker import database


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run the tests marked slow, too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--slow"):
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    items[:] = [item for item in items if item not in slow]
    config.hook.pytest_deselected(items=slow)


def pytest_sessionstart() -> None:
    try:
        database.ensure_ready(os.environ, settings.BASE_DIR)
    except ImproperlyConfigured as error:
        raise pytest.UsageError(str(error)) from None


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database; at its end nobody holds on to it, not even a live server with a last request."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("""
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()
        """)


@pytest.fixture
def commits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Do at once what waits for the commit: a test's own transaction never comes to one."""
    monkeypatch.setattr(transaction, "on_commit", lambda work, **_: work())


class NetworkError(RuntimeError):
    """A test wanted to leave this machine."""


def _stays_here(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(name)).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Refuse to look up or connect to anything but this machine."""

    def guard(function: Callable[..., Any], host_of: Callable[..., object]) -> Callable[..., Any]:
        def guarded(*args: Any, **kwargs: Any) -> Any:
            host = host_of(*args, **kwargs)
            if not _stays_here(host):
                raise NetworkError(f"Tests stay on this machine; this one asks for {host}.")
            return function(*args, **kwargs)

        return guarded

    def peer(this: socket.socket, address: Any) -> object:
        return "localhost" if this.family == socket.AF_UNIX else address[0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", guard(socket.getaddrinfo, lambda host, *_, **__: host))
        for name in ("connect", "connect_ex"):
            patch.setattr(socket.socket, name, guard(getattr(socket.socket, name), peer))
        yield
