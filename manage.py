#!/usr/bin/env python3
"""Django's commands, with the embedded database started for those that need one."""

import os
import sys
from pathlib import Path

WITHOUT_DATABASE = {"collectstatic", "diffsettings", "findstatic", "help", "spectacular", "version"}


def needs_database(arguments: list[str]) -> bool:
    """Whether a command line asks for a command that talks to the database."""
    if not arguments or arguments[0].startswith("-") or "--help" in arguments or "-h" in arguments:
        return False
    if arguments[0] == "check":
        return any(argument.startswith("--database") for argument in arguments)
    return arguments[0] not in WITHOUT_DATABASE


def main() -> None:
    """Run the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from tracker import database

    if needs_database(sys.argv[1:]):
        try:
            database.ensure_ready(os.environ, Path(__file__).resolve().parent)
        except ImproperlyConfigured as error:
            sys.exit(str(error))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
