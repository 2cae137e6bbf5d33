"""Statement lines: a meeting's whole agenda as rows of its own form.

Statements hang on points, and those on the meeting, two steps away: more than an inline of Django's can do.
So a row is a ``services.points.Line``, and the set of rows answers to what the admin asks of an inline's formset.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.urls import reverse

from visits.admin.opened import Opened, OpenedField, key_of, record_of, values_of
from visits.admin.versions import AGAIN, Seen, rebase, retype
from visits.models import AgendaPoint, Meeting, Party
from visits.services.agenda import Line, Saved, faults, lines_of, save_lines

GONE = "Somebody has removed this line since you opened the page. Tick Delete to drop it."


class LineForm(forms.Form):
    """One line. Its fields are the inline's, see ``line_rows.LineInline``."""

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
            quote=given["quote"],
            locator=given["locator"],
            point=self.shown.point if self.shown else None,
            statement=self.shown.statement if self.shown else None,
            citation=self.shown.citation if self.shown else None,
            remove=remove,
        )


class OptionsForm(forms.Form):
    """What is said once for all lines. Side and speaker of a pasted list are the inline's fields."""

    use_meeting_sources = forms.BooleanField(
        label="Use the meeting's sources for all points: for every line without sources of its own",
        required=False,
    )
    pasted = forms.CharField(
        label="Statements, one a line",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5, "cols": 80}),
    )


class LineFormSet(forms.BaseFormSet):
    """All lines of one meeting."""

    model = AgendaPoint
    options_form: type[OptionsForm] = OptionsForm
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
        self.options = self.options_form(
            self.data if self.is_bound else None, prefix=self.prefix, label_suffix=""
        )

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


def page_of(line: Line) -> str:
    """Where quotes and locators are written."""
    record = record_of(line)
    return reverse(f"admin:visits_{record._meta.model_name}_change", args=[record.pk])


def _removed(line: Line) -> Line:
    return Line(title=line.title, topic=line.topic, point=line.point, statement=line.statement, remove=True)
