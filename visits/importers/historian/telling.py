"""An import as it goes, on a terminal, and what came of it in sentences."""

from collections.abc import Iterator
from typing import Any, TextIO

from visits.importers.historian.reading import TRAVELS, VISITS

WIDTH = 30
AT_MOST_LISTED = 20


class Bar:
    """A line that shows what is done and how far; on anything but a terminal it shows nothing."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._shown = ""

    def __call__(self, what: str, done: int, total: int) -> None:
        share = done / total if total else 1
        line = f"{what:<10} [{'#' * int(share * WIDTH):<{WIDTH}}] {share:>4.0%}"
        if self._stream.isatty() and line != self._shown:
            self._stream.write(f"\r{line}" + ("\n" if done >= total else ""))
            self._stream.flush()
            self._shown = line


def sentences(report: dict[str, Any]) -> Iterator[str]:
    """What an import has done, for people."""
    if report["dry_run"]:
        yield "Nothing was written; this is what would have been."
    for name in (TRAVELS, VISITS):
        yield from _of_collection(name, report[name])
    if report["grouped_otherwise"]:
        yield f"Journeys that somebody has made more than one tour of: {len(report['grouped_otherwise'])}."
    if report["suggestions"]:
        yield f"Suggestions for the queue: {report['suggestions']}."
    if report["import"]:
        yield (
            f"Published: {report['published']} tours." if report["published"] else "It waits for a reviewer."
        )
    yield from _listed(report["kept_back"])


def _of_collection(name: str, figures: dict[str, Any]) -> Iterator[str]:
    yield (
        f"{name.capitalize()}: {figures['records_read']} records read, {figures['exact_duplicates']} exact duplicates "
        f"left out, {figures['tours']} tours; {figures['added']} added, {figures['updated']} updated, "
        f"{figures['unchanged']} unchanged."
    )
    yield from _listed(
        f"Record {error['record']}, {error['field']}: {error['sentence']}" for error in figures["errors"]
    )
    yield from _listed(
        f"Record {found['record']}, {found['field']}: “{found['on_record']}” was written here and stays; "
        f"the Historian has “{found['upstream']}”."
        for found in figures["differences"]
    )
    yield from _listed(
        f"Records {one} and {other} may be one." for one, other in figures["suspected_duplicates"]
    )
    yield from _listed(
        f"Record {number} is no longer in the files; it stays." for number in figures["vanished"]
    )
    yield from _listed(
        f"Record {number} was removed here; it stays away." for number in figures["removed_here"]
    )


def _listed(lines: Any) -> Iterator[str]:
    """The first of many lines, and how many there are besides."""
    found = list(lines)
    for line in found[:AT_MOST_LISTED]:
        yield f"  {line}"
    if len(found) > AT_MOST_LISTED:
        yield f"  … and {len(found) - AT_MOST_LISTED} more; --report has all."
