"""Filters beside the lists."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest


class YearFilter(admin.SimpleListFilter):
    """By the year in which it begins."""

    title = "year"
    parameter_name = "year"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        years = model_admin.model._default_manager.dates("start_earliest", "year", order="DESC")
        return [(str(first.year), str(first.year)) for first in years]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        year = self.value() or ""
        # Four digits, as other numbers are no years to the database.
        if not (year.isascii() and year.isdigit() and len(year) == 4 and int(year)):
            return queryset
        return queryset.filter(start_earliest__year=year)
