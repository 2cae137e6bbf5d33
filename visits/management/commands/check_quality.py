"""Say which truths across rows do not hold."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from visits import quality


class Command(BaseCommand):
    help = "Lists records that break a rule across rows, such as a published statement without a citation."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        for name, found in quality.violations():
            broken += 1
            self.stdout.write(f"{name.replace('_', ' ')}: {found.count()}")
            for record in found[:20]:
                self.stdout.write(f"  {record._meta.model_name} {record.uuid}: {record}")
        if broken:
            raise CommandError(f"{broken} of {len(quality.CHECKS)} checks found something.")
        self.stdout.write(f"All {len(quality.CHECKS)} checks passed.")
