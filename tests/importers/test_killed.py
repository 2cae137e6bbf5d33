"""Imports whose process or whose database is killed in the middle: all is on record or nothing, and again works."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.clusters import BASE_DIR, connected, server_of, user_of
from tests.importers.historian_files import trip, visit, write_trips, write_visits
from tests.importers.sheets.files import row, sheet
from tests.processes import environment
from tracker import embedded

pytestmark = pytest.mark.slow

RECORDS = 300
VISITS = 100
PATIENCE = 60.0
MEETINGS = ("import_meetings", "meetings.csv")
HISTORIAN = ("import_historian", "historian", "--reviewer", "reviewer")
COMMANDS = pytest.mark.parametrize("command", [MEETINGS, HISTORIAN], ids=["meetings", "historian"])
# Every table but that of the imports themselves: their number of rows says whether anything was added.
TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'visits_importbatch'"
WAITS = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = %s::regclass"
# Sequences go on whether what took their numbers is committed or not.
WRITES = "SELECT 1 FROM visits_citation_id_seq WHERE is_called AND last_value > %s"
OTHERS = """
    SELECT 1 FROM pg_stat_activity
    WHERE backend_type = 'client backend' AND datname = current_database() AND pid <> pg_backend_pid()
"""

State = tuple[dict[str, int], list[str]]
Kill = Callable[[Path, subprocess.Popen[str]], None]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a sheet and with the Historian's records, all of people who never were."""
    folder = tmp_path_factory.mktemp("files")
    rows = [
        row(date=day(number), country="France", city="Paris", visitor=f"Envoy {number}")
        for number in range(RECORDS)
    ]
    (folder / "meetings.csv").write_bytes(sheet(*rows))
    trips = [trip(id=number + 1, start=day(number), end=day(number)) for number in range(RECORDS)]
    visits = [visit(id=number + 1, start=day(number), end=day(number)) for number in range(VISITS)]
    write_trips(folder / "historian", *trips)
    write_visits(folder / "historian", *visits)
    return folder


