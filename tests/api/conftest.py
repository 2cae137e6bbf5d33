"""How a client of the API asks."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client


@pytest.fixture
def get(client: Client) -> Callable[..., Any]:
    """The JSON of an answer that is expected to be a 200: ``get("meetings/", country="X-A")``."""

    def ask(path: str, **params: Any) -> Any:
        response = client.get(f"/api/v1/{path}", params)
        assert response.status_code == 200, response.content
        return response.json()

    return ask


@pytest.fixture
def found(get: Callable[..., Any]) -> Callable[..., list[str]]:
    """The identifiers of the records of a list's first page."""

    def ask(path: str, **params: Any) -> list[str]:
        return [record["id"] for record in get(path, **params)["results"]]

    return ask
