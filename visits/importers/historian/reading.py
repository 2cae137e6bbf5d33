"""The XML files of the two collections, record by record.

Only what expat says is used, a piece at a time, so that memory stays flat whatever the size. A file that declares a
document type is refused before anything of it is expanded; the Historian's files have none.
"""

import os
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

TRAVELS, VISITS = "travels", "visits"
ROOTS = {"trips": TRAVELS, "visits": VISITS}
RECORDS = {TRAVELS: "trip", VISITS: "visit"}
FOLDERS = re.compile(r".+-travels|data")
AT_MOST_BYTES = 32 * 1024 * 1024
AT_MOST_FILES = 20_000
AT_MOST_CHARACTERS = 20_000
PIECE = 64 * 1024
BREAKS = {
    expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS]: "the file breaks off",
    expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN]: "the file breaks off",
    expat.errors.codes[expat.errors.XML_ERROR_PARTIAL_CHAR]: "the file breaks off",
    expat.errors.codes[
        expat.errors.XML_ERROR_INVALID_TOKEN
    ]: "there is a character that XML in UTF-8 can’t have",
}
NO_XML = "The folder {} holds no XML file of the Historian’s travels or visits."


class Unreadable(Exception):
    """A file can't be read, in a sentence that names it and where it breaks off."""


