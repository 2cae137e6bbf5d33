"""``manage.py load_demo``: add the demo's tours that are not on record."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser

from visits.importers.demo import load_demo
from visits.models import User


class Command(BaseCommand):
    help = "Add Blinken's tour of January 2024 and the three before it. What is on record is left as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--author", metavar="NAME", help="who writes the records (the account analyst)")
        parser.add_argument("--reviewer", metavar="NAME", help="who publishes them (the account reviewer)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = load_demo(author=_user(options["author"]), reviewer=_user(options["reviewer"]))
        except PermissionDenied as error:
            raise CommandError(str(error)) from None
        if options["verbosity"]:
            self.stdout.write(str(report))


def _user(username: str | None) -> User | None:
    if username is None:
        return None
    try:
        return User.objects.get(username=username)
    except User.DoesNotExist:
        raise CommandError(f"There is no account “{username}”.") from None
