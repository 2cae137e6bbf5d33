"""The codebook as a page: docs/data.md with a table of contents and an anchor for each field of a form.

An item of a list that begins with a bold name and a word in code letters is the paragraph of a field. Its anchor is
made of the heading above it, which names the record, and of the word: `meeting-start_date`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify
from markdown_it import MarkdownIt
from markdown_it.token import Token

from visits.models import Tour
from visits.pages.base import Crumb, Page

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "data.md"
EXAMPLE = "blinken-2024-01"
FIELD = re.compile(r"\*\*[^*]+\*\* `(\w+)`")
ADDRESS = re.compile(r"/[a-z]+/[\w-]+/")


@dataclass
class Heading:
    """A line of the table of contents."""

    text: str
    anchor: str
    below: list["Heading"] = field(default_factory=list)


@dataclass(frozen=True)
class Manual:
    """``fields`` are the anchors of the paragraphs on fields, in their order."""

    title: str
    introduction: SafeString
    contents: list[Heading]
    fields: list[str]
    body: SafeString


@cache
def manual(linked: bool) -> Manual:
    """The document, read once a process. ``linked``: addresses of the example's records are links."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.add_render_rule("code_inline", _code)
    markdown.add_render_rule("table_open", _table_open)
    markdown.add_render_rule("table_close", _table_close)
    _, title, _, *tokens = markdown.parse(DOCUMENT.read_text(encoding="utf-8"))
    contents = _name_headings(tokens)
    fields = list(_name_fields(tokens))
    start = next(index for index, token in enumerate(tokens) if token.type == "heading_open")
    introduction, body = (
        mark_safe(markdown.renderer.render(part, markdown.options, {"linked": linked}))
        for part in (tokens[:start], tokens[start:])
    )
    return Manual(title.content, introduction, contents, fields, body)


def _name_headings(tokens: Sequence[Token]) -> list[Heading]:
    """Give each heading its anchor; those of the second level, each with what is below it."""
    contents: list[Heading] = []
    for opening, words in pairwise(tokens):
        if opening.type == "heading_open":
            heading = Heading(words.content, slugify(words.content))
            opening.attrSet("id", heading.anchor)
            (contents if opening.tag == "h2" else contents[-1].below).append(heading)
    return contents


def _name_fields(tokens: Sequence[Token]) -> Iterator[str]:
    """Give each paragraph of a field its anchor."""
    record = ""
    for item, _, words in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if item.type == "heading_open":
            record = str(item.attrGet("id"))
        found = FIELD.match(words.content) if item.type == "list_item_open" else None
        if found:
            anchor = f"{record}-{found[1]}"
            item.attrSet("id", anchor)
            item.attrSet("class", "coded")
            word = next(token for token in words.children or () if token.type == "code_inline")
            word.meta["address"] = f"#{anchor}"
            yield anchor


def _code(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """A field's name leads to its own paragraph, for whoever wants to pass on the address of that."""
    written = tokens[index].content
    code = format_html("<code>{}</code>", written)
    address = tokens[index].meta.get("address", "")
    if env["linked"] and ADDRESS.fullmatch(written):
        address = written
    return format_html('<a href="{}">{}</a>', address, code) if address else code


def _table_open(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    """In a box of its own, which a keyboard can scroll."""
    headings = (token.content for token in tokens[index:] if token.type == "inline")
    name = escape(f"Table: {next(headings)}, {next(headings)}")
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{name}"><table class="records">'


def _table_close(renderer: Any, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    return "</table></div>"


class ManualPage(Page):
    template_name = "visits/manual.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        is_loaded = Tour.objects.public().filter(slug=EXAMPLE).exists()
        document = manual(linked=is_loaded)
        crumbs = [Crumb("About", reverse("about")), Crumb("How the data is coded")]
        return self.show({"title": "How the data is coded", "crumbs": crumbs, "manual": document})
