"""The published versions of tours and meetings, and what each changed."""

from datetime import datetime
from http import HTTPStatus
from typing import Any, ClassVar

from django.urls import reverse
from django.utils.http import http_date
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from visits.api import parameters
from visits.api.problems import NoSuchRecord
from visits.api.schema import problem_responses
from visits.api.serializers.base import Text
from visits.api.views import ReadOnly, Resource
from visits.filtersets.moments import KNOWN_AT, read_known_at
from visits.models import Meeting, Tour
from visits.queries import archive
from visits.queries.versions import MOST_VERSIONS, versions_of

ACTIONS = {"insert": "added", "update": "changed", "delete": "removed"}


class Gone(APIException):
    """It was public once and is so no more."""

    status_code = HTTPStatus.GONE


def archived(noun: str, model: type[Tour] | type[Meeting], id: str) -> archive.Archived:
    """The record that is or once was public. Raises NoSuchRecord or Gone."""
    found = archive.find(model, id)
    if found is None:
        raise NoSuchRecord(f"There is no {noun} “{id}”.")
    if found.gone:
        raise Gone(found.why_gone)
    return found


class DatedResource(Resource):
    """A resource whose records ``known_at`` shows as the public saw them at a moment."""

    model: ClassVar[Any]
    of_one = (*parameters.SELECTION, KNOWN_AT)

    def retrieve(self, request: Request, id: str) -> Response:
        """One record, as it is or as it was known. Its former addresses lead to the present one."""
        at, _, only = parameters.read_all(
            lambda: read_known_at(request.query_params),
            lambda: parameters.refuse_unknown(request.query_params, self.of_one),
            self.chosen,
        )
        if at is not None:
            return self._then(id, at, only)
        try:
            return super().retrieve(request, id)
        except NoSuchRecord:
            found = archive.find(self.model, id)
            if found and found.gone:
                raise Gone(found.why_gone) from None
            raise

    def _then(self, id: str, at: datetime, only: set[str]) -> Response:
        found = archived(self.noun, self.model, id)
        if found.record.is_public and id.lower() not in (found.record.slug, str(found.record.uuid)):
            return self._moved(found.record)
        record = found.known_at(at)
        if record is None:
            raise NoSuchRecord(found.not_public(at))
        shown = self.get_serializer(record, only=only).data
        return Response(shown, headers={"Memento-Datetime": http_date(at.timestamp())})


class DifferenceSerializer(serializers.Serializer):
    """One field, before and after."""

    field = serializers.CharField(source="label", help_text="The field.")
    before = Text(help_text="In the version before; null: blank, or the part is new.")
    after = Text(help_text="In this version; null: blank, or the part was removed.")


class RowChangeSerializer(serializers.Serializer):
    """What happened to the record itself or to one of its parts."""

    part = serializers.CharField(source="noun", help_text="The record itself, or the kind of part.")
    name = Text(help_text="Which one it is.")
    action = serializers.SerializerMethodField(help_text="What happened to it.")
    differences = DifferenceSerializer(many=True)

    def get_action(self, change: Any) -> str:
        return ACTIONS[change.action]


class VersionInHistorySerializer(serializers.Serializer):
    """One published version, and how it differs from the one before."""

    number = serializers.IntegerField(help_text="Counts the published versions from 1.")
    published_at = serializers.DateTimeField(source="since", help_text="When it became public.")
    public_until = serializers.DateTimeField(
        source="until", allow_null=True, help_text="When it ceased to be; null: it is public."
    )
    compared_with = serializers.DateTimeField(
        source="before",
        allow_null=True,
        help_text="When the version before became public; null for the first.",
    )
    url = serializers.SerializerMethodField(help_text="The record as it stood then.")
    changes = RowChangeSerializer(many=True)

    def get_url(self, version: Any) -> str:
        return f"{self.context['record']}?known_at={version.known_at}"


class HistorySerializer(serializers.Serializer):
    """The published versions of one record."""

    count = serializers.IntegerField(help_text="How many versions were published.")
    versions = VersionInHistorySerializer(many=True, help_text=f"The newest first, {MOST_VERSIONS} at most.")


class HistorySchema(AutoSchema):
    """The operation of a history."""

    view: Any

    def get_tags(self) -> list[str]:
        return [self.view.plural]

    def get_operation_id(self) -> str:
        return f"{self.view.plural}_history"

    def get_summary(self) -> str:
        return f"What was published of one {self.view.noun}"

    def get_description(self) -> str:  # type: ignore[override]
        return (
            "Every published version, with its differences from the one before. What was never published is not "
            "in it. Names of people, parties, places, topics and sources are those of today."
        )

    def get_override_parameters(self) -> list[Any]:
        text = f"The slug or the identifier (UUID) of the {self.view.noun}."
        return [OpenApiParameter("id", str, OpenApiParameter.PATH, description=text)]

    def get_response_serializers(self) -> Any:
        moved = OpenApiResponse(description="The record has another address now: see Location.")
        return {200: HistorySerializer, 308: moved, **problem_responses(400, 404, 410)}


class History(ReadOnly):
    """What was published of one record."""

    noun: ClassVar[str]
    plural: ClassVar[str]
    model: ClassVar[Any]
    schema = HistorySchema()

    def get(self, request: Request, id: str) -> Response:
        """The published versions, the newest first."""
        parameters.refuse_unknown(request.query_params, ())
        found = archived(self.noun, self.model, id)
        record = found.record
        if record.is_public and id not in (record.slug, str(record.uuid)):
            location = request.build_absolute_uri(reverse(f"api:{self.noun}-history", args=[record.slug]))
            return Response(status=HTTPStatus.PERMANENT_REDIRECT, headers={"Location": location})
        address = request.build_absolute_uri(reverse(f"api:{self.noun}-detail", args=[id]))
        told = {"count": len(found.spans), "versions": versions_of(record)}
        return Response(HistorySerializer(told, context={"record": address}).data)


class TourHistory(History):
    noun, plural, model = "tour", "tours", Tour


class MeetingHistory(History):
    noun, plural, model = "meeting", "meetings", Meeting
