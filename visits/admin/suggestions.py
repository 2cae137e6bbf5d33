"""What parsers propose, to be confirmed or refused, one by one or many at once."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from visits.admin.base import RecordAdmin, by_word
from visits.admin.labels import label
from visits.choices import SuggestionState
from visits.models import ImportBatch, Party, Suggestion
from visits.services import suggestions

MOST_MESSAGES = 20
LATEST = 50


class BatchFilter(admin.SimpleListFilter):
    """By one of the latest imports."""

    title = "import"
    parameter_name = "batch"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(batch.pk), str(batch)) for batch in ImportBatch.objects.all()[:LATEST]]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        chosen = self.value() or ""
        return queryset.filter(batch=int(chosen)) if chosen.isascii() and chosen.isdigit() else queryset


class CountryFilter(admin.SimpleListFilter):
    """By the country that the person acts for, or in which the stop is."""

    title = "country"
    parameter_name = "country"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        waiting = Suggestion.objects.open()
        parties = Party.objects.filter(
            Q(pk__in=waiting.values("party")) | Q(pk__in=waiting.values("stop__country"))
        )
        return [(party.code, str(party)) for party in parties.order_by("name")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        code = self.value()
        return queryset.filter(Q(party__code=code) | Q(stop__country__code=code)) if code else queryset


@admin.action(permissions=["change"], description="Confirm")
def confirm_selected(desk: Any, request: HttpRequest, chosen: QuerySet) -> None:
    decided = suggestions.confirm(suggestions=chosen, by=request.user)  # type: ignore[arg-type]
    if decided.confirmed:
        messages.success(request, f"Confirmed: {len(decided.confirmed)}.")
    for suggestion, reason in decided.failed[:MOST_MESSAGES]:
        messages.error(request, f"“{suggestion}”: {reason}")
    if len(decided.failed) > MOST_MESSAGES:
        messages.error(request, f"{len(decided.failed) - MOST_MESSAGES} more could not be recorded.")


@admin.action(permissions=["change"], description="Refuse")
def refuse_selected(desk: Any, request: HttpRequest, chosen: QuerySet) -> None:
    number = suggestions.refuse(suggestions=chosen, by=request.user)  # type: ignore[arg-type]
    messages.success(request, f"Refused: {number}.")


@admin.register(Suggestion)
class SuggestionAdmin(RecordAdmin):
    """The name, the title and the party can be mended before it is confirmed."""

    is_coded = False
    list_display = ["who", "party", "kind", "words", "about", "read_from", "state"]
    list_filter = ["state", "kind", BatchFilter, CountryFilter]
    list_per_page = 200
    search_fields = ["name"]
    actions = [confirm_selected, refuse_selected]
    readonly_fields = ["kind", "words", "about", "read_from", "state", "decided_by", "decided_at"]
    fieldsets = [
        (None, {"fields": [("title", "name", "party"), "kind", "words", "about"]}),
        (None, {"fields": ["read_from", "state", ("decided_by", "decided_at")]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).for_list()  # type: ignore[attr-defined]

    def found(self, queryset: QuerySet, word: str) -> QuerySet:
        return by_word(queryset, word, "name", "title", "words")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_open = obj is None or obj.state == SuggestionState.OPEN
        return is_open and super().has_change_permission(request, obj)

    @admin.display(description="who", ordering="name")
    def who(self, suggestion: Suggestion) -> str:
        return str(suggestion)

    @admin.display(description="import", ordering="batch")
    def read_from(self, suggestion: Suggestion) -> str:
        return str(suggestion.batch)

    @admin.display(description="where it belongs")
    def about(self, suggestion: Suggestion) -> SafeString:
        target = suggestion.target
        page = f"admin:visits_{target._meta.model_name}_change"
        link = format_html('<a href="{}">{}</a>', reverse(page, args=[target.pk]), label(target))
        return format_html("{}{}", link, _both(suggestion))


def _both(suggestion: Suggestion) -> SafeString | str:
    """To the page on which the two officials are looked at before they become one."""
    if suggestion.other_official_id is None:
        return ""
    page = reverse("admin:visits_official_merge", args=[suggestion.official_id])
    return format_html('; <a href="{}?other={}">merge…</a>', page, suggestion.other_official_id)
