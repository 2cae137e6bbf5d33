"""The container set-up: what can be known of it without a container engine."""

import json
import re
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
import yaml
from django.conf import settings

VARIABLE = re.compile(r"\$\{(\w+):([?-])")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load((settings.BASE_DIR / "docker-compose.yml").read_text())
    return document


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    vendored = files("check_jsonschema") / "builtin_schemas" / "vendor" / "compose-spec.json"
    document: dict[str, Any] = json.loads(vendored.read_text())
    return document


def test_compose_file_keeps_to_the_compose_specification(
    compose: dict[str, Any], schema: dict[str, Any]
) -> None:
    jsonschema.validators.validator_for(schema)(schema).validate(compose)


def test_the_specification_would_refuse_a_misspelt_key(
    compose: dict[str, Any], schema: dict[str, Any]
) -> None:
    broken = {**compose, "services": {"web": {"imagine": "readout"}}}
    with pytest.raises(jsonschema.ValidationError, match="imagine"):
        jsonschema.validators.validator_for(schema)(schema).validate(broken)


def test_secrets_come_from_the_environment_and_are_required(compose: dict[str, Any]) -> None:
    variables = {
        (service, key): VARIABLE.match(value)
        for service, definition in compose["services"].items()
        for key, value in definition["environment"].items()
    }
    required = {place: found[1] for place, found in variables.items() if found and found[2] == "?"}
    assert required == {
        ("web", "SECRET_KEY"): "SECRET_KEY",
        ("web", "ALLOWED_HOSTS"): "ALLOWED_HOSTS",
        ("web", "PGPASSWORD"): "POSTGRES_PASSWORD",
        ("postgres", "POSTGRES_PASSWORD"): "POSTGRES_PASSWORD",
    }


def test_both_services_say_whether_they_are_healthy(compose: dict[str, Any]) -> None:
    tests = {name: service["healthcheck"]["test"][:2] for name, service in compose["services"].items()}
    assert tests == {"web": ["CMD", "script/docker-healthcheck"], "postgres": ["CMD", "pg_isready"]}
    assert compose["services"]["web"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}


def test_the_database_is_kept_in_a_named_volume(compose: dict[str, Any]) -> None:
    assert compose["services"]["postgres"]["volumes"] == ["postgres:/var/lib/postgresql"]
    assert compose["volumes"] == {"postgres": None}


def test_the_image_runs_as_an_ordinary_user_through_the_entry_point() -> None:
    lines = (settings.BASE_DIR / "Dockerfile").read_text().splitlines()
    assert [line for line in lines if line.startswith(("USER", "ENTRYPOINT"))] == [
        "USER readout",
        'ENTRYPOINT ["script/docker-entrypoint"]',
    ]


def test_the_image_gets_what_the_product_needs_and_nothing_else() -> None:
    lines = (settings.BASE_DIR / ".dockerignore").read_text().splitlines()
    let_in = {line[1:] for line in lines if line.startswith("!")}
    assert "*" in lines
    assert let_in == {
        "docs/data.md",
        "manage.py",
        "requirements.txt",
        "script/docker-entrypoint",
        "script/docker-healthcheck",
        "templates",
        "tracker",
        "visits",
    }
    assert [path for path in sorted(let_in) if not (settings.BASE_DIR / path).exists()] == []
