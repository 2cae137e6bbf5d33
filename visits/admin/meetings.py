"""Meetings: everything about one on its own form."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from visits.admin.base import DeskForm, DeskInline, OffTheIndex, by_word, named_in_address
from visits.admin.changes import RecordsChanges
from visits.admin.desk import DeskFilter, UnresolvedFilter
from visits.admin.doubles import Double, meetings_like
from visits.admin.editorial import EditorialAdmin
from visits.admin.filters import YearFilter
from visits.admin.inlines import CitationInline, IdentifierInline, NoteInline
from visits.admin.lines import LineFormSet, LineInline
from visits.models import AgendaPoint, Meeting, Official, Participation, Party, Place, Stop, Tour

# Lines make and change points and statements.
WRITING_LINES = [
    f"visits.{action}_{noun}"
    for action in ("add", "change", "delete")
    for noun in ("agendapoint", "statement", "citation")
]


class MeetingForm(DeskForm):
    """A meeting at a stop is one of that stop's tour."""

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        stop, tour = cleaned.get("stop"), cleaned.get("tour")
        if stop and tour and stop.tour_id != tour.pk:
            self.add_error("stop", ValidationError(f"This is a stop of another tour: {stop.tour}."))
        elif stop and not tour and "tour" not in self.errors:
            cleaned["tour"] = stop.tour
        return cleaned

    def likely(self) -> Iterable[Double]:
        return meetings_like(self.instance, self.data)


class ParticipationInline(DeskInline):
    model = Participation
    fields = ["official", "name", "on_behalf_of", "role", "capacity"]
    verbose_name_plural = "who took part, or was expected"
    show_change_link = True

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 0 if obj and obj.pk else 3

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("official", "on_behalf_of")


class AgendaInline(DeskInline):
    """The agenda for somebody who may only look."""

    model = AgendaPoint
    verbose_name_plural = "what was said"
    fields = ["title", "main_topic", "statements_made"]
    readonly_fields = ["statements_made"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("statements__on_behalf_of")

    @admin.display(description="statements")
    def statements_made(self, point: AgendaPoint) -> str:
        return "; ".join(f"{made.on_behalf_of}: {made.text}" for made in point.statements.all())


@admin.register(Meeting)
class MeetingAdmin(EditorialAdmin):
    form = MeetingForm
    search_fields = ["title"]
    related = ("place", "location", "tour")
    list_display = ["__str__", "when", "who", "location", "tour", "status", "state", "modified_at"]
    list_filter = ["state", DeskFilter, "status", "kind", YearFilter]
    # The sources before the lines: those may refer to them.
    inlines = [ParticipationInline, CitationInline, LineInline, NoteInline, IdentifierInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("start_date", "kind", "status"),
                    ("tour", "stop"),
                    ("location", "place", "host"),
                ]
            },
        ),
        (
            "Further details",
            {
                "classes": ["collapse"],
                "fields": [
                    "title",
                    ("end_date", "start_time", "end_time", "time_zone"),
                    "reason",
                    "summary",
                ],
            },
        ),
        ("Publication", {"classes": ["collapse"], "fields": ["slug", "state", "log"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("participations__official")

    @admin.display(ordering="start_earliest", description="dates")
    def when(self, meeting: Meeting) -> str:
        return meeting.dates

    @admin.display(description="who")
    def who(self, meeting: Meeting) -> str:
        return ", ".join(str(taking_part) for taking_part in meeting.participations.all())

    def found(self, queryset: QuerySet, word: str) -> QuerySet:
        parties = Party.objects.named(word).values("pk")
        present = by_word(
            Participation.objects.all(),
            word,
            "name",
            official=Official.objects.named(word).values("pk"),
            on_behalf_of=parties,
        )
        return by_word(
            queryset,
            word,
            "title",
            "start_date",
            location=parties,
            place=Place.objects.named(word).values("pk"),
            tour=by_word(Tour.objects.all(), word, "title").values("pk"),
            pk=present.values("meeting"),
        )

    # The form

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        may_write = (
            self.has_change_permission(request, obj) if obj and obj.pk else self.has_add_permission(request)
        )
        return [AgendaInline if inline is LineInline and not may_write else inline for inline in self.inlines]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """As far as the stop or the tour in the address tells; what the address says itself comes first."""
        given = super().get_changeform_initial_data(request)
        stop = named_in_address(Stop, request.GET.get("stop", ""))
        return (_of_stop(stop) if stop else {}) | given

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        # Only for showing the page: a row that comes back as it was given is new, and is to be saved.
        if isinstance(inline, ParticipationInline) and obj.pk is None and request.method == "GET":
            kwargs["initial"] = _principal(request)
        return kwargs

    def _create_formsets(self, request: HttpRequest, obj: Any, change: bool) -> Any:
        formsets, inlines = super()._create_formsets(request, obj, change)  # type: ignore[misc]
        participants = next((made for made in formsets if made.model is Participation), None)
        for formset in formsets:
            if isinstance(formset, LineFormSet):
                formset.participants = participants
        return formsets, inlines

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        formset.by = request.user
        super().save_formset(request, form, formset, change)
        if isinstance(formset, LineFormSet):
            for kept in formset.saved.kept:
                where = f"“{kept.target}”"
                messages.warning(
                    request,
                    f"{kept.source} is still cited for {where}, with a quote or locator: remove it there.",
                )


def _of_stop(stop: Stop) -> dict[str, Any]:
    """A day only where the stop has just one, a place only where it has just one."""
    places = list(stop.places.all())
    return {
        "tour": stop.tour_id,
        "start_date": stop.start_date if stop.end_date in ("", stop.start_date) else "",
        "location": stop.country_id,
        "place": places[0].pk if len(places) == 1 else None,
    }


def _principal(request: HttpRequest) -> list[dict[str, Any]]:
    """Whose journey it is takes part, for whom the tour says."""
    stop = named_in_address(Stop, request.GET.get("stop", ""))
    tour = stop.tour if stop else named_in_address(Tour, request.GET.get("tour", ""))
    if tour is None:
        return []
    return [{"official": tour.principal_id, "on_behalf_of": tour.on_behalf_of_id, "capacity": tour.capacity}]


@admin.register(Participation)
class ParticipationAdmin(OffTheIndex, RecordsChanges):
    """One participant, with what is cited for the participation itself."""

    search_fields = ["name"]
    related = ("official", "on_behalf_of", "meeting__place", "meeting__location")
    list_display = ["__str__", "on_behalf_of", "role", "meeting"]
    list_filter = [UnresolvedFilter, "role"]
    inlines = [CitationInline]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "meeting",
                    ("official", "name"),
                    ("on_behalf_of", "role", "capacity"),
                    "position",
                ]
            },
        )
    ]

    def found(self, queryset: QuerySet, word: str) -> QuerySet:
        return by_word(queryset, word, "name", official=Official.objects.named(word).values("pk"))
