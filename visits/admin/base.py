"""What all admin pages share: fields, autocompletes, search by any name, and refusals in words."""

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import unquote
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, models
from django.db.models import Case, ForeignKey, ManyToManyField, Model, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from visits import fields
from visits.admin import errors
from visits.admin.doubles import QUESTION, SAVE_ANYWAY, Double
from visits.admin.history import HistoryPages
from visits.admin.labels import label
from visits.admin.versions import OPENED, VersionedForm, VersionedFormSet, is_versioned
from visits.admin.widgets import Autocomplete, AutocompleteMultiple, is_key
from visits.services.ownership import may_edit
from visits.services.saving import Overtaken, save_checked

M = TypeVar("M", bound=Model)


class NormalTextField(forms.CharField):
    """Text as the model keeps it, so that opening and saving changes nothing."""

    def to_python(self, value: Any) -> Any:
        return fields.clean_text(super().to_python(value))


def text_area(rows: int) -> dict[str, Any]:
    return {"form_class": NormalTextField, "widget": forms.Textarea(attrs={"rows": rows, "cols": 60})}


class DeskForm(VersionedForm):
    """A form that shows what the database refused, and keeps the address of a record that has one."""

    refusal = ""
    doubles: list[Double]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.doubles = []

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.refusal:
            raise ValidationError(self.refusal)
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        is_new = self.instance._state.adding and not self.errors
        if is_new and SAVE_ANYWAY not in self.data:
            self.doubles = list(self.likely())
        if self.doubles:
            self.add_error(None, ValidationError(QUESTION, code="likely"))

    def likely(self) -> Iterable[Double]:
        """What the new record may be already."""
        return ()

    def clean_slug(self) -> str:
        return self.cleaned_data["slug"] or (self.instance.slug if self.instance.pk else "")


