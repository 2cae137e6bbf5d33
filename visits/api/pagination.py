"""Lists by key: ``{"next", "previous", "results"}``, and ``count`` where somebody asks for it."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.plumbing import build_parameter_type
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from visits import keyset
from visits.api import parameters

LINK = {"type": ["string", "null"], "format": "uri"}


class KeysetPagination(BasePagination):
    """Pages that stay where they are, whatever is added or changed meanwhile."""

    def read(self, data: Mapping[str, str], orders: Mapping[str, keyset.Order]) -> None:
        """Take note of what is asked for. Raises BadQuery."""
        self.paging, self.counted = parameters.read_all(
            lambda: keyset.read(data, orders), lambda: parameters.wants_count(data)
        )

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        self.page = self.paging.page(queryset)
        return self.page.rows

    def get_paginated_response(self, data: list[Any], count: int | None = None) -> Response:
        counted = {} if count is None else {"count": count}
        return Response(
            counted
            | {
                "next": self._link(self.page.next),
                "previous": self._link(self.page.previous),
                "results": data,
            }
        )

    def _link(self, cursor: str | None) -> str | None:
        if cursor is None:
            return None
        query = self.request.query_params.copy()
        query["cursor"] = cursor
        return self.request.build_absolute_uri(f"{self.request.path}?{query.urlencode()}")

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        limit = {
            "type": "integer",
            "minimum": 1,
            "maximum": keyset.LARGEST_LIMIT,
            "default": keyset.DEFAULT_LIMIT,
        }
        orders = list(view.orders)
        order = {"type": "string", "enum": orders, "default": orders[0]}
        cursor = "Where the page begins. Follow next and previous instead of making one."
        return [
            build_parameter_type("cursor", {"type": "string"}, "query", description=cursor),
            build_parameter_type("limit", limit, "query", description="How many at most."),
            build_parameter_type("ordering", order, "query", description="A leading “-” reverses."),
            build_parameter_type(
                "with_count",
                {"type": "boolean", "default": False},
                "query",
                description="Adds the number of all records found, which takes time.",
            ),
        ]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "count": {
                    "type": "integer",
                    "minimum": 0,
                    "example": 1,
                    "description": "How many there are on all pages; only with with_count=true.",
                },
                "next": {**LINK, "example": None, "description": "The next page; null on the last one."},
                "previous": {
                    **LINK,
                    "example": None,
                    "description": "The page before; null on the first one.",
                },
                "results": schema,
            },
        }
