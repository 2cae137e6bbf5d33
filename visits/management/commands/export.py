"""``manage.py export FORMAT NOUN [key=value …] [-o FILE]``: any list as a file; ``export package``: everything."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.http import QueryDict

from visits.exports.export import Export
from visits.exports.formats import FORMATS
from visits.exports.nouns import NOUNS
from visits.exports.package import write_package
from visits.exports.selecting import selected
from visits.filtersets import BadQuery


class Command(BaseCommand):
    help = "Write public records to a file: a list, narrowed as the one on the site is, or all as a package."

    def add_arguments(self, parser: CommandParser) -> None:
        formats = parser.add_subparsers(dest="format", required=True, metavar="FORMAT")
        for form in FORMATS.values():
            nouns = [noun.name for noun in NOUNS.values() if form.fits(noun)]
            wanted = formats.add_parser(form.name, help=f"a list as {form.label}")
            wanted.add_argument("noun", choices=nouns)
            wanted.add_argument("filters", nargs="*", metavar="KEY=VALUE", help="such as country=TR")
            wanted.add_argument("-o", "--output", type=Path, metavar="FILE", help="else the terminal")
            wanted.add_argument("--base", default="", metavar="URL", help="of the site: https://example.org")
        whole = formats.add_parser("package", help="the whole record as a data package")
        whole.add_argument("path", type=Path, metavar="DIR|FILE.zip")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["format"] == "package":
                self._package(options)
            else:
                self._list(options)
        except BadQuery as bad:
            raise CommandError(str(bad)) from None
        except OSError as error:
            raise CommandError(f"{error.filename or 'The output'}: {error.strerror}.") from None

    def _package(self, options: dict[str, Any]) -> None:
        written = write_package(options["path"])
        if options["verbosity"]:
            told = ", ".join(f"{number:,} {name.replace('_', ' ')}" for name, number in written.rows.items())
            self.stdout.write(f"Wrote {told}.")

    def _list(self, options: dict[str, Any]) -> None:
        noun, form = NOUNS[options["noun"]], FORMATS[options["format"]]
        found = selected(noun, _query(options["filters"]), noun.orders)
        pieces = form.write(Export(noun, found, options["base"].rstrip("/")))
        if options["output"] is None:
            self._print(pieces)
            return
        with options["output"].open("wb") as file:
            file.writelines(pieces)

    def _print(self, pieces: Iterable[bytes]) -> None:
        """Byte for byte, where the terminal's stream lets us; it is text in a test."""
        raw = getattr(self.stdout._out, "buffer", None)
        for piece in pieces:
            raw.write(piece) if raw else self.stdout.write(piece.decode(), ending="")


def _query(pairs: Iterable[str]) -> QueryDict:
    """The filters as an address has them. Raises CommandError for what is no pair."""
    query = QueryDict(mutable=True)
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not sign:
            raise CommandError(f"“{pair}” is no filter: write KEY=VALUE, such as country=TR.")
        query.appendlist(name, value)
    return query
