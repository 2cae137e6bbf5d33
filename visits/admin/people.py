"""Officials and the offices that they held."""

from collections.abc import Iterable

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from visits.admin.base import DeskForm, DeskInline, RecordAdmin, by_word
from visits.admin.doubles import Double, officials_like
from visits.admin.inlines import CitationInline, IdentifierInline, NamesInline
from visits.admin.merges import Merges
from visits.models import Official, OfficialName, Party, Tenure


class OfficialNameInline(NamesInline):
    model = OfficialName


class TenureInline(DeskInline):
    model = Tenure
    fields = ["party", "title", "start_date", "end_date"]
    show_change_link = True


class OfficialForm(DeskForm):
    def likely(self) -> Iterable[Double]:
        return officials_like(self.instance)


@admin.register(Official)
class OfficialAdmin(Merges):
    form = OfficialForm
    search_fields = ["name"]
    list_display = ["name", "offices", "modified_at"]
    inlines = [OfficialNameInline, TenureInline, IdentifierInline]
    fieldsets = [(None, {"fields": [("name", "slug"), "description"]})]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("tenures__party")

    @admin.display(description="offices, latest first")
    def offices(self, official: Official) -> str:
        return "; ".join(str(tenure) for tenure in official.tenures.all())


@admin.register(Tenure)
class TenureAdmin(RecordAdmin):
    search_fields = ["title"]
    related = ("official", "party")
    list_display = ["official", "title", "party", "start_date", "end_date"]
    inlines = [CitationInline]
    fieldsets = [(None, {"fields": ["official", "party", "title", ("start_date", "end_date")]})]

    def found(self, queryset: QuerySet, word: str) -> QuerySet:
        people, parties = Official.objects.named(word).values("pk"), Party.objects.named(word).values("pk")
        return by_word(queryset, word, "title", official=people, party=parties)
