"""What every resource does: a list and its records, for reading."""

from http import HTTPStatus
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from visits.api import exporting, lookup, parameters
from visits.api.addresses import Addresses, key
from visits.api.pagination import KeysetPagination
from visits.api.schema import Narrowing, ResourceSchema
from visits.exports.formats import Format
from visits.filtersets import StrictFilterSet
from visits.keyset import Order


class ReadOnly(APIView):
    """A view that nothing can be written to."""

    http_method_names = ["get", "head"]
    metadata_class = None

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Whoever keeps an answer asks before using it again; what staff see is kept by nobody else."""
        response = super().finalize_response(request, response, *args, **kwargs)
        user = getattr(request, "user", None)
        whose = {"private": True} if user and user.is_authenticated else {"public": True}
        patch_cache_control(response, no_cache=True, **whose)
        return response


class Resource(ReadOnly, GenericViewSet):
    """One noun. ``address`` is the field that names a record; blank where only the identifier does.

    With a ``form``, its list is a file of that format, whatever is accepted.
    """

    noun: ClassVar[str]
    plural: ClassVar[str]
    address: ClassVar[str] = "slug"
    model: ClassVar[type[Model]]
    orders: ClassVar[dict[str, Order]]
    filterset_class: ClassVar[type[StrictFilterSet]]
    of_one: ClassVar[tuple[str, ...]] = parameters.SELECTION
    one_serializer_class: ClassVar[type[BaseSerializer] | None] = None
    form: Format | None = None

    schema = ResourceSchema()
    filter_backends = [Narrowing]
    pagination_class = KeysetPagination
    lookup_value_regex = "[^/]+"
    lookup_url_kwarg = "id"

    @classmethod
    def hyphenated(cls) -> str:
        """The noun as the names of addresses have it: agenda-point."""
        return cls.noun.replace(" ", "-")

    @classmethod
    def word(cls) -> str:
        """The word of its addresses: agenda-points."""
        return cls.plural.replace(" ", "-")

    def get_renderers(self) -> list[BaseRenderer]:
        """JSON; of a list, files as well."""
        files = exporting.renderers_of(self.word()) if self.action == "list" else []
        return [*super().get_renderers(), *(renderer() for renderer in files)]

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[BaseRenderer, str]:
        if self.form is None:
            return super().perform_content_negotiation(request, force)
        renderer = exporting.RENDERERS[self.form.name]()
        return renderer, renderer.media_type

    @property
    def default_response_headers(self) -> dict[str, str]:
        """A cache keeps the file apart from the page of the same address."""
        varies = {"Vary": "Accept"} if self.action == "list" and self.form is None else {}
        return super().default_response_headers | varies

    def get_queryset(self) -> QuerySet:
        return self.model._default_manager.all().visible_to(self.request.user)  # type: ignore[attr-defined]

    def nested(self, queryset: Any) -> QuerySet:
        """With everything that a representation shows."""
        return queryset.for_list(self.request.user)

    def nested_one(self, queryset: Any) -> QuerySet:
        """The same for one record by itself."""
        return self.nested(queryset)

    def get_serializer_class(self) -> type[BaseSerializer]:
        if self.action == "retrieve" and self.one_serializer_class:
            return self.one_serializer_class
        return super().get_serializer_class()

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "addresses": Addresses(self.request)}

    def list(self, request: Request) -> HttpResponseBase:
        """The records that match all parameters, page by page; or all of them as a file."""
        form = getattr(request.accepted_renderer, "export", None)
        if form is not None:
            return exporting.as_file(request, self.word(), self.orders, form)
        pages = KeysetPagination()
        found, _, only = parameters.read_all(
            lambda: self.filter_queryset(self.get_queryset()),
            lambda: pages.read(request.query_params, self.orders),
            self.chosen,
        )
        rows = pages.paginate_queryset(self.nested(found), request, self)
        count = found.count() if pages.counted else None
        data = self.get_serializer(rows, many=True, only=only).data
        return pages.get_paginated_response(data, count)

    def retrieve(self, request: Request, id: str) -> Response:
        """One record. Its former addresses lead to the present one."""
        _, only = parameters.read_all(
            lambda: parameters.refuse_unknown(request.query_params, self.of_one), self.chosen
        )
        visible = self.nested_one(self.get_queryset())
        record = lookup.find(visible, id, address=self.address, noun=self.noun)
        if id.lower() != str(record.uuid) and id != key(record):
            return self._moved(record)
        return Response(self.get_serializer(record, only=only).data)

    def chosen(self) -> set[str]:
        """The names of the fields to show."""
        serializer: Any = self.get_serializer()
        return parameters.selection(self.request.query_params, serializer.fields)

    def _moved(self, record: Any) -> Response:
        address = Addresses(self.request).api(record)
        query = self.request.META.get("QUERY_STRING", "")
        location = f"{address}?{query}" if query else address
        return Response(status=HTTPStatus.PERMANENT_REDIRECT, headers={"Location": location})
