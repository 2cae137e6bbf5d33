"""Errors as RFC 9457 problem details: one shape, whoever raised them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from math import ceil
from typing import Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views import defaults
from rest_framework.exceptions import APIException, MethodNotAllowed, NotAcceptable, NotFound
from rest_framework.response import Response

from visits.filtersets import BadQuery, Fault

CONTENT_TYPE = "application/problem+json"
BELOW = "/api/"
# Anchors on the page of the documentation; everything else is told by its status alone.
BAD_PARAMETERS = "bad-parameters"
TITLES = {BAD_PARAMETERS: "Bad parameters"}


@dataclass(frozen=True)
class Problem:
    """What went wrong with one request."""

    status: int
    detail: str
    kind: str = ""
    faults: Iterable[Fault] = ()
    headers: dict[str, str] = field(default_factory=dict)

    def body(self, request: HttpRequest) -> dict[str, Any]:
        """The members of the problem document."""
        address = (
            request.build_absolute_uri(f"{reverse('api:docs')}#{self.kind}") if self.kind else "about:blank"
        )
        return {
            "type": address,
            "title": TITLES.get(self.kind) or HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "instance": request.get_full_path(),
            "errors": [
                {
                    "parameter": fault.parameter,
                    "detail": fault.message,
                    "suggestion": fault.suggestion or None,
                }
                for fault in self.faults
            ],
        }


class NoSuchRecord(NotFound):
    """There is nothing under this address, and perhaps something under a similar one."""

    def __init__(self, detail: str, *, parameter: str = "id", suggestion: str = "") -> None:
        hint = f" Did you mean “{suggestion}”?" if suggestion else ""
        super().__init__(detail + hint)
        self.faults = [Fault(parameter, detail + hint, suggestion)] if suggestion else []


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to an exception in a view; None for one that nobody foresaw, which the server reports."""
    problem = _problem(error, context["request"])
    if problem is None:
        return None
    body = problem.body(context["request"])
    return Response(body, problem.status, headers=problem.headers, content_type=CONTENT_TYPE)


def _problem(error: Exception, request: Any) -> Problem | None:
    if isinstance(error, BadQuery):
        return Problem(400, str(error), BAD_PARAMETERS, error.faults)
    if isinstance(error, Http404):
        return Problem(404, "There is nothing at this address.")
    if isinstance(error, PermissionDenied):
        return Problem(403, "You may not do this.")
    if isinstance(error, SuspiciousOperation):
        return Problem(400, "The request is malformed.")
    if isinstance(error, APIException):
        faults = getattr(error, "faults", ())
        return Problem(error.status_code, _sentence(error, request), faults=faults, headers=_headers(error))
    return None


def _sentence(error: APIException, request: Any) -> str:
    if isinstance(error, MethodNotAllowed):
        return f"{request.method} is not possible here. This API is for reading: GET and HEAD."
    if isinstance(error, NotAcceptable):
        return "The answer is JSON: accept application/json. Lists come as files, too: text/csv and others."
    return str(error.detail)


def _headers(error: APIException) -> dict[str, str]:
    scheme, seconds = getattr(error, "auth_header", None), getattr(error, "wait", None)
    headers = {"WWW-Authenticate": scheme} if scheme else {}
    # Rounded up: whoever waits that long is let in.
    return headers | ({"Retry-After": str(ceil(seconds))} if seconds else {})


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400: for what fails before a view is called."""
    if not request.path.startswith(BELOW):
        return defaults.bad_request(request, exception)
    return _plain(request, Problem(400, "The request is malformed."))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    if not request.path.startswith(BELOW):
        return defaults.page_not_found(request, exception)
    return _plain(request, Problem(404, "There is nothing at this address."))


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500."""
    if not request.path.startswith(BELOW):
        return defaults.server_error(request)
    return _plain(request, Problem(500, "Something failed on our side. It has been reported."))


def _plain(request: HttpRequest, problem: Problem) -> HttpResponse:
    return JsonResponse(problem.body(request), status=problem.status, content_type=CONTENT_TYPE)
