"""An export as the answer to a request: it begins at once and is never whole in memory."""

from django.http import HttpRequest, StreamingHttpResponse

from visits.exports.export import Export
from visits.exports.formats import Format


def download(request: HttpRequest, export: Export, form: Format) -> StreamingHttpResponse:
    """The file, to be saved under a name with today's date."""
    content = iter(()) if request.method == "HEAD" else form.write(export)
    response = StreamingHttpResponse(content, content_type=form.content_type)
    response["Content-Disposition"] = f'attachment; filename="{export.file_name(form.suffix)}"'
    return response


def base_of(request: HttpRequest) -> str:
    """Where the site is, without a slash at the end."""
    return request.build_absolute_uri("/")[:-1]
