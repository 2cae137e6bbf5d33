"""Template tags: references to numbered sources, links to records, dates for people."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from visits import dates
from visits.maps import share_bar
from visits.models import Citation, Party, Source
from visits.queries.sides import basis

register = template.Library()


@register.simple_tag(takes_context=True)
def refs(context: Context, *records: Any) -> SafeString:
    """Numbered references to what is cited for the records; what contradicts them is said to."""
    citations = [citation for record in records for citation in record.citations.all()]
    written = _references(context, (citation for citation in citations if citation.supports))
    contradicting = [citation for citation in citations if not citation.supports]
    if contradicting:
        against = _references(context, contradicting)
        written += format_html(' <span class="kind">contradicted by</span> {}', against)
    return written


def _references(context: Context, citations: Iterable[Citation]) -> SafeString:
    return format_html_join(
        "",
        '<a class="ref" id="{}" href="#{}" title="{}" aria-label="Source {}: {}">[{}]</a>',
        (
            (mark.anchor, mark.note, mark.label, mark.number, mark.label, mark.number)
            for mark in context["footnotes"].cite(citations)
        ),
    )


@register.filter
def basis_of(statement: Any) -> list[dict[str, Any]]:
    """What a statement rests on: a line a source, with what kind it is, seen from the side that speaks."""
    together: dict[tuple[int, bool], list[Citation]] = {}
    for citation in statement.citations.all():
        together.setdefault((citation.source_id, citation.supports), []).append(citation)
    return [
        {
            "citations": cited,
            "supports": supports,
            "kind": basis(cited[0].source, statement.on_behalf_of_id),
            "locators": "; ".join(citation.locator for citation in cited if citation.locator),
        }
        for (_, supports), cited in together.items()
    ]


@register.simple_tag(takes_context=True)
def ref(context: Context, citations: Iterable[Citation]) -> SafeString:
    """The references of a list of citations."""
    return _references(context, citations)


@register.inclusion_tag("partials/sources.html", takes_context=True)
def sources(context: Context) -> dict[str, Any]:
    """The numbered list of everything that the page has cited up to here."""
    return {"footnotes": list(context["footnotes"])}


@register.simple_tag
def link(record: Any, label: str = "") -> SafeString:
    """A link to a record by its name, whose direction of writing is its own."""
    return format_html('<a href="{}" dir="auto">{}</a>', record.get_absolute_url(), label or str(record))


@register.simple_tag
def pair(one: Party, other: Party) -> str:
    """The address of the page of two countries."""
    return reverse("pair-detail", args=sorted([one.code, other.code]))


@register.simple_tag
def other_name(name: Any) -> SafeString:
    """A further name of a record, in its own language and direction."""
    if name.language:
        return format_html('<bdi lang="{}">{}</bdi>', name.language, name.name)
    return format_html("<bdi>{}</bdi>", name.name)


@register.simple_tag
def share(number: int, largest: int) -> SafeString:
    """A bar: how much the number is of the largest one of its table."""
    return share_bar(number, largest)


@register.simple_tag
def span(start: str, end: str) -> str:
    """From one partial date to another, for people; either may be missing."""
    if start and not end:
        return f"since {dates.human(start)}"
    return dates.human_span(start, end)


@register.filter
def human(value: Any) -> str:
    """A day or a partial date for people."""
    if isinstance(value, date):
        value = value.isoformat()
    return dates.human(value or "")


@register.filter
def host(source: Source) -> str:
    """The name of the site where a source is found."""
    return urlsplit(source.url).netloc.removeprefix("www.")
