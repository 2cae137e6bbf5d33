"""``script/bench``: what it measures, and that it leaves nothing behind."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import environment

BASE_DIR = Path(__file__).resolve().parent.parent


def bench(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "script.bench", *arguments],
        cwd=BASE_DIR,
        env=environment(TMPDIR=str(folder)),
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
def test_figures_are_printed_and_kept_and_the_database_goes(tmp_path: Path) -> None:
    report, room = tmp_path / "bench.json", tmp_path / "room"
    room.mkdir()
    ran = bench(room, "--rows", "200", "--report", str(report))
    assert ran.returncode == 0, ran.stderr
    figures = json.loads(ran.stdout)
    assert figures == json.loads(report.read_text(encoding="utf-8"))
    assert set(figures) == {"import_meetings", "machine"}
    measured = figures["import_meetings"]
    assert set(measured) == {
        *("rows", "ratio", "copy_seconds", "import_seconds", "peak_rss_mb"),
        *("rows_written", "ratio_written", "copy_written_seconds"),
    }
    assert measured["rows"] == 200
    assert [name for name, figure in measured.items() if figure <= 0] == []
    assert list(room.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--rows", "0"), "--rows takes a number from 1."),
        (("--report", "nowhere/bench.json"), "There is no folder"),
    ],
)
def test_what_is_wrong_with_the_call_is_said_before_anything_is_made(
    arguments: tuple[str, ...], sentence: str, tmp_path: Path
) -> None:
    ran = bench(tmp_path, *arguments)
    assert (ran.returncode, list(tmp_path.iterdir())) == (2, [])
    assert sentence in ran.stderr