def day(number: int) -> str:
    """Days apart from each other, so that each is a journey of its own."""
    return f"{1900 + number // 12}-{number % 12 + 1:02}-05"


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder of a site that has a reviewer and no records yet; its server is stopped."""
    folder = tmp_path_factory.mktemp("prepared") / "data"
    for words in (("migrate", "--verbosity", "0"), ("create_demo_accounts",)):
        ended(manage(folder, BASE_DIR, *words))
    yield folder
    stop(folder)


@pytest.fixture
def data(prepared: Path, tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "data"
    copy(prepared, folder)
    yield folder
    stop(folder)


@pytest.fixture(scope="module")
def whole(
    prepared: Path, files: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, ...], dict[str, int]]:
    """What each command adds when nobody disturbs it: the number of rows of every table afterwards."""
    found: dict[tuple[str, ...], dict[str, int]] = {}
    for command in (MEETINGS, HISTORIAN):
        folder = tmp_path_factory.mktemp("whole") / "data"
        copy(prepared, folder)
        with user_of(folder):
            ended(manage(folder, files, *command))
            found[command], states = state(folder)
            assert states == ["published" if command == HISTORIAN else "done"]
    assert found[MEETINGS]["visits_meeting"] == RECORDS
    assert found[HISTORIAN]["visits_stop"] == RECORDS + VISITS
    return found


def copy(data: Path, to: Path) -> None:
    """With its owner, who may be another user."""
    subprocess.run(["cp", "-a", data, to], check=True)


def stop(data: Path) -> None:
    cluster = embedded.Cluster.at(data)
    embedded._stop(cluster)
    shutil.rmtree(cluster.socket_folder, ignore_errors=True)


def manage(data: Path, folder: Path, *words: str) -> subprocess.Popen[str]:
    """A command in a process of its own."""
    changes = {"READOUT_DATA": str(data), "DEBUG": "true"}
    return subprocess.Popen(
        [sys.executable, str(BASE_DIR / "manage.py"), *words],
        cwd=folder,
        env=environment(**changes),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> str:
    """What a command that succeeds writes to its error output."""
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    return errors


def state(data: Path) -> State:
    """How many rows each table has, and the states of the imports."""
    with connected(data) as connection:
        names = [name for (name,) in connection.execute(TABLES)]
        counts = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in names)
        rows: dict[str, int] = dict(connection.execute(counts).fetchall())
        states = connection.execute("SELECT state FROM visits_importbatch ORDER BY id").fetchall()
    return rows, [name for (name,) in states]


def until(data: Path, query: str, *values: Any, there: bool = True) -> None:
    """Wait for a query to find something, or nothing any more."""
    deadline = time.monotonic() + PATIENCE
    with connected(data) as connection:
        while bool(connection.execute(query, values).fetchone()) is not there:
            assert time.monotonic() < deadline, query
            time.sleep(0.002)


@contextmanager
def held(data: Path, table: str) -> Iterator[None]:
    """Within the block nobody can write to the table, and reading it is free; the server may be killed meanwhile."""
    keywords: dict[str, Any] = embedded.address(data)
    connection = psycopg.connect(**keywords)
    connection.execute(f"LOCK TABLE {table} IN SHARE MODE")
    try:
        yield
    finally:
        with suppress(psycopg.OperationalError):
            connection.rollback()
        connection.close()


@contextmanager
def importing(data: Path, files: Path, command: tuple[str, ...]) -> Iterator[subprocess.Popen[str]]:
    process = manage(data, files, *command)
    with process:
        try:
            yield process
        finally:
            process.kill()


def kill_process(data: Path, process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def kill_server(data: Path, process: subprocess.Popen[str]) -> None:
    """The command ends by itself, with a sentence; or well, if it was done before it noticed."""
    postmaster = server_of(data)
    assert postmaster is not None
    os.kill(postmaster, signal.SIGKILL)
    _, errors = process.communicate(timeout=PATIENCE)
    assert "Traceback" not in errors
    if process.returncode:
        assert errors.startswith(
            "CommandError: It was broken off: its process ended or lost the database. Run it"
        )


KILLS = pytest.mark.parametrize("kill", [kill_process, kill_server], ids=["process", "server"])


def check(data: Path, files: Path, command: tuple[str, ...], before: State, whole: dict[str, int]) -> bool:
    """All or nothing, and the next run adds what is lacking, once. Returns whether nothing was there."""
    with user_of(data):
        until(data, OTHERS, there=False)
        rows, states = state(data)
        nothing = rows == before[0]
        done = ["published" if command == HISTORIAN else "done"]
        left = [] if command == HISTORIAN else ["running"]
        assert nothing or rows == whole
        assert states == (left if nothing else done)
        errors = ended(manage(data, files, *command))
        told = "meetings.csv, import of " in errors and ": It was broken off: " in errors
        again, states = state(data)
        if nothing:
            assert again == whole
            assert states == [*["failed"] * len(left), *done]
        assert told is (nothing and command == MEETINGS)
        assert again["visits_stop"] == whole["visits_stop"]
        assert again["visits_meeting"] == whole["visits_meeting"]
        return nothing


@KILLS
@pytest.mark.parametrize(
    ("command", "table"),
    [
        (MEETINGS, "visits_meeting"),
        (MEETINGS, "visits_importedrecord"),
        (HISTORIAN, "visits_stop"),
        (HISTORIAN, "visits_importrow"),
        (HISTORIAN, "visits_editorialevent"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_what_is_killed_before_its_end_leaves_nothing(
    data: Path, files: Path, whole: dict[Any, Any], command: tuple[str, ...], table: str, kill: Kill
) -> None:
    with user_of(data):
        before = state(data)
        with held(data, table), importing(data, files, command) as process:
            until(data, WAITS, table)
            kill(data, process)
    assert check(data, files, command, before, whole[command])


@KILLS
def test_sheet_that_is_killed_before_it_is_called_done_leaves_nothing(
    data: Path, files: Path, whole: dict[Any, Any], kill: Kill
) -> None:
    with user_of(data):
        before = state(data)
        with (
            importing(data, files, MEETINGS) as process,
            held_late(data, "visits_meeting", "visits_importbatch"),
        ):
            until(data, WAITS, "visits_importbatch")
            kill(data, process)
    assert check(data, files, MEETINGS, before, whole[MEETINGS])


@contextmanager
def held_late(data: Path, first: str, table: str) -> Iterator[None]:
    """As ``held``, from the moment on when somebody wants to write to the first table."""
    with held(data, first):
        until(data, WAITS, first)
        later = held(data, table)
        later.__enter__()
    try:
        yield
    finally:
        later.__exit__(None, None, None)


@COMMANDS
@KILLS
def test_what_is_killed_while_it_writes_is_on_record_as_a_whole_or_not_at_all(
    data: Path, files: Path, whole: dict[Any, Any], command: tuple[str, ...], kill: Kill
) -> None:
    with user_of(data):
        before = state(data)
        with importing(data, files, command) as process:
            until(data, WRITES, 1)
            kill(data, process)
    check(data, files, command, before, whole[command])
