"""``manage.py import_historian``: the travels and visits of the US Office of the Historian."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from visits.importers.historian.loading import import_historian
from visits.importers.historian.reading import Unreadable
from visits.importers.historian.telling import Bar, sentences
from visits.models import User
from visits.services import batches


class Command(BaseCommand):
    help = (
        "Import the travels and visits of the US Office of the Historian. Importing again adds nothing twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "paths", metavar="PATH", nargs="+", type=Path, help="an XML file, or a folder with them"
        )
        parser.add_argument(
            "--reviewer", metavar="NAME", help="who publishes what is imported (nobody: it waits)"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be imported and write nothing"
        )
        parser.add_argument(
            "--report", metavar="FILE.json", type=Path, help="where to write the figures and lists"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["report"] and not options["report"].absolute().parent.is_dir():
            raise CommandError(f"There is no folder {options['report'].absolute().parent} for the report.")
        try:
            report = import_historian(
                paths=options["paths"],
                reviewer=_reviewer(options["reviewer"]),
                dry_run=options["dry_run"],
                step=Bar(sys.stderr),
            )
            if options["report"]:
                options["report"].write_text(
                    json.dumps(report, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
                )
        except (Unreadable, PermissionDenied, OSError) as error:
            raise CommandError(str(error)) from None
        except OperationalError as error:
            raise CommandError(f"{batches.BROKEN_OFF} ({str(error).splitlines()[0]})") from None
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        for sentence in sentences(report):
            self.stdout.write(sentence)


def _reviewer(username: str | None) -> User | None:
    if username is None:
        return None
    try:
        return User.objects.get(username=username)
    except User.DoesNotExist:
        raise CommandError(f"There is no account “{username}”.") from None