class DeskFields(BaseModelAdmin):
    """Fields of a form or of an inline: every relation an autocomplete with nothing but a “+” beside it."""

    model: type[Model]
    admin_site: admin.AdminSite
    formfield_overrides = {
        fields.LongTextField: text_area(4),
        fields.ShortTextField: {
            "form_class": NormalTextField,
            "widget": admin.widgets.AdminTextInputWidget,
        },
    }

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:
        relations = (*self.model._meta.fields, *self.model._meta.many_to_many)
        return [field.name for field in relations if isinstance(field, ForeignKey | ManyToManyField)]

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        field: Any = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, forms.ModelChoiceField):
            only_add(field.widget)
            field.label_from_instance = label  # type: ignore[method-assign]
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", Autocomplete(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", AutocompleteMultiple(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> QuerySet | None:
        """With what the label of a chosen record needs."""
        related = self.admin_site._registry.get(db_field.remote_field.model)
        return related.get_queryset(request) if related else None


class OwnOnly(BaseModelAdmin):
    """What is another analyst's can be looked at. In an inline, the record asked about is the one it stands on."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return super().has_add_permission(request, *args) and self._is_own(request, *args)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._is_own(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and self._is_own(request, obj)

    def _is_own(self, request: HttpRequest, obj: Any = None) -> bool:
        """Looked up once a request and record: the admin asks for every field."""
        if obj is None or obj.pk is None:
            return True
        known = request.__dict__.setdefault("own_records", {})
        key = (type(obj), obj.pk)
        if key not in known:
            known[key] = may_edit(request.user, obj)
        return bool(known[key])


def only_add(widget: Any) -> None:
    for button in ("can_change_related", "can_delete_related", "can_view_related"):
        setattr(widget, button, False)


def named_in_address(model: type[M], key: str) -> M | None:
    """The record whose key an address gives, if there is one."""
    return model._default_manager.filter(pk=int(key)).first() if is_key(key) else None


class RecordAdmin(DeskFields, OwnOnly, HistoryPages):
    """The admin of any record."""

    form = DeskForm
    save_on_top = False
    list_per_page = 50
    show_facets = admin.ShowFacets.NEVER
    # Followed in every query, for lists and for labels.
    related: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        found = super().get_queryset(request)
        return found.select_related(*self.related) if self.related else found

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # The version that was opened stands at the top of the form, not among the fields.
        return [name for name in super().get_fields(request, obj) if name != OPENED]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.refusal = getattr(request, "refusal", "")
        return form

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """As the address says, but for keys of no record: those would break the page."""
        given = cast(dict[str, Any], super().get_changeform_initial_data(request))
        for field in (*self.model._meta.fields, *self.model._meta.many_to_many):
            if field.name in given and field.remote_field:
                keys = given[field.name] if field.many_to_many else [given[field.name]]
                known = [key for key in keys if named_in_address(field.remote_field.model, key)]
                given[field.name] = known if field.many_to_many else next(iter(known), None)
        return given

    # Search

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet, search_term: str
    ) -> tuple[QuerySet, bool]:
        text = " ".join(search_term.replace("\0", "").split())
        for word in text.split():
            queryset = self.found(queryset, word)
        if text and request.resolver_match and request.resolver_match.url_name == "autocomplete":
            queryset = self.closest_first(queryset, text)
        return queryset, False

    def found(self, queryset: QuerySet, word: str) -> QuerySet:
        """Records that the word finds: by a name, unless an admin knows more."""
        return queryset.named(word)  # type: ignore[attr-defined]

    def closest_first(self, queryset: QuerySet, text: str) -> QuerySet:
        """For a list of which only the first few are seen: exact matches, then beginnings, then the rest."""
        name = self.model._meta.ordering[0] if self.model._meta.ordering else "pk"
        if name not in ("name", "title"):
            return queryset
        folded = fields.Fold(Value(text))
        whens = [When(text_folded=folded, then=0), When(text_folded__startswith=folded, then=1)]
        if any(field.name == "code" for field in self.model._meta.fields):
            whens.insert(0, When(code=text.upper(), then=0))
        closeness = Case(*whens, default=2, output_field=models.IntegerField())
        return queryset.alias(text_folded=fields.Fold(name)).order_by(closeness, name, "pk")

    # What can't be done, in words instead of an error page

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Any = None,
    ) -> HttpResponse:
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (IntegrityError, DataError) as error:
            request.refusal = errors.sentence(error)  # type: ignore[attr-defined]
        except ValidationError as error:
            request.refusal = " ".join(error.messages)  # type: ignore[attr-defined]
        except Overtaken:
            # Between the look and the write; the second look sees it.
            pass
        # Once more with all that was typed, which now can't pass.
        return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change and is_versioned(type(obj)):
            save_checked(record=obj, expected=obj.version)
        else:
            super().save_model(request, obj, form, change)

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        if context.get("errors"):
            rows = [form for inline in context["inline_admin_formsets"] for form in inline.forms]
            context["faults"] = list(errors.faults([context["adminform"].form, *rows]))
        return super().render_change_form(request, context, *args, **kwargs)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except IntegrityError as error:
            self.message_user(request, errors.sentence(error), messages.ERROR)
            return HttpResponseRedirect(self.change_address(unquote(object_id)))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[list, dict, set, list]:
        to_delete, count, lacking, protected = super().get_deleted_objects(objs, request)
        # The log of a record's way to publication, its mark as imported and what is proposed about it go with the
        # record, whoever may delete that.
        lacking -= {"editorial event", "import mark", "suggestion"}
        return to_delete, count, lacking, [*protected, *self.built_upon(list(objs))]

    def built_upon(self, records: list[Any]) -> list[str]:
        """What else keeps the records from being deleted, in sentences."""
        return []

    def change_address(self, key: Any) -> str:
        options = self.model._meta
        return reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[key])


class DeskFormSet(VersionedFormSet):
    def get_unique_error_message(self, unique_check: Sequence[str]) -> str:
        """The constraint's own words for two rows that can't both stand."""
        options: Any = self.model and self.model._meta
        for rule in options.total_unique_constraints:
            if rule.fields == tuple(unique_check):
                return str(rule.violation_error_message)
        return super().get_unique_error_message(unique_check)


class DeskInline(DeskFields, OwnOnly, admin.TabularInline):
    """Rows of a form: compact."""

    form = DeskForm
    formset = DeskFormSet
    extra = 0
    view_on_site = False
    formfield_overrides = DeskFields.formfield_overrides | {fields.LongTextField: text_area(2)}

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """With the version that each row was opened with, for whoever may change rows."""
        shown = list(super().get_fields(request, obj))
        may_change = self.has_change_permission(request, obj)
        return [*shown, OPENED] if may_change and is_versioned(self.model) else shown


class ReadOnly(BaseModelAdmin):
    """Kept by the database or by services; to be looked at only."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OffTheIndex(admin.ModelAdmin):
    """Opened from other records' pages only."""

    def get_model_perms(self, request: HttpRequest) -> dict[str, bool]:
        return {}


def by_word(queryset: QuerySet, word: str, *texts: str, **named: Any) -> QuerySet:
    """Records of which one of the texts holds the word, or one of the relations is found by it.

    ``named`` maps the path of a relation to a queryset of what it may lead to.
    """
    folded = fields.Fold(Value(word))
    paths = {f"text_{index}": fields.Fold(path) for index, path in enumerate(texts)}
    condition = Q()
    for alias in paths:
        condition |= Q(**{f"{alias}__contains": folded})
    for path, targets in named.items():
        condition |= Q(**{f"{path}__in": targets})
    return queryset.alias(**paths).filter(condition)
