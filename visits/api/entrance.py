"""The ways in: the list of resources, the OpenAPI document, its page; and what lies beside them."""

from difflib import get_close_matches
from typing import Any

from django.http import HttpResponseBase, HttpResponsePermanentRedirect
from django.urls import Resolver404, resolve, reverse
from django.views.generic import TemplateView
from drf_spectacular import renderers
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from visits.api import parameters
from visits.api.problems import NoSuchRecord
from visits.api.resources import RESOURCES
from visits.api.views import ReadOnly

FURTHER = {"schema": "api:schema", "docs": "api:docs"}


class Entrance(ReadOnly):
    """The addresses of all resources."""

    @extend_schema(
        tags=["entrance"],
        summary="All resources",
        operation_id="entrance",
        responses={200: {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}}},
    )
    def get(self, request: Request) -> Response:
        """The addresses of all resources, of the OpenAPI document and of its page."""
        parameters.refuse_unknown(request.query_params, ())
        names = {name: f"api:{view.hyphenated()}-list" for name, view in RESOURCES.items()} | FURTHER
        return Response({name: request.build_absolute_uri(reverse(view)) for name, view in names.items()})


class Schema(ReadOnly, SpectacularAPIView):
    """The OpenAPI document, as JSON unless YAML is asked for."""

    renderer_classes = [
        renderers.OpenApiJsonRenderer2,
        renderers.OpenApiJsonRenderer,
        renderers.OpenApiYamlRenderer,
        renderers.OpenApiYamlRenderer2,
    ]


class Docs(TemplateView):
    """Swagger UI over the OpenAPI document."""

    template_name = "visits/swagger.html"


class Nowhere(APIView):
    """Whatever nothing else answers to, for every method."""

    schema = None

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """An address that only lacks its closing slash is sent there, as everywhere on the site."""
        if not request.path.endswith("/") and _answers(f"{request.path_info}/"):
            return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
        return super().dispatch(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        first = kwargs["rest"].split("/")[0]
        nearest = get_close_matches(first, RESOURCES, n=1)
        raise NoSuchRecord(
            "There is nothing at this address.", parameter="path", suggestion=nearest[0] if nearest else ""
        )


def _answers(path: str) -> bool:
    try:
        return resolve(path).url_name != "nowhere"
    except Resolver404:
        return False
