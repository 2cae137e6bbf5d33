"""The report of an import as a JSON file, written row by row: a file of a million rows needs no more memory."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from visits.importers.sheets.judging import Judged


class Report:
    """Writes beside the file and takes its place at the end, so that nobody ever reads half a report."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._draft = path.with_name(f".{path.name}.part")

    def __enter__(self) -> Self:
        self._file = self._draft.open("w", encoding="utf-8")
        self._file.write('{"rows": [')
        self._first = True
        return self

    def add(self, rows: Iterable[Judged]) -> None:
        for row in rows:
            self._file.write("\n  " if self._first else ",\n  ")
            self._first = False
            told: dict[str, Any] = row.told() | ({"unchanged": True} if row.unchanged else {})
            json.dump(told, self._file, ensure_ascii=False)

    def close(self, **totals: Any) -> None:
        """The totals below the rows."""
        self._file.write("\n]")
        for name, value in totals.items():
            self._file.write(f",\n{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}")
        self._file.write("}\n")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
        if error is None:
            os.replace(self._draft, self._path)
        else:
            self._draft.unlink()
