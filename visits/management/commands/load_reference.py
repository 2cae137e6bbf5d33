"""``manage.py load_reference``: add the reference data that is missing."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from visits.importers.reference import load_reference


class Command(BaseCommand):
    help = "Add the countries, organizations and places of the reference data that are not on record."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--complete",
            action="store_true",
            help="Also add missing other names, successors and identifiers to parties and places on record.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(str(load_reference(complete=options["complete"])))
