"""The list of each noun: one page class, and what differs between the nouns as plain attributes."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse

from visits import filtersets, keyset
from visits.exports.answers import base_of, download
from visits.exports.export import Export
from visits.exports.formats import Format, formats_of
from visits.exports.nouns import NOUNS
from visits.exports.selecting import selected
from visits.filtersets import BadQuery, Fault, StrictFilterSet, without_noise
from visits.keyset import BY_DATE, BY_NAME, BY_TITLE, Order
from visits.models import Country, Meeting, Official, Organization, Place, Source, Topic, Tour
from visits.pages import options
from visits.pages.base import Crumb, Page, address_or_nothing
from visits.pages.forms import Form, Shown, form_for
from visits.queries import front, rows

ORDER_LABELS = {
    "name": "A to Z",
    "-name": "Z to A",
    "title": "A to Z",
    "-title": "Z to A",
    "-date": "Newest first",
    "date": "Oldest first",
}


class ListPage(Page):
    """Narrowed by the address, a page at a time; a filter that can't be understood shows the form again.

    With a ``format``, the same records as a file.
    """

    noun: type[Model]
    filterset: type[StrictFilterSet]
    orders: dict[str, Order]
    rows: ClassVar["staticmethod[[Any, Any], QuerySet]"]
    shown: Sequence[Shown] = ()
    heading = ""
    lede = ""
    word = ""
    format: Format | None = None

    def faults(self, request: HttpRequest) -> list[Fault]:
        """The filterset knows its parameters itself."""
        return []

    def get(self, request: HttpRequest) -> HttpResponseBase:
        data = without_noise(request.GET)
        visible = self.noun.objects.visible_to(request.user)  # type: ignore[attr-defined]
        narrowing = self.filterset(data, visible, reserved=keyset.PARAMETERS)
        try:
            if self.format:
                return self.file(data, self.format)
            page = self.page(narrowing, data)
        except BadQuery as bad:
            form = self.form(narrowing, data, bad.faults)
            return self.show(self.context(data, form), status=400)
        form = self.form(narrowing, data)
        found = {
            "page": page,
            "counted": self.counted(page),
            "next": at(data, page.next),
            "previous": at(data, page.previous),
            "downloads": self.downloads(data),
        }
        return self.show(self.context(data, form) | found | self.content(form))

    def page(self, narrowing: StrictFilterSet, data: QueryDict) -> keyset.Page:
        """Every fault of the filters and of the paging at once, else the rows."""
        faults: list[Fault] = []
        paging, narrowed = None, None
        try:
            narrowed = narrowing.narrowed()
        except BadQuery as bad:
            faults += bad.faults
        try:
            paging = keyset.read(data, self.orders)
        except BadQuery as bad:
            faults += bad.faults
        if narrowed is None or paging is None:
            raise BadQuery(faults)
        return paging.page(self.rows(narrowed, self.request.user))

    def file(self, data: QueryDict, form: Format) -> HttpResponseBase:
        """All public records that the parameters find; raises BadQuery as the list does."""
        noun = NOUNS[self.section]
        found = selected(noun, data, self.orders)
        return download(self.request, Export(noun, found, base_of(self.request)), form)

    def downloads(self, data: QueryDict) -> list[tuple[str, str]]:
        """The formats of the list's records with their addresses, narrowed and ordered as the list is."""
        kept = data.copy()
        for name in ("cursor", "limit"):
            kept.pop(name, None)
        return [
            (form.label, with_query(reverse(f"{self.section}-{form.name}"), kept))
            for form in formats_of(NOUNS[self.section])
        ]

    def counted(self, page: keyset.Page) -> str:
        """“3 meetings” where one page holds them all; else nobody counts them."""
        if page.next or page.previous or not page.rows:
            return self.heading
        number = len(page.rows)
        return f"{number} {self.word if number == 1 else self.heading.lower()}"

    def form(self, narrowing: StrictFilterSet, data: QueryDict, faults: Sequence[Fault] = ()) -> Form:
        orders = [(name, ORDER_LABELS[name]) for name in self.orders]
        return form_for(narrowing, self.shown, data=data, orders=orders, faults=faults)

    def context(self, data: QueryDict, form: Form) -> dict[str, Any]:
        return {
            "form": form,
            "title": self.heading,
            "lede": self.lede,
            "word": self.word,
            "crumbs": [Crumb("Readout", reverse("home")), Crumb(self.heading)],
            "listed_at": self.listed_at,
            "canonical": with_query(self.listed_at, data),
            "json": self.api_address(data),
        }

    @property
    def listed_at(self) -> str:
        return reverse(f"{self.noun._meta.model_name}-list")

    def content(self, form: Form) -> dict[str, Any]:
        """What a page shows beside its rows."""
        return {}

    def api_address(self, data: QueryDict) -> str:
        """The same rows as JSON, if the API serves them."""
        kept = data.copy()
        kept.pop("cursor", None)
        address = address_or_nothing(f"api:{self.noun._meta.model_name}-list")
        return with_query(address, kept) if address else ""


