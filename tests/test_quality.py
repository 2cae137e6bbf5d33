"""Each check finds what it is named after, and nothing in a sound record."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests import factories as make
from visits import quality
from visits.models import Party

pytestmark = pytest.mark.django_db


def uncited_tenure() -> Any:
    return make.make_tenure(official=make.make_tour().principal)


def meeting_at_another_tours_stop() -> Any:
    meeting = make.make_meeting(tour=make.make_tour())
    type(meeting).objects.filter(pk=meeting.pk).update(stop=make.make_stop())
    return meeting


def statement_of_somebody_absent() -> Any:
    return make.make_statement(point=make.make_point(meeting=make.make_meeting(sides=1)))


CASES: list[tuple[Callable[[], Any], Callable[[], Any]]] = [
    (quality.published_tours_without_a_citation, make.make_tour),
    (quality.published_meetings_without_a_citation, make.make_meeting),
    (quality.public_points_without_a_citation, make.make_point),
    (quality.public_statements_without_a_citation, make.make_statement),
    (quality.meetings_at_a_stop_of_another_tour, meeting_at_another_tours_stop),
    (quality.stops_outside_their_tour, lambda: make.make_stop(start_date="2024-02")),
    (
        quality.places_of_another_country,
        lambda: make.make_meeting(place=make.make_place(), location=make.make_country()),
    ),
    (quality.statements_of_a_side_that_was_not_there, statement_of_somebody_absent),
    (quality.tenures_without_a_citation, uncited_tenure),
    (
        quality.published_meetings_on_unpublished_tours,
        lambda: make.make_meeting(tour=make.make_tour(published=False)),
    ),
]


@pytest.mark.parametrize(("check", "broken"), CASES, ids=lambda case: case.__name__)
def test_a_check_finds_what_it_is_named_after(check: Callable[[], Any], broken: Callable[[], Any]) -> None:
    assert list(check()) == []
    record = broken()
    assert list(check()) == [record]


def test_every_check_is_tried_here() -> None:
    assert {check for check, _ in CASES} == set(quality.CHECKS)


def test_a_sound_record_passes_and_a_broken_one_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    make.make_full_meeting()
    call_command("check_quality")
    assert capsys.readouterr().out == "All 10 checks passed.\n"
    tour = make.make_tour()
    with pytest.raises(CommandError, match="1 of 10 checks found something"):
        call_command("check_quality")
    assert f"tour {tour.uuid}: {tour.title}" in capsys.readouterr().out


def test_reference_data_stands_in_a_migrated_database() -> None:
    assert Party.objects.countries().filter(code__in=["TR", "SUHH", "PS-WB", "XK"]).count() == 4
