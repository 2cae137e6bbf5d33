"""How somebody without an account reads the site."""

from collections.abc import Callable

import pytest
from django.test import Client


@pytest.fixture
def read(client: Client) -> Callable[..., str]:
    """The HTML of a page that is expected to be there."""

    def ask(address: str, **params: str) -> str:
        response = client.get(address, params)
        assert response.status_code == 200, (address, response.status_code)
        return response.content.decode()

    return ask
