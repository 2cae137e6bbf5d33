"""Statement lines: a meeting's whole agenda as rows of its own form.

Statements hang on points, and those on the meeting, two steps away: more than an inline of Django's can do.
So a row is a ``services.points.Line``, and the set of rows answers to what the admin asks of an inline's formset.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django import forms
from django.contrib.admin.checks import InlineModelAdminChecks
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse

from visits.admin.base import DeskInline, NormalTextField, only_add
from visits.admin.labels import label
from visits.admin.opened import Opened, OpenedField, key_of, record_of, values_of
from visits.admin.versions import AGAIN, Seen, rebase, retype
from visits.admin.widgets import AutocompleteMultiple
from visits.models import AgendaPoint, Citation, Meeting, Party, Source, Statement
from visits.services.agenda import Line, Saved, faults, lines_of, save_lines

GONE = "Somebody has removed this line since you opened the page. Tick Delete to drop it."


class LabelledMultipleChoiceField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return label(obj)


class LineForm(forms.Form):
    """One line. Its fields are the inline's, see ``LineInline.get_formset``."""

    key = forms.CharField(required=False, widget=forms.HiddenInput)
    opened = OpenedField()
    shown: Line | None = None
    overtaken = ""

    def catch_up(self) -> None:
        """Take over what others have changed since the page was opened; what collides is to be saved once more."""
        opened = Opened.read(self.data.get(self.add_prefix("opened"), ""))
        if self.shown is None or opened is None or opened == Opened.of(self.shown):
            return
        seen = self._seen(self.shown, opened)
        if seen is None or rebase(self, seen):
            self.overtaken = f"{opened.told(self.shown)} {AGAIN}"
        retype(self, "opened", str(Opened.of(self.shown)))

    def _seen(self, line: Line, opened: Opened) -> dict[str, Seen] | None:
        base, now = opened.values(line), values_of(line)
        if base is None:
            return None
        return {
            name: Seen(
                field,
                field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name)),
                base[name],
                now[name],
            )
            for name, field in self.fields.items()
            if name in base
        }

    def clean(self) -> dict[str, Any]:
        if self.overtaken:
            raise ValidationError(self.overtaken, code="overtaken")
        return self.cleaned_data

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"]).strip()

    def line(self, side: Party | None, remove: bool) -> Line:
        given = self.cleaned_data
        return Line(
            title=given["title"],
            topic=given["topic"],
            side=side,
            speaker=given["speaker"],
            text=given["text"],
            kind=given["kind"],
            stance=given["stance"],
            sources=tuple(given["sources"]),
            point=self.shown.point if self.shown else None,
            statement=self.shown.statement if self.shown else None,
            remove=remove,
        )


class OptionsForm(forms.Form):
    use_meeting_sources = forms.BooleanField(
        label="Use the meeting's sources for all points: for every line without sources of its own",
        required=False,
    )


class LineFormSet(forms.BaseFormSet):
    """All lines of one meeting."""

    model = AgendaPoint
    # Who speaks for whom, as the participants' rows of the same page say; see MeetingAdmin.
    participants: Any = None
    # Who saves them; set before they are saved.
    by: Any = None

    def __init__(self, *args: Any, instance: Meeting, **kwargs: Any) -> None:
        for unused in ("queryset", "save_as_new"):
            kwargs.pop(unused, None)
        self.instance = instance
        self.shown = {key_of(line): line for line in lines_of(instance)}
        self.saved = Saved()
        kwargs["initial"] = [values_of(line) for line in self.shown.values()]
        super().__init__(*args, **kwargs)
        self.options = OptionsForm(self.data if self.is_bound else None, prefix=self.prefix, label_suffix="")

    @classmethod
    def get_default_prefix(cls) -> str:
        return "lines"

    def get_queryset(self) -> list[Model]:
        """The record of each row that came with one; something blank for a row that somebody has removed."""
        return [record_of(form.shown) if form.shown else AgendaPoint() for form in self.initial_forms]

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        """A posted row shows what its own key says, whatever has come between since the page was opened."""
        key = self.data.get(f"{self.add_prefix(i)}-key", "") if self.is_bound else None
        if key is not None:
            kwargs["initial"] = values_of(self.shown[key]) if key in self.shown else {}
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        known = list(self.shown.values())
        form.shown = self.shown.get(key) if key is not None else (known[i] if i < len(known) else None)
        # A row that brings a key of nothing is one that somebody has removed meanwhile.
        form.is_gone = bool(key) and form.shown is None
        form.page = page_of(form.shown) if form.shown else ""
        if self.is_bound:
            form.catch_up()
        return form

    def clean(self) -> None:
        for form in self.forms:
            if form.is_gone and not self._should_delete_form(form):  # type: ignore[attr-defined]
                form.add_error(None, GONE)
            if form.overtaken and self._should_delete_form(form):  # type: ignore[attr-defined]
                raise ValidationError(f"“{record_of(form.shown)}”: {form.overtaken}", code="overtaken")
        rows = list(self._rows())
        for fault in faults(meeting=self.instance, lines=[line for _, line in rows]):
            form = rows[fault.line][0]
            form.add_error(fault.field if fault.field in form.fields else None, fault.message)

    def _rows(self) -> Iterator[tuple[LineForm, Line]]:
        """The rows that hold something and could be read, each with what it says."""
        for form in self.forms:
            remove = self._should_delete_form(form)  # type: ignore[attr-defined]
            if remove and form.shown:
                yield form, _removed(form.shown)
            elif not remove and form.is_valid() and (form.shown or form.has_changed()):
                speaker = form.cleaned_data["speaker"]
                side = form.cleaned_data["side"] or self._sides.get(speaker)
                yield form, form.line(side, remove)

    @cached_property
    def _sides(self) -> dict[Any, Party]:
        """For whom each participant takes part. What the analyst has said above needs no saying again."""
        rows = self.participants.forms if self.participants is not None else []
        given = [getattr(row, "cleaned_data", {}) for row in rows]
        return {
            row["official"]: row["on_behalf_of"]
            for row in given
            if row.get("official") and row.get("on_behalf_of")
        }

    def save(self, commit: bool = True) -> list[Any]:
        options = self.options.cleaned_data if self.options.is_valid() else {}
        self.saved = save_lines(
            meeting=self.instance,
            lines=[line for _, line in self._rows()],
            by=self.by,
            use_meeting_sources=options.get("use_meeting_sources", False),
        )
        return self.saved.new

    # What the admin's message on the change is made of.

    @property
    def new_objects(self) -> list[Any]:
        return self.saved.new

    @property
    def changed_objects(self) -> list[tuple[Any, list[str]]]:
        return [(record, []) for record in self.saved.changed]

    @property
    def deleted_objects(self) -> list[Any]:
        return self.saved.deleted


