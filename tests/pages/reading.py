"""Reads a page as a visitor would: its words, its links, and the parts that have a name."""

from html.parser import HTMLParser
from typing import Any


class Reading(HTMLParser):
    """The text of a page without its tags, its links in order, and every id."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.ids: list[str] = []
        self.attributes: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.attributes.append((tag, given))
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))
        if given.get("id"):
            self.ids.append(str(given["id"]))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        """All of it, with single spaces."""
        return " ".join("".join(self.words).split())

    def section(self, name: str, html: str) -> "Reading":
        """The part of the page from the section of that id to the next section or the end."""
        start = html.index(f'<section id="{name}"')
        end = html.find("<section id=", start + 1)
        return Reading(html[start:] if end < 0 else html[start:end])

    def tags(self, element: str, /, **wanted: Any) -> list[dict[str, str | None]]:
        """Every tag of that name with these attributes."""
        return [given for tag, given in self.attributes if tag == element and wanted.items() <= given.items()]


def part(html: str, name: str) -> str:
    """The words of one section of a page."""
    return Reading(html).section(name, html).text
