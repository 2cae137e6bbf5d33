"""Processes that use a data folder's embedded server, connections to it, and which process it is."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tracker import embedded

BASE_DIR = Path(__file__).resolve().parent.parent
# Starts or joins the server of the folder given, says so, and keeps it until its input ends.
USER = """
import sys
from pathlib import Path
from tracker import embedded
embedded.ensure_started(Path(sys.argv[1]))
print("started", flush=True)
sys.stdin.read()
"""


@contextmanager
def user_of(data: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that uses the server of a data folder; it leaves at the end of the block."""
    process = start_user_of(data)
    assert process.stdout is not None
    assert process.stdout.readline() == "started\n"
    with process:
        yield process
    assert process.returncode in (0, -signal.SIGKILL)


def start_user_of(data: Path, **options: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", USER, str(data)],
        **{"cwd": BASE_DIR, "stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, **options},
    )


@contextmanager
def connected(data: Path) -> Iterator[psycopg.Connection]:
    keywords: dict[str, Any] = embedded.address(data)
    with psycopg.connect(autocommit=True, **keywords) as connection:
        yield connection


def server_of(data: Path) -> int | None:
    return embedded._postmaster(embedded.Cluster.at(data))
