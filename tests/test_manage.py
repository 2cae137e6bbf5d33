"""manage.py starts a database for the commands that need one."""

import subprocess
import sys
from pathlib import Path

import pytest

import manage
from tests.processes import environment

BASE_DIR = Path(__file__).resolve().parent.parent


@pytest.mark.parametrize(
    ("words", "needed"),
    [
        ("", False),
        ("--help", False),
        ("help migrate", False),
        ("version", False),
        ("check", False),
        ("check --deploy", False),
        ("check --database default", True),
        ("collectstatic --no-input", False),
        ("spectacular --validate", False),
        ("migrate", True),
        ("migrate --help", False),
        ("load_demo", True),
        ("makemigrations --check", True),
    ],
)
def test_database_is_started_for_the_commands_that_need_one(words: str, needed: bool) -> None:
    assert manage.needs_database(words.split()) is needed


def test_nothing_is_started_for_a_command_that_needs_no_database(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=BASE_DIR,
        env=environment(READOUT_DATA=str(tmp_path / "data"), DEBUG="true"),
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    assert not (tmp_path / "data").exists()
