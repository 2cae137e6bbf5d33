"""Every error is a problem document of the same shape, and says what would be right."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.test import Client, RequestFactory
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.throttling import AnonRateThrottle

from tests import factories as make
from visits.api import problems

pytestmark = pytest.mark.django_db

BAD_PARAMETERS = {
    "type": "http://testserver/api/docs/#bad-parameters",
    "title": "Bad parameters",
    "status": 400,
}


def problem(response: Any, status: int) -> dict[str, Any]:
    assert (response.status_code, response["Content-Type"]) == (status, "application/problem+json")
    return response.json()


def errors(response: Any) -> list[tuple[str, str | None]]:
    return [(error["parameter"], error["suggestion"]) for error in problem(response, 400)["errors"]]


def test_a_misspelt_parameter_is_named_with_the_nearest_known_one(client: Client) -> None:
    sentence = "There is no parameter “contry”. Did you mean “country”?"
    assert problem(client.get("/api/v1/meetings/?contry=TR"), 400) == BAD_PARAMETERS | {
        "detail": sentence,
        "instance": "/api/v1/meetings/?contry=TR",
        "errors": [{"parameter": "contry", "detail": sentence, "suggestion": "country"}],
    }


def test_a_name_instead_of_a_code_is_answered_with_the_code(client: Client) -> None:
    sentence = "“Turkey” is not the code of a country. Türkiye is TR."
    assert problem(client.get("/api/v1/meetings/?country=Turkey"), 400) == BAD_PARAMETERS | {
        "detail": sentence,
        "instance": "/api/v1/meetings/?country=Turkey",
        "errors": [{"parameter": "country", "detail": sentence, "suggestion": "TR"}],
    }


def test_all_faults_are_told_at_once(client: Client) -> None:
    query = "status=hold&limit=0&fields=titel&with_count=maybe&ordering=size&cursor=x&foo=1"
    assert errors(client.get(f"/api/v1/meetings/?{query}")) == [
        ("foo", None),
        ("status", "held"),
        ("ordering", None),
        ("limit", None),
        ("cursor", None),
        ("with_count", None),
        ("fields", "title"),
    ]


@pytest.mark.parametrize(
    ("query", "faults"),
    [
        ("omit=stats,citatons", [("omit", "citations"), ("omit", "status")]),
        ("fields=", [("fields", None)]),
        ("limit=501", [("limit", None)]),
        ("date_after=2024-13", [("date_after", None)]),
        ("modified_since=2024-01-06", [("modified_since", None)]),
        ("pair=TR", [("pair", None)]),
        ("pair=TR,Russia", [("pair", "RU")]),
        ("cursor=WyJuIiwxXQ", [("cursor", None)]),
        ("xyzzy=2", [("xyzzy", None)]),
    ],
)
def test_a_value_that_makes_no_sense_is_an_error(
    query: str, faults: list[tuple[str, str | None]], client: Client
) -> None:
    assert errors(client.get(f"/api/v1/meetings/?{query}")) == faults


def test_a_yes_or_no_is_true_or_false(client: Client, found: Callable[..., Any]) -> None:
    proposition = make.make_topic(name="Free herring", is_proposition=True, is_reference=True)
    topic = make.make_topic(name="Herring", is_reference=True)
    assert found("topics/", q="herring", is_proposition="true") == [str(proposition.uuid)]
    assert found("topics/", q="herring", is_proposition="false") == [str(topic.uuid)]
    assert errors(client.get("/api/v1/topics/?is_proposition=maybe")) == [("is_proposition", None)]


def test_a_record_takes_no_filters(client: Client) -> None:
    tour = make.make_tour()
    tour.refresh_from_db()
    response = client.get(f"/api/v1/tours/{tour.slug}/?page=1&omt=stops&fields=stop")
    assert errors(response) == [("page", None), ("omt", "omit"), ("fields", "stops")]


def test_the_entrance_takes_no_parameters(client: Client) -> None:
    assert errors(client.get("/api/v1/?country=TR")) == [("country", None)]


def test_a_record_that_is_not_there(client: Client) -> None:
    make.make_tour(slug="north-2024")
    sentence = "There is no tour “nort-2024”. Did you mean “north-2024”?"
    assert problem(client.get("/api/v1/tours/nort-2024/"), 404) == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": sentence,
        "instance": "/api/v1/tours/nort-2024/",
        "errors": [{"parameter": "id", "detail": sentence, "suggestion": "north-2024"}],
    }


@pytest.mark.parametrize(
    ("path", "suggestions"),
    [
        ("countries/Turkey/", ["TR"]),
        ("countries/Türkye/", ["TR"]),
        ("countries/NATO/", []),
        ("tours/5b0c2a1e-8f0f-4c57-9d0b-0b9a3f6d1c11/", []),
        ("stops/istanbul/", []),
        ("tours/%00/", []),
        ("countries/T%00R/", []),
        ("tours/%FF%FE/", []),
        ("tours/x/y/", ["tours"]),
        ("tour/", ["tours"]),
        ("meeting", ["meetings"]),
        ("qqqq/%0A/%00", []),
        ("../", []),
    ],
)
def test_nothing_at_an_address(path: str, suggestions: list[str], client: Client) -> None:
    body = problem(client.get(f"/api/v1/{path}"), 404)
    assert [error["suggestion"] for error in body["errors"]] == suggestions


def test_nothing_beside_the_api_either(client: Client) -> None:
    assert problem(client.get("/api/v2/"), 404) == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "There is nothing at this address.",
        "instance": "/api/v2/",
        "errors": [],
    }


def test_an_address_without_its_closing_slash_leads_on(client: Client) -> None:
    response = client.get("/api/v1/tours?limit=3")
    assert (response.status_code, response["Location"]) == (301, "/api/v1/tours/?limit=3")


@pytest.mark.parametrize(
    "name", ["q", "country", "cursor", "limit", "ordering", "fields", "title", "date_after", "x"]
)
def test_a_nul_character_is_an_error_of_the_client(name: str, client: Client) -> None:
    assert [parameter for parameter, _ in errors(client.get(f"/api/v1/meetings/?{name}=a%00b"))] == [name]


def test_a_nul_character_in_the_name_of_a_parameter(client: Client) -> None:
    assert errors(client.get("/api/v1/meetings/?%00=1")) == [("\x00", None)]


def test_more_parameters_than_anybody_needs(client: Client) -> None:
    assert (
        problem(client.get("/api/v1/meetings/?" + "a=1&" * 20_001), 400)["detail"]
        == "The request is malformed."
    )


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
@pytest.mark.parametrize("path", ["", "tours/", "tours/x/", "schema/"])
def test_nothing_can_be_written(method: str, path: str, client: Client) -> None:
    response = getattr(client, method)(f"/api/v1/{path}")
    assert problem(response, 405) == {
        "type": "about:blank",
        "title": "Method Not Allowed",
        "status": 405,
        "detail": f"{method.upper()} is not possible here. This API is for reading: GET and HEAD.",
        "instance": f"/api/v1/{path}",
        "errors": [],
    }
    assert response["Allow"] == "GET, HEAD"


def test_a_representation_that_is_not_on_offer(client: Client) -> None:
    body = problem(client.get("/api/v1/tours/", headers={"accept": "application/pdf"}), 406)
    assert body["detail"].startswith("The answer is JSON: accept application/json. Lists come as files, too")


def test_too_many_requests(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AnonRateThrottle, "THROTTLE_RATES", {"anon": "2/min"})
    ask = [client.get("/api/v1/tours/", REMOTE_ADDR="198.51.100.7") for _ in range(3)]
    assert [response.status_code for response in ask] == [200, 200, 429]
    assert problem(ask[2], 429)["title"] == "Too Many Requests"
    assert 0 < int(ask[2]["Retry-After"]) <= 60


def test_a_failure_of_ours(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("visits.api.lookup.find", lambda *_, **__: 1 / 0)
    client.raise_request_exception = False
    assert problem(client.get("/api/v1/tours/x/"), 500) == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "Something failed on our side. It has been reported.",
        "instance": "/api/v1/tours/x/",
        "errors": [],
    }


@pytest.mark.parametrize(
    ("error", "status"),
    [(UnsupportedMediaType("text/csv"), 415), (PermissionDenied(), 403), (SuspiciousOperation(), 400)],
)
def test_what_is_raised_beneath_a_view(error: Exception, status: int, rf: RequestFactory) -> None:
    response = problems.exception_handler(error, {"request": rf.get("/api/v1/tours/")})
    assert response is not None
    assert (response.status_code, response.content_type) == (status, "application/problem+json")
    assert list(response.data) == ["type", "title", "status", "detail", "instance", "errors"]


def test_errors_of_the_pages_stay_pages(client: Client, rf: RequestFactory) -> None:
    assert problems.server_error(rf.get("/tours/"))["Content-Type"].startswith("text/html")
