"""The embedded PostgreSQL: made, started, joined and stopped in the data folder, reached over a private socket.

The data folder holds `postgres/` (the cluster), `postgres.lock` (held by whoever starts or stops the server) and
`postgres.lease` (shared by every process that uses it: the last one to leave stops the server). The kernel drops
both locks when a process dies, however it dies, so that nothing has to be cleaned up by hand.

PostgreSQL refuses to run as root. For root an unprivileged user runs it, with the cluster as its working folder and
addressed as such: that needs no permission on the folders above, so none of them is opened to anybody.
"""

import atexit
import fcntl
import hashlib
import locale
import os
import pwd
import shutil
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import psycopg
from django.core.exceptions import ImproperlyConfigured

from tracker import binaries

NAME = "readout"
PORT = "5432"
PATIENCE = 60.0
# A fixed place, whatever TMPDIR says, for processes of different sessions must find the same socket; a socket's
# path may have no more than 107 bytes.
SOCKETS = Path("/tmp")
# Linux: the folder in which a process runs, whether it may enter those above or not.
WORKING_FOLDER = Path("/proc/self/cwd")
HBA = "local all all peer map=readout\n"

_leases: dict[Path, TextIO] = {}


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL cluster in a data folder, and the user who runs its server."""

    data: Path
    uid: int

    @classmethod
    def at(cls, data: Path) -> "Cluster":
        """The cluster of a data folder: run by its owner; a new one by us or, for root, by nobody."""
        if os.geteuid() != 0:
            return cls(data, os.geteuid())
        folder = data / "postgres"
        owner = folder.stat().st_uid if folder.exists() else 0
        return cls(data, owner or pwd.getpwnam("nobody").pw_uid)

    @property
    def folder(self) -> Path:
        return self.data / "postgres"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def socket_folder(self) -> Path:
        digest = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:16]
        return SOCKETS / f"readout-{self.uid}-{digest}"

    def run(self, program: str, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs as the cluster's user, in a folder of that user."""
        user: dict[str, Any] = {}
        if os.geteuid() == 0:
            user = {"user": self.uid, "group": pwd.getpwuid(self.uid).pw_gid, "extra_groups": []}
        return subprocess.run(
            [binaries.find(user) / program, "-D", self._as_seen_by_its_user(folder), *arguments],
            cwd=folder,
            # Neither our secrets nor the PG* variables of whoever calls are its business.
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            **user,
        )

    @staticmethod
    def _as_seen_by_its_user(folder: Path) -> str:
        return str(WORKING_FOLDER if os.geteuid() == 0 and WORKING_FOLDER.exists() else folder)


def address(data: Path) -> dict[str, str]:
    """The connection keywords of a data folder's server, whether it runs or not."""
    return {"host": str(Cluster.at(data).socket_folder), "port": PORT, "user": NAME, "dbname": NAME}


def ensure_started(data: Path) -> None:
    """Make the cluster if there is none, start its server or join it, and keep it up until this process ends."""
    if data in _leases:
        return
    binaries.installed()
    _make_data_folder(data)
    with _locked(data):
        lease = _open(data / "postgres.lease")
        fcntl.flock(lease, fcntl.LOCK_SH)
        cluster = Cluster.at(data)
        try:
            _ensure_made(cluster)
            _ensure_running(cluster)
            _ensure_database(cluster)
        except BaseException:
            _stop_if_last(cluster, lease)
            lease.close()
            raise
    _leases[data] = lease
    atexit.register(_leave, cluster, lease, os.getpid())


def _leave(cluster: Cluster, lease: TextIO, holder: int) -> None:
    """At the end of the process that started or joined (not of its forks): the last one stops the server."""
    with lease:
        if os.getpid() == holder and cluster.data.exists():
            with _locked(cluster.data):
                _stop_if_last(cluster, lease)


def _stop_if_last(cluster: Cluster, lease: TextIO) -> None:
    try:
        fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    _stop(cluster)


@contextmanager
def _locked(data: Path) -> Iterator[None]:
    with _open(data / "postgres.lock") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _open(path: Path) -> TextIO:
    try:
        return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600), "w")
    except PermissionError:
        raise ImproperlyConfigured(
            f"{path} belongs to another user. Set READOUT_DATA to a folder of your own."
        ) from None


def _make_data_folder(data: Path) -> None:
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"READOUT_DATA is {data}, which can't be made: {error.strerror}."
        ) from None


