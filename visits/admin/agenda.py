"""Topics, points and statements."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet

from visits.admin.base import DeskInline, by_word
from visits.admin.changes import RecordsChanges
from visits.admin.inlines import CitationInline, IdentifierInline
from visits.admin.merges import Merges
from visits.models import AgendaPoint, Meeting, Official, Party, Statement, Topic, Tour


@admin.register(Topic)
class TopicAdmin(Merges):
    search_fields = ["name"]
    related = ("parent",)
    list_display = ["name", "parent", "is_proposition", "is_reference"]
    list_filter = ["is_proposition", "is_reference"]
    inlines = [IdentifierInline]
    fieldsets = [
        (
            None,
            {"fields": [("name", "parent"), "description", ("is_proposition", "is_reference"), "slug"]},
        )
    ]

    def built_upon(self, records: list[Any]) -> list[str]:
        points = AgendaPoint.objects.filter(other_topics__in=records).distinct()
        return [*super().built_upon(records), *(f"The point “{point}” is about it, too." for point in points)]


class StatementInline(DeskInline):
    model = Statement
    fields = ["on_behalf_of", "speaker", "text", "kind", "stance"]
    show_change_link = True


@admin.register(AgendaPoint)
class AgendaPointAdmin(RecordsChanges):
    search_fields = ["title"]
    related = ("main_topic", "tour", "meeting__place", "meeting__location")
    list_display = ["title", "main_topic", "meeting", "tour"]
    list_filter = [("meeting", admin.EmptyFieldListFilter)]
    inlines = [StatementInline, CitationInline]
    fieldsets = [
        (
            None,
            {"fields": ["title", ("main_topic", "other_topics"), ("meeting", "tour"), "position"]},
        )
    ]

    def found(self, queryset: QuerySet, word: str) -> QuerySet:
        return by_word(
            queryset,
            word,
            "title",
            main_topic=Topic.objects.named(word).values("pk"),
            meeting=by_word(Meeting.objects.all(), word, "title").values("pk"),
            tour=by_word(Tour.objects.all(), word, "title").values("pk"),
        )


@admin.register(Statement)
class StatementAdmin(RecordsChanges):
    """One statement, with quotes and locators of its sources."""

    search_fields = ["text"]
    related = (
        "on_behalf_of",
        "speaker",
        "point__tour",
        "point__meeting__place",
        "point__meeting__location",
    )
    list_display = ["text", "on_behalf_of", "speaker", "point", "kind", "stance"]
    list_filter = ["kind", "stance"]
    inlines = [CitationInline]
    fieldsets = [
        (
            None,
            {"fields": ["point", ("on_behalf_of", "speaker"), "text", ("kind", "stance"), "position"]},
        )
    ]

    def found(self, queryset: QuerySet, word: str) -> QuerySet:
        return by_word(
            queryset,
            word,
            "text",
            "point__title",
            on_behalf_of=Party.objects.named(word).values("pk"),
            speaker=Official.objects.named(word).values("pk"),
        )
