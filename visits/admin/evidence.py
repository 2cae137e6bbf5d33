"""Sources, citations, notes, identifiers and former addresses."""

from collections.abc import Iterable

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from visits.admin.base import DeskForm, DeskInline, ReadOnly, RecordAdmin, by_word
from visits.admin.changes import RecordsChanges
from visits.admin.doubles import Double, sources_at
from visits.admin.inlines import CitationInline, IdentifierInline
from visits.models import (
    CITATION_TARGETS,
    Citation,
    Contributor,
    EditorialEvent,
    ExternalIdentifier,
    FormerAddress,
    Note,
    Party,
    Source,
)
from visits.models.identity import IDENTIFIED


class ContributorInline(DeskInline):
    model = Contributor
    fields = ["name", "role", "position"]


class SourceForm(DeskForm):
    def likely(self) -> Iterable[Double]:
        return sources_at(self.instance)


@admin.register(Source)
class SourceAdmin(RecordAdmin):
    form = SourceForm
    search_fields = ["title"]
    related = ("issued_by",)
    list_display = ["title", "publisher", "published", "kind", "issued_by", "reliability"]
    list_filter = ["kind", "reliability"]
    inlines = [ContributorInline, IdentifierInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "title",
                    "url",
                    ("kind", "publisher", "published"),
                    ("language", "accessed", "reliability"),
                    "issued_by",
                    "note",
                ]
            },
        ),
        ("Kept copy", {"classes": ["collapse"], "fields": ["archive_url", "content_hash", "slug"]}),
    ]

    def found(self, queryset: QuerySet, word: str) -> QuerySet:
        """By title, publisher, a part of the address, or the whole of it however it is written."""
        named = Source.objects.named(word).values("pk")
        found = by_word(Source.objects.all(), word, "url", "archive_url", pk=named, issued_by=_parties(word))
        there = Source.objects.at_address(word)
        return queryset.filter(Q(pk__in=found.values("pk")) | Q(pk__in=there.values("pk")))


@admin.register(Citation)
class CitationAdmin(RecordsChanges):
    search_fields = ["locator"]
    related = ("source", *CITATION_TARGETS)
    list_display = ["source", "about", "relation", "locator", "credibility"]
    list_filter = ["relation", "credibility"]
    fieldsets = [
        (None, {"fields": ["source", ("relation", "locator", "credibility"), ("quote", "quote_language")]}),
        ("What it is about: exactly one of these", {"fields": [*CITATION_TARGETS]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Citation]:
        needed = ("meeting__place", "stop__country", "statement__on_behalf_of", "participation__official")
        further = ("meeting__location", "tenure__party")
        return super().get_queryset(request).select_related(*self.related, *needed, *further)

    @admin.display(description="about")
    def about(self, citation: Citation) -> str:
        return f"{citation.target._meta.verbose_name}: {citation.target}"

    def found(self, queryset: QuerySet, word: str) -> QuerySet:
        return by_word(queryset, word, "locator", "quote", source=Source.objects.named(word).values("pk"))


@admin.register(Note)
class NoteAdmin(RecordsChanges):
    search_fields = ["text"]
    related = ("tour", "meeting__place", "meeting__location")
    list_display = ["text", "kind", "meeting", "tour"]
    list_filter = ["kind"]
    inlines = [CitationInline]
    fieldsets = [(None, {"fields": [("meeting", "tour"), "kind", "text", "position"]})]

    def found(self, queryset: QuerySet, word: str) -> QuerySet:
        return by_word(queryset, word, "text")


@admin.register(ExternalIdentifier)
class ExternalIdentifierAdmin(RecordsChanges):
    search_fields = ["value"]
    related = (*IDENTIFIED, "meeting__place", "meeting__location", "stop__country")
    list_display = ["scheme", "value", "of"]
    list_filter = ["scheme"]
    fieldsets = [
        (None, {"fields": [("scheme", "value")]}),
        ("Whose it is: exactly one of these", {"fields": [*IDENTIFIED]}),
    ]

    @admin.display(description="of")
    def of(self, identifier: ExternalIdentifier) -> str:
        return next(str(found) for name in IDENTIFIED if (found := getattr(identifier, name)))

    def found(self, queryset: QuerySet, word: str) -> QuerySet:
        return by_word(queryset, word, "scheme", "value")


@admin.register(FormerAddress)
class FormerAddressAdmin(ReadOnly, RecordAdmin):
    """Written by the database when an address changes."""

    search_fields = ["address"]
    list_display = ["address", "noun", "target"]

    def found(self, queryset: QuerySet, word: str) -> QuerySet:
        return by_word(queryset, word, "address", "noun")


@admin.register(EditorialEvent)
class EditorialEventAdmin(ReadOnly, RecordAdmin):
    """Who did what on the way to publication. Written by the editorial services."""

    search_fields = ["comment"]
    related = ("tour", "meeting__place", "meeting__location", "by")
    list_display = ["at", "action", "by", "meeting", "tour", "comment"]
    list_filter = ["action"]
    date_hierarchy = "at"

    def found(self, queryset: QuerySet, word: str) -> QuerySet:
        return by_word(queryset, word, "comment", "by__username")


def _parties(word: str) -> QuerySet:
    return Party.objects.named(word).values("pk")
