"""Links from the fields of a form to the manual's paragraphs on how they are coded."""

from typing import Any

from django import template
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify

from visits.models.base import OtherName

register = template.Library()


def section(model: type[Model]) -> str:
    """The anchor of a record's section in the manual. All other names share one, and so do all parties."""
    if issubclass(model, OtherName):
        return "other-name"
    concrete = model._meta.concrete_model or model
    return slugify(str(concrete._meta.verbose_name))


def anchor(model: type[Model], field: str) -> str:
    """The anchor of a field's paragraph: `meeting-start_date`."""
    return f"{section(model)}-{field}"


@register.simple_tag
def coding_section(model: str) -> str:
    """The anchor of a record's section, by the model's name."""
    return section(apps.get_model("visits", model))


@register.simple_tag
def coding_link(model: str, field: str, label: str = "", help_text: str = "") -> SafeString:
    """A small “?” that opens the paragraph on a field: ``{% coding_link "statement" "text" %}``.

    Named after the label, or else after the field. Nothing for what is shown on a form and is no field of the record.
    It is left out of the tab order, where it would stand between each field and the next: the whole manual is linked
    in the header of every page.
    """
    record = apps.get_model("visits", model)
    try:
        column: Any = record._meta.get_field(field)
    except FieldDoesNotExist:
        return SafeString("")
    name = f"How to code “{label or column.verbose_name}”"
    return format_html(
        '<a class="coding" href="{}#{}" target="_blank" tabindex="-1" aria-label="{}" title="{}">?</a>',
        reverse("manual"),
        anchor(record, field),
        name,
        help_text or name,
    )
