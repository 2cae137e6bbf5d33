"""Before a command can run: a Python that is fit, and an environment that holds what is required."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.processes import environment

BASE_DIR = Path(__file__).resolve().parent.parent

# Finding Python


def run_with_pythons(tmp_path: Path, pythons: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run script/server on a machine with these Pythons, each a shell script, and nothing else."""
    for name, text in pythons.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "dirname").symlink_to(shutil.which("dirname") or "")
    command = ["/bin/sh", str(BASE_DIR / "script" / "server")]
    return subprocess.run(command, env={"PATH": str(tmp_path)}, capture_output=True, text=True)


TOO_OLD = 'case "$2" in *print*) echo 3.9 ;; *) exit 1 ;; esac'
WITHOUT_VENV = 'case "$2" in *print*) echo 3.13 ;; *ensurepip*) exit 1 ;; esac'
SOUND = 'case "$2" in *print*) echo 3.12 ;; server) echo "runs $*" ;; esac'


def test_python_that_is_too_old_names_the_packages_to_install(tmp_path: Path) -> None:
    ran = run_with_pythons(tmp_path, {"python3": TOO_OLD})
    assert ran.returncode == 1
    assert "needs Python 3.11 or newer; this machine has 3.9" in ran.stderr
    assert "python3.11 and python3.11-venv" in ran.stderr


def test_no_python_at_all_names_the_packages_to_install(tmp_path: Path) -> None:
    ran = run_with_pythons(tmp_path, {})
    assert ran.returncode == 1
    assert "needs Python 3.11 or newer; none was found" in ran.stderr


def test_python_without_venv_names_its_package(tmp_path: Path) -> None:
    ran = run_with_pythons(tmp_path, {"python3": WITHOUT_VENV})
    assert ran.returncode == 1
    assert "apt-get install python3.13-venv" in ran.stderr


def test_sound_python_is_found_behind_others(tmp_path: Path) -> None:
    ran = run_with_pythons(tmp_path, {"python3": TOO_OLD, "python3.13": WITHOUT_VENV, "python3.12": SOUND})
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == f"runs {BASE_DIR}/script/bootstrap.py server\n"


# The environment


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A checkout with our scripts, no requirements, and a site that only tells how it was called."""
    folder = tmp_path / "a clone"
    shutil.copytree(BASE_DIR / "script", folder / "script")
    (folder / "tracker").mkdir()
    (folder / "tracker" / "serve.py").write_text("import sys\nprint(sys.prefix, sys.argv[1:])\n")
    (folder / "requirements.txt").write_text("# none\n")
    (folder / "requirements-dev.txt").write_text("-r requirements.txt\n")
    return folder


def call(clone: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(clone / "script" / "server"), *arguments]
    ran = subprocess.run(command, env=environment(), cwd="/", capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return ran


@pytest.mark.slow
def test_environment_is_made_once_and_again_only_when_its_requirements_change(clone: Path) -> None:
    installing = "Installing the packages of requirements.txt …\n"
    first = call(clone, "--port", "8001")
    assert (first.stdout, first.stderr) == (f"{clone}/.venv ['--port', '8001']\n", installing)
    assert call(clone).stderr == ""
    (clone / "requirements.txt").write_text("# none yet\n")
    assert call(clone).stderr == installing
    assert call(clone).stderr == ""


@pytest.mark.slow
def test_half_made_environment_is_made_anew(clone: Path) -> None:
    (clone / ".venv" / "bin").mkdir(parents=True)
    (clone / ".venv" / "bin" / "python").write_text("half a file")
    assert call(clone).stdout == f"{clone}/.venv []\n"


@pytest.mark.slow
def test_environment_of_a_clone_that_was_moved_is_made_anew(clone: Path) -> None:
    call(clone)
    moved = clone.rename(clone.with_name("a moved clone"))
    assert call(moved).stdout == f"{moved}/.venv []\n"


@pytest.mark.slow
def test_two_that_start_at_once_make_one_environment(clone: Path) -> None:
    command = [str(clone / "script" / "server")]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    both = [subprocess.Popen(command, env=environment(), **pipes) for _ in range(2)]
    said = [process.communicate() for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert [out for out, _ in said] == [f"{clone}/.venv []\n"] * 2
    assert sorted(errors for _, errors in said) == ["", "Installing the packages of requirements.txt …\n"]
