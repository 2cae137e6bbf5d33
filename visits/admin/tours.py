"""Tours and their stops."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from visits.admin.base import DeskForm, DeskInline, by_word
from visits.admin.changes import RecordsChanges
from visits.admin.desk import DeskFilter
from visits.admin.editorial import EditorialAdmin
from visits.admin.filters import YearFilter
from visits.admin.inlines import CitationInline, IdentifierInline, NoteInline
from visits.admin.prefill import log_a_meeting
from visits.models import AgendaPoint, Official, Party, Place, Stop, Tour


class StopRowForm(DeskForm):
    """A stop among the others of its tour.

    Rows may change places, so what the database checks at the end of the transaction only, the formset compares
    among the rows instead of the row with what is on record.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        at_once = [rule for rule in Stop._meta.constraints if not getattr(rule, "deferrable", None)]
        self.instance.get_constraints = lambda: [(Stop, at_once)]


class StopInline(DeskInline):
    model = Stop
    form = StopRowForm
    fields = [
        "position",
        "country",
        "places",
        "start_date",
        "end_date",
        "status",
        "announced_on",
        "announced_position",
        "locale_text",
    ]
    show_change_link = True

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("country")


class PurposeInline(DeskInline):
    model = AgendaPoint
    fields = ["title", "main_topic", "other_topics", "position"]
    verbose_name = "declared purpose"
    verbose_name_plural = "declared purposes"
    show_change_link = True


@admin.register(Tour)
class TourAdmin(EditorialAdmin):
    search_fields = ["title"]
    related = ("principal", "on_behalf_of")
    list_display = ["title", "when", "principal", "on_behalf_of", "kind", "status", "state", "modified_at"]
    list_filter = ["state", DeskFilter, "status", "kind", YearFilter]
    inlines = [StopInline, PurposeInline, CitationInline, NoteInline, IdentifierInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("title", "kind", "status"),
                    ("principal", "on_behalf_of", "capacity"),
                    ("start_date", "end_date"),
                    "summary",
                ]
            },
        ),
        ("Publication", {"fields": ["slug", "state", "log"]}),
    ]

    @admin.display(ordering="start_earliest", description="dates")
    def when(self, tour: Tour) -> str:
        return tour.dates

    def found(self, queryset: QuerySet, word: str) -> QuerySet:
        people, parties = Official.objects.named(word).values("pk"), Party.objects.named(word).values("pk")
        visited = Stop.objects.filter(country__in=parties).values("tour")
        return by_word(
            queryset, word, "title", "start_date", principal=people, on_behalf_of=parties, pk=visited
        )

    def desk_links(self, request: HttpRequest, record: Any) -> list[tuple[str, str]]:
        may_log = record is not None and request.user.has_perm("visits.add_meeting")
        return [log_a_meeting(tour=record.pk)] if may_log else []


@admin.register(Stop)
class StopAdmin(RecordsChanges):
    search_fields = ["locale_text"]
    related = ("tour", "country")
    list_display = ["__str__", "tour", "country", "when", "status", "announced_on"]
    list_filter = ["status", YearFilter]
    inlines = [CitationInline, IdentifierInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("tour", "position", "status"),
                    ("country", "places"),
                    ("start_date", "end_date"),
                    ("announced_on", "announced_position"),
                ]
            },
        ),
        ("As given by the source", {"fields": [("country_text", "locale_text"), "remarks"]}),
    ]

    @admin.display(ordering="start_earliest", description="dates")
    def when(self, stop: Stop) -> str:
        return stop.dates

    def found(self, queryset: QuerySet, word: str) -> QuerySet:
        parties, places = Party.objects.named(word).values("pk"), Place.objects.named(word).values("pk")
        tours = by_word(Tour.objects.all(), word, "title").values("pk")
        there = Stop.places.through.objects.filter(place__in=places).values("stop")
        return by_word(queryset, word, "locale_text", "start_date", country=parties, tour=tours, pk=there)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        stop = kwargs.get("obj")
        if stop and request.user.has_perm("visits.add_meeting"):
            context["desk_links"] = [log_a_meeting(tour=stop.tour_id, stop=stop.pk)]
        return super().render_change_form(request, context, *args, **kwargs)
