"""The OpenAPI document: what the views don't say by themselves."""

from http import HTTPStatus
from typing import Any

import django_filters
from django.db.models import QuerySet
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_parameter_type
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from visits import dates
from visits.api import examples, exporting, parameters, problems
from visits.filtersets import events, fields, moments


class ProblemErrorSerializer(serializers.Serializer):
    """One thing that is wrong with a request."""

    parameter = serializers.CharField(help_text="The parameter that it is about.")
    detail = serializers.CharField(help_text="A sentence for a person.")
    suggestion = serializers.CharField(allow_null=True, help_text="What would probably be right.")


class ProblemSerializer(serializers.Serializer):
    """An error as RFC 9457 has it."""

    type = serializers.CharField(
        help_text="about:blank where the status says it all, else where it is explained."
    )
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(help_text="What went wrong this time.")
    instance = serializers.CharField(help_text="What was asked for.")
    errors = ProblemErrorSerializer(  # type: ignore[assignment]
        many=True, help_text="One for each thing that is wrong."
    )


TEXT = {"type": "string"}
RECORD = {"type": "string", "description": "The slug or the identifier."}
CODE = {"type": "string", "description": "The code."}


def shape(narrowing: django_filters.Filter) -> dict[str, Any]:
    """The JSON schema of what a filter takes."""
    if isinstance(narrowing, fields.ChoicesFilter):
        values = {"type": "string", "enum": list(narrowing.extra["choices"].values)}
        return values if narrowing.extra["choices"] is events.DateMatch else _several(values)
    if isinstance(narrowing, fields.PartyFilter):
        return _several(CODE)
    if isinstance(narrowing, fields.RecordsFilter):
        return _several(RECORD)
    if isinstance(narrowing, fields.WordsFilter):
        return _several(TEXT)
    if isinstance(narrowing, fields.PairFilter):
        return {"type": "array", "items": CODE, "minItems": 2, "maxItems": 2}
    return _single(narrowing)


def _single(narrowing: django_filters.Filter) -> dict[str, Any]:
    if isinstance(narrowing, fields.DayFilter):
        return {"type": "string", "pattern": dates.PATTERN}
    if isinstance(narrowing, fields.MomentFilter):
        return {"type": "string", "format": "date-time"}
    if isinstance(narrowing, fields.TruthFilter):
        return {"type": "boolean"}
    return {"type": "string", "maxLength": narrowing.extra["max_length"]}


def _several(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items, "maxItems": fields.MOST_VALUES}


def described(name: str, narrowing: django_filters.Filter) -> dict[str, Any]:
    """The parameter of one filter."""
    schema = shape(narrowing)
    sentences = [f"{narrowing.label}.", narrowing.extra.get("help_text", "")]
    array = schema["type"] == "array"
    if array and not isinstance(narrowing, fields.PairFilter):
        sentences.append("Repeated: one of these.")
    return build_parameter_type(
        name,
        schema,
        "query",
        description=" ".join(filter(None, sentences)),
        style="form" if array else None,
        explode=not isinstance(narrowing, fields.PairFilter) if array else None,
    )


class Narrowing(BaseFilterBackend):
    """The view's filterset, strict about what it does not know."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: Any) -> QuerySet:
        narrow = view.filterset_class(request.query_params, queryset, reserved=parameters.OF_LISTS)
        return narrow.narrowed()

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        known = view.filterset_class.base_filters
        return [described(name, narrowing) for name, narrowing in known.items()]


class ResourceSchema(AutoSchema):
    """An operation of a resource: its parameters, its problems, its example."""

    view: Any

    def get_tags(self) -> list[str]:
        return [self.view.plural]

    def get_summary(self) -> str:
        if self._is_list_view():
            return f"List {self.view.plural}"
        return f"One {self.view.noun}"

    def get_override_parameters(self) -> list[Any]:
        names = list(self._get_serializer().fields)
        chosen = [
            OpenApiParameter(name, _list_of(names), description=text, style="form", explode=False)
            for name, text in (
                ("fields", "Only these fields of each record, with commas between."),
                ("omit", "All fields but these, with commas between."),
            )
        ]
        if self._is_list_view():
            return chosen
        ways = (
            f"The {self.view.address} or the identifier (UUID)"
            if self.view.address
            else "The identifier (UUID)"
        )
        place = OpenApiParameter(
            "id", str, OpenApiParameter.PATH, description=f"{ways} of the {self.view.noun}."
        )
        then = OpenApiParameter(
            moments.KNOWN_AT, TEXT, description=f"As the public saw it then. {moments.HOW}"
        )
        return [place, *chosen, *([then] if self._dated else [])]

    @property
    def _dated(self) -> bool:
        """Whether a record can be read as it was known at a moment."""
        return moments.KNOWN_AT in self.view.of_one

    def get_response_serializers(self) -> Any:
        found = self._get_serializer()
        if self._is_list_view(found):
            files = exporting.described(self.view.word())
            return {(200, "application/json"): found, **files, **problem_responses(400)}
        moved = OpenApiResponse(description="The record has another address now: see Location.")
        return {200: found, 308: moved, **problem_responses(400, 404, *([410] if self._dated else []))}

    def get_examples(self) -> list[OpenApiExample]:
        return examples.of(self.view.hyphenated())


def _list_of(names: list[str]) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string", "enum": names}}


def problem_responses(*statuses: int) -> dict[Any, OpenApiResponse]:
    """These problems of an operation, and those that each can have."""
    return {
        (status, problems.CONTENT_TYPE): OpenApiResponse(
            ProblemSerializer, description=HTTPStatus(status).phrase, examples=examples.problem(status)
        )
        for status in (*statuses, 406, 429)
    }
