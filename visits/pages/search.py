"""Search over every noun, each by its own names."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode

from visits.filtersets import BadQuery, without_noise
from visits.pages import lists
from visits.pages.base import Crumb, Page
from visits.queries.profiles import Section, section

MOST_EACH = 10
SEARCHED: tuple[type[lists.ListPage], ...] = (
    lists.CountryList,
    lists.OrganizationList,
    lists.OfficialList,
    lists.TourList,
    lists.MeetingList,
    lists.TopicList,
    lists.PlaceList,
    lists.SourceList,
)


@dataclass(frozen=True)
class Group:
    """What was found of one noun."""

    heading: str
    template: str
    found: Section
    whole_list: str


class SearchPage(Page):
    """At most ten of each noun, with the way to all of them."""

    template_name = "visits/search.html"
    parameters = ("q",)

    def get(self, request: HttpRequest) -> HttpResponse:
        data = without_noise(request.GET)
        query = " ".join(data.getlist("q"))
        context = {"query": query, "title": f"Search: {query}" if query else "Search"}
        context["crumbs"] = [Crumb("Readout", reverse("home")), Crumb("Search")]  # type: ignore[assignment]
        try:
            groups = [group for page in SEARCHED if (group := self.group(page, data))] if query else []
        except BadQuery as bad:
            return self.show(context | {"faults": bad.faults}, status=400)
        return self.show(context | {"groups": groups})

    def group(self, page: type[lists.ListPage], data: Any) -> Group | None:
        """The rows of one list that the words find, in its usual order."""
        visible = page.noun.objects.visible_to(self.request.user)  # type: ignore[attr-defined]
        narrowed = page.filterset(data, visible).narrowed()
        order = next(iter(page.orders.values()))
        rows = page.rows(narrowed, self.request.user).order_by(*order.keys(backwards=False))
        found = section(rows, MOST_EACH)
        if not found:
            return None
        address = reverse(f"{page.noun._meta.model_name}-list")
        query = urlencode({"q": data["q"]})
        return Group(
            page.heading, f"partials/found_{page.noun._meta.model_name}.html", found, f"{address}?{query}"
        )
