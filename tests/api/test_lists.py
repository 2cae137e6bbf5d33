"""Lists: paging, ordering, counting, choosing fields, filtering."""

from collections.abc import Callable
from typing import Any

import pytest

from tests import factories as make
from visits.choices import MeetingStatus, Role
from visits.models import OfficialName

pytestmark = pytest.mark.django_db


def pages(get: Callable[..., Any], url: str, direction: str) -> list[list[str]]:
    """The titles on each page, following the links to the end."""
    walked = []
    following: str | None = url
    while following:
        page = get(following.removeprefix("http://testserver/api/v1/"))
        walked.append([record["title"] for record in page["results"]])
        following = page[direction]
    return walked


def test_following_next_shows_every_record_once_and_previous_leads_back(get: Callable[..., Any]) -> None:
    for number in range(7):
        make.make_meeting(title=f"M{number}", start_date=f"2024-01-0{number // 3 + 1}")
    first = "meetings/?limit=3&fields=title"
    assert pages(get, first, "next") == [["M6", "M5", "M4"], ["M3", "M2", "M1"], ["M0"]]
    second = get(get(first)["next"].removeprefix("http://testserver/api/v1/"))
    last = second["next"].removeprefix("http://testserver/api/v1/")
    assert pages(get, last, "previous") == [["M0"], ["M3", "M2", "M1"], ["M6", "M5", "M4"]]


def test_a_page_is_not_moved_by_what_is_added_before_it(get: Callable[..., Any]) -> None:
    for number in range(4):
        make.make_meeting(title=f"M{number}")
    first = get("meetings/", limit=2)
    make.make_meeting(title="M9")
    second = get(first["next"].removeprefix("http://testserver/api/v1/"))
    assert [record["title"] for record in second["results"]] == ["M1", "M0"]


def test_a_list_is_an_envelope_with_absolute_links(get: Callable[..., Any]) -> None:
    make.make_meeting(kind="call")
    make.make_meeting(kind="call")
    page = get("meetings/", limit=1, kind="call", fields="id")
    assert list(page) == ["next", "previous", "results"]
    assert page["next"].startswith("http://testserver/api/v1/meetings/?limit=1&kind=call&fields=id&cursor=")
    assert page["previous"] is None


def test_a_count_is_given_when_it_is_asked_for(get: Callable[..., Any]) -> None:
    for _ in range(3):
        make.make_meeting(kind="call")
    make.make_meeting(kind="call", published=False)
    make.make_meeting()
    page = get("meetings/", limit=1, kind="call", with_count="true")
    assert (page["count"], len(page["results"])) == (3, 1)
    assert "count" not in get("meetings/", with_count="false")


def test_orders(get: Callable[..., Any]) -> None:
    for title, day in (("B", "2024-01-02"), ("A", "2024-01-01"), ("C", "2024")):
        make.make_meeting(title=title, start_date=day)

    def titles(**params: str) -> list[str]:
        return [record["title"] for record in get("meetings/", **params)["results"]]

    assert titles() == ["B", "C", "A"]
    assert titles(ordering="date") == ["A", "C", "B"]
    assert titles(ordering="modified") == ["B", "A", "C"]


def test_fields_and_omit(get: Callable[..., Any]) -> None:
    meeting = make.make_full_meeting()
    assert get("meetings/", fields="title,id")["results"] == [
        {"id": str(meeting.uuid), "title": "Bilateral meeting"}
    ]
    assert get(f"meetings/{meeting.uuid}/", fields="id,title", omit="title") == {"id": str(meeting.uuid)}
    everything = list(get(f"meetings/{meeting.uuid}/"))
    light = list(get(f"meetings/{meeting.uuid}/", omit="points,notes"))
    assert light == [name for name in everything if name not in ("points", "notes")]


