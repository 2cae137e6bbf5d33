"""``manage.py import_meetings FILE``: a spreadsheet of meetings, a row a meeting, as drafts."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from visits.choices import ImportKind, Verdict
from visits.importers.sheets import loading
from visits.importers.sheets.columns import chosen_by_name
from visits.importers.sheets.judging import Judged
from visits.importers.sheets.plain import Unreadable
from visits.importers.sheets.reading import open_sheet
from visits.importers.sheets.reporting import Report
from visits.importers.sheets.template import write_template
from visits.models import User
from visits.services import batches

# On a terminal; the report has them all.
MOST_SHOWN = 200


class Command(BaseCommand):
    help = "Import meetings from a CSV or XLSX file: the good rows as drafts, a sentence on every other."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="judge every row and import none")
        parser.add_argument("--report", type=Path, metavar="FILE.json", help="write the verdict on every row")
        parser.add_argument(
            "--anyway",
            type=int,
            action="append",
            default=[],
            metavar="ROW",
            help="do with this row what its verdict offers (may be given several times)",
        )
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="OURS=THEIRS",
            help="which column of the file is which, such as “host official=Gastgeber”",
        )
        parser.add_argument("--user", metavar="NAME", help="whose import it is")
        parser.add_argument("--template", action="store_true", help="write an empty sheet to FILE instead")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            if options["template"]:
                path.write_bytes(write_template(path.suffix.lstrip(".").lower() or "csv"))
                return
            self._import(path, options)
        except (Unreadable, PermissionDenied) as error:
            raise CommandError(str(error)) from None
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        except OperationalError as error:
            raise CommandError(f"{batches.BROKEN_OFF} ({str(error).splitlines()[0]})") from None
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}.") from None

    def _import(self, path: Path, options: dict[str, Any]) -> None:
        with path.open("rb") as stream, ExitStack() as stack:
            asked = loading.Request(
                stream,
                path.name,
                chosen=_chosen(stream, path.name, options),
                ticked=frozenset(options["anyway"]),
            )
            report = stack.enter_context(Report(options["report"])) if options["report"] else None
            shown = 0

            def tell(rows: list[Judged]) -> None:
                nonlocal shown
                if report:
                    report.add(rows)
                shown = self._show(rows, shown, options["verbosity"])

            counts = (
                loading.look(asked, tell) if options["dry_run"] else self._run(asked, options["user"], tell)
            )
            if report:
                report.close(**counts.told())
        if options["verbosity"]:
            self._sum_up(counts, options["dry_run"])

    def _run(self, asked: loading.Request, username: str | None, tell: Any) -> loading.Counts:
        asked.opened()
        for earlier in batches.note_broken_off():
            self.stderr.write(
                f"{earlier.title}, import of {earlier.started_at:%Y-%m-%d %H:%M}: {batches.BROKEN_OFF}"
            )
        batch = batches.prepare(
            kind=ImportKind.MEETINGS,
            title=asked.name,
            digest=loading.digest_of(asked.stream),
            by=_user(username),
        )
        return loading.run(batch, asked, tell=tell)

    def _show(self, rows: list[Judged], shown: int, verbosity: int) -> int:
        """Sentences on rows, up to a number that can be read; how many have been shown now."""
        for row in rows if verbosity else ():
            if not row.says or (verbosity < 2 and shown >= MOST_SHOWN):
                continue
            shown += 1
            refused = row.verdict == Verdict.NOT_IMPORTED
            self.stdout.write(row.says if refused else f"Row {row.number}: imported; {row.says}.")
            if shown == MOST_SHOWN and verbosity < 2:
                self.stdout.write("…")
        return shown

    def _sum_up(self, counts: loading.Counts, dry_run: bool) -> None:
        for name in counts.unused[:20]:
            self.stdout.write(f"The column “{name}” is not used.")
        would = "would be added" if dry_run else "added"
        self.stdout.write(
            f"{counts.rows:,} rows: {counts.added:,} {would}, {counts.unchanged:,} unchanged, "
            f"{counts.left_out:,} not imported."
        )


def _user(username: str | None) -> User | None:
    if username is None:
        return None
    try:
        return User.objects.get(username=username)
    except User.DoesNotExist:
        raise CommandError(f"There is no account “{username}”.") from None


def _chosen(stream: Any, name: str, options: dict[str, Any]) -> dict[str, int | None]:
    pairs = dict(pair.partition("=")[::2] for pair in options["column"])
    return chosen_by_name(open_sheet(stream, name).header, pairs) if pairs else {}
