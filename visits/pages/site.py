"""The home page, the pages about the site, and the health checks."""

import logging

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from visits.pages import figures
from visits.pages.base import Crumb, Page
from visits.queries import front

logger = logging.getLogger(__name__)


class HomePage(Page):
    template_name = "visits/home.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        visits = front.visits_received(request.user)
        return self.show(
            {
                "totals": front.totals(request.user),
                "visits": visits,
                "world": figures.world(visits),
                "tours": front.latest_tours(request.user),
                "meetings": front.latest_meetings(request.user),
                "not_held": front.latest_not_held(request.user),
            }
        )


class AboutPage(Page):
    template_name = "visits/about.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        crumbs = [Crumb("Readout", reverse("home")), Crumb("About")]
        return self.show({"title": "About", "crumbs": crumbs, "totals": front.totals(request.user)})


class MapPolicyPage(Page):
    template_name = "visits/map_policy.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        crumbs = [Crumb("About", reverse("about")), Crumb("Maps")]
        return self.show({"title": "How we draw disputed territory", "crumbs": crumbs})


def _plain(sentence: str, *, status: int = 200) -> HttpResponse:
    return HttpResponse(f"{sentence}\n", content_type="text/plain; charset=utf-8", status=status)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Whether the process answers; it asks nobody else."""
    return _plain("Alive.")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Whether it can serve pages: the database answers and has every migration. Details go to the log only."""
    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        logger.exception("The database does not answer.")
        return _plain("Not ready: the database does not answer.", status=503)
    if waiting:
        return _plain("Not ready: the database has not been migrated to this version.", status=503)
    return _plain("Ready.")
