"""“My desk”: what waits for the person who is signed in, and who waits to be identified."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from visits.admin.labels import label
from visits.admin.widgets import Autocomplete
from visits.models import Meeting, Official, Participation, Tour
from visits.queries import desk
from visits.queries.likeness import similar_officials
from visits.services import identifying
from visits.services.saving import Overtaken

AT_MOST = 50


@dataclass
class Section:
    """One list of the desk, no longer than can be looked through; the rest is on the list that it links to."""

    title: str
    rows: list[tuple[str, Any]] = field(default_factory=list)
    more: list[tuple[str, str]] = field(default_factory=list)

    def add(self, found: QuerySet, words: str, address: str) -> None:
        before = len(self.rows)
        page = f"admin:visits_{found.model._meta.model_name}_change"
        self.rows += [(reverse(page, args=[row.pk]), row) for row in found[:AT_MOST]]
        if len(self.rows) > before:
            self.more.append((words, address))


@dataclass(frozen=True)
class Pile:
    """What the desk and the filter of a list have in common."""

    name: str
    title: str
    find: Callable[[Any, Any], QuerySet]


DRAFTS = Pile("drafts", "My drafts", desk.drafts)
RETURNED = Pile("returned", "Returned to me", desk.returned)
WAITING = Pile("waiting", "Waiting for my review", desk.waiting)
UNCITED = Pile("uncited", "Citations missing", desk.uncited)
PILES = {pile.name: pile for pile in (RETURNED, DRAFTS, WAITING, UNCITED)}


class DeskFilter(admin.SimpleListFilter):
    """The piles of the desk, whole."""

    title = "on my desk"
    parameter_name = "desk"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(pile.name, pile.title) for pile in PILES.values()]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        pile = PILES.get(self.value() or "")
        chosen = pile.find(queryset.model, request.user).values("pk") if pile else None
        return queryset if chosen is None else queryset.filter(pk__in=chosen)


class UnresolvedFilter(admin.SimpleListFilter):
    title = "identified"
    parameter_name = "identified"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "Waiting to be identified")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        waiting = desk.unresolved().order_by().values("pk")
        return queryset.filter(pk__in=waiting) if self.value() == "no" else queryset


class OfficialForm(forms.Form):
    """Choose who it is."""

    def __init__(self, data: Any = None, *, site: AdminSite, key: int) -> None:
        super().__init__(data, auto_id=f"id_{key}_%s")
        words = {"placeholder": "Somebody on record"}
        widget = Autocomplete(Participation._meta.get_field("official"), site, attrs=words)
        self.fields["official"] = forms.ModelChoiceField(
            Official.objects.all(), widget=widget, required=False
        )


class DeskPages:
    """The pages, for the site that they belong to."""

    def __init__(self, site: AdminSite) -> None:
        self.site = site

    def page(self, request: HttpRequest) -> TemplateResponse:
        piles = [RETURNED, DRAFTS, UNCITED]
        if request.user.has_perm("visits.publish_meeting"):
            piles.insert(0, WAITING)
        people = Section("People to identify")
        address = reverse("admin:visits_participation_changelist")
        people.add(desk.unresolved(), "All of them", f"{address}?identified=no")
        may_identify = request.user.has_perm("visits.change_participation")
        media = OfficialForm(site=self.site, key=0).media
        context = {
            **self.site.each_context(request),
            "title": "My desk",
            "sections": [_section(pile, request.user) for pile in piles],
            "people": people,
            "rows": [(row, OfficialForm(site=self.site, key=row.pk)) for _, row in people.rows],
            "may_identify": may_identify,
            "proposed": _proposed(request),
            "media": media,
        }
        return TemplateResponse(request, "admin/visits/desk.html", context)

    def identify(self, request: HttpRequest, key: int) -> HttpResponse:
        """Takes the choice of one row; asks back before it makes an official who may be known already."""
        row = get_object_or_404(desk.unresolved(), pk=key)
        if not request.user.has_perm("visits.change_participation"):
            raise PermissionDenied
        form = OfficialForm(request.POST or None, site=self.site, key=key)
        alike = list(similar_officials(row.name))
        chosen = form.cleaned_data["official"] if form.is_bound and form.is_valid() else None
        is_new = "create" in request.POST and (not alike or "anyway" in request.POST)
        if request.method == "POST" and (chosen or is_new) and _identified(request, row, chosen):
            return HttpResponseRedirect(reverse("admin:desk"))
        context = {
            **self.site.each_context(request),
            "title": f"Who is “{row.name}”?",
            "person": row,
            "meeting": label(row.meeting),
            "alike": alike,
            "form": form,
            "media": form.media,
        }
        return TemplateResponse(request, "admin/visits/identify.html", context)


def _identified(request: HttpRequest, row: Participation, official: Official | None) -> bool:
    reported, by = row.name, request.user
    try:
        if official:
            identifying.identify(participation=row, official=official, by=by)  # type: ignore[arg-type]
        else:
            official = identifying.identify_as_new(participation=row, by=by)  # type: ignore[arg-type]
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except (PermissionDenied, Overtaken) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"“{reported}” is {official.name}.")
        return True
    return False


def _proposed(request: HttpRequest) -> list[tuple[str, int, str]] | None:
    """Of each kind of suggestion how many are open, and the address of their list; None for who may not look."""
    if not request.user.has_perm("visits.view_suggestion"):
        return None
    page = reverse("admin:visits_suggestion_changelist")
    return [
        (kind.label, number, f"{page}?state__exact=open&kind__exact={kind}")
        for kind, number in desk.proposed()
    ]


def _section(pile: Pile, user: Any) -> Section:
    section = Section(pile.title)
    for model in (Tour, Meeting):
        address = reverse(f"admin:visits_{model._meta.model_name}_changelist")
        words = f"All {model._meta.verbose_name_plural} of this list"
        section.add(pile.find(model, user), words, f"{address}?desk={pile.name}")
    return section
