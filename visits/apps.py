from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def fill(sender: AppConfig, using: str, plan: Any = (), **kwargs: Any) -> None:
    """Roles and reference data stand in every migrated database; rolling back leaves them alone."""
    from visits.importers.reference import load_reference
    from visits.models.history import steady_plans
    from visits.services.roles import ensure_roles

    if any(backwards for _, backwards in plan):
        return
    steady_plans()
    ensure_roles()
    load_reference()


class VisitsConfig(AppConfig):
    name = "visits"
    verbose_name = "Readout"

    def ready(self) -> None:
        post_migrate.connect(fill, sender=self)
