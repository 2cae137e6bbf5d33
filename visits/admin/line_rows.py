"""The rows of statement lines on a meeting's form: their fields and how they stand in the table."""

from functools import partial
from typing import Any

from django import forms
from django.contrib.admin.checks import InlineModelAdminChecks
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db.models import Model
from django.http import HttpRequest

from visits.admin.base import DeskInline, NormalTextField, only_add
from visits.admin.labels import label
from visits.admin.lines import LineForm, LineFormSet, OptionsForm
from visits.admin.widgets import AutocompleteMultiple
from visits.models import AgendaPoint, Citation, Source, Statement


class LabelledMultipleChoiceField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return label(obj)


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
        (
            None,
            {
                "fields": [
                    ("title", "topic"),
                    ("side", "speaker"),
                    ("text", "quote"),
                    ("kind", "stance"),
                    ("sources", "locator"),
                ]
            },
        )
    ]

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        return ["main_topic", "on_behalf_of", "speaker"]

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        return 1 if obj and obj.pk else 3

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = type("MeetingLineForm", (LineForm,), self._fields(request))
        options = {"options_form": type("LineOptionsForm", (OptionsForm,), self._options(request))}
        return forms.formset_factory(
            form,
            formset=type("MeetingLineFormSet", (LineFormSet,), options),
            extra=self.get_extra(request, obj),
            can_delete=self.has_delete_permission(request, obj),
            max_num=self.get_max_num(request, obj),
        )

    def _field(self, request: HttpRequest, model: type[Model], name: str, **options: Any) -> forms.Field:
        # A relation of the model, never a reverse one.
        db_field: Any = model._meta.get_field(name)
        made: forms.Field = self.formfield_for_dbfield(db_field, request, **options)
        made.help_text = ""
        # Two fields share a cell below one heading.
        widget: Any = getattr(made.widget, "widget", made.widget)
        widget.attrs["placeholder"] = made.label
        return made

    def _fields(self, request: HttpRequest) -> dict[str, forms.Field]:
        field = partial(self._field, request)
        words = {"form_class": NormalTextField, "required": False}
        return {
            "title": field(AgendaPoint, "title", label="Point"),
            "topic": field(AgendaPoint, "main_topic", label="Topic"),
            "side": field(Statement, "on_behalf_of", label="Side", required=False),
            "speaker": field(Statement, "speaker", label="Speaker"),
            "text": field(Statement, "text", label="What was said", **words, widget=_area(2)),
            "quote": field(Citation, "quote", label="Quote, word for word", **words, widget=_area(1)),
            "kind": field(Statement, "kind", label="Kind"),
            "stance": field(Statement, "stance", label="Stance"),
            "sources": self._sources(request),
            "locator": field(Citation, "locator", label="Page, paragraph"),
        }

    def _options(self, request: HttpRequest) -> dict[str, forms.Field]:
        return {
            "pasted_side": self._field(request, Statement, "on_behalf_of", label="Side", required=False),
            "pasted_speaker": self._field(request, Statement, "speaker", label="Speaker"),
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


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "cols": 40})
