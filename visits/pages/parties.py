"""The pages of countries, of pairs of countries, and of organizations."""

from typing import Any

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse

from visits.models import Country, Meeting, Organization, Party, Tour
from visits.pages import figures
from visits.pages.base import Crumb, DetailPage, Page
from visits.queries import profiles


class PartyPage(DetailPage):
    """What countries and organizations have in common."""

    key = "code"

    def get(self, request: HttpRequest, address: str) -> HttpResponse:
        if address != address.upper():
            return HttpResponsePermanentRedirect(
                reverse(f"{self.section_name}-detail", args=[address.upper()])
            )
        return super().get(request, address)

    def records(self) -> Any:
        visible = Party.objects.visible_to(self.request.user)
        related = ("part_of", "territories", "succeeded_by", "succeeds")
        return (
            super().records().prefetch_related("other_names", *(Prefetch(name, visible) for name in related))
        )

    def content(self, record: Party) -> dict[str, Any]:
        user = self.request.user
        meetings = Meeting.objects.visible_to(user).with_party(record.pk)
        said = profiles.said(profiles.statements(user).filter(on_behalf_of=record))
        tours = Tour.objects.visible_to(user).filter(on_behalf_of=record)
        return {
            "met": profiles.tally(meetings.held()),
            "meetings": profiles.meeting_rows(meetings.held(), user),
            "not_held": profiles.meeting_rows(meetings.not_held(), user),
            "tours": profiles.tour_rows(tours, user),
            "counterparts": profiles.met_with(record, user),
            "own_people": profiles.acted_for(record, user),
            "parties_met": profiles.parties_met(record, user),
            "said": said,
            "said_by_topic": profiles.by_topic(said),
        }


class CountryPage(PartyPage):
    noun, plural = Country, "Countries"
    template_name, section = "visits/country_detail.html", "countries"

    def content(self, record: Party) -> dict[str, Any]:
        user = self.request.user
        stops = profiles.visits_to(record, user)
        visits = profiles.visit_rows(stops, user)
        return super().content(record) | {
            "visited": profiles.tally(stops),
            "visits": visits,
            "strip": figures.visits_strip(visits.rows, record),
            "locator": figures.places_visited(record, visits.rows),
        }


class OrganizationPage(PartyPage):
    noun, plural = Organization, "Organizations"
    template_name, section = "visits/organization_detail.html", "organizations"


class PairPage(Page):
    """What two countries have to do with each other; their codes stand in alphabetical order."""

    template_name, section = "visits/pair_detail.html", "countries"

    def get(self, request: HttpRequest, code: str, other: str) -> HttpResponse:
        first, second = sorted((code.upper(), other.upper()))
        if first == second:
            raise Http404
        if (code, other) != (first, second):
            return HttpResponsePermanentRedirect(reverse("pair-detail", args=[first, second]))
        known = Country.objects.visible_to(request.user).filter(code__in=[first, second])
        found = {party.code: party for party in known}
        if len(found) != 2:
            raise Http404
        return self.show(self.content(found[first], found[second]))

    def content(self, one: Party, other: Party) -> dict[str, Any]:
        user = self.request.user
        meetings = profiles.of_pair(one, other, user)
        said = profiles.said(profiles.stated_between(one, other, user))
        return {
            "one": one,
            "other": other,
            "title": f"{one} and {other}",
            "crumbs": [
                Crumb("Countries", reverse("country-list")),
                Crumb(str(one), one.get_absolute_url()),
                Crumb(str(other)),
            ],
            "met": profiles.tally(meetings.held()),
            "meetings": profiles.meeting_rows(meetings.held(), user),
            "not_held": profiles.meeting_rows(meetings.not_held(), user),
            "visits": profiles.visit_rows(profiles.journeys_between(one, other, user), user),
            "said": said,
            "said_by_topic": [(group, _columns(group, one, other)) for group in profiles.by_topic(said)],
        }


def _columns(group: profiles.TopicSaid, *parties: Party) -> list[tuple[Party, list[Any]]]:
    """What each of the two said on the topic."""
    return [(party, [s for s in group.statements if s.on_behalf_of_id == party.pk]) for party in parties]
