"""What was published of a tour or a meeting, version by version."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse

from visits import dates
from visits.filtersets import BadQuery, Fault, without_noise
from visits.filtersets.moments import KNOWN_AT, as_text, read_known_at
from visits.models import Meeting, Tour
from visits.pages.base import Crumb, DetailPage, Page, address_or_nothing
from visits.queries import archive
from visits.queries.versions import MOST_VERSIONS, versions_of


def gone(request: HttpRequest, found: archive.Archived) -> HttpResponse:
    """The answer for a record that was withdrawn or deleted."""
    context = {"heading": found.gone.capitalize(), "sentence": found.why_gone}
    return render(request, "visits/not_shown.html", context, status=410)


class DatedPage(DetailPage):
    """The page of one record, which ``known_at`` shows as the public saw it at a moment."""

    noun: type[Tour] | type[Meeting]
    parameters = (KNOWN_AT,)
    known_at: datetime | None = None

    def faults(self, request: HttpRequest) -> list[Fault]:
        faults = super().faults(request)
        try:
            self.known_at = read_known_at(without_noise(request.GET))
        except BadQuery as error:
            faults += error.faults
        return faults

    def get(self, request: HttpRequest, address: str) -> HttpResponse:
        if self.known_at is None:
            return super().get(request, address)
        found = archive.find(self.noun, address)
        if found is None:
            raise Http404
        if found.gone:
            return gone(request, found)
        if found.record.is_public and address != found.record.slug:
            query = request.META["QUERY_STRING"]
            return HttpResponsePermanentRedirect(f"{found.record.get_absolute_url()}?{query}")
        return self.then(found, address, self.known_at)

    def moved(self, address: str) -> HttpResponse:
        """To the present address; of a record that was public and is gone, that it is."""
        try:
            return super().moved(address)
        except Http404:
            found = archive.find(self.noun, address)
            if found is None or not found.gone:
                raise
            return gone(self.request, found)

    def then(self, found: archive.Archived, address: str, at: datetime) -> HttpResponse:
        """The page as of the moment, or a sentence that says why there is none."""
        record = found.known_at(at)
        history = reverse(f"{self.section_name}-history", args=[address])
        present = found.record.get_absolute_url() if found.record.is_public else ""
        if record is None:
            sentence = {"heading": "Not public then", "sentence": found.not_public(at)}
            context = sentence | {"history": history, "present": present}
            return render(self.request, "visits/not_shown.html", context, status=404)
        context = self.context(record, address)
        query = f"?{KNOWN_AT}={as_text(at)}"
        return self.show(
            context
            | {
                "title": f"{context['title']}, as it stood on {dates.human(at.date().isoformat())}",
                "canonical": f"{self.request.path}{query}",
                "json": f"{context['json']}{query}",
                "edit": "",
                "history": history,
                "known_at": at,
                "present": present,
            }
        )


class HistoryPage(Page):
    """The published versions of one record. They are the same for every reader."""

    template_name = "visits/history.html"
    noun: type[Tour] | type[Meeting]
    plural = ""

    def get(self, request: HttpRequest, address: str) -> HttpResponse:
        found = archive.find(self.noun, address)
        if found is None:
            raise Http404
        if found.gone:
            return gone(request, found)
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
