"""Make .venv with what a command needs, then become that command. Needs nothing but Python's standard library."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
# Written last: an environment without it is half made.
STAMP = VENV / "readout.json"
COMMANDS = {
    "bench": ("requirements.txt", ["-m", "script.bench"]),
    "environment": ("requirements-dev.txt", ["-c", ""]),
    "manage": ("requirements.txt", ["-m", "tracker.local"]),
    "server": ("requirements.txt", ["-m", "tracker.serve"]),
    # One worker a core, each with a test database of its own; more than four gain nothing.
    "test": ("requirements-dev.txt", ["-m", "pytest", "-n", "auto", "--maxprocesses=4", "--dist=worksteal"]),
}
INCLUDES = {
    "requirements.txt": ["requirements.txt"],
    "requirements-dev.txt": ["requirements.txt", "requirements-dev.txt"],
}


def main(command: str, *arguments: str) -> NoReturn:
    """Prepare the environment and run a command of the table in it."""
    requirements, words = COMMANDS[command]
    if os.environ.get("READOUT_DATA"):
        os.environ["READOUT_DATA"] = os.path.abspath(os.path.expanduser(os.environ["READOUT_DATA"]))
    os.chdir(ROOT)
    if not is_ready(requirements):
        with open(ROOT / ".venv.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not is_ready(requirements):
                prepare(requirements)
    os.execv(PYTHON, [str(PYTHON), *words, *arguments])


def is_ready(requirements: str) -> bool:
    """Whether the environment works and holds what these requirements say."""
    return is_whole() and read_stamp().get(requirements) == digest(requirements)


def is_whole() -> bool:
    """Whether an environment was completed here, and its Python is still on this machine."""
    if read_stamp().get("folder") != str(VENV):
        return False
    try:
        return subprocess.run([PYTHON, "-c", "import pip"], capture_output=True).returncode == 0
    except OSError:
        return False


def prepare(requirements: str) -> None:
    """Make the environment unless there is a whole one, and install."""
    stamp = read_stamp() if is_whole() else {}
    if not stamp:
        shutil.rmtree(VENV, ignore_errors=True)
        venv.create(VENV, with_pip=True)
    print(f"Installing the packages of {requirements} …", file=sys.stderr, flush=True)
    pip = [str(PYTHON), "-m", "pip", "install", "-qq", "--no-input", "--disable-pip-version-check"]
    # A user's own preference for --user makes no sense in here.
    environment = os.environ | {"PIP_USER": "0"}
    if subprocess.run([*pip, "--requirement", str(ROOT / requirements)], env=environment).returncode != 0:
        sys.exit(f"The packages of {requirements} could not be installed; pip says why above.")
    installed = {name: digest(name) for name in INCLUDES[requirements]}
    STAMP.write_text(json.dumps({**stamp, "folder": str(VENV), **installed}))


def read_stamp() -> dict[str, Any]:
    """What the environment was made with; empty when it is half made or missing."""
    try:
        return dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError):
        return {}


def digest(requirements: str) -> str:
    """A fingerprint of a requirements file and of those that it includes."""
    texts = [(ROOT / name).read_bytes() for name in INCLUDES[requirements]]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
    except PermissionError as error:
        sys.exit(f"The environment in {VENV} can't be made or read: {error}.")
