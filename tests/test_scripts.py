"""The commands of the README: what they make, what they say, and what they leave alone."""

import os
import pwd
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.processes import environment, free_port
from tracker import embedded

BASE_DIR = Path(__file__).resolve().parent.parent
PASSWORDS = {
    "READOUT_ADMIN_PASSWORD": "an administrator's phrase",
    "READOUT_ANALYST_PASSWORD": "an analyst's phrase",
}


class Site:
    """What script/server runs once the environment is there, as a process of its own."""

    def __init__(
        self, data: Path, port: int = 0, *, command: list[str] | None = None, **options: Any
    ) -> None:
        self.data = data
        self.process = subprocess.Popen(
            [*(command or [sys.executable, "-m", "tracker.serve"]), "--port", str(port)],
            cwd=options.pop("cwd", BASE_DIR),
            env={**environment(**PASSWORDS), "READOUT_DATA": str(data), **options.pop("env", {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **options,
        )
        self.said = self._listen()
        found = re.search(r"Readout is at (http://\S+)", self.said)
        if not found:
            self.close()
            pytest.fail(self.said)
        self.address = found[1]

    def _listen(self) -> str:
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if line == "Ctrl-C stops it.\n":
                break
        return "".join(lines)

    def status(self, path: str) -> int:
        try:
            with urllib.request.urlopen(self.address + path.removeprefix("/"), timeout=30) as answer:
                status: int = answer.status
                return status
        except urllib.error.HTTPError as error:
            return error.code

    def close(self) -> None:
        """End it, whatever state it is in."""
        with self.process:
            self.process.kill()

    def stop(self, by: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(by)
        with self.process:
            return self.process.wait(timeout=60)


Serve = Callable[..., Site]


def contents(data: Path) -> dict[str, tuple[int, str]]:
    """Every table of a data folder's database: the number of its rows and a fingerprint of them all."""
    keywords: dict[str, Any] = embedded.address(data)
    with psycopg.connect(**keywords) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        fingerprints = {}
        for (table,) in tables:
            query = f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} AS t"
            rows, fingerprint = connection.execute(query).fetchone() or (0, "")
            fingerprints[table] = (rows, fingerprint)
    return fingerprints


def server_of(data: Path) -> int | None:
    return embedded._postmaster(embedded.Cluster.at(data))


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    """A data folder in a path with a space; whatever a test leaves running there is stopped."""
    folder = tmp_path / "path with a space" / "data"
    yield folder
    if folder.exists():
        embedded._stop(embedded.Cluster.at(folder))
        shutil.rmtree(embedded.Cluster.at(folder).socket_folder, ignore_errors=True)


@pytest.fixture
def serve(data: Path) -> Iterator[Serve]:
    """Starts sites; those that a test did not stop are ended with it."""
    started: list[Site] = []

    def start(*arguments: Any, **options: Any) -> Site:
        started.append(Site(*arguments, **options))
        return started[-1]

    yield start
    for site in started:
        site.close()


@pytest.mark.slow
def test_first_start_loads_the_demo_and_makes_the_accounts_and_the_second_changes_nothing(
    data: Path, serve: Serve
) -> None:
    first = serve(data)
    assert "Loading the demo …" in first.said
    assert "  admin     (from READOUT_ADMIN_PASSWORD)\n" in first.said
    assert re.search(r"^  reviewer  \S{16}$", first.said, re.MULTILINE)
    assert (first.status("/"), first.status("/admin/login/"), first.status("/readyz")) == (200, 200, 200)
    before = contents(data)
    assert before["visits_tour"][0] > 0
    assert first.stop() == 0
    assert server_of(data) is None

    second = serve(data)
    assert "Loading the demo" not in second.said
    assert "Collecting static files" not in second.said
    assert "script/manage changepassword" in second.said
    assert second.status("/tours/") == 200
    assert contents(data) == before
    assert second.stop(signal.SIGINT) == 0
    assert server_of(data) is None


@pytest.mark.slow
def test_server_that_was_killed_starts_again_on_its_port(data: Path, serve: Serve) -> None:
    port = free_port()
    first = serve(data, port)
    before = contents(data)
    first.stop(signal.SIGKILL)
    again = serve(data, port)
    assert again.status("/") == 200
    assert contents(data) == before
    postmaster = server_of(data)
    assert postmaster is not None
    os.kill(postmaster, signal.SIGKILL)
    again.stop(signal.SIGKILL)
    last = serve(data, port)
    assert last.status("/") == 200
    assert contents(data) == before
    assert last.stop() == 0


@pytest.mark.slow
def test_two_folders_are_two_sites_side_by_side(data: Path, serve: Serve) -> None:
    other = data.with_name("other data")
    sites = [serve(data), serve(other)]
    assert sites[0].address != sites[1].address
    assert [site.status("/") for site in sites] == [200, 200]
    assert (data / "secret_key").read_text() != (other / "secret_key").read_text()
    assert stat.S_IMODE((data / "secret_key").stat().st_mode) == 0o600
    assert [site.stop() for site in sites] == [0, 0]


@pytest.mark.slow
def test_two_that_start_at_once_in_one_folder_share_it(data: Path) -> None:
    options: dict[str, Any] = {
        "cwd": BASE_DIR,
        "env": {**environment(**PASSWORDS), "READOUT_DATA": str(data)},
        "stdout": subprocess.PIPE,
        "stderr": subprocess.STDOUT,
        "text": True,
    }
    command = [sys.executable, "-m", "tracker.serve", "--port", "0"]
    both = [subprocess.Popen(command, **options) for _ in range(2)]
    said = [[process.stdout.readline() for _ in range(3)] for process in both if process.stdout]
    try:
        assert sum("Loading the demo …\n" in lines for lines in said) == 1
    finally:
        for process in both:
            process.terminate()
            process.communicate(timeout=60)


def run_site(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tracker.serve", *arguments]
    return subprocess.run(command, cwd=BASE_DIR, env=environment(**changes), capture_output=True, text=True)


def test_port_in_use_is_a_sentence_that_offers_another(data: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ran = run_site("--port", str(port), READOUT_DATA=str(data))
    assert ran.returncode == 1
    assert ran.stderr == f"Port {port} is in use. Choose another one: script/server --port {port + 1}\n"
    assert not data.exists()


def test_port_that_is_none_is_refused() -> None:
    ran = run_site("--port", "80000")
    assert ran.returncode == 2
    assert "80000 is no port; choose one from 1 to 65535" in ran.stderr


@pytest.mark.parametrize(
    "url", ["localhost:5432/readout", "postgresql://ann:s3cret@127.0.0.1:{port}/readout"]
)
@pytest.mark.parametrize("command", [["tracker.serve", "--port", "0"], ["pytest", "tests/test_network.py"]])
def test_wrong_database_url_ends_server_and_tests_at_once_and_by_name(url: str, command: list[str]) -> None:
    url = url.format(port=free_port())
    began = time.monotonic()
    ran = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=BASE_DIR,
        env=environment(DATABASE_URL=url),
        capture_output=True,
        text=True,
    )
    assert ran.returncode not in (0, 5)
    assert "DATABASE_URL" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "s3cret" not in ran.stdout + ran.stderr
    assert time.monotonic() - began < 20


@pytest.mark.slow
def test_database_url_serves_from_that_server(data: Path, serve: Serve) -> None:
    embedded.ensure_started(data)
    address = embedded.address(data)
    url = f"postgresql:///{address['dbname']}?host={address['host']}&user={address['user']}"
    elsewhere = data.with_name("elsewhere")
    site = serve(elsewhere, env={"DATABASE_URL": url})
    assert "Loading the demo …" in site.said
    assert site.status("/") == 200
    assert site.stop() == 0
    assert contents(data)["visits_tour"][0] > 0
    assert not (elsewhere / "postgres").exists()


# Another user


def reachable_copy(folder: Path) -> tuple[Path, list[str], dict[str, str]]:
    """A checkout that everybody can read, a Python that everybody can run, and where it finds the packages."""
    checkout, packages = folder / "check out", folder / "packages"
    ignore = shutil.ignore_patterns(".git", ".local", ".venv", "__pycache__", ".*_cache")
    shutil.copytree(BASE_DIR, checkout, ignore=ignore)
    site_packages = Path(psycopg.__file__).parent.parent
    tools = ("playwright", "mypy*", "ruff*", "djlint*", "*-stubs", "pip", "setuptools", "__pycache__")
    shutil.copytree(site_packages, packages, ignore=shutil.ignore_patterns(*tools))
    subprocess.run(["chmod", "-R", "a+rX", str(folder)], check=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    for python in (str(Path(sys.executable).resolve()), f"/usr/bin/{version}", f"/usr/local/bin/{version}"):
        try:
            subprocess.run([python, "-c", ""], user="nobody", cwd="/", check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            continue
        return checkout, [python, "-m", "tracker.serve"], {"PYTHONPATH": str(packages)}
    pytest.skip(f"no {version} on this machine that an ordinary user can run")


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_ordinary_user_gets_the_same_site(serve: Serve) -> None:
    folder = Path("/var/tmp") / f"readout-test-{os.getpid()}"
    folder.mkdir(mode=0o755)
    try:
        checkout, command, variables = reachable_copy(folder)
        data = folder / "home of nobody"
        data.mkdir()
        os.chown(data, pwd.getpwnam("nobody").pw_uid, -1)
        as_nobody: dict[str, Any] = {"user": "nobody", "group": "nogroup", "extra_groups": []}
        site = serve(data / "data", cwd=checkout, command=command, env=variables, **as_nobody)
        assert (site.status("/"), site.status("/readyz")) == (200, 200)
        assert (data / "data" / "postgres").stat().st_uid == data.stat().st_uid
        assert site.stop() == 0
        assert server_of(data / "data") is None
    finally:
        shutil.rmtree(folder)