class _Finished(Exception):
    """The root is known; nothing more is asked for."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it stands in its file: the texts of its elements, and attributes as “country/id”."""

    collection: str
    file: str
    line: int
    texts: dict[str, str]
    repeated: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What to call it to people: its number, or where it stands."""
        number = collapse(self.texts.get("id", ""))
        return number[:20] if number else f"line {self.line} of {self.file}"


@dataclass(slots=True)
class Progress:
    """How many bytes of the files have been read."""

    total: int
    done: int = 0
    tell: Callable[[int, int], None] = field(default=lambda done, total: None)

    def advance(self, size: int) -> None:
        self.done += size
        self.tell(self.done, self.total)


def collapse(text: str) -> str:
    """Runs of white space, whatever the kind, become one space; normal form C."""
    return unicodedata.normalize("NFC", re.sub(r"\s+", " ", text).strip())


def files_of(paths: list[Path]) -> tuple[list[Path], list[Path]]:
    """The XML files that the paths name or hold, each once; and those of the folders that were passed over.

    In a folder, a file with another root than the Historian's is passed over (lists of presidents, code tables),
    unless it lies where the Historian keeps the records. Raises Unreadable for a path that leads nowhere and a folder
    without records.
    """
    found: dict[Path, Path] = {}
    passed_over: list[Path] = []
    for path in paths:
        if not path.exists():
            raise Unreadable(f"There is no file or folder {path}.")
        files, others = _in_folder(path) if path.is_dir() else ([path], [])
        found |= {file.resolve(): file for file in files if file.resolve() not in found}
        passed_over += others
    return list(found.values()), passed_over


def _in_folder(folder: Path) -> tuple[list[Path], list[Path]]:
    files = sorted(file for file in folder.rglob("*.xml") if file.is_file())
    if len(files) > AT_MOST_FILES:
        raise Unreadable(f"The folder {folder} holds more than {AT_MOST_FILES:,} XML files.")
    kept = [file for file in files if FOLDERS.fullmatch(file.parent.name) or root_of(file) in ("", *ROOTS)]
    if not kept:
        raise Unreadable(NO_XML.format(folder))
    return kept, [file for file in files if file not in set(kept)]


def size_of(files: list[Path]) -> int:
    return sum(os.path.getsize(file) for file in files)


def root_of(file: Path) -> str:
    """The name of the root element; blank if the beginning of the file is no XML."""
    parser = _Parser(file, only_root=True)
    try:
        with file.open("rb") as stream:
            parser.feed(stream.read(PIECE), final=False)
    except (_Finished, Unreadable, OSError):
        pass
    return parser.root


def read(file: Path, progress: Progress | None = None) -> Iterator[Record]:
    """The records of one file, in its order. Raises Unreadable, in a sentence that names the file and the record."""
    try:
        size = os.path.getsize(file)
        if size > AT_MOST_BYTES:
            raise Unreadable(
                f"{file.name} has {size // 1024 // 1024} MB. The Historian’s files are smaller than 1 MB; "
                f"no more than {AT_MOST_BYTES // 1024 // 1024} MB are read."
            )
        with file.open("rb") as stream:
            yield from _records(file, stream.read, progress)
    except OSError as error:
        raise Unreadable(f"{file.name} can’t be read: {error.strerror or error}.") from None


def _records(file: Path, pull: Callable[[int], bytes], progress: Progress | None) -> Iterator[Record]:
    parser = _Parser(file)
    while piece := pull(PIECE):
        parser.feed(piece, final=False)
        yield from parser.take()
        if progress:
            progress.advance(len(piece))
    parser.feed(b"", final=True)
    yield from parser.take()


class _Parser:
    """Expat's events, as records."""

    def __init__(self, file: Path, *, only_root: bool = False) -> None:
        self._file = file.name
        self._only_root = only_root
        self.root = ""
        self._path: list[str] = []
        self._finished: list[Record] = []
        self._last = ""
        self._texts: dict[str, str] = {}
        self._repeated: list[str] = []
        self._line = 0
        self._characters: list[str] = []
        self._length = 0
        self._expat = expat.ParserCreate()
        self._expat.buffer_text = True
        self._expat.StartDoctypeDeclHandler = self._refuse_doctype
        self._expat.StartElementHandler = self._start
        self._expat.EndElementHandler = self._end
        self._expat.CharacterDataHandler = self._text

    def feed(self, piece: bytes, *, final: bool) -> None:
        try:
            self._expat.Parse(piece, final)
        except expat.ExpatError as error:
            raise self._broken(
                BREAKS.get(error.code, f"the XML is broken ({expat.ErrorString(error.code)})")
            ) from None
        except (LookupError, ValueError):
            raise self._broken("its encoding is not known") from None

    def take(self) -> list[Record]:
        finished, self._finished = self._finished, []
        return finished

    def _broken(self, what: str) -> Unreadable:
        number = collapse(self._texts.get("id", "")) if len(self._path) > 1 else ""
        record = f", in record {number}" if number else f", after record {self._last}" if self._last else ""
        return Unreadable(f"{self._file}, line {self._expat.CurrentLineNumber}{record}: {what}.")

    def _refuse_doctype(self, *_: object) -> None:
        raise self._broken(
            "it declares a document type (DOCTYPE), which the Historian’s files never do; "
            "such a declaration can hide an entity bomb, so the file was not read"
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._path.append(name)
        match len(self._path):
            case 1:
                self._begin_file(name)
            case 2:
                self._texts = {f"@{key}": value for key, value in attributes.items()}
                self._repeated, self._line = [], self._expat.CurrentLineNumber
            case 3:
                self._texts |= {f"{name}/{key}": value for key, value in attributes.items()}
                self._characters, self._length = [], 0
        if len(self._path) > 20:
            raise self._broken("its elements lie deeper in each other than any of the Historian’s")

    def _begin_file(self, name: str) -> None:
        self.root = name
        if self._only_root:
            raise _Finished
        if name not in ROOTS:
            raise self._broken(f"its root is “{name[:40]}”; the Historian’s are “trips” and “visits”")

    def _text(self, text: str) -> None:
        if len(self._path) < 3:
            return
        self._length += len(text)
        if self._length > AT_MOST_CHARACTERS:
            raise self._broken(
                f"the text of “{self._path[2]}” is longer than {AT_MOST_CHARACTERS:,} characters"
            )
        self._characters.append(text)

    def _end(self, name: str) -> None:
        depth = len(self._path)
        if depth == 3:
            if name in self._texts:
                self._repeated.append(name)
            self._texts[name] = "".join(self._characters)
        elif depth == 2 and name == RECORDS[ROOTS[self.root]]:
            record = Record(ROOTS[self.root], self._file, self._line, self._texts, tuple(self._repeated))
            self._finished.append(record)
            self._last = record.name
        self._path.pop()
