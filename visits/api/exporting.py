"""Lists as files: by the suffix of the address (/api/v1/meetings.csv) or by the Accept header."""

from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.utils import OpenApiResponse
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

from visits.exports.answers import base_of, download
from visits.exports.export import Export
from visits.exports.formats import FORMATS, Format, formats_of
from visits.exports.nouns import NOUNS
from visits.exports.selecting import selected


class FileRenderer(JSONRenderer):
    """Stands for one format when it is negotiated which is meant; what it renders itself are the problems."""

    export: Format


def _renderer(form: Format) -> type[FileRenderer]:
    return type(
        f"{form.label}Renderer",
        (FileRenderer,),
        {"media_type": form.media_type, "format": form.name, "export": form},
    )


RENDERERS = {name: _renderer(form) for name, form in FORMATS.items()}


def renderers_of(name: str) -> list[type[FileRenderer]]:
    """The formats in which a resource's list can be had, beside JSON."""
    return [RENDERERS[form.name] for form in formats_of(NOUNS[name])]


def as_file(request: Request, name: str, orders: Any, form: Format) -> StreamingHttpResponse:
    """All public records that the parameters find. Raises BadQuery."""
    noun = NOUNS[name]
    found = selected(noun, request.query_params, orders)
    return download(request._request, Export(noun, found, base_of(request._request)), form)


def described(name: str) -> dict[Any, OpenApiResponse]:
    """The files that a list comes as, for the OpenAPI document."""
    return {(200, form.media_type): OpenApiResponse(_shape(form)) for form in formats_of(NOUNS[name])}


def _shape(form: Format) -> dict[str, Any]:
    """A file is told by its media type; what is in its columns stands in the documentation."""
    binary = {"format": "binary"} if form.name == "xlsx" else {}
    return {"type": "string", **binary, "description": f"All that match, as {form.label}."}
