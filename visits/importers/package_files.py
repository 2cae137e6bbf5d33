"""The files of a package, looked at before anything is believed: names, sizes, checksums, versions, columns.

Nothing is unpacked, and no name out of the package is ever used as a path.
"""

import csv
import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from visits.exports.package import DESCRIPTOR
from visits.exports.schema import VERSION, table_schema
from visits.exports.tables import TABLES, Table

PIECE = 64 * 1024
LONGEST_DESCRIPTOR = 1024 * 1024
LARGEST_FILE = 2 * 1024**3
NAMES = {DESCRIPTOR, *(table.path for table in TABLES)}


class BadPackage(Exception):
    """The package can't be imported; the sentence says why."""


@dataclass(frozen=True)
class Package:
    """A package in a folder or an archive. ``rows`` has how many rows each table has."""

    title: str
    digest: str
    created: str
    rows: dict[str, int]
    files: Any

    def lines(self, table: Table) -> Iterator[tuple[int, list[str]]]:
        """The rows of a table, each with the number of the line on which it ends. Raises BadPackage."""
        with self.files.opened(table.path) as file:
            reader = csv.reader(io.TextIOWrapper(file, encoding="utf-8", newline=""), strict=True)
            try:
                if next(reader, None) != list(table.columns):
                    raise BadPackage(f"{table.path}: the columns are not {', '.join(table.columns)}.")
                for cells in reader:
                    if len(cells) != len(table.columns):
                        raise BadPackage(
                            f"{table.path}, line {reader.line_num}: the row has {len(cells)} cells."
                        )
                    yield reader.line_num, cells
            except (csv.Error, UnicodeDecodeError) as error:
                raise BadPackage(f"{table.path}, line {reader.line_num}: {error}.") from None


@dataclass(frozen=True)
class Folder:
    """A package that is a folder."""

    path: Path

    def names(self) -> list[str]:
        found = list(self.path.iterdir())
        odd = [path.name for path in found if path.is_symlink() or not path.is_file()]
        if odd:
            raise BadPackage(f"“{odd[0]}” is no plain file.")
        return [path.name for path in found]

    def size(self, name: str) -> int:
        return (self.path / name).stat().st_size

    @contextmanager
    def opened(self, name: str) -> Iterator[BinaryIO]:
        with (self.path / name).open("rb") as file:
            yield file


@dataclass(frozen=True)
class Archive:
    """A package that is a zip file."""

    zip: zipfile.ZipFile

    def names(self) -> list[str]:
        return self.zip.namelist()

    def size(self, name: str) -> int:
        return self.zip.getinfo(name).file_size

    @contextmanager
    def opened(self, name: str) -> Iterator[BinaryIO]:
        try:
            with self.zip.open(name) as file:
                yield file  # type: ignore[misc]
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
            raise BadPackage(f"{name}: the archive is damaged ({error}).") from None


@contextmanager
def opened_package(path: Path) -> Iterator[Package]:
    """The package at the path, checked. Raises BadPackage, or OSError if it can't be read."""
    if path.is_dir():
        yield _checked(Folder(path), path.name)
        return
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile:
        raise BadPackage(f"“{path.name}” is neither a folder nor a zip file.") from None
    with archive:
        yield _checked(Archive(archive), path.name)


def _checked(files: Any, title: str) -> Package:
    _check_names(files.names())
    if files.size(DESCRIPTOR) > LONGEST_DESCRIPTOR:
        raise BadPackage(f"{DESCRIPTOR} is larger than a package of ours needs.")
    with files.opened(DESCRIPTOR) as file:
        text = file.read(LONGEST_DESCRIPTOR + 1)
    said = _descriptor(text)
    _check_version(said.get("version"))
    resources = {part.get("name"): part for part in said["resources"]}
    rows = {table.name: _check_table(files, table, resources.get(table.name)) for table in TABLES}
    created = said.get("created")
    digest = hashlib.sha256(text).hexdigest()
    return Package(title, digest, created if isinstance(created, str) else "", rows, files)


def _check_names(names: list[str]) -> None:
    strange = sorted(set(names) - NAMES)
    if strange:
        raise BadPackage(f"“{strange[0]}” is no file of a package.")
    if len(names) != len(set(names)):
        raise BadPackage("The archive has two files of one name.")
    missing = sorted(NAMES - set(names))
    if missing:
        raise BadPackage(f"There is no {missing[0]} in it.")


def _descriptor(text: bytes) -> dict[str, Any]:
    try:
        said = json.loads(text)
        resources = said["resources"]
        if isinstance(resources, list) and all(isinstance(part, dict) for part in resources):
            return said
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise BadPackage(f"{DESCRIPTOR} is not one of a data package.")


def _check_version(version: Any) -> None:
    if not isinstance(version, str) or version.split(".")[0] != VERSION.split(".")[0]:
        raise BadPackage(f"The package has version {version} of the format; this Readout reads {VERSION}.")


def _check_table(files: Any, table: Table, said: dict[str, Any] | None) -> int:
    """How many rows it is said to have, if everything else that is said of the file is true."""
    if said is None or said.get("path") != table.path:
        raise BadPackage(f"{DESCRIPTOR} does not tell of {table.path}.")
    if said.get("schema") != table_schema(table):
        raise BadPackage(f"{table.path} has another schema than this Readout reads.")
    size, rows = said.get("bytes"), said.get("rows")
    if files.size(table.path) > LARGEST_FILE:
        raise BadPackage(f"{table.path} is larger than {LARGEST_FILE:,} bytes.")
    if type(rows) is not int or (size, said.get("hash")) != _measured(files, table.path):
        raise BadPackage(f"{table.path} is not the file that was exported: size or checksum differ.")
    return rows


def _measured(files: Any, name: str) -> tuple[int, str]:
    """Bytes and checksum. An archive that lies about the size of a file is read no further than that size."""
    digest, size = hashlib.sha256(), 0
    with files.opened(name) as file:
        while piece := file.read(PIECE):
            size += len(piece)
            digest.update(piece)
            if size > LARGEST_FILE:
                raise BadPackage(f"{name} is larger than {LARGEST_FILE:,} bytes.")
    return size, f"sha256:{digest.hexdigest()}"
