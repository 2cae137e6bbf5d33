"""Importing a spreadsheet of meetings: send it in, say which column is which, look at every verdict, confirm."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse

from visits.choices import BatchState, ImportKind, Verdict
from visits.importers.sheets import uploading
from visits.importers.sheets.columns import COLUMNS, Layout
from visits.importers.sheets.plain import Unreadable
from visits.importers.sheets.template import FORMATS, write_template
from visits.models import ImportBatch
from visits.services import batches

PERMISSION = "visits.run_imports"
PER_PAGE = 100
# More offers than anybody ticks; the others stand in the list, without a box.
MOST_OFFERS = 500
NOT_THERE = "-"
# What is shown of a row, in this order.
TOLD = [column.name for column in COLUMNS if column.name not in ("points", "source url")]
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class FileForm(forms.Form):
    """The file; what is wrong with it is said beside it."""

    file = forms.FileField(
        label="CSV or XLSX file",
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx,.txt,text/csv"}),
        error_messages={"empty": "The file is empty.", "required": "Choose a file."},
    )


class ColumnsForm(forms.Form):
    """For each column that an import knows: which of the file's it is."""

    def __init__(self, data: Any = None, *, layout: Layout) -> None:
        super().__init__(data)
        theirs = [(str(place), f"{place + 1}: {name}") for place, name in enumerate(layout.header)]
        for number, column in enumerate(COLUMNS):
            self.fields[f"column_{number}"] = forms.ChoiceField(
                label=column.name,
                choices=[(NOT_THERE, "not in the file"), *theirs],
                initial=str(layout.places.get(column.name, NOT_THERE)),
                help_text="Needed." if column.required else "",
            )

    def clean(self) -> dict[str, Any]:
        chosen = [place for place in self.chosen.values() if place is not None]
        twice = {place for place in chosen if chosen.count(place) > 1}
        if twice:
            raise ValidationError(f"Column {min(twice) + 1} of the file is chosen twice.")
        return self.cleaned_data

    @property
    def chosen(self) -> dict[str, int | None]:
        """As ``uploading.choose`` takes it."""
        given = {column.name: self.cleaned_data.get(f"column_{n}") for n, column in enumerate(COLUMNS)}
        return {name: None if place in (None, NOT_THERE) else int(place) for name, place in given.items()}


class SheetPages:
    """The pages, for the site that they belong to."""

    def __init__(self, site: AdminSite) -> None:
        self.site = site

    def upload(self, request: HttpRequest) -> HttpResponse:
        """Choose a file."""
        _require(request)
        form = FileForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            batch = self._received(request, form)
            if batch is not None:
                return _to("sheet_preview", batch)
        mine = ImportBatch.objects.filter(kind=ImportKind.MEETINGS, uploaded_by=request.user.pk)
        context = {"title": "Import meetings", "form": form, "columns": COLUMNS, "mine": mine[:10]}
        return self._page(request, "sheet_upload", context)

    def _received(self, request: HttpRequest, form: FileForm) -> ImportBatch | None:
        file = form.cleaned_data["file"]
        by: Any = request.user
        try:
            uploading.check_size(file.name, file.size)
            return uploading.receive(name=file.name, content=file.read(), by=by)
        except Unreadable as error:
            form.add_error("file", str(error))
        except ValidationError as error:
            form.add_error("file", error.messages[0])
        return None

    def columns(self, request: HttpRequest, key: int) -> HttpResponse:
        """Say which column is which."""
        batch = _own(request, key)
        if batch.state != BatchState.PREVIEWED:
            return _to("sheet_preview", batch)
        form = ColumnsForm(request.POST or None, layout=uploading.columns_of(batch))
        if form.is_bound and form.is_valid():
            try:
                uploading.choose(batch, form.chosen)
                return _to("sheet_preview", batch)
            except Unreadable as error:
                form.add_error(None, str(error))
        context = {"title": f"Columns of {batch.title}", "form": form, "batch": batch}
        return self._page(request, "sheet_columns", context)

    def preview(self, request: HttpRequest, key: int) -> HttpResponse:
        """Every row with its verdict; before the import a button that does it."""
        batches.note_broken_off()
        batch = _own(request, key)
        is_open = batch.state in (BatchState.PREVIEWED, BatchState.FAILED) and hasattr(batch, "upload")
        if is_open and not uploading.is_plain(uploading.columns_of(batch)):
            return _to("sheet_columns", batch)
        if request.method == "POST" and is_open:
            return self._confirmed(request, batch)
        return self._page(request, "sheet_preview", _verdicts(request, batch) | {"is_open": is_open})

    def _confirmed(self, request: HttpRequest, batch: ImportBatch) -> HttpResponse:
        if "discard" in request.POST:
            uploading.discard(batch)
            messages.success(request, f"“{batch.title}” was not imported.")
            return HttpResponseRedirect(reverse("admin:sheet_upload"))
        ticked = [int(row) for row in request.POST.getlist("tick") if row.isascii() and row.isdecimal()]
        by: Any = request.user
        try:
            counts = uploading.confirm(batch, ticked=ticked[:MOST_OFFERS], by=by)
        except (Unreadable, PermissionDenied) as error:
            messages.error(request, str(error))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(
                request,
                f"{counts.added:,} meetings added as drafts; {counts.unchanged:,} rows were on record already, "
                f"{counts.left_out:,} are not imported.",
            )
        return _to("sheet_preview", batch)

    def template(self, request: HttpRequest, kind: str) -> HttpResponse:
        """An empty sheet."""
        _require(request)
        kind = kind if kind in FORMATS else FORMATS[0]
        named = {"Content-Disposition": f'attachment; filename="meetings.{kind}"'}
        return HttpResponse(write_template(kind), content_type=KINDS[kind], headers=named)

    def _page(self, request: HttpRequest, name: str, context: dict[str, Any]) -> TemplateResponse:
        return TemplateResponse(
            request, f"admin/visits/{name}.html", {**self.site.each_context(request), **context}
        )


def _require(request: HttpRequest) -> None:
    if not request.user.has_perm(PERMISSION):
        raise PermissionDenied


def _own(request: HttpRequest, key: int) -> ImportBatch:
    """An import of this person's; everybody else's are shown with the imports."""
    _require(request)
    mine = ImportBatch.objects.filter(kind=ImportKind.MEETINGS, uploaded_by=request.user.pk)
    return get_object_or_404(mine, pk=key)


def _to(page: str, batch: ImportBatch) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(f"admin:{page}", args=[batch.pk]))


def _verdicts(request: HttpRequest, batch: ImportBatch) -> dict[str, Any]:
    rows = batch.rows.all()
    counts = {verdict: rows.filter(verdict=verdict).count() for verdict in Verdict}
    chosen = request.GET.get("verdict", "")
    shown = rows.filter(verdict=chosen) if chosen in counts else rows
    offered = rows.filter(values__has_key="offer")
    page = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
    for row in page.object_list:
        cells = row.values.get("cells", {})
        row.told = [cells[name] for name in TOLD if name in cells]  # type: ignore[attr-defined]
    return {
        "title": batch.title,
        "batch": batch,
        "counts": list(counts.items()),
        "chosen": chosen,
        "offered": offered[:MOST_OFFERS],
        "page": page,
        "would_add": batch.counts.get("would_add", 0),
        "unchanged": batch.counts.get("unchanged", 0),
    }
