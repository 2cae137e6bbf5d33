"""Examples for the OpenAPI document. Those of records are the demo's, cut short."""

import json
from pathlib import Path
from typing import Any

from drf_spectacular.utils import OpenApiExample

FILE = Path(__file__).with_suffix(".json")
RECORDS: dict[str, dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
PROBLEMS: dict[int, dict[str, Any]] = {
    400: {
        "type": "https://readout.example/api/docs/#bad-parameters",
        "title": "Bad parameters",
        "status": 400,
        "detail": "There is no parameter “contry”. Did you mean “country”?",
        "instance": "/api/v1/meetings/?contry=TR",
        "errors": [
            {
                "parameter": "contry",
                "detail": "There is no parameter “contry”. Did you mean “country”?",
                "suggestion": "country",
            }
        ],
    },
    404: {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "There is no country “Turkey”. Did you mean “TR”?",
        "instance": "/api/v1/countries/Turkey/",
        "errors": [
            {
                "parameter": "id",
                "detail": "There is no country “Turkey”. Did you mean “TR”?",
                "suggestion": "TR",
            }
        ],
    },
}


def problem(status: int) -> list[OpenApiExample]:
    """The example of an error, where its shape says more than its status."""
    body = PROBLEMS.get(status)
    return [OpenApiExample(body["title"], body, response_only=True)] if body else []


def of(noun: str) -> list[OpenApiExample]:
    """The example of a resource."""
    return [OpenApiExample("From the demo", RECORDS[noun], response_only=True, status_codes=["200"])]
