"""The pages of officials, topics, places and sources."""

from typing import Any

from django.db.models import Prefetch

from visits.models import Meeting, Official, Participation, Party, Place, Source, Tenure, Topic, Tour
from visits.pages import figures
from visits.pages.base import Crumb, DetailPage
from visits.queries import profiles
from visits.queries.record import resting_on


class OfficialPage(DetailPage):
    noun, plural = Official, "Officials"
    template_name, section = "visits/official_detail.html", "officials"

    def records(self) -> Any:
        offices = Tenure.objects.select_related("party").cited()
        related = ("other_names", "external_identifiers", Prefetch("tenures", offices))
        return super().records().prefetch_related(*related)

    def content(self, record: Official) -> dict[str, Any]:
        user = self.request.user
        meetings = Meeting.objects.visible_to(user)
        attended = Participation.objects.attended(user).filter(official=record)
        named_in = meetings.filter(participations__official=record)
        held = meetings.filter(pk__in=attended.values("meeting"))
        said = profiles.said(profiles.statements(user).filter(speaker=record))
        return {
            "met": profiles.tally(held),
            "meetings": profiles.meeting_rows(held, user),
            "absent": profiles.meeting_rows(named_in.held().exclude(pk__in=attended.values("meeting")), user),
            "not_held": profiles.meeting_rows(named_in.not_held(), user),
            "tours": profiles.tour_rows(Tour.objects.visible_to(user).filter(principal=record), user),
            "counterparts": profiles.met_by(record, user),
            "said": said,
            "said_by_topic": profiles.by_topic(said),
        }


class TopicPage(DetailPage):
    noun, plural = Topic, "Topics"
    template_name, section = "visits/topic_detail.html", "topics"

    def records(self) -> Any:
        children = Topic.objects.visible_to(self.request.user)
        return (
            super()
            .records()
            .select_related("parent__parent")
            .prefetch_related(Prefetch("children", children))
        )

    def way_to(self, record: Topic) -> list[Crumb]:
        above, found = record.parent, list[Crumb]()
        while above is not None and len(found) < 5:
            found.append(Crumb(str(above), above.get_absolute_url()))
            above = above.parent
        return [*super().way_to(record), *reversed(found)]

    def content(self, record: Topic) -> dict[str, Any]:
        user = self.request.user
        topics = Topic.objects.filter(pk=record.pk).with_descendants()
        said = profiles.section(profiles.stated_on(topics, user))
        return {
            "said": said,
            "by_party": profiles.by_party(said),
            "unattributed": profiles.points_without_a_side(topics, user),
        }


class PlacePage(DetailPage):
    noun, plural = Place, "Places"
    template_name, section = "visits/place_detail.html", "places"

    def records(self) -> Any:
        parties = Party.objects.visible_to(self.request.user)
        related = ("other_names", "external_identifiers", Prefetch("claimed_by", parties))
        return super().records().select_related("country", "administered_by").prefetch_related(*related)

    def title(self, record: Place) -> str:
        return f"{record}, {record.country}"

    def content(self, record: Place) -> dict[str, Any]:
        user = self.request.user
        meetings = Meeting.objects.visible_to(user).filter(place=record)
        return {
            "visits": profiles.visit_rows(profiles.stays_at(record, user), user),
            "met": profiles.tally(meetings.held()),
            "meetings": profiles.meeting_rows(meetings.held(), user),
            "not_held": profiles.meeting_rows(meetings.not_held(), user),
            "locator": figures.place_on_map(record),
        }


class SourcePage(DetailPage):
    noun, plural = Source, "Sources"
    template_name, section = "visits/source_detail.html", "sources"

    def records(self) -> Any:
        return (
            super()
            .records()
            .select_related("issued_by")
            .prefetch_related("contributors", "external_identifiers")
        )

    def content(self, record: Source) -> dict[str, Any]:
        return {"resting": resting_on(record, self.request.user)}