def test_meetings_of_a_country_are_those_in_which_it_takes_part(found: Callable[..., Any]) -> None:
    zenda = make.make_country("X-ZE")
    met = make.make_meeting()
    make.make_participation(meeting=met, on_behalf_of=zenda)
    skipped = make.make_meeting(status=MeetingStatus.SKIPPED)
    make.make_participation(meeting=skipped, on_behalf_of=zenda, role=Role.EXPECTED_ABSENT)
    located = make.make_meeting(location=zenda)
    make.make_meeting(sides=2)
    assert found("meetings/", country="X-ZE", ordering="modified") == [str(met.uuid), str(skipped.uuid)]
    assert found("meetings/", country="x-ze", status="skipped") == [str(skipped.uuid)]
    assert found("meetings/", location="X-ZE") == [str(located.uuid)]


def test_a_repeated_parameter_means_any_of_its_values(found: Callable[..., Any]) -> None:
    call = make.make_meeting(kind="call")
    summit = make.make_meeting(kind="summit")
    make.make_meeting(kind="ceremony")
    assert found("meetings/", kind=["call", "summit"], ordering="date") == [str(call.uuid), str(summit.uuid)]


def test_official_and_role_speak_of_one_participation(found: Callable[..., Any]) -> None:
    rudolf = make.make_official(name="Rudolf")
    as_guest = make.make_meeting()
    make.make_participation(meeting=as_guest, official=rudolf, role=Role.DELEGATION)
    make.make_participation(meeting=as_guest, role=Role.PRINCIPAL)
    as_principal = make.make_meeting()
    make.make_participation(meeting=as_principal, official=rudolf, role=Role.PRINCIPAL)
    assert found("meetings/", official=str(rudolf.uuid), role="principal") == [str(as_principal.uuid)]


@pytest.mark.parametrize(
    ("params", "titles"),
    [
        ({"date_after": "2024-01-06", "date_before": "2024-01-06"}, {"day", "month", "year", "span"}),
        ({"date_after": "2024-01-06", "date_before": "2024-01-06", "date_match": "certain"}, {"day", "span"}),
        (
            {"date_after": "2024-01", "date_before": "2024-01", "date_match": "certain"},
            {"day", "month", "span"},
        ),
        (
            {"date_after": "2024", "date_before": "2024", "date_match": "certain"},
            {"day", "month", "year", "span"},
        ),
        ({"date_after": "2024-01-07"}, {"month", "year", "span"}),
        ({"date_before": "2023-12-31"}, set()),
    ],
)
def test_partial_dates(params: dict[str, str], titles: set[str], get: Callable[..., Any]) -> None:
    make.make_meeting(title="day", start_date="2024-01-06")
    make.make_meeting(title="month", start_date="2024-01")
    make.make_meeting(title="year", start_date="2024")
    make.make_meeting(title="span", start_date="2024-01-05", end_date="2024-01-08")
    assert {record["title"] for record in get("meetings/", **params)["results"]} == titles


def test_q_knows_no_accents_and_no_case(found: Callable[..., Any]) -> None:
    official = make.make_official(name="Flavia Žendová")
    OfficialName.objects.create(official=official, name="Φλαβία")
    meeting = make.make_meeting()
    make.make_participation(meeting=meeting, official=official)
    make.make_meeting(sides=1)
    assert found("officials/", q="zendova") == [str(official.uuid)]
    assert found("officials/", q="φλαβια") == [str(official.uuid)]
    assert found("meetings/", q="ZENDOVA") == [str(meeting.uuid)]


def test_statements_on_a_topic_and_on_what_lies_below_it(found: Callable[..., Any]) -> None:
    fish = make.make_topic(name="Fish")
    herring = make.make_topic(name="Herring", parent=fish)
    meeting = make.make_meeting()
    said = make.make_statement(point=make.make_point(meeting=meeting, main_topic=herring), stance="opposes")
    make.make_statement(point=make.make_point(meeting=meeting))
    assert found("statements/", topic=str(fish.uuid), stance="opposes") == [str(said.uuid)]


def test_who_held_which_office_on_a_day(found: Callable[..., Any]) -> None:
    meeting = make.make_meeting()
    state = make.make_country()
    for end in ("2023-06", "2025"):
        official = make.make_official()
        make.make_participation(meeting=meeting, official=official)
        make.make_tenure(official=official, party=state, title="Chancellor", start_date="2020", end_date=end)
    assert found("officials/", title="chancellor", held_on="2024-01-06") == [str(official.uuid)]
