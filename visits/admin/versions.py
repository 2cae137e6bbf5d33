"""Two people on one form: a record or row carries the version that it was opened with.

A stale form is compared, field by field, with how the record stood when the page was opened and how it stands now:
what the person has not touched takes over what the other one wrote; what both have touched, or one form touched while
the other changed something else, comes back to be saved once more. Where a field holds several records, such as the
places of a stop, what each has added or taken away is applied together.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model

from visits.queries.history import Difference
from visits.queries.since import differences_since, linked_at, linked_now, stood_at
from visits.services.saving import delete_checked, save_checked

OPENED = "opened_version"
GONE = "Somebody has removed this row since you opened the page. Tick Delete to drop it."
AGAIN = "Nothing has been saved yet. What you typed stands below: saved again, yours will be applied on top."


class OpenedVersionField(forms.IntegerField):
    """Which version somebody has seen. Never itself a change."""

    def __init__(self) -> None:
        super().__init__(required=False, min_value=0, widget=forms.HiddenInput)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


def is_versioned(model: type[Model]) -> bool:
    return any(field.name == "version" for field in model._meta.fields)


def told(by: str, differences: Iterable[Difference]) -> str:
    """Who changed what, in one sentence."""
    changed = [f"{found.label} from “{found.before}” to “{found.after}”" for found in differences]
    return f"{by or 'Somebody else'} has changed this since you opened it" + (
        f": {'; '.join(changed)}." if changed else "."
    )


@dataclass
class Seen:
    """One field of a stale form: what is typed, what stood there at first, and what stands there now."""

    field: forms.Field
    typed: Any
    base: Any
    now: Any

    @property
    def is_mine(self) -> bool:
        return self.field.has_changed(self.base, self.typed) and self.field.has_changed(self.now, self.typed)

    @property
    def is_theirs(self) -> bool:
        return bool(self.base != self.now) and self.field.has_changed(self.now, self.typed)

    @property
    def to_show(self) -> Any:
        """What the field says once both have been heard."""
        if not self.is_mine:
            return self.now
        if not isinstance(self.field, forms.ModelMultipleChoiceField):
            return self.typed
        base, now = ({str(key) for key in keys} for keys in (self.base, self.now))
        kept = [key for key in self.typed if key in now or key not in base]
        return [*kept, *(key for key in map(str, self.now) if key not in base and key not in kept)]


def rebase(form: Any, seen: dict[str, Seen]) -> bool:
    """Take over what the others have changed; whether there is something for the person to decide.

    A row that is to be deleted is the person's own from end to end.
    """
    deleting = bool(form.data.get(form.add_prefix("DELETE")))
    mine = [name for name, field in seen.items() if field.is_mine]
    theirs = [name for name, field in seen.items() if field.is_theirs]
    for name in theirs:
        retype(form, name, seen[name].to_show)
    return bool((mine or deleting) and theirs)


def retype(form: Any, name: str, value: Any) -> None:
    """Let a field say something else than was sent."""
    form.data = form.data.copy()
    field, sent = form.fields[name], form.add_prefix(name)
    value = field.prepare_value(value)
    if value is None or value is False:
        form.data.pop(sent, None)
    elif isinstance(value, list | tuple):
        form.data.setlist(sent, [str(one) for one in value])
    else:
        form.data[sent] = "on" if value is True else str(value)


class VersionedForm(forms.ModelForm):
    """The form of a record that may be opened by two at once."""

    opened_version = OpenedVersionField()
    overtaken = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_versioned(type(self.instance)):
            del self.fields[OPENED]
        elif self.instance.pk:
            self.initial[OPENED] = self.instance.version

    def full_clean(self) -> None:
        if self.is_bound and OPENED in self.fields and self.instance.pk:
            self.catch_up()
        super().full_clean()

    def catch_up(self) -> None:
        """Compare with what has come between, if anything has."""
        opened = self.data.get(self.add_prefix(OPENED), "")
        if not opened.isdecimal() or int(opened) == self.instance.version:
            return
        model = type(self.instance)._meta.concrete_model
        base = stood_at(model, self.instance.pk, int(opened))
        if base is None or rebase(self, self._seen(base)):
            self.overtaken = f"{told(*differences_since(model, self.instance.pk, int(opened)))} {AGAIN}"
        retype(self, OPENED, self.instance.version)

    def _seen(self, base: Any) -> dict[str, Seen]:
        """The form's fields that are columns of the record, or links of it to others."""
        model, pk = type(self.instance)._meta.concrete_model, self.instance.pk
        columns = {column.name: column.attname for column in self.instance._meta.concrete_fields}
        stood = {name: getattr(base, key) for name, key in columns.items() if hasattr(base, key)}
        stood |= linked_at(model, pk, base)
        stands = {name: getattr(self.instance, key) for name, key in columns.items()} | linked_now(model, pk)
        return {
            name: Seen(
                field,
                field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name)),
                stood[name],
                stands[name],
            )
            for name, field in self.fields.items()
            if name in stood and not field.disabled
        }

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.overtaken:
            raise ValidationError(self.overtaken, code="overtaken")
        return cleaned


class VersionedFormSet(forms.BaseInlineFormSet):
    """Rows that each carry their own version."""

    def clean(self) -> None:
        super().clean()
        rows: list[Any] = self.initial_forms
        for form in rows:
            # Another one's removal makes the key of a row that of nothing.
            if form.instance.pk is None and form.errors.pop("id", None):
                form.add_error(None, GONE)
        # The rows as they were sent, or the page would show them beside the wrong records.
        self._queryset = [form.instance for form in rows]
        # What is to be deleted isn't validated, but its form has been looked at.
        deleted: list[Any] = self.deleted_forms
        for form in deleted:
            if form.overtaken:
                raise ValidationError(f"“{form.instance}”: {form.overtaken}", code="overtaken")

    def save_existing(self, form: Any, obj: Any, commit: bool = True) -> Any:
        if not commit or not is_versioned(type(obj)):
            return super().save_existing(form, obj, commit=commit)
        form.save(commit=False)
        save_checked(record=form.instance, expected=form.instance.version)
        form.save_m2m()
        return form.instance

    def delete_existing(self, obj: Any, commit: bool = True) -> None:
        if commit and is_versioned(type(obj)):
            delete_checked(record=obj, expected=obj.version)
        else:
            super().delete_existing(obj, commit=commit)
