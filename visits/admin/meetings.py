"""Meetings: everything about one on its own form."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse

from visits.admin.base import DeskForm, DeskInline, by_word
from visits.admin.desk import DeskFilter
from visits.admin.doubles import Double, meetings_like
from visits.admin.editorial import EditorialAdmin
from visits.admin.filters import YearFilter
from visits.admin.inlines import CitationInline, IdentifierInline, NoteInline
from visits.admin.line_rows import LineInline
from visits.admin.lines import LineFormSet
from visits.admin.participants import (
    ParticipantFormSet,
    ParticipationInline,
    offices_view,
    warn_of_missing_offices,
)
from visits.admin.pasting import has_pasted, with_pasted
from visits.admin.prefill import log_a_meeting, prefilled
from visits.models import AgendaPoint, Meeting, Official, Participation, Party, Place, Tour


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

    class Media:
        js = ["admin/js/jquery.init.js", "visits/admin_meeting.js"]

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

    def get_urls(self) -> list[URLPattern]:
        offices = path("offices/", self.admin_site.admin_view(offices_view), name="visits_meeting_offices")
        return [offices, *super().get_urls()]

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and has_pasted(request.POST):
            # A refusal brings the form back with all that it holds.
            request.POST, request.refusal = with_pasted(request.POST)  # type: ignore[assignment,attr-defined]
        return super().changeform_view(request, *args, **kwargs)

    def desk_links(self, request: HttpRequest, record: Any) -> list[tuple[str, str]]:
        may_log = record is not None and request.user.has_perm("visits.add_meeting")
        return [log_a_meeting(like=record.pk)] if may_log else []

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        is_fresh = kwargs.get("add") and request.method == "GET"
        context["guessed"] = is_fresh and prefilled(request).guessed
        context["offices_address"] = reverse("admin:visits_meeting_offices")
        return super().render_change_form(request, context, *args, **kwargs)

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[Any]:
        may_write = (
            self.has_change_permission(request, obj) if obj and obj.pk else self.has_add_permission(request)
        )
        return [AgendaInline if inline is LineInline and not may_write else inline for inline in self.inlines]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """As far as the record in the address tells; what the address says itself comes first."""
        return prefilled(request).values | super().get_changeform_initial_data(request)

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        # Only for showing the page: a row that comes back as it was given is new, and is to be saved.
        if isinstance(inline, ParticipationInline) and obj.pk is None and request.method == "GET":
            kwargs["initial"] = prefilled(request).people
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
        if isinstance(formset, ParticipantFormSet):
            rows = [*formset.new_objects, *(row for row, _ in formset.changed_objects)]
            warn_of_missing_offices(request, form.instance, rows)
        if isinstance(formset, LineFormSet):
            for kept in formset.saved.kept:
                where = f"“{kept.target}”"
                messages.warning(
                    request,
                    f"{kept.source} is still cited for {where}, with a quote or locator: remove it there.",
                )
