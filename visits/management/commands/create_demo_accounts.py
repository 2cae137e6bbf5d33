"""Make an administrator, an analyst and a reviewer, to try the product."""

import os
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from visits.services import demo_accounts


class Command(BaseCommand):
    help = (
        "Make the demo's accounts admin, analyst and reviewer, those that are missing. Their passwords are taken from "
        "READOUT_ADMIN_PASSWORD, READOUT_ANALYST_PASSWORD and READOUT_REVIEWER_PASSWORD, or made and printed once."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            made = demo_accounts.create_demo_accounts(passwords=demo_accounts.passwords_from(os.environ))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from None
        self.stdout.write(demo_accounts.describe(made) or "The demo's accounts exist already.")
