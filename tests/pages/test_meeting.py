"""A meeting's page: who was there, what each side said beside the other, and what nobody is named for."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.factories import (
    make_citation,
    make_country,
    make_meeting,
    make_note,
    make_official,
    make_participation,
    make_place,
    make_point,
    make_source,
    make_statement,
    make_tenure,
    make_topic,
    make_tour,
)
from tests.pages.reading import Reading, part
from visits.choices import CitationRelation, MeetingStatus, NoteKind, Role, SourceKind, Stance
from visits.models import Meeting
from visits.queries.sides import sides_of

pytestmark = pytest.mark.django_db
Read = Callable[..., str]


def table(meeting: Meeting) -> Any:
    return sides_of(Meeting.objects.for_list().get(pk=meeting.pk))


@pytest.fixture
def talks() -> Meeting:
    """Graustark visits Ruritania, which hosts; Ruritania is named first among the participants."""
    host, visitor = make_country("RUR", name="Ruritania"), make_country("GRA", name="Graustark")
    tour = make_tour(on_behalf_of=visitor)
    meeting = make_meeting(tour=tour, host=host, location=host, title="Talks in Zenda")
    for name, party, title in (("Rudolf", host, "King"), ("Yetive", visitor, "Princess")):
        official = make_official(name=name)
        make_participation(meeting=meeting, official=official, on_behalf_of=party)
        make_tenure(official=official, party=party, title=title, start_date="2020", end_date="2024-02")
        make_tenure(official=official, party=party, title=f"Former {title}", start_date="2024-03")
    return meeting


def say(meeting: Meeting, code: str, topic: Any, *, source: Any = None, **given: Any) -> Any:
    point = given.pop("point", None) or make_point(meeting=meeting, main_topic=topic)
    side = meeting.participations.get(on_behalf_of__code=code)
    words = {"speaker": side.official, "on_behalf_of": side.on_behalf_of}
    statement = make_statement(point=point, **words, **given)
    make_citation(statement=statement, source=source or make_source())
    return statement


def test_the_visitor_stands_left_and_the_host_right(talks: Meeting) -> None:
    assert [(side.party.code, side.letter) for side in table(talks).sides] == [("GRA", "a"), ("RUR", "b")]


def test_without_a_tour_the_host_still_stands_right(talks: Meeting) -> None:
    Meeting.objects.filter(pk=talks.pk).update(tour=None)
    assert [(side.party.code, side.letter) for side in table(talks).sides] == [("GRA", "a"), ("RUR", "b")]


def test_without_a_host_the_second_side_stands_right(talks: Meeting) -> None:
    Meeting.objects.filter(pk=talks.pk).update(tour=None, host=None)
    assert [(side.party.code, side.letter) for side in table(talks).sides] == [("RUR", "a"), ("GRA", "b")]


def test_a_third_side_has_a_column_of_its_own(talks: Meeting, read: Read) -> None:
    third = make_country("SYL", name="Sylvania")
    make_participation(meeting=talks, on_behalf_of=third)
    say(talks, "SYL", make_topic(), text="Sylvania mediates.")
    assert [(side.party.code, side.letter) for side in table(talks).sides] == [
        ("GRA", "a"),
        ("RUR", "b"),
        ("SYL", "c"),
    ]
    page = Reading(read(talks.get_absolute_url()))
    assert [given["class"] for given in page.tags("th", scope="col")] == ["side-a", "side-b", "side-c"]


def test_statements_on_one_point_stand_in_one_row_under_its_topic(talks: Meeting) -> None:
    herring, tolls = make_topic(name="Herring"), make_topic(name="Tolls")
    first = say(talks, "RUR", herring, text="More herring.")
    say(talks, "GRA", herring, point=first.point, text="Less herring.")
    say(talks, "GRA", tolls, text="No tolls.")
    say(talks, "RUR", herring, text="Fresh herring.")
    rows = [
        (str(group.topic), [[said.text for said in cell.statements] for cell in row.cells])
        for group in table(talks).groups
        for row in group.rows
    ]
    assert rows == [
        ("Herring", [["Less herring."], ["More herring."]]),
        ("Herring", [[], ["Fresh herring."]]),
        ("Tolls", [["No tolls."], []]),
    ]


def test_silence_counts_the_sources_read_for_that_side(talks: Meeting, read: Read) -> None:
    topic, gazette = make_topic(), make_source()
    say(talks, "GRA", topic, source=gazette)
    say(talks, "GRA", topic, source=gazette)
    say(talks, "GRA", topic)
    say(talks, "RUR", topic)
    text = part(read(talks.get_absolute_url()), "said")
    assert text.count("Not mentioned in the 2 sources coded for this side.") == 1
    assert text.count("Not mentioned in the 1 source coded for this side.") == 3


def test_a_source_that_contradicts_a_statement_was_not_coded_for_its_side(talks: Meeting) -> None:
    statement = say(talks, "GRA", make_topic())
    make_citation(statement=statement, relation=CitationRelation.CONTRADICTS)
    assert [len(side.coded_sources) for side in table(talks).sides] == [1, 0]


def test_a_side_of_which_nothing_is_coded_is_told_apart_from_one_without_a_source(talks: Meeting) -> None:
    say(talks, "GRA", make_topic())
    assert table(talks).sides[1].silence == "No source of this side’s own is coded."
    make_citation(meeting=talks, source=make_source(issued_by=talks.host))
    assert table(talks).sides[1].silence == "No statement of this side is coded."


def test_each_cell_says_what_kind_of_source_it_rests_on(talks: Meeting, read: Read) -> None:
    host, visitor = talks.host, talks.tour.on_behalf_of  # type: ignore[union-attr]
    statement = say(talks, "GRA", make_topic(), source=make_source(kind="readout", issued_by=visitor))
    for source in (
        make_source(kind=SourceKind.PRESS_RELEASE, issued_by=host),
        make_source(kind=SourceKind.WIRE_REPORT),
        make_source(kind=SourceKind.ANALYSIS),
    ):
        make_citation(statement=statement, source=source, locator="paragraph 2")
    text = part(read(talks.get_absolute_url()), "said")
    assert [kind for kind in ("Own readout", "Ruritania: press release", "Press report") if kind in text] == [
        "Own readout",
        "Ruritania: press release",
        "Press report",
    ]
    assert "Third party, analysis, paragraph 2" in text


def test_only_verbatim_words_stand_in_quotation_marks(talks: Meeting, read: Read) -> None:
    statement = say(talks, "RUR", make_topic(), text="Wants herring.", stance=Stance.SUPPORTS, kind="demand")
    make_citation(statement=statement, quote="Ringe vagy hering?", quote_language="hu")
    html = read(talks.get_absolute_url())
    quoted = [piece.split("</q>")[0].split(">", 1)[1] for piece in html.split("<q ")[1:]]
    assert quoted == ["Ringe vagy hering?"]
    assert Reading(html).tags("q", lang="hu", dir="auto")
    assert "Rudolf, King · Demand · Supports" in part(html, "said")


def test_a_contradicting_source_is_said_to_contradict(talks: Meeting, read: Read) -> None:
    statement = say(talks, "RUR", make_topic())
    make_citation(statement=statement, relation=CitationRelation.CONTRADICTS)
    assert "Contradicted by" in part(read(talks.get_absolute_url()), "said")


def test_the_title_beside_a_name_is_the_one_held_on_the_day(talks: Meeting, read: Read) -> None:
    text = part(read(talks.get_absolute_url()), "present")
    assert "Graustark Yetive, Princess" in text
    assert "Ruritania Rudolf, King" in text
    assert "Former" not in text


def test_a_point_without_a_statement_is_discussed_by_nobody_in_particular(talks: Meeting, read: Read) -> None:
    point = make_point(meeting=talks, title="Rebuilding the mill")
    make_citation(point=point)
    html = read(talks.get_absolute_url())
    assert "Discussed; no side named Rebuilding the mill" in part(html, "discussed")
    assert "[1]" in part(html, "discussed")
    assert "No statement is coded yet." in part(html, "said")


def test_a_skipped_meeting_says_so_with_the_reason_and_who_was_expected(read: Read) -> None:
    meeting = make_meeting(status=MeetingStatus.SKIPPED, reason="A boar hunt.")
    make_citation(meeting=meeting)
    make_participation(meeting=meeting, official=make_official(name="Rudolf"), role=Role.EXPECTED_ABSENT)
    html = read(meeting.get_absolute_url())
    assert "This meeting did not take place Skipped. Reason given: A boar hunt. [1]" in part(html, "outcome")
    assert "Who was expected" in part(html, "present")
    assert "Rudolf expected but absent" in part(html, "present")
    assert "What each side said" not in Reading(html).text


def test_a_group_and_a_person_without_a_side_are_shown_as_reported(read: Read) -> None:
    meeting = make_meeting()
    make_participation(meeting=meeting, name="members of the guard", official=None, on_behalf_of=None)
    assert "Side not on record members of the guard" in part(read(meeting.get_absolute_url()), "present")


def test_a_discrepancy_is_flagged_with_the_words_of_the_source(talks: Meeting, read: Read) -> None:
    note = make_note(meeting=talks, kind=NoteKind.DISCREPANCY, text="The figures can't be right.")
    make_citation(note=note, quote="2300 dead, 9600 of them children", locator="page 2")
    html = read(talks.get_absolute_url())
    assert "Discrepancy The figures can't be right. [1] 2300 dead, 9600 of them children" in part(
        html, "notes"
    )


def test_time_is_shown_in_the_meetings_own_zone(talks: Meeting, read: Read) -> None:
    Meeting.objects.filter(pk=talks.pk).update(
        start_time="14:30",
        end_time="15:00",
        time_zone="Europe/Istanbul",
        place=make_place(country=talks.host),
    )
    assert "14:30–15:00 (Europe/Istanbul)" in Reading(read(talks.get_absolute_url())).text


def test_countries_that_met_lead_to_their_pair(talks: Meeting, read: Read) -> None:
    assert "/countries/GRA/RUR/" in Reading(read(talks.get_absolute_url())).links
