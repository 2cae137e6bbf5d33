"""The benchmarks: each figure a ratio of two things measured in one run, on a database that is made for it.

A ratio says how fast we are where PostgreSQL's own way to do the same has 1. Absolute times differ from machine to
machine, and with what else the machine does: its load is written down, too.
"""

import argparse
import atexit
import csv
import datetime as dt
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql

from tracker import embedded, local

ROOT = Path(__file__).resolve().parent.parent
FIRST_DAY = dt.date(1900, 1, 1)
MEETINGS_A_DAY = 50
SYLLABLES = ["bar", "dor", "fal", "gre", "hen", "kro", "lun", "mir", "nov", "pel"]
COPIES = 3
# getrusage counts in kilobytes, on a Mac in bytes.
RSS_IN_MB = 2**20 if sys.platform == "darwin" else 2**10


def main() -> None:
    """Measure, print the figures as JSON, and keep them in a file if one is named."""
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000, metavar="N", help="meetings to import (20,000)")
    parser.add_argument("--report", type=Path, metavar="FILE.json", help="where to keep the figures, too")
    asked = parser.parse_args()
    if asked.rows < 1:
        parser.error("--rows takes a number from 1.")
    if asked.report and not asked.report.absolute().parent.is_dir():
        parser.error(f"There is no folder {asked.report.absolute().parent} for the report.")
    machine = {"cores": os.cpu_count(), "load_before": [round(load, 2) for load in os.getloadavg()]}
    figures = {"import_meetings": measure_import(asked.rows), "machine": machine}
    text = json.dumps(figures, indent=1)
    print(text)
    if asked.report:
        asked.report.write_text(f"{text}\n", encoding="utf-8")


def measure_import(rows: int) -> dict[str, float]:
    """``import_meetings`` of a CSV file, against COPY of the file into a table of the file's columns and no more.

    ``ratio_written`` is against COPY of all rows that the import wrote, with history and verdicts, into such tables.
    The whole command counts, from the start of its process to its end. ``peak_rss_mb`` is that process's alone.
    """
    folder = _data_folder()
    sheet = folder / "meetings.csv"
    with sheet.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(next(meetings(1))))
        writer.writeheader()
        writer.writerows(meetings(rows))
    _manage(folder, "migrate", "--verbosity", "0")
    keywords: dict[str, Any] = embedded.address(folder)
    with psycopg.connect(autocommit=True, **keywords) as connection:
        by_copy = statistics.median(_copy_sheet(connection, sheet) for _ in range(COPIES))
        before = connection.execute("SELECT pg_current_xact_id()::text::bigint").fetchone()
        by_import, peak = _manage(folder, "import_meetings", str(sheet), "--verbosity", "0")
        added = connection.execute("SELECT count(*) FROM visits_meeting").fetchone()
        if added != (rows,) or before is None:
            sys.exit(f"{rows:,} rows were to be imported, {added and added[0]:,} were.")
        written, by_copy_of_written = _copy_written(connection, before[0], folder / "written")
    return {
        "rows": rows,
        "ratio": round(by_copy / by_import, 4),
        "ratio_written": round(by_copy_of_written / by_import, 4),
        "rows_written": written,
        "copy_seconds": round(by_copy, 4),
        "copy_written_seconds": round(by_copy_of_written, 4),
        "import_seconds": round(by_import, 2),
        "peak_rss_mb": round(peak, 1),
    }


def meetings(rows: int) -> Iterator[dict[str, str]]:
    """Meetings of people who never were: 100 hosts, 10,000 visitors, 100 cities, 1,000 sources."""
    for number in range(rows):
        yield {
            "date": str(FIRST_DAY + dt.timedelta(days=number // MEETINGS_A_DAY)),
            "country": "France",
            "city": f"Port {_name(number % 100)}",
            "host official": f"Rudolf {_name(number % 100)}",
            "host title": "Minister",
            "visitor": f"{_name(number % 100)} {_name(number // 100 % 100)}",
            "visitor title": "Envoy",
            "points": "Herring quota; Rail link",
            "source url": f"https://gazette.example/{number % 1000}",
        }


def _name(number: int) -> str:
    return (SYLLABLES[number // 10] + SYLLABLES[number % 10]).capitalize()


def _data_folder() -> Path:
    """A folder with a database of its own; at the end of this process the server stops, then the folder goes."""
    folder = Path(tempfile.mkdtemp(prefix="readout-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    embedded.ensure_started(folder)
    return folder


def _manage(folder: Path, *words: str) -> tuple[float, float]:
    """Run a command on that database; how many seconds it took, and megabytes at most."""
    environment = {**os.environ, "DATABASE_URL": "", "DEBUG": "false", "READOUT_DATA": str(folder)}
    local.settle(environment)
    begun = time.perf_counter()
    process = subprocess.Popen([sys.executable, "manage.py", *words], cwd=ROOT, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{words[0]} failed; it says why above.")
    return seconds, usage.ru_maxrss / RSS_IN_MB


def _copy_sheet(connection: psycopg.Connection, sheet: Path) -> float:
    """Seconds that COPY of the file takes, into a table of text without index, key or trigger."""
    names = [sql.Identifier(name) for name in next(meetings(1))]
    columns = sql.SQL(", ").join(sql.SQL("{} text").format(name) for name in names)
    connection.execute("DROP TABLE IF EXISTS plain")
    connection.execute(sql.SQL("CREATE TABLE plain ({})").format(columns))
    return _copy(connection, sheet, "COPY plain FROM STDIN (FORMAT csv, HEADER)")


def _copy_written(connection: psycopg.Connection, before: int, file: Path) -> tuple[int, float]:
    """How many rows were written by transactions later than a number; seconds that COPY of them takes."""
    connection.execute("DROP TABLE plain")
    tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    rows, seconds = 0, 0.0
    for (table,) in tables:
        name = sql.Identifier(table)
        later = sql.SQL("SELECT * FROM {} WHERE xmin::text::bigint > {}").format(name, before)
        connection.execute("DROP TABLE IF EXISTS plain")
        connection.execute(sql.SQL("CREATE TABLE plain AS SELECT * FROM {} WITH NO DATA").format(name))
        with (
            file.open("wb") as stream,
            connection.cursor().copy(sql.SQL("COPY ({}) TO STDOUT").format(later)) as copy,
        ):
            for piece in copy:
                stream.write(piece)
        took = _copy(connection, file, "COPY plain FROM STDIN")
        found = connection.execute("SELECT count(*) FROM plain").fetchone()
        if found and found[0]:
            rows, seconds = rows + found[0], seconds + took
    return rows, seconds


def _copy(connection: psycopg.Connection, file: Path, statement: LiteralString) -> float:
    """Seconds that it takes to send a file."""
    begun = time.perf_counter()
    with file.open("rb") as stream, connection.cursor().copy(statement) as copy:
        while piece := stream.read(2**16):
            copy.write(piece)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
