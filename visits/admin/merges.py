"""Making one record of two: which, in which direction, what would move; and the merges so far, to be undone."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from visits.admin.base import ReadOnly, RecordAdmin, by_word
from visits.admin.widgets import Autocomplete
from visits.models import AgendaPoint, Meeting, Merge, Official, Participation
from visits.services import merging

PERMISSION = "visits.merge_records"
# For each kind that can be merged, a field that chooses one, so that it is chosen here as it is there.
CHOOSING: dict[str, Any] = {
    "official": Participation._meta.get_field("official"),
    "place": Meeting._meta.get_field("place"),
    "topic": AgendaPoint._meta.get_field("main_topic"),
    "organization": Participation._meta.get_field("on_behalf_of"),
}


class MergeForm(forms.Form):
    """The other record, the direction, and why."""

    other: Any = forms.ModelChoiceField(Official.objects.none(), label="Merge with")
    direction = forms.ChoiceField(
        choices=[("keep", "Keep this one, the other goes up in it"), ("gone", "Keep the other one")],
        widget=forms.RadioSelect,
        initial="keep",
    )
    why = forms.CharField(
        required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2, "cols": 60})
    )

    def __init__(self, data: Any, *, record: Any, site: admin.AdminSite, noun: str, initial: Any) -> None:
        super().__init__(data, initial=initial)
        self.record = record
        field: Any = self.fields["other"]
        concrete = merging.MODELS["party" if noun == "organization" else noun]
        field.queryset = concrete._default_manager.exclude(pk=record.pk)
        field.widget = Autocomplete(CHOOSING[noun], site, attrs={"placeholder": "The other record"})
        field.widget.choices = field.choices

    @property
    def both(self) -> dict[str, Any]:
        """Which stays and which goes."""
        # An organization is merged as the party that it is.
        own = type(self.record)._meta.concrete_model._default_manager.get(pk=self.record.pk)
        other = self.cleaned_data["other"]
        keeps = self.cleaned_data["direction"] == "keep"
        return {"keep": own, "gone": other} if keeps else {"keep": other, "gone": own}


class Merges(RecordAdmin):
    """For the admin of a record that may turn out to be another."""

    def get_urls(self) -> list[URLPattern]:
        address = path(
            "<path:object_id>/merge/",
            self.admin_site.admin_view(self.merge_view),
            name=f"visits_{self.model._meta.model_name}_merge",
        )
        return [address, *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        record = kwargs.get("obj")
        if record and request.user.has_perm(PERMISSION):
            address = reverse(f"admin:visits_{self.model._meta.model_name}_merge", args=[record.pk])
            context["desk_links"] = [*context.get("desk_links", []), ("Merge with…", address)]
        return super().render_change_form(request, context, *args, **kwargs)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)
        if request.user.has_perm(PERMISSION):
            actions["merge_two"] = (merge_two, "merge_two", "Merge two records")
        return actions

    def merge_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """First the question, then the preview, then, once confirmed, the merge."""
        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        form = MergeForm(
            request.POST or None,
            record=record,
            site=self.admin_site,
            noun=str(self.model._meta.model_name),
            initial={"other": request.GET.get("other", "")},
        )
        if form.is_bound and form.is_valid():
            answer = self._merged(request, form)
            if answer is not None:
                return answer
        return self._question(request, record, form)

    def _merged(self, request: HttpRequest, form: MergeForm) -> HttpResponse | None:
        """The preview, or the merge; nothing if it can't be done, which the form then says."""
        by: Any = request.user
        both = form.both
        try:
            if "confirmed" not in request.POST:
                form.preview = merging.preview(**both, by=by)  # type: ignore[attr-defined]
                return None
            merging.merge(**both, by=by, why=form.cleaned_data["why"])
        except ValidationError as error:
            form.add_error(None, error)
            return None
        messages.success(request, f"“{both['gone']}” has gone up in “{both['keep']}”.")
        return HttpResponseRedirect(self.change_address(both["keep"].pk))

    def _question(self, request: HttpRequest, record: Any, form: MergeForm) -> TemplateResponse:
        preview = getattr(form, "preview", None)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Merge “{record}”",
            "opts": self.model._meta,
            "record": record,
            "form": form,
            "media": form.media,
            "preview": preview,
            "both": form.both if preview else None,
            "list": reverse(f"admin:visits_{self.model._meta.model_name}_changelist"),
            "back": self.change_address(record.pk),
        }
        return TemplateResponse(request, "admin/visits/merge.html", context)


def merge_two(desk: Merges, request: HttpRequest, chosen: QuerySet) -> HttpResponse | None:
    """From the list: the two that are ticked."""
    keys = list(chosen.values_list("pk", flat=True)[:3])
    if len(keys) != 2:
        messages.error(request, "Choose the two records that are one.")
        return None
    address = reverse(f"admin:visits_{desk.model._meta.model_name}_merge", args=[keys[0]])
    return HttpResponseRedirect(f"{address}?other={keys[1]}")


@admin.register(Merge)
class MergeAdmin(ReadOnly, RecordAdmin):
    """What was merged so far."""

    list_display = ["at", "noun", "name_of_the_gone", "kept_record", "by", "why", "undone_at"]
    list_filter = ["noun", ("undone_at", admin.EmptyFieldListFilter)]
    search_fields = ["why"]
    related = ("by", "undone_by")
    fields = ["at", "noun", "name_of_the_gone", "by", "why", "undone_at", "undone_by"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).annotate(**_kept_names())

    @admin.display(description="went up")
    def name_of_the_gone(self, merge: Merge) -> str:
        return str(merge.gone.get("name", merge.merged))

    @admin.display(description="in")
    def kept_record(self, merge: Any) -> str:
        return str(merge.kept_name or merge.kept)

    def found(self, queryset: QuerySet, word: str) -> QuerySet:
        return by_word(queryset, word, "why", "gone__name")

    def get_urls(self) -> list[URLPattern]:
        address = path(
            "<int:key>/undo/", self.admin_site.admin_view(self.undo_view), name="visits_merge_undo"
        )
        return [address, *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        merge = kwargs.get("obj")
        if merge and not merge.undone_at and request.user.has_perm(PERMISSION):
            context["desk_links"] = [("Undo this merge", reverse("admin:visits_merge_undo", args=[merge.pk]))]
        return super().render_change_form(request, context, *args, **kwargs)

    def undo_view(self, request: HttpRequest, key: int) -> HttpResponse:
        merge = self.get_object(request, str(key))
        if merge is None:
            raise Http404
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        if request.method == "POST":
            try:
                merging.undo(merge=merge, by=request.user)  # type: ignore[arg-type]
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
            else:
                messages.success(request, f"“{self.name_of_the_gone(merge)}” is a record of its own again.")
            return HttpResponseRedirect(reverse("admin:visits_merge_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "title": "Undo this merge",
            "gone": self.name_of_the_gone(merge),
            "kept": self.kept_record(merge),
            "back": self.change_address(merge.pk),
            "list": reverse("admin:visits_merge_changelist"),
        }
        return TemplateResponse(request, "admin/visits/undo_merge.html", context)


def _kept_names() -> dict[str, Any]:
    """The name that the remaining record has now, whatever kind it is."""
    names = [
        models.Subquery(model._default_manager.filter(uuid=models.OuterRef("kept")).values("name")[:1])
        for model in merging.MODELS.values()
    ]
    return {"kept_name": models.functions.Coalesce(*names)}
