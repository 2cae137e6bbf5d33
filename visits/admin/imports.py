"""Imports: what each said of its rows, what it made and changed; publishing it, and taking it back."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, URLPattern, path, reverse

from visits.admin.base import ReadOnly, RecordAdmin, by_word
from visits.choices import BatchState, Verdict
from visits.models import ImportBatch
from visits.queries.batches import CHANGED, KINDS, MADE, Doing, Touched, doing_of, doings_of, touched_rows
from visits.queries.parts import Model
from visits.services import batch_publishing, batch_reverting

AT_ONCE = 50
MOST_MESSAGES = 20
WORDS = {MADE: "made", CHANGED: "changed"}


@admin.register(ImportBatch)
class ImportAdmin(ReadOnly, RecordAdmin):
    """A list of imports, and a page for each."""

    is_coded = False
    list_display = ["title", "kind", "uploaded_by", "state", "rows_read", "created_at"]
    list_filter = ["state", "kind"]
    search_fields = ["title"]
    related = ("uploaded_by",)

    def found(self, queryset: QuerySet, word: str) -> QuerySet:
        return by_word(queryset, word, "title")

    @admin.display(description="rows")
    def rows_read(self, batch: ImportBatch) -> str:
        counted = batch.counts.get("rows", {})
        return ", ".join(f"{number} {verdict}" for verdict, number in counted.items()) or "–"

    def get_urls(self) -> list[URLPattern]:
        views = {"records": self.records_view, "publish": self.publish_view, "take_back": self.take_back_view}
        own = [
            path(f"<int:key>/{word}/", self.admin_site.admin_view(view), name=f"visits_importbatch_{word}")
            for word, view in views.items()
        ]
        return [*own, *super().get_urls()]

    # The page of an import

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        batch = self._batch(request, object_id)
        if request.method == "POST":
            raise PermissionDenied
        verdict = request.GET.get("verdict", "")
        rows = batch.rows.all()
        if verdict in Verdict.values:
            rows = rows.filter(verdict=verdict)
        counted = dict(batch.rows.order_by().values_list("verdict").annotate(number=Count("pk")))
        may = {"may_publish": _may(batch_publishing.require_publisher, batch, request)}
        may["may_publish"] &= batch.state in batch_publishing.PUBLISHABLE
        may["may_take_back"] = _may(batch_reverting.require_reverter, batch, request)
        may["may_take_back"] &= batch.state not in batch_reverting.NOTHING_TO_TAKE_BACK
        context = {
            "title": str(batch),
            "verdicts": [(each, each.label, counted.get(each, 0)) for each in Verdict],
            "verdict": verdict,
            "rows_page": _page(request, rows),
            "query": f"{urlencode({'verdict': verdict})}&" if verdict else "",
            "doings": _doings(batch),
            "open_suggestions": batch.suggestions.open().count(),
            **may,
        }
        return self._answer(request, batch, "import", context)

    def records_view(self, request: HttpRequest, key: int) -> HttpResponse:
        """The records of one kind that the import made, or changed."""
        batch = self._batch(request, str(key))
        noun, what = request.GET.get("noun", ""), request.GET.get("what", MADE)
        model = next((kind for kind in KINDS if kind._meta.model_name == noun), None)
        if model is None or what not in WORDS:
            raise Http404
        doing = doing_of(batch, model)
        number = doing.made if what == MADE else doing.changed
        page = _page(request, range(number))
        found = touched_rows(batch, model, what, start=page.start_index() - 1, stop=page.end_index())
        context = {
            "title": f"{doing.label.capitalize()} that this import {WORDS[what]}",
            "query": f"{urlencode({'noun': noun, 'what': what})}&",
            "rows_page": page,
            "records": [(row, _address(row)) for row in found],
        }
        return self._answer(request, batch, "import_records", context)

    # Publishing all of it

    def publish_view(self, request: HttpRequest, key: int) -> HttpResponse:
        batch = self._batch(request, str(key))
        by: Any = request.user
        batch_publishing.require_publisher(batch=batch, by=by)
        if request.method == "POST":
            try:
                _tell(request, batch_publishing.publish(batch=batch, by=by))
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
            return HttpResponseRedirect(self.change_address(batch.pk))
        waiting = batch_publishing.waiting(batch).items()
        numbers = [(model._meta.verbose_name_plural, found.count()) for model, found in waiting]
        return self._answer(request, batch, "import_publish", {"title": "Publish all", "numbers": numbers})

    # Taking it back

    def take_back_view(self, request: HttpRequest, key: int) -> HttpResponse:
        batch = self._batch(request, str(key))
        by: Any = request.user
        batch_reverting.require_reverter(batch=batch, by=by)
        why = request.POST.get("why", "")[:1000]
        if request.method == "POST":
            try:
                batch_reverting.revert(batch=batch, by=by, why=why)
            except ValidationError as error:
                messages.error(request, " ".join(error.messages))
            except batch_reverting.StandsInTheWay as error:
                messages.error(request, str(error))
            else:
                messages.success(request, f"The import of {batch} was taken back.")
                return HttpResponseRedirect(self.change_address(batch.pk))
        context = {
            "title": "Take this import back",
            "preview": batch_reverting.preview(batch),
            "why": why,
        }
        return self._answer(request, batch, "import_take_back", context)

    def _batch(self, request: HttpRequest, key: str) -> ImportBatch:
        batch = self.get_object(request, key)
        if batch is None:
            raise Http404
        if not self.has_view_permission(request, batch):
            raise PermissionDenied
        return batch

    def _answer(
        self, request: HttpRequest, batch: ImportBatch, template: str, context: dict[str, Any]
    ) -> TemplateResponse:
        shown = {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "batch": batch,
            "back": self.change_address(batch.pk),
            "list": reverse("admin:visits_importbatch_changelist"),
            **context,
        }
        return TemplateResponse(request, f"admin/visits/{template}.html", shown)


def _may(require: Any, batch: ImportBatch, request: HttpRequest) -> bool:
    try:
        require(batch=batch, by=request.user)
    except PermissionDenied:
        return False
    return True


def _page(request: HttpRequest, rows: Any) -> Page[Any]:
    return Paginator(rows, AT_ONCE).get_page(request.GET.get("page"))


def _doings(batch: ImportBatch) -> list[Doing]:
    """As counted at the end of the import; looked up as long as it has none."""
    if batch.state not in (BatchState.DONE, BatchState.PUBLISHED, BatchState.REVERTED):
        return doings_of(batch)
    made, changed = (batch.counts.get(what, {}) for what in (MADE, CHANGED))
    counted = (Doing(model, made.get(_noun(model), 0), changed.get(_noun(model), 0)) for model in KINDS)
    return [doing for doing in counted if doing.made or doing.changed]


def _noun(model: Model) -> str:
    return str(model._meta.model_name)


def _address(row: Touched) -> str:
    """Of the record's form; blank if it is gone, or has none."""
    if row.record is None:
        return ""
    try:
        return reverse(f"admin:visits_{_noun(row.model)}_change", args=[row.pk])
    except NoReverseMatch:
        return ""


def _tell(request: HttpRequest, done: batch_publishing.Publication) -> None:
    """What was published, and of the rest why not."""
    numbers = " and ".join(f"{number} {noun}s" for noun, number in done.published.items())
    messages.success(request, f"Published: {numbers}.")
    for record, reasons in done.kept_back[:MOST_MESSAGES]:
        messages.warning(request, f"“{record}” was kept back: {' '.join(reasons)}")
    if len(done.kept_back) > MOST_MESSAGES:
        messages.warning(request, f"{len(done.kept_back) - MOST_MESSAGES} more were kept back.")
