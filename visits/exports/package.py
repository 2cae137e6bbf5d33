"""The whole public record as a Frictionless Data Package: one CSV file a table, and what is in them.

The same record makes the same bytes, whenever and wherever it is written.
"""

import csv
import hashlib
import json
import os
import shutil
import tempfile
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

from django.db.models import Field, Model

from visits.exports import schema
from visits.exports.reading import one_moment, some_at_a_time
from visits.exports.tables import TABLES, Table
from visits.exports.tabular import as_cell

DESCRIPTOR = "datapackage.json"
PIECE = 64 * 1024
# Members of an archive have a date; the one that the format begins with says nothing.
ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
Keys = dict[type[Model], dict[int, UUID]]


@dataclass
class Written:
    """What was written of each table, and when the record was last changed."""

    rows: dict[str, int] = field(default_factory=dict)
    files: list[schema.File] = field(default_factory=list)
    changed_at: datetime | None = None

    def saw(self, *moments: datetime | None) -> None:
        seen = [moment for moment in (self.changed_at, *moments) if moment is not None]
        self.changed_at = max(seen) if seen else None


def write_package(target: Path) -> Written:
    """Write the package to a new folder or, if the name ends with .zip, to an archive, which replaces an older one.

    Raises FileExistsError if the folder is there and not empty. Nothing is left behind when it fails.
    """
    archive = target.suffix.lower() == ".zip"
    if not archive and target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise FileExistsError(17, "This folder is not empty", str(target))
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.absolute().parent) as temporary:
        folder = Path(temporary) / "package"
        folder.mkdir()
        written = _write_files(folder)
        if archive:
            os.replace(_zipped(folder, Path(temporary) / "package.zip"), target)
        else:
            target.mkdir(exist_ok=True)
            for path in sorted(folder.iterdir()):
                os.replace(path, target / path.name)
    return written


def _write_files(folder: Path) -> Written:
    written, keys = Written(), Keys()
    with one_moment():
        for table in TABLES:
            path = folder / table.path
            with path.open("w", encoding="utf-8", newline="") as file:
                rows = _write_table(table, file, keys, written)
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            written.rows[table.name] = rows
            written.files.append(schema.File(table, rows, path.stat().st_size, digest))
    described = schema.descriptor(written.files, _as_text(written.changed_at))
    text = json.dumps(described, ensure_ascii=False, indent=2) + "\n"
    (folder / DESCRIPTOR).write_text(text, encoding="utf-8", newline="\n")
    return written


def _write_table(table: Table, file: TextIO, keys: Keys, written: Written) -> int:
    if table.has_uuid:
        keys[table.model] = dict(table.public().values_list("pk", "uuid"))
    lists = [column.name for column in table.lists()]
    rows = table.public().order_by(*table.order).prefetch_related(*lists)
    number = 0
    writer = csv.writer(file)
    writer.writerow(table.columns)
    for record in some_at_a_time(rows):
        number += 1
        writer.writerow(_cell(column, record, keys) for column in table.fields())
        written.saw(getattr(record, "modified_at", None), getattr(record, "published_at", None))
    return number


def _cell(column: Field, record: Any, keys: Keys) -> str:
    if column.many_to_many:
        known = keys[column.related_model]  # type: ignore[index]
        found = (known.get(other.pk) for other in getattr(record, column.name).all())
        return " ".join(sorted(str(uuid) for uuid in found if uuid))
    if column.is_relation:
        return _identifier(column, getattr(record, column.attname), keys)
    value = getattr(record, column.name)
    return _as_text(value) if isinstance(value, datetime) else as_cell(value)


def _identifier(column: Field, pk: int | None, keys: Keys) -> str:
    """Of a record that is in the package; blank for one that is not public, such as a meeting's tour in draft."""
    found = keys[column.related_model].get(pk) if pk else None  # type: ignore[index]
    if found is None and not column.null:
        raise AssertionError(f"A public row has a {column.name} that is not public.")
    return str(found) if found else ""


def _as_text(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment else ""


def _zipped(folder: Path, target: Path) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            member = zipfile.ZipInfo(path.name, ZIP_EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o644 << 16
            with path.open("rb") as file, archive.open(member, "w", force_zip64=True) as inside:
                shutil.copyfileobj(file, inside, PIECE)
    return target
