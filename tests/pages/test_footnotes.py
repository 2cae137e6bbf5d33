"""Numbered sources: in the order in which a page cites them, with ways there and back."""

from collections.abc import Callable

import pytest

from tests.factories import make_citation, make_meeting, make_participation, make_source
from tests.pages.reading import Reading, part
from visits.models import Contributor
from visits.pages.footnotes import Footnotes

pytestmark = pytest.mark.django_db
Read = Callable[..., str]


def test_sources_are_numbered_by_first_use() -> None:
    gazette, circular = make_source(), make_source()
    meeting = make_meeting()
    first = make_citation(meeting=meeting, source=circular)
    second = make_citation(meeting=meeting, source=gazette)
    again = make_citation(meeting=meeting, source=circular, locator="page 2")
    notes = Footnotes()
    assert [mark.number for mark in notes.cite([first])] == [1]
    assert [mark.number for mark in notes.cite([second, again])] == [2, 1]
    assert [(note.number, note.source) for note in notes] == [(1, circular), (2, gazette)]


def test_several_places_in_one_source_make_one_mark_and_a_way_back_from_each() -> None:
    source, meeting = make_source(title="Gazette"), make_meeting()
    places = [make_citation(meeting=meeting, source=source, locator=place) for place in ("page 1", "page 3")]
    notes = Footnotes()
    (mark,) = notes.cite(places)
    notes.cite(places[:1])
    assert mark.label == "Gazette, page 1; page 3"
    (note,) = notes
    assert [(locator, way.anchor) for locator, way in note.ways_back] == [
        ("page 1", "ref-1-1"),
        ("page 3", "ref-1-1"),
    ]


def test_references_lead_to_the_list_and_back(read: Read) -> None:
    source = make_source(
        title="Court circular",
        publisher="The palace",
        published="2024-01-06",
        url="https://www.example.org/circular",
        archive_url="https://archive.example.org/circular",
        language="de",
    )
    Contributor.objects.create(source=source, name="F. von Tarlenheim")
    meeting = make_meeting()
    make_citation(meeting=meeting, source=source, locator="page 2")
    make_citation(participation=make_participation(meeting=meeting), source=source, locator="page 3")
    html = read(meeting.get_absolute_url())
    sources = Reading(html).section("sources", html)
    assert "F. von Tarlenheim: Court circular, The palace, 6 January 2024." in sources.text
    assert "example.org archived copy page 2↩ page 3↩" in sources.text
    assert source.get_absolute_url() in sources.links
    outward = sources.tags("a", rel="noopener nofollow")
    assert [given["href"] for given in outward] == [source.url, source.archive_url]
    back = [str(given["href"]) for given in sources.tags("a", **{"class": "back"})]
    assert back == ["#ref-1-1", "#ref-1-2"]
    assert {link[1:] for link in back} <= set(Reading(html).ids)


def test_a_page_that_cites_nothing_has_no_list(read: Read) -> None:
    assert 'id="sources"' not in read(make_meeting().get_absolute_url())


def test_everything_that_rests_on_a_source_stands_on_its_page(read: Read) -> None:
    source, meeting = make_source(), make_meeting(title="Audience")
    make_citation(meeting=meeting, source=source, locator="page 7", quote="They met.")
    make_citation(meeting=make_meeting(title="Secret audience", published=False), source=source)
    text = part(read(source.get_absolute_url()), "rests-meeting")
    assert text.startswith("Meetings 1 Audience, 6 January 2024 page 7 They met.")
    assert "Secret audience" not in text
