"""The resources: for each noun its records, its filters, its orders and how it is shown."""

from typing import Any

from django.db.models import QuerySet

from visits import filtersets, keyset, models
from visits.api import serializers
from visits.api.history import DatedResource
from visits.api.views import Resource
from visits.keyset import Order

MODIFIED = {
    "-modified": Order(("modified_at", "id"), descending=True),
    "modified": Order(("modified_at", "id")),
}
BY_DATE = keyset.BY_DATE | MODIFIED
BY_NAME = keyset.BY_NAME | MODIFIED
BY_TITLE = keyset.BY_TITLE | MODIFIED
BY_CREATION = keyset.BY_CREATION | MODIFIED


class CountryResource(Resource):
    noun, plural, address = "country", "countries", "code"
    model = models.Country
    filterset_class = filtersets.PartyFilterSet
    serializer_class = serializers.CountrySerializer
    orders = BY_NAME


class OrganizationResource(Resource):
    noun, plural, address = "organization", "organizations", "code"
    model = models.Organization
    filterset_class = filtersets.PartyFilterSet
    serializer_class = serializers.OrganizationSerializer
    orders = BY_NAME


class OfficialResource(Resource):
    noun, plural = "official", "officials"
    model = models.Official
    filterset_class = filtersets.OfficialFilterSet
    serializer_class = serializers.OfficialSerializer
    orders = BY_NAME


class TourResource(DatedResource):
    noun, plural = "tour", "tours"
    model = models.Tour
    filterset_class = filtersets.TourFilterSet
    serializer_class = serializers.TourSerializer
    orders = BY_DATE

    def nested(self, queryset: Any) -> QuerySet:
        return queryset.in_full(self.request.user)


class StopResource(Resource):
    noun, plural, address = "stop", "stops", ""
    model = models.Stop
    filterset_class = filtersets.StopFilterSet
    serializer_class = serializers.StopSerializer
    orders = BY_DATE


class MeetingResource(DatedResource):
    noun, plural = "meeting", "meetings"
    model = models.Meeting
    filterset_class = filtersets.MeetingFilterSet
    serializer_class = serializers.MeetingSerializer
    orders = BY_DATE


class AgendaPointResource(Resource):
    noun, plural, address = "agenda point", "agenda points", ""
    model = models.AgendaPoint
    filterset_class = filtersets.AgendaPointFilterSet
    serializer_class = serializers.AgendaPointSerializer
    orders = BY_CREATION


class StatementResource(Resource):
    noun, plural, address = "statement", "statements", ""
    model = models.Statement
    filterset_class = filtersets.StatementFilterSet
    serializer_class = serializers.StatementSerializer
    orders = BY_CREATION


class TopicResource(Resource):
    noun, plural = "topic", "topics"
    model = models.Topic
    filterset_class = filtersets.TopicFilterSet
    serializer_class = serializers.TopicSerializer
    orders = BY_NAME


class PlaceResource(Resource):
    noun, plural = "place", "places"
    model = models.Place
    filterset_class = filtersets.PlaceFilterSet
    serializer_class = serializers.PlaceSerializer
    orders = BY_NAME


class SourceResource(Resource):
    noun, plural = "source", "sources"
    model = models.Source
    filterset_class = filtersets.SourceFilterSet
    serializer_class = serializers.SourceSerializer
    one_serializer_class = serializers.SourceInFullSerializer
    orders = BY_TITLE

    def nested_one(self, queryset: Any) -> QuerySet:
        return queryset.in_full(self.request.user)


# In the order in which somebody new would want to read about them; the words are those of the addresses.
RESOURCES: dict[str, type[Resource]] = {
    "tours": TourResource,
    "stops": StopResource,
    "meetings": MeetingResource,
    "agenda-points": AgendaPointResource,
    "statements": StatementResource,
    "countries": CountryResource,
    "organizations": OrganizationResource,
    "officials": OfficialResource,
    "topics": TopicResource,
    "places": PlaceResource,
    "sources": SourceResource,
}
