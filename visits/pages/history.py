"""What was published of a tour or a meeting, version by version."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse

from visits.models import Meeting, Tour
from visits.pages.base import Crumb, Page, address_or_nothing
from visits.queries import archive
from visits.queries.versions import MOST_VERSIONS, versions_of

WITHDRAWN = "This record has been withdrawn. It was public once and is so no more."


def gone(request: HttpRequest) -> HttpResponse:
    """The answer for a record that was withdrawn."""
    context = {"heading": "Withdrawn", "sentence": WITHDRAWN}
    return render(request, "visits/not_shown.html", context, status=410)


class HistoryPage(Page):
    """The published versions of one record. They are the same for every reader."""

    template_name = "visits/history.html"
    noun: type[Tour] | type[Meeting]
    plural = ""

    def get(self, request: HttpRequest, address: str) -> HttpResponse:
        found = archive.find(self.noun, address)
        if found is None:
            raise Http404
        if found.withdrawn:
            return gone(request)
        if found.record.is_public and address != found.record.slug:
            return HttpResponsePermanentRedirect(reverse(f"{self.name}-history", args=[found.record.slug]))
        return self.show(self.context(found, address))

    def context(self, found: archive.Archived, address: str) -> dict[str, Any]:
        shown = found.shown
        versions = versions_of(found.record)
        page = reverse(f"{self.name}-detail", args=[address])
        return {
            "record": shown,
            "page": page,
            "is_public": found.record.is_public,
            "versions": versions,
            "number": len(found.spans),
            "most": MOST_VERSIONS,
            "title": f"History of “{shown}”",
            "crumbs": [
                Crumb(self.plural, reverse(f"{self.name}-list")),
                Crumb(str(shown), page if found.record.is_public else ""),
                Crumb("History"),
            ],
            "json": address_or_nothing(f"api:{self.name}-history", address),
        }

    @property
    def name(self) -> str:
        return self.noun._meta.model_name or ""


class TourHistory(HistoryPage):
    noun, plural, section = Tour, "Tours", "tours"


class MeetingHistory(HistoryPage):
    noun, plural, section = Meeting, "Meetings", "meetings"
