"""Rows that several forms have: names, citations, identifiers, notes."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from visits.admin.base import DeskInline
from visits.admin.widgets import Autocomplete
from visits.models import Citation, ExternalIdentifier, Note


class NamesInline(DeskInline):
    fields = ["name", "language", "valid_from", "valid_to"]
    verbose_name = "other name"
    verbose_name_plural = "other names"


class CitationInline(DeskInline):
    model = Citation
    fields = ["source", "relation", "locator", "quote", "quote_language", "credibility"]

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj and obj.pk else 1

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "source":
            words = {"placeholder": "Title, or pasted address"}
            kwargs["widget"] = Autocomplete(db_field, self.admin_site, attrs=words)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Citation]:
        return super().get_queryset(request).select_related("source")


class IdentifierInline(DeskInline):
    model = ExternalIdentifier
    fields = ["scheme", "value"]
    verbose_name = "identifier elsewhere"
    verbose_name_plural = "identifiers elsewhere"
    classes = ["collapse"]


class NoteInline(DeskInline):
    model = Note
    fields = ["kind", "text"]
    show_change_link = True