class LineChecks(InlineModelAdminChecks):
    """A line's model leads to the meeting by the service, and its fields are not those of one model."""

    def _check_formset(self, obj: Any) -> list:
        return []


class LineInline(DeskInline):
    """The rows on the meeting's form."""

    model = AgendaPoint
    formset = LineFormSet  # type: ignore[assignment]
    checks_class = LineChecks
    template = "admin/visits/lines.html"
    verbose_name = "line"
    verbose_name_plural = "what was said"
    # Two fields a column.
    fieldsets = [
        (None, {"fields": [("title", "topic"), ("side", "speaker"), "text", ("kind", "stance"), "sources"]})
    ]

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        return ["main_topic", "on_behalf_of", "speaker"]

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 1 if obj and obj.pk else 3

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = type("MeetingLineForm", (LineForm,), self._fields(request))
        return forms.formset_factory(
            form,
            formset=LineFormSet,
            extra=self.get_extra(request, obj),
            can_delete=self.has_delete_permission(request, obj),
            max_num=self.get_max_num(request, obj),
        )

    def _fields(self, request: HttpRequest) -> dict[str, forms.Field]:
        def field(model: type[Model], name: str, **options: Any) -> forms.Field:
            # A relation of the model, never a reverse one.
            db_field: Any = model._meta.get_field(name)
            made: forms.Field = self.formfield_for_dbfield(db_field, request, **options)
            made.help_text = ""
            # Two fields share a cell below one heading.
            widget: Any = getattr(made.widget, "widget", made.widget)
            widget.attrs["placeholder"] = made.label
            return made

        return {
            "title": field(AgendaPoint, "title", label="Point"),
            "topic": field(AgendaPoint, "main_topic", label="Topic"),
            "side": field(Statement, "on_behalf_of", label="Side", required=False),
            "speaker": field(Statement, "speaker", label="Speaker"),
            "text": field(
                Statement,
                "text",
                label="What was said",
                required=False,
                form_class=NormalTextField,
                widget=forms.Textarea(attrs={"rows": 2, "cols": 40}),
            ),
            "kind": field(Statement, "kind", label="Kind"),
            "stance": field(Statement, "stance", label="Stance"),
            "sources": self._sources(request),
        }

    def _sources(self, request: HttpRequest) -> forms.Field:
        cited = Citation._meta.get_field("source")
        remote = cited.remote_field
        widget = RelatedFieldWidgetWrapper(
            AutocompleteMultiple(cited, self.admin_site),
            remote,
            self.admin_site,
            can_add_related=self.admin_site.get_model_admin(Source).has_add_permission(request),
        )
        only_add(widget)
        return LabelledMultipleChoiceField(
            Source.objects.all(), required=False, widget=widget, label="Sources"
        )


def page_of(line: Line) -> str:
    """Where quotes and locators are written."""
    record = record_of(line)
    return reverse(f"admin:visits_{record._meta.model_name}_change", args=[record.pk])


def _removed(line: Line) -> Line:
    return Line(title=line.title, topic=line.topic, point=line.point, statement=line.statement, remove=True)
