"""Who took part in a meeting: rows of its form, and what the offices on record propose for them."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.html import format_html

from visits import dates
from visits.admin.base import DeskFormSet, DeskInline, OffTheIndex, by_word
from visits.admin.changes import RecordsChanges
from visits.admin.desk import UnresolvedFilter
from visits.admin.doubles import MOST_ROWS
from visits.admin.inlines import CitationInline
from visits.admin.labels import label
from visits.admin.prefill import prefilled
from visits.admin.widgets import is_key
from visits.models import Meeting, Official, Participation, Tenure
from visits.queries.offices import offices_on, only_party

BLANK_ROWS = 3


class ParticipantFormSet(DeskFormSet):
    """Somebody named without a party takes part for the one party for which they held office in those days."""

    def clean(self) -> None:
        super().clean()
        rows = list(self._without_party())
        if not rows:
            return
        meeting = self.instance
        held = offices_on(
            [row.cleaned_data["official"].pk for row in rows],
            dates.earliest(meeting.start_date),
            dates.latest(meeting.end_date or meeting.start_date),
        )
        for row in rows:
            tenures = held.get(row.cleaned_data["official"].pk, [])
            if key := only_party(tenures):
                party = next(tenure.party for tenure in tenures if tenure.party_id == key)
                row.cleaned_data["on_behalf_of"] = row.instance.on_behalf_of = party

    def _without_party(self) -> Iterator[Any]:
        if not dates.is_partial(self.instance.start_date):
            return
        for row in self.forms:
            given = getattr(row, "cleaned_data", {})
            if "official" in row.changed_data and given.get("official") and not given.get("on_behalf_of"):
                yield row


class ParticipationInline(DeskInline):
    model = Participation
    formset = ParticipantFormSet
    fields = ["official", "name", "on_behalf_of", "role", "capacity"]
    verbose_name_plural = "who took part, or was expected"
    show_change_link = True

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        if obj and obj.pk:
            return 0
        return max(BLANK_ROWS, len(prefilled(request).people) + 1) if request.method == "GET" else BLANK_ROWS

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("official", "on_behalf_of")


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


def offices_view(request: HttpRequest) -> JsonResponse:
    """What officials held on a day, by their keys: parties and titles, the latest first, and a warning if nothing.

    ``?official=`` may be repeated, ``?start=`` and ``?end=`` are partial dates. Without a start nothing is proposed.
    """
    keys = [int(key) for key in request.GET.getlist("official")[:MOST_ROWS] if is_key(key)]
    start, end = (request.GET.get(name, "") for name in ("start", "end"))
    if not dates.is_partial(start):
        return JsonResponse({})
    end = end if dates.is_partial(end) else start
    held = offices_on(keys, dates.earliest(start), dates.latest(end))
    when = dates.human_span(start, end)
    people = Official.objects.filter(pk__in=keys)
    return JsonResponse({str(one.pk): _proposal(one, held.get(one.pk, []), when) for one in people})


def _proposal(official: Official, held: list[Tenure], when: str) -> dict[str, Any]:
    offices = [
        {"party": tenure.party_id, "label": label(tenure.party), "title": tenure.title} for tenure in held
    ]
    return {"offices": offices, "warning": f"No office of {official} is on record for {when}."}


def warn_of_missing_offices(request: HttpRequest, meeting: Meeting, rows: Iterable[Participation]) -> None:
    """Tell of officials who took part without a title: none written, and no office on record for those days."""
    chosen = Participation.objects.filter(pk__in=[row.pk for row in rows], official__isnull=False)
    for row in chosen.untitled():
        party = f" for {row.on_behalf_of}" if row.on_behalf_of else ""
        given = f"?official={row.official_id}" + (f"&party={row.on_behalf_of_id}" if row.on_behalf_of else "")
        messages.warning(
            request,
            format_html(
                "No office of {}{} is on record for {}: write the title in “capacity”, or "
                '<a href="{}">add the office</a>.',
                row.official,
                party,
                meeting.dates,
                reverse("admin:visits_tenure_add") + given,
            ),
        )
