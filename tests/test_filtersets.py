"""What an address finds, and what it is told when it asks for something that can't be understood."""

from typing import Any

import pytest
from django.http import QueryDict

from tests import factories as make
from visits.filtersets import (
    BadQuery,
    MeetingFilterSet,
    OfficialFilterSet,
    PartyFilterSet,
    SourceFilterSet,
    StatementFilterSet,
    StopFilterSet,
    TourFilterSet,
    without_noise,
)
from visits.filtersets.base import Fault, StrictFilterSet
from visits.models import (
    Meeting,
    Official,
    OfficialName,
    Participation,
    Party,
    PartyName,
    Source,
    Statement,
    Stop,
    Tour,
)

pytestmark = pytest.mark.django_db
MODELS: dict[type[StrictFilterSet], Any] = {
    MeetingFilterSet: Meeting,
    OfficialFilterSet: Official,
    PartyFilterSet: Party,
    SourceFilterSet: Source,
    StatementFilterSet: Statement,
    StopFilterSet: Stop,
    TourFilterSet: Tour,
}


def found(filterset: type[StrictFilterSet], query: str) -> list[Any]:
    queryset = MODELS[filterset].objects.public().order_by("pk")
    return list(filterset(QueryDict(query), queryset).narrowed())


def faults(filterset: type[StrictFilterSet], query: str) -> list[Fault]:
    with pytest.raises(BadQuery) as caught:
        found(filterset, query)
    return caught.value.faults


def test_a_misspelt_parameter_is_told_the_nearest_one() -> None:
    assert faults(MeetingFilterSet, "contry=TR") == [
        Fault("contry", "There is no parameter “contry”. Did you mean “country”?", "country")
    ]


@pytest.mark.parametrize("name", ["Turkey", "Türkiye", "turkiye", "Turkye"])
def test_a_name_instead_of_a_code_is_told_the_code(name: str) -> None:
    assert faults(MeetingFilterSet, f"country={name}") == [
        Fault("country", f"“{name}” is not the code of a country. Türkiye is TR.", "TR")
    ]


def test_a_code_that_nobody_has_is_an_error() -> None:
    assert faults(MeetingFilterSet, "country=QQ") == [
        Fault("country", "“QQ” is not the code of a country on record.", "")
    ]


def test_a_hidden_party_is_answered_like_one_that_does_not_exist() -> None:
    make.make_country("X-HIDDEN", name="Graustark")
    assert faults(MeetingFilterSet, "country=X-HIDDEN")[0].message == (
        "“X-HIDDEN” is not the code of a country on record."
    )
    assert faults(MeetingFilterSet, "country=Graustark")[0].suggestion == ""


def test_every_fault_is_told_at_once() -> None:
    told = faults(MeetingFilterSet, "contry=TR&date_after=yesterday&status=hold&pair=TR")
    assert [fault.parameter for fault in told] == ["contry", "date_after", "pair", "status"]


@pytest.mark.parametrize("query", ["country=", "country=%00", "q=%00", "official=%00", "official=x%00"])
def test_an_empty_or_broken_value_is_an_error(query: str) -> None:
    assert len(faults(MeetingFilterSet, query)) == 1


def test_noise_is_dropped_on_pages_only() -> None:
    given = QueryDict("country=TR&kind=&utm_source=x&fbclid=y&page=2")
    assert without_noise(given).urlencode() == "country=TR&page=2"


def test_official_role_and_title_speak_of_the_same_participation() -> None:
    guest, host = make.make_official(), make.make_official()
    meeting = make.make_meeting()
    make.make_participation(meeting=meeting, official=guest, role="delegation", capacity="Adviser")
    make.make_participation(meeting=meeting, official=host, role="principal", capacity="Chancellor")
    assert found(MeetingFilterSet, f"official={host.slug}&role=principal&title=chanc") == [meeting]
    assert found(MeetingFilterSet, f"official={guest.slug}&role=principal") == []
    assert found(MeetingFilterSet, f"official={guest.slug}&title=chancellor") == []


def test_a_meeting_is_found_once_however_many_of_a_country_take_part() -> None:
    country = make.make_country("X-ONE", is_reference=True)
    meeting = make.make_meeting()
    for _ in range(3):
        make.make_participation(meeting=meeting, on_behalf_of=country)
    assert found(MeetingFilterSet, "country=X-ONE") == [meeting]


def test_a_title_is_the_one_held_on_the_day() -> None:
    official, party = make.make_official(), make.make_country()
    make.make_tenure(official=official, party=party, title="Mayor", start_date="2010", end_date="2019-12-31")
    make.make_tenure(official=official, party=party, title="Chancellor", start_date="2020")
    before = make.make_meeting(start_date="2019-05-01")
    after = make.make_meeting(start_date="2021-05-01")
    for meeting in (before, after):
        make.make_participation(meeting=meeting, official=official, on_behalf_of=party)
    assert found(MeetingFilterSet, "title=mayor") == [before]
    assert found(MeetingFilterSet, "title=chancellor") == [after]
    guests: Any = Participation.objects.with_titles().order_by("pk")
    titles = [guest.title_on_day for guest in guests]
    assert titles == ["Mayor", "Chancellor"]