def with_query(path: str, data: QueryDict) -> str:
    return f"{path}?{data.urlencode()}" if data else path


def at(data: QueryDict, cursor: str | None) -> str:
    """The query of a neighbouring page, or nothing."""
    if cursor is None:
        return ""
    moved = data.copy()
    moved["cursor"] = cursor
    return f"?{moved.urlencode()}"


class CountryList(ListPage):
    noun, filterset, orders, rows = Country, filtersets.PartyFilterSet, BY_NAME, staticmethod(rows.parties)
    template_name, section = "visits/country_list.html", "countries"
    shown = (Shown("q", wide=True), Shown("kind", options.country_kinds), Shown("region"))
    heading, word = "Countries", "country"
    lede = "States, territories and former states, with the visits that they received and made."

    def content(self, form: Form) -> dict[str, Any]:
        """Those that a tour or a meeting names lead the whole list."""
        whole = not form.is_narrowed and "cursor" not in self.request.GET
        return {"on_record": front.countries_on_record(self.request.user)} if whole else {}


class OrganizationList(ListPage):
    noun, filterset, orders, rows = (
        Organization,
        filtersets.PartyFilterSet,
        BY_NAME,
        staticmethod(rows.parties),
    )
    template_name, section = "visits/organization_list.html", "organizations"
    shown = (Shown("q", wide=True), Shown("kind", options.organization_kinds))
    heading, word = "Organizations", "organization"
    lede = "International organizations and non-state groups for which officials speak."


class OfficialList(ListPage):
    noun, filterset, orders, rows = (
        Official,
        filtersets.OfficialFilterSet,
        BY_NAME,
        staticmethod(rows.officials),
    )
    template_name, section = "visits/official_list.html", "officials"
    shown = (
        Shown("q", wide=True),
        Shown("country", options.countries_with_officials),
        Shown("title"),
        Shown("held_on"),
    )
    heading, word = "Officials", "official"
    lede = "Who travelled, who received, who spoke; with the offices that they held."


class TourList(ListPage):
    noun, filterset, orders, rows = Tour, filtersets.TourFilterSet, BY_DATE, staticmethod(rows.tours)
    template_name, section = "visits/tour_list.html", "tours"
    shown = (
        Shown("q", wide=True),
        Shown("country", options.countries_visited),
        Shown("on_behalf_of", options.parties_travelling),
        Shown("kind"),
        Shown("status"),
        Shown("date_after"),
        Shown("date_before"),
    )
    heading, word = "Tours", "tour"
    lede = "Journeys of one principal, of one or more stops."


class MeetingList(ListPage):
    noun, filterset, orders, rows = Meeting, filtersets.MeetingFilterSet, BY_DATE, staticmethod(rows.meetings)
    template_name, section = "visits/meeting_list.html", "meetings"
    shown = (
        Shown("q", wide=True),
        Shown("country", options.countries_meeting),
        Shown("organization", options.organizations_meeting),
        Shown("topic", options.topics),
        Shown("kind"),
        Shown("status"),
        Shown("date_after"),
        Shown("date_before"),
    )
    heading, word = "Meetings", "meeting"
    lede = "Those held, and those announced, postponed, cancelled, declined or skipped."


class TopicList(ListPage):
    noun, filterset, orders, rows = Topic, filtersets.TopicFilterSet, BY_NAME, staticmethod(rows.topics)
    template_name, section = "visits/topic_list.html", "topics"
    shown = (Shown("q", wide=True),)
    heading, word = "Topics", "topic"
    lede = "What was on the table. A topic phrased as a proposition can be supported or opposed."


class PlaceList(ListPage):
    noun, filterset, orders, rows = Place, filtersets.PlaceFilterSet, BY_NAME, staticmethod(rows.places)
    template_name, section = "visits/place_list.html", "places"
    shown = (Shown("q", wide=True), Shown("country", options.countries_with_places), Shown("kind"))
    heading, word = "Places", "place"
    lede = "Cities, regions and sites. Each keeps the country that the record states."


class SourceList(ListPage):
    noun, filterset, orders, rows = Source, filtersets.SourceFilterSet, BY_TITLE, staticmethod(rows.sources)
    template_name, section = "visits/source_list.html", "sources"
    shown = (
        Shown("q", wide=True),
        Shown("kind"),
        Shown("issued_by", options.parties_issuing),
        Shown("date_after"),
        Shown("date_before"),
    )
    heading, word = "Sources", "source"
    lede = "Every document that something on this site rests on."


LISTS: tuple[type[ListPage], ...] = (
    *(CountryList, OrganizationList, OfficialList, TourList),
    *(MeetingList, TopicList, PlaceList, SourceList),
)