def _ensure_made(cluster: Cluster) -> None:
    """Run initdb in a folder of another name, which becomes the cluster when it is complete."""
    if cluster.folder.exists():
        _check_owner(cluster)
        return
    draft = cluster.data / "postgres.new"
    if draft.exists():
        shutil.rmtree(draft)
    draft.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(draft, cluster.uid, -1)
    made = cluster.run(
        *("initdb", f"--username={NAME}", "--encoding=UTF8", "--auth-local=peer", "--auth-host=reject"),
        *("--locale=C", f"--lc-ctype={_letters()}", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        *("--set=listen_addresses=", f"--set=port={PORT}", "--set=log_checkpoints=off"),
        folder=draft,
    )
    if made.returncode != 0:
        raise ImproperlyConfigured(
            f"The embedded PostgreSQL can't be set up in {cluster.data}:\n{made.stdout}"
        )
    _write_access_rules(draft)
    draft.rename(cluster.folder)


def _letters() -> str:
    """A locale of this machine that knows the letters of every script: without one, pg_trgm sees only ASCII."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "en_US.UTF-8", "UTF-8"):
            with suppress(locale.Error):
                return locale.setlocale(locale.LC_CTYPE, name)
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return "C"


def _write_access_rules(folder: Path) -> None:
    """Let in, by the word of the kernel, whoever makes the cluster, and root.

    So a server that nobody runs for root is closed to the other services that run as nobody.
    """
    users = {"root", pwd.getpwuid(os.geteuid()).pw_name}
    (folder / "pg_hba.conf").write_text(HBA)
    (folder / "pg_ident.conf").write_text("".join(f'readout "{user}" {NAME}\n' for user in sorted(users)))


def _check_owner(cluster: Cluster) -> None:
    owner = cluster.folder.stat().st_uid
    if owner != cluster.uid:
        raise ImproperlyConfigured(
            f"The database in {cluster.folder} belongs to user {owner}, who is not you. Start it as that user (or "
            "as root, if root made it), or set READOUT_DATA to a folder of your own."
        )


def _ensure_running(cluster: Cluster) -> None:
    socket = cluster.socket_folder / f".s.PGSQL.{PORT}"
    if _postmaster(cluster):
        if socket.exists():
            return
        # Somebody has cleaned the folder of temporary files: nobody can reach this server any more.
        _stop(cluster)
    _make_socket_folder(cluster)
    # Left by a server that was killed; its process number may be somebody else's by now.
    for stale in (cluster.folder / "postmaster.pid", socket, socket.with_name(f"{socket.name}.lock")):
        stale.unlink(missing_ok=True)
    _start(cluster)


def _start(cluster: Cluster) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        cluster.log.unlink(missing_ok=True)
        started = cluster.run(
            *("pg_ctl", "start", "-w", "-t", str(int(PATIENCE)), "-l", cluster.log.name),
            *("-o", f"-k {cluster.socket_folder}"),
            folder=cluster.folder,
        )
        if started.returncode == 0:
            return
        reason = cluster.log.read_text(errors="replace") if cluster.log.exists() else started.stdout
        # The workers of a killed server take a moment to notice and go.
        if "pre-existing shared memory" not in reason or time.monotonic() > deadline:
            raise ImproperlyConfigured(f"The embedded PostgreSQL in {cluster.data} does not start:\n{reason}")
        time.sleep(0.2)


def _make_socket_folder(cluster: Cluster) -> None:
    """A folder that the server's user and root alone can enter; anybody may have made one of this name before."""
    folder = cluster.socket_folder
    try:
        folder.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(folder, cluster.uid, -1, follow_symlinks=False)
    except FileExistsError:
        pass
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != cluster.uid or found.st_mode & 0o077:
        raise ImproperlyConfigured(
            f"{folder} should be a private folder of user {cluster.uid}, and is not: somebody else made it. "
            "Remove it, or set READOUT_DATA to another folder."
        )


def _postmaster(cluster: Cluster) -> int | None:
    """The process number of the cluster's running server, judged by more than its number."""
    try:
        pid = int((cluster.folder / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None
    try:
        if WORKING_FOLDER.exists():
            return pid if Path(f"/proc/{pid}/cwd").samefile(cluster.folder) else None
    except OSError:
        return None
    listed = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True)
    return pid if str(cluster.folder) in listed.stdout else None


def _stop(cluster: Cluster) -> None:
    """Ask for PostgreSQL's fast shutdown and wait for it."""
    pid = _postmaster(cluster)
    if pid is None:
        return
    os.kill(pid, signal.SIGINT)
    deadline = time.monotonic() + PATIENCE
    while _postmaster(cluster) == pid and time.monotonic() < deadline:
        time.sleep(0.02)
    shutil.rmtree(cluster.socket_folder, ignore_errors=True)


def _ensure_database(cluster: Cluster) -> None:
    keywords: dict[str, Any] = {**address(cluster.data), "dbname": "postgres", "connect_timeout": 5}
    try:
        with psycopg.connect(autocommit=True, **keywords) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [NAME]).fetchone():
                connection.execute(f"CREATE DATABASE {NAME}")
    except psycopg.OperationalError as error:
        raise ImproperlyConfigured(
            f"The embedded PostgreSQL in {cluster.data} gives no connection: {error}"
        ) from None
