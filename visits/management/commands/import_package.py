"""``manage.py import_package PATH``: the public record of another Readout, out of a package."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from visits.importers.package import import_package
from visits.importers.package_files import BadPackage


class Command(BaseCommand):
    help = "Import a package made by “export package” into a database that has only been migrated."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, metavar="DIR|FILE.zip")
        parser.add_argument("--dry-run", action="store_true", help="look at every row and import none")
        parser.add_argument("--report", type=Path, metavar="FILE.json", help="write the counts")
        parser.add_argument(
            "--add",
            action="store_true",
            help="to a record that is not empty; what is on record is left as it is",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        dry_run, shows = options["dry_run"], options["verbosity"] and self.stdout.isatty()

        def tell(name: str, number: int) -> None:
            if shows:
                self.stdout.write(f"{name}: {number:,}")

        try:
            if options["report"]:
                # Whether it can be written is better known before.
                options["report"].touch()
            counts = import_package(options["path"], adding=options["add"], dry_run=dry_run, tell=tell)
            if options["report"]:
                text = json.dumps({"dry_run": dry_run, "added": counts}, indent=2)
                options["report"].write_text(text + "\n", encoding="utf-8")
        except BadPackage as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.") from None
        if options["verbosity"]:
            told = ", ".join(
                f"{number:,} {name.replace('_', ' ')}" for name, number in counts.items() if number
            )
            self.stdout.write(f"{'Would add' if dry_run else 'Added'} {told or 'nothing'}.")