def test_pair_needs_both_and_location_is_where_it_took_place() -> None:
    first, second, venue = (make.make_country(code, is_reference=True) for code in ("X-A", "X-B", "X-C"))
    both, one = make.make_meeting(location=venue), make.make_meeting(location=first)
    for party in (first, second):
        make.make_participation(meeting=both, on_behalf_of=party)
    make.make_participation(meeting=one, on_behalf_of=first)
    assert found(MeetingFilterSet, "pair=X-A,X-B") == [both]
    assert found(MeetingFilterSet, "pair=X-B,X-A") == [both]
    assert found(MeetingFilterSet, "country=X-A") == [both, one]
    assert found(MeetingFilterSet, "country=X-B&country=X-A") == [both, one]
    assert found(MeetingFilterSet, "location=X-C") == [both]
    assert found(MeetingFilterSet, "country=X-C") == []


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("date_after=2024-01-11", ["month", "year"]),
        ("date_after=2024-01-11&date_match=certain", []),
        ("date_after=2024-01-10&date_before=2024-01-10", ["day", "month", "year"]),
        ("date_after=2024-01-10&date_before=2024-01-10&date_match=certain", ["day"]),
        ("date_after=2024-01&date_before=2024-01&date_match=certain", ["day", "month"]),
        ("date_before=2024-01-31&date_match=certain", ["day", "month"]),
        ("date_before=2023", []),
        ("date_before=2024", ["day", "month", "year"]),
    ],
)
def test_a_partial_date_counts_as_possible_unless_certainty_is_asked(query: str, expected: list[str]) -> None:
    for title, day in (("day", "2024-01-10"), ("month", "2024-01"), ("year", "2024")):
        make.make_meeting(title=title, start_date=day)
    assert [meeting.title for meeting in found(MeetingFilterSet, query)] == expected


def test_a_span_overlaps_the_period_with_both_days_included() -> None:
    tour = make.make_tour(start_date="2024-01-04", end_date="2024-01-11")
    assert found(TourFilterSet, "date_after=2024-01-11") == [tour]
    assert found(TourFilterSet, "date_after=2024-01-12") == []
    assert found(TourFilterSet, "date_before=2024-01-04") == [tour]
    assert found(TourFilterSet, "date_before=2024-01-03") == []


def test_a_topic_includes_what_lies_below_it() -> None:
    sea = make.make_topic(name="Sea")
    herring = make.make_topic(name="Herring", parent=make.make_topic(name="Fish", parent=sea))
    point = make.make_point(main_topic=herring)
    also = make.make_point(main_topic=None)
    also.other_topics.add(herring)
    make.make_point()
    said = make.make_statement(point=point)
    assert found(MeetingFilterSet, f"topic={sea.slug}") == [point.meeting, also.meeting]
    assert found(StatementFilterSet, f"topic={sea.slug}") == [said]


def test_a_source_finds_every_meeting_that_rests_on_it() -> None:
    source = make.make_source()
    said = make.make_statement()
    guest = make.make_participation()
    make.make_citation(statement=said, source=source)
    make.make_citation(participation=guest, source=source)
    make.make_meeting()
    assert found(MeetingFilterSet, f"source={source.slug}") == [said.point.meeting, guest.meeting]


@pytest.mark.parametrize("text", ["Erdogan", "erdoğan", "ERDOGAN", "أردوغان", "Tayyip Erdo"])
def test_names_are_found_with_accents_or_none_and_in_any_script(text: str) -> None:
    person = make.make_official(name="Recep Tayyip Erdoğan")
    OfficialName.objects.create(official=person, name="رجب طيب أردوغان", language="ar")
    make.make_participation(official=person)
    make.make_participation()
    assert found(OfficialFilterSet, QueryDict(mutable=True).urlencode() + f"q={text}") == [person]


def test_a_former_name_of_a_country_finds_it() -> None:
    party = make.make_country("X-NEW", name="New Ruritania", is_reference=True)
    PartyName.objects.create(party=party, name="Elphbergia", valid_to="1990")
    assert found(PartyFilterSet, "q=elphberg") == [party]


def test_the_words_on_offices_speak_of_one_office() -> None:
    person = make.make_official()
    make.make_participation(official=person)
    first, second = (make.make_country(code, is_reference=True) for code in ("X-P", "X-Q"))
    make.make_tenure(official=person, party=first, title="Mayor", start_date="2000", end_date="2005")
    make.make_tenure(official=person, party=second, title="Envoy", start_date="2006")
    assert found(OfficialFilterSet, "country=X-P&title=mayor&held_on=2003") == [person]
    assert found(OfficialFilterSet, "country=X-P&held_on=2010") == []
    assert found(OfficialFilterSet, "country=X-Q&title=mayor") == []


def test_drafts_are_found_by_nobody() -> None:
    hidden = make.make_meeting(published=False, title="Secret", sides=1)
    draft = make.make_tour(published=False)
    assert found(MeetingFilterSet, "q=secret") == []
    assert found(TourFilterSet, "") == []
    person = hidden.participations.get().official
    assert person
    for query in (f"official={person.slug}", f"tour={draft.slug}", f"official={person.uuid}"):
        assert "There is no" in faults(MeetingFilterSet, query)[0].message
