"""The OpenAPI document is valid, complete and true."""

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from jsonschema import Draft202012Validator, FormatChecker

from tests import factories as make
from tests.api.test_queries import LISTS, WORDS
from visits.api.parameters import OF_LISTS, SELECTION
from visits.api.resources import RESOURCES

DATED = ("tours", "meetings")
ENVELOPE = ["count", "next", "previous", "results"]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    written = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", "--format", "openapi-json", stdout=written)
    return json.loads(written.getvalue())


def operation(document: dict[str, Any], name: str, *, one: bool = False) -> dict[str, Any]:
    return document["paths"][f"/api/v1/{name}/{{id}}/" if one else f"/api/v1/{name}/"]["get"]


def parameters(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {parameter["name"]: parameter for parameter in found["parameters"]}


def test_it_is_openapi_3_1_without_a_warning(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.1"
    below = [f"/api/v1/{name}/{rest}" for name in RESOURCES for rest in ("", "{id}/")]
    histories = {f"/api/v1/{name}/{{id}}/history/" for name in DATED}
    assert set(document["paths"]) == {"/api/v1/", *below, *histories}


@pytest.mark.parametrize("name", RESOURCES)
def test_every_parameter_of_a_list_is_described(name: str, document: dict[str, Any]) -> None:
    known = parameters(operation(document, name))
    assert set(known) == {*RESOURCES[name].filterset_class.base_filters, *OF_LISTS}
    assert [parameter for parameter in known if not known[parameter].get("description")] == []


@pytest.mark.parametrize("name", RESOURCES)
def test_every_parameter_of_a_record_is_described(name: str, document: dict[str, Any]) -> None:
    assert set(parameters(operation(document, name, one=True))) == {"id", *RESOURCES[name].of_one}
    assert RESOURCES[name].of_one == (*SELECTION, *(["known_at"] if name in DATED else []))


def test_how_values_are_written(document: dict[str, Any]) -> None:
    known = parameters(operation(document, "meetings"))
    repeated = {"style": "form", "explode": True}
    assert {key: known["status"][key] for key in repeated} == repeated
    assert known["status"]["schema"]["items"]["enum"] == [
        *("announced", "held", "postponed", "cancelled", "declined", "skipped")
    ]
    assert (known["pair"]["style"], known["pair"]["explode"]) == ("form", False)
    assert known["date_match"]["schema"] == {"type": "string", "enum": ["possible", "certain"]}
    assert known["limit"]["schema"] == {"type": "integer", "minimum": 1, "maximum": 500, "default": 50}
    assert known["ordering"]["schema"]["enum"] == ["-date", "date", "-modified", "modified"]
    assert known["modified_since"]["schema"]["format"] == "date-time"
    assert known["q"]["schema"] == {"type": "string", "maxLength": 200}
    assert known["fields"]["schema"]["items"]["enum"][:3] == ["id", "url", "page"]
    topics = parameters(operation(document, "topics"))
    assert topics["is_proposition"]["schema"] == {"type": "boolean"}


@pytest.mark.parametrize("name", RESOURCES)
def test_problems_are_described(name: str, document: dict[str, Any]) -> None:
    assert list(operation(document, name)["responses"]) == ["200", "400", "406", "429"]
    responses = operation(document, name, one=True)["responses"]
    gone = ["410"] if name in DATED else []
    assert list(responses) == ["200", "308", "400", "404", *gone, "406", "429"]
    problem = {"$ref": "#/components/schemas/Problem"}
    for status in ("400", "404", "406", "429"):
        assert responses[status]["content"]["application/problem+json"]["schema"] == problem


def validator(document: dict[str, Any], schema: dict[str, Any]) -> Draft202012Validator:
    whole = {**schema, "components": document["components"]}
    return Draft202012Validator(whole, format_checker=FormatChecker())


def strict(schema: Any) -> Any:
    """The same, but nothing may be there that is not described."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {"additionalProperties": False} if isinstance(schema.get("properties"), dict) else {}
    return {key: strict(value) for key, value in schema.items()} | closed


@pytest.mark.django_db
@pytest.mark.parametrize("name", RESOURCES)
def test_what_is_answered_is_what_is_described(
    name: str, document: dict[str, Any], get: Callable[..., Any]
) -> None:
    LISTS[name][0]()
    words = {"q": WORDS[name]} if name in WORDS else {}
    page = get(f"{name}/", with_count="true", **words)
    assert list(page) == ENVELOPE
    closed = strict(document)
    schemas = [
        found["responses"]["200"]["content"]["application/json"]["schema"]
        for found in (operation(closed, name), operation(closed, name, one=True))
    ]
    answers = [page, get(f"{name}/{page['results'][0]['id']}/")]
    for schema, answer in zip(schemas, answers, strict=True):
        assert [error.message for error in validator(closed, schema).iter_errors(answer)] == []


@pytest.mark.django_db
def test_a_problem_is_what_is_described(document: dict[str, Any], client: Client) -> None:
    make.make_tour()
    check = validator(strict(document), {"$ref": "#/components/schemas/Problem"})
    for path in ("tours/?contry=TR", "tours/none/", "countries/Turkey/"):
        assert [error.message for error in check.iter_errors(client.get(f"/api/v1/{path}").json())] == []


def test_examples_fit_what_they_are_examples_of(document: dict[str, Any]) -> None:
    shown = 0
    for path in document["paths"].values():
        for response in path["get"]["responses"].values():
            for media in response.get("content", {}).values():
                for example in media.get("examples", {}).values():
                    shown += 1
                    check = validator(document, media["schema"])
                    assert [error.message for error in check.iter_errors(example["value"])] == []
    # Each resource: an example of its list, of its record, and of the errors 400 (twice) and 404; each history
    # the two errors.
    assert shown == 5 * len(RESOURCES) + 2 * 2


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("*/*", "application/json"),
        ("application/vnd.oai.openapi+json", "application/vnd.oai.openapi+json"),
        ("application/yaml", "application/yaml; charset=utf-8"),
    ],
)
@pytest.mark.django_db
def test_the_document_comes_as_json_or_yaml(accept: str, content_type: str, client: Client) -> None:
    response = client.get("/api/v1/schema/", headers={"accept": accept})
    assert (response.status_code, response["Content-Type"]) == (200, content_type)
