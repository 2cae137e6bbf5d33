"""The suite itself stays on this machine."""

import socket

import pytest

from tests.conftest import NetworkError


def test_connecting_to_another_machine_is_refused() -> None:
    with socket.socket() as client, pytest.raises(NetworkError, match=r"192\.0\.2\.1"):
        client.connect(("192.0.2.1", 80))


def test_looking_up_another_machine_is_refused() -> None:
    with pytest.raises(NetworkError, match=r"www\.example\.org"):
        socket.create_connection(("www.example.org", 80))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_connecting_to_this_machine_is_allowed(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection((host, server.getsockname()[1])).close()
