"""Warnings about what might be on record already."""

import datetime as dt
from typing import Any

import pytest

from tests import factories as make
from visits.models import OfficialName, Source
from visits.queries.likeness import likely_duplicates, similar_officials

pytestmark = pytest.mark.django_db
DAY = dt.date(2024, 1, 6)


@pytest.mark.parametrize(
    "typed", ["Rudolf Elphberg", "rudolf élphberg", "Rudolf Elpberg", "Elphberg, Rudolf"]
)
def test_a_new_official_close_to_a_known_one_is_told(typed: str) -> None:
    known = make.make_official(name="Rudolf Élphberg")
    make.make_official(name="Antoinette de Mauban")
    assert list(similar_officials(typed)) == [known]
    assert list(similar_officials(typed, besides=known.pk)) == []


def test_other_names_count_too() -> None:
    known = make.make_official(name="Rudolf Élphberg")
    OfficialName.objects.create(official=known, name="رودولف الفبرغ", language="ar")
    assert list(similar_officials("رودولف الفبرغ")) == [known]


def test_the_same_people_on_the_same_day_are_likely_the_same_meeting() -> None:
    guest, host, other = (
        make.make_official(name=name) for name in ("Flavia Strofzin", "Michael Hentzau", "Sapt")
    )
    meeting = make.make_meeting(start_date="2024-01-04", end_date="2024-01-06")
    for person in (guest, host):
        make.make_participation(meeting=meeting, official=person)
    spelt_otherwise = make.make_meeting(start_date="2024-01-06")
    make.make_participation(meeting=spelt_otherwise, official=guest)
    make.make_participation(meeting=spelt_otherwise, name="Michaël Hentzow")
    another_day = make.make_meeting(start_date="2024-01-07")
    for person in (guest, host):
        make.make_participation(meeting=another_day, official=person)

    def found(*officials: Any, **further: Any) -> list[Any]:
        pks = [person.pk for person in officials]
        return list(likely_duplicates(first=DAY, last=DAY, officials=pks, **further))

    assert found(guest, host) == [meeting, spelt_otherwise]
    assert found(guest, host, besides=meeting.pk) == [spelt_otherwise]
    assert found(guest, names=["Michael Hentzau"]) == [meeting, spelt_otherwise]
    assert found(guest, other) == []


@pytest.mark.parametrize(
    "written",
    [
        "https://example.org/a/B?x=1",
        "http://EXAMPLE.org/a/B?x=1",
        "https://example.org/a/B?x=1#",
        "https://example.org/a/B?utm_source=y&x=1&fbclid=z",
        "https://example.org/a/B?x=1&utm_campaign=q#",
    ],
)
def test_a_known_address_is_found_however_it_is_written(written: str) -> None:
    source = make.make_source(url="https://example.org/a/B?x=1")
    make.make_source(url="https://example.org/a/b?x=1")
    make.make_source(url="")
    assert list(Source.objects.at_address(written)) == [source]
    kept = make.make_source(url=written)
    kept.refresh_from_db()
    assert kept.url == written


def test_nothing_is_found_for_no_address() -> None:
    make.make_source(url="")
    assert list(Source.objects.at_address("")) == []
