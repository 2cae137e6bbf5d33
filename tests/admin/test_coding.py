"""The manual says how to code each field of each form, and each field leads to its paragraph."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import django
import pytest
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.template import Context, Template
from django.test import RequestFactory

from tests.admin.forms import address, desk
from tests.admin.records import one_of_each
from tests.pages.reading import Reading
from visits.models import Meeting, PartyName, Tour, User
from visits.pages.manual import manual
from visits.templatetags.coding import anchor

# Nothing that somebody codes out of a source.
UNCODED = {"user", "importbatch", "suggestion"}
NOUNS = sorted(
    str(model._meta.model_name)
    for model in admin.site._registry
    if model._meta.app_label == "visits" and model._meta.model_name not in UNCODED
)
# Sub-regions by the codes of the United Nations, whose names say it all.
NAMED_ELSEWHERE = {"party-region"}
# The lines of an agenda have a template of their own.
ROWS = "admin/edit_inline/tabular.html"


def columns(model: type[models.Model], shown: Any) -> Iterator[tuple[str, Any]]:
    """What a form shows and is a field of the record: the anchor of its paragraph, and the field."""
    for name in flatten_fieldsets(shown):
        try:
            yield anchor(model, name), model._meta.get_field(name)
        except FieldDoesNotExist:
            continue


def fields_of_forms() -> dict[str, Any]:
    """Of every form and everything inside it, as somebody sees it who may do everything."""
    request = RequestFactory().get("/")
    request.user = User(is_active=True, is_staff=True, is_superuser=True)
    found: dict[str, Any] = {}
    for noun in NOUNS:
        desk_of = next(made for model, made in admin.site._registry.items() if model._meta.model_name == noun)
        for form in (desk_of, *desk_of.get_inline_instances(request)):
            found |= columns(form.model, form.get_fieldsets(request))
    return found


def paragraph(of: str) -> str:
    """The HTML from the anchor to the next field or heading."""
    body = manual(linked=False).body.split(f'<li id="{of}"', 1)[1]
    return re.split(r'<li id="|<h[23]', body)[0]


def links(html: str) -> list[dict[str, str | None]]:
    return Reading(html).tags("a", **{"class": "coding"})


def test_each_field_of_each_form_has_a_paragraph_and_each_paragraph_a_field() -> None:
    assert len(fields_of_forms()) > 120
    assert sorted(manual(linked=False).fields) == sorted(fields_of_forms())


@pytest.mark.parametrize("of", [name for name, field in fields_of_forms().items() if field.choices])
def test_each_choice_of_a_field_is_explained(of: str) -> None:
    explained = set(re.findall(r"<code>(\w+)</code>", paragraph(of)))
    values = {str(value) for value, _ in fields_of_forms()[of].choices}
    assert values - explained == (values if of in NAMED_ELSEWHERE else set())


@pytest.mark.django_db
@pytest.mark.parametrize("noun", NOUNS)
def test_each_field_of_a_form_leads_to_its_paragraph(noun: str) -> None:
    response = desk().get(address(noun, "change", one_of_each()[noun].pk))
    rows = [inline for inline in response.context["inline_admin_formsets"] if inline.opts.template == ROWS]
    forms = [(response.context["adminform"].model_admin, response.context["adminform"].fieldsets)]
    forms += [(inline.opts, inline.fieldsets) for inline in rows]
    fields = {anchor for form, shown in forms for anchor, _ in columns(form.model, shown)}
    shown = {str(link["href"]) for link in links(response.content.decode())}
    assert {f"/about/data/#{anchor}" for anchor in fields} - shown == set()
    assert shown - {f"/about/data/#{anchor}" for anchor in manual(linked=False).fields} == set()


@pytest.mark.django_db
def test_link_has_a_name_and_stays_out_of_the_way() -> None:
    html = desk().get(address("meeting", "add")).content.decode()
    assert [link for link in links(html) if link["href"] == "/about/data/#meeting-start_date"] == [
        {
            "class": "coding",
            "href": "/about/data/#meeting-start_date",
            "target": "_blank",
            "tabindex": "-1",
            "aria-label": "How to code “Start”",
            "title": "How to code “Start”",
        }
    ]


@pytest.mark.django_db
def test_column_of_rows_says_its_help_where_it_leads_to_the_manual() -> None:
    html = desk().get(address("tour", "add")).content.decode()
    column = next(link for link in links(html) if link["href"] == "/about/data/#stop-announced_position")
    assert (column["aria-label"], column["title"]) == (
        "How to code “Announced position”",
        "Its place in the announced itinerary.",
    )
    assert "help-tooltip" not in html


@pytest.mark.django_db
def test_whoever_may_only_look_finds_the_manual_too() -> None:
    record = one_of_each()["meeting"]
    html = desk("Viewer").get(address("meeting", "change", record.pk)).content.decode()
    shown = {link["href"] for link in links(html)}
    assert {
        f"/about/data/#{part}" for part in ("meeting-start_date", "participation-role", "citation-quote")
    } <= shown


@pytest.mark.django_db
@pytest.mark.parametrize("noun", sorted(UNCODED))
def test_what_nobody_codes_has_no_manual(noun: str) -> None:
    record = one_of_each()[noun]
    assert links(desk().get(address(noun, "change", record.pk)).content.decode()) == []


@pytest.mark.django_db
def test_header_leads_a_keyboard_to_what_the_form_is_about() -> None:
    client = desk()
    pages = {
        "/admin/": "/about/data/",
        address("meeting", "changelist"): "/about/data/",
        address("meeting", "add"): "/about/data/#meeting",
        address("agendapoint", "add"): "/about/data/#agenda-point",
        address("country", "add"): "/about/data/#party",
        address("user", "add"): "/about/data/",
    }
    found = {}
    for page in pages:
        given = Reading(client.get(page).content.decode()).tags("a", target="_blank")
        found[page] = [str(link["href"]) for link in given if link.get("class") != "coding"]
    assert found == {page: [link] for page, link in pages.items()}
    anchors = {link.partition("#")[2] for link in pages.values()} - {""}
    headings = {below.anchor for heading in manual(linked=False).contents for below in heading.below}
    assert anchors - headings == set()


def test_template_names_a_field_by_its_record() -> None:
    written = '{% load coding %}{% coding_link "statement" "on_behalf_of" %}{% coding_link "tour" "log" %}'
    assert links(Template(written).render(Context()))[0]["aria-label"] == "How to code “on behalf of”"
    assert len(links(Template(written).render(Context()))) == 1


def test_records_that_are_coded_alike_share_their_paragraphs() -> None:
    assert anchor(PartyName, "language") == "other-name-language"
    assert (anchor(Tour, "start_date"), anchor(Meeting, "start_date")) == (
        "tour-start_date",
        "meeting-start_date",
    )


@pytest.mark.parametrize("name", ["includes/fieldset.html", "edit_inline/tabular.html"])
def test_template_in_the_place_of_djangos_differs_by_the_link_alone(name: str) -> None:
    """A new Django may bring a new one, which is then to be copied."""
    own = (Path(settings.BASE_DIR) / "templates/admin" / name).read_text()
    for added, instead in (
        (r"\{#.*?#\}\s*\{% load coding %\}", ""),
        (r"\{% if inline_admin_formset.opts.is_coded %\}\{% coding_link [^%]*%\}\{% elif", "{% if"),
        (r"\{% if fieldset.model_admin.is_coded %\}\{% coding_link [^%]*%\}\{% endif %\}", ""),
        (r'<div class="coded-label">(.*?)</div>', r"\1"),
    ):
        own = re.sub(added, instead, own)
    folder = Path(django.__file__).parent / "contrib/admin/templates/admin"
    assert "".join(own.split()) == "".join((folder / name).read_text().split())


@pytest.mark.django_db
def test_each_column_of_the_statement_lines_leads_to_its_paragraphs() -> None:
    page = desk("Analyst").get(address("meeting", "add")).content.decode()
    lines = page.split('id="lines-heading"', 1)[1].split("<tbody>", 1)[0]
    anchors = [
        *("agenda-point-title", "agenda-point-main_topic", "statement-on_behalf_of", "statement-speaker"),
        *("statement-text", "citation-quote", "statement-kind", "statement-stance"),
        *("citation-source", "citation-locator"),
    ]
    assert [str(link["href"]).split("#")[1] for link in links(lines)] == anchors
    assert set(anchors) <= set(manual(linked=False).fields)
