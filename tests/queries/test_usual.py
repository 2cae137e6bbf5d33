"""Who usually takes part, for a form to be filled in with."""

from datetime import date
from typing import Any

import pytest

from tests.factories import make_country, make_meeting, make_official, make_participation, make_tenure
from visits.models import Official, Party
from visits.queries.usual import acting_for, usual_opposite, usual_person

pytestmark = pytest.mark.django_db

DAY = date(2024, 1, 6)


def met(host: tuple[Official, Party], guest: tuple[Official, Party], **given: Any) -> None:
    given.setdefault("start_date", "2023-10-01")
    meeting = make_meeting(published=False, **given)
    for official, party in (host, guest):
        make_participation(meeting=meeting, official=official, on_behalf_of=party)


@pytest.fixture
def ruritania() -> Party:
    return make_country()


@pytest.fixture
def guest() -> tuple[Official, Party]:
    return make_official(), make_country()


def test_most_frequent_counterpart_comes_first(ruritania: Party, guest: tuple[Official, Party]) -> None:
    often, once = make_official(), make_official()
    for host in (often, once, often):
        met((host, ruritania), guest)
    found = usual_person(parties=[ruritania.pk], day=DAY, opposite=[guest[1].pk])
    assert found == (often.pk, ruritania.pk)
    assert usual_opposite(parties=[ruritania.pk], day=DAY) == (guest[0].pk, guest[1].pk)


def test_of_equals_the_latest(ruritania: Party, guest: tuple[Official, Party]) -> None:
    early, late = make_official(), make_official()
    met((late, ruritania), guest, start_date="2023-11-01")
    met((early, ruritania), guest)
    assert usual_person(parties=[ruritania.pk], day=DAY) == (late.pk, ruritania.pk)


def test_who_met_others_only_is_no_counterpart(ruritania: Party, guest: tuple[Official, Party]) -> None:
    met((make_official(), ruritania), (make_official(), make_country()))
    assert usual_person(parties=[ruritania.pk], day=DAY, opposite=[guest[1].pk]) is None


@pytest.mark.parametrize(
    "given",
    [
        {"start_date": "2020-12-31"},
        {"start_date": "2024-01-07"},
        {"status": "skipped"},
        {"status": "announced"},
    ],
)
def test_old_later_and_missed_meetings_say_nothing(
    ruritania: Party, guest: tuple[Official, Party], given: dict[str, str]
) -> None:
    met((make_official(), ruritania), guest, **given)
    assert usual_person(parties=[ruritania.pk], day=DAY) is None


def test_who_has_left_office_is_not_proposed(ruritania: Party, guest: tuple[Official, Party]) -> None:
    gone, back = make_official(), make_official()
    make_tenure(official=gone, party=ruritania, start_date="2020", end_date="2023-12")
    make_tenure(official=back, party=ruritania, start_date="2020", end_date="2023-12")
    make_tenure(official=back, party=ruritania, start_date="2024-01-01", title="President")
    for host in (gone, gone, back):
        met((host, ruritania), guest)
    assert usual_person(parties=[ruritania.pk], day=DAY) == (back.pk, ruritania.pk)


def test_in_a_part_of_a_country_its_people_receive(ruritania: Party) -> None:
    march = make_country(part_of=ruritania)
    assert acting_for(march) == [march.pk, ruritania.pk]
    assert acting_for(ruritania) == [ruritania.pk]
