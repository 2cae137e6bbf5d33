"""Where the data lives: what DATABASE_URL and READOUT_DATA may say."""

import socket
import time
import traceback
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from tracker import database

BASE_DIR = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgresql://ann:secret@db.example.org:6432/readout",
            {
                "NAME": "readout",
                "USER": "ann",
                "PASSWORD": "secret",
                "HOST": "db.example.org",
                "PORT": "6432",
                "OPTIONS": {"connect_timeout": 5},
            },
        ),
        (
            "postgres://ann:p%40ss%2Fw%3Ard@localhost/read%20out",
            {
                "NAME": "read out",
                "USER": "ann",
                "PASSWORD": "p@ss/w:rd",
                "HOST": "localhost",
                "OPTIONS": {"connect_timeout": 5},
            },
        ),
        (
            "postgresql:///readout?host=/run/postgresql&user=ann",
            {
                "NAME": "readout",
                "USER": "ann",
                "HOST": "/run/postgresql",
                "OPTIONS": {"connect_timeout": 5},
            },
        ),
        (
            "postgresql://[::1]/readout?sslmode=verify-full&sslrootcert=/etc/ca.pem&connect_timeout=9",
            {
                "NAME": "readout",
                "HOST": "::1",
                "OPTIONS": {
                    "sslmode": "verify-full",
                    "sslrootcert": "/etc/ca.pem",
                    "connect_timeout": "9",
                },
            },
        ),
    ],
)
def test_database_url_is_read_as_libpq_reads_it(url: str, expected: dict[str, Any]) -> None:
    assert database.configuration({"DATABASE_URL": url}, BASE_DIR) == {
        "ENGINE": "django.db.backends.postgresql",
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        **expected,
    }


@pytest.mark.parametrize(
    "url",
    [
        "db.example.org/readout",
        "mysql://ann:s3cret@localhost/readout",
        "postgresql://ann:s3cret@localhost",
        "postgresql://ann:s3cret@localhost:54x/readout",
        "postgresql://ann:s3cret@localhost:99999/readout",
        "postgresql://ann:s3cret%@localhost/readout",
        "postgresql://ann:s3cret@localhost/readout?ssl=please",
        "postgresql://ann:what/s3cret@localhost/readout",
    ],
)
def test_malformed_database_url_is_refused_by_name_without_its_password(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"^DATABASE_URL ") as refused:
        database.configuration({"DATABASE_URL": url}, BASE_DIR)
    assert "s3cret" not in "".join(traceback.format_exception(refused.value))


def test_server_that_is_not_there_is_reported_at_once_and_by_name() -> None:
    with socket.socket() as closed:  # bound, and not listening
        closed.bind(("127.0.0.1", 0))
        url = f"postgresql://ann:s3cret@127.0.0.1:{closed.getsockname()[1]}/readout"
        began = time.monotonic()
        with pytest.raises(ImproperlyConfigured, match=r"DATABASE_URL.*Connection refused") as refused:
            database.ensure_ready({"DATABASE_URL": url}, BASE_DIR)
    assert time.monotonic() - began < 5
    assert "s3cret" not in str(refused.value)


def test_server_that_does_not_answer_is_reported_within_seconds() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://ann@127.0.0.1:{silent.getsockname()[1]}/readout?connect_timeout=2"
        with pytest.raises(ImproperlyConfigured, match=r"DATABASE_URL.*timeout"):
            database.ensure_ready({"DATABASE_URL": url}, BASE_DIR)


def test_data_folder_is_the_one_named_or_else_in_the_checkout(tmp_path: Path) -> None:
    assert database.data_folder({"READOUT_DATA": str(tmp_path / "x" / "..")}, BASE_DIR) == tmp_path
    assert database.data_folder({}, BASE_DIR) == BASE_DIR / ".local"
