"""Logging a meeting fast: what its form is filled in with, proposes and takes."""

import html
from typing import Any

import pytest
from django.test import Client

from tests.admin.forms import address, desk, errors_of, filled, messages_of
from tests.admin.test_meeting_form import ADD, agenda, line, send, taking_part
from tests.factories import (
    make_citation,
    make_country,
    make_meeting,
    make_official,
    make_participation,
    make_place,
    make_source,
    make_statement,
    make_stop,
    make_tenure,
    make_tour,
)
from visits.models import Citation, Meeting, Official, Party, Statement

pytestmark = pytest.mark.django_db

GUESSED = "Who usually takes part is filled in"


def people_of(page: Any) -> list[tuple[str | None, str | None]]:
    """Official and party of the filled-in rows, by key."""
    data = filled(page)
    rows = range(int(data["participations-TOTAL_FORMS"]))
    columns = ("official", "on_behalf_of")
    found = [tuple(data.get(f"participations-{row}-{name}") for name in columns) for row in rows]
    return [row for row in found if row != (None, None)]  # type: ignore[misc]


def keys(*people: tuple[Official, Party]) -> list[tuple[str, str]]:
    return [(str(official.pk), str(party.pk)) for official, party in people]


class World:
    """A guest's stop with a host whom the guest has met before."""

    def __init__(self) -> None:
        self.host, self.ruritania = make_official(), make_country()
        self.guest, self.freedonia = make_official(), make_country()
        earlier = make_meeting(start_date="2023-11-05", location=self.ruritania)
        for official, party in self.both:
            make_participation(meeting=earlier, official=official, on_behalf_of=party)
        self.earlier = earlier
        tour = make_tour(principal=self.guest, on_behalf_of=self.freedonia)
        self.stop = make_stop(tour=tour, start_date="2024-01-06", country=self.ruritania)

    @property
    def both(self) -> list[tuple[Official, Party]]:
        return [(self.guest, self.freedonia), (self.host, self.ruritania)]


@pytest.fixture
def world() -> World:
    return World()


def test_stop_brings_the_usual_counterpart_and_says_so(world: World) -> None:
    page = desk("Analyst").get(f"{ADD}?stop={world.stop.pk}")
    assert people_of(page) == keys(*world.both)
    assert GUESSED in page.content.decode()


def test_stop_at_home_brings_nobody_else(world: World) -> None:
    stop = make_stop(tour=world.stop.tour, country=world.freedonia)
    page = desk("Analyst").get(f"{ADD}?stop={stop.pk}")
    assert people_of(page) == keys((world.guest, world.freedonia))
    assert GUESSED not in page.content.decode()


def test_country_brings_its_usual_people_and_their_guests(world: World) -> None:
    today = make_meeting(start_date="2026-01-01", location=world.ruritania)
    for official, party in world.both:
        make_participation(meeting=today, official=official, on_behalf_of=party)
    client = desk("Analyst")
    links = dict(client.get(address("country", "change", world.ruritania.pk)).context["desk_links"])
    page = client.get(links["Log a meeting"])
    assert people_of(page) == keys(*world.both)
    assert filled(page)["location"] == str(world.ruritania.pk)


def test_earlier_meeting_brings_its_circumstances_and_people() -> None:
    place = make_place()
    stop = make_stop(start_date="2024-01-06", country=place.country, places=[place])
    given: dict[str, Any] = {
        "tour": stop.tour,
        "stop": stop,
        "location": place.country,
        "place": place,
        "kind": "summit",
    }
    earlier = make_meeting(**given, start_date="2024-01-06", title="A title of its own", host=place.country)
    came = make_participation(meeting=earlier, role="delegation", capacity="Envoy")
    make_participation(meeting=earlier, name="Members of the court", is_group=True)
    make_participation(meeting=earlier, role="expected_absent")
    client = desk("Analyst")
    links = dict(client.get(address("meeting", "change", earlier.pk)).context["desk_links"])
    send(client, links["Log a meeting"], save_anyway="1")
    later = Meeting.objects.exclude(pk=earlier.pk).get()
    same = ("tour", "stop", "location", "place", "host", "start_date", "kind")
    assert [getattr(later, name) for name in same] == [getattr(earlier, name) for name in same]
    assert (later.title, later.state) == ("", "draft")
    assert list(later.participations.values_list("official", "name", "role", "capacity", "on_behalf_of")) == [
        (came.official_id, "", "delegation", "Envoy", came.on_behalf_of_id),
        (None, "Members of the court", "principal", "", earlier.participations.all()[1].on_behalf_of_id),
    ]


def test_form_is_opened_with_as_many_queries_whatever_the_past_holds(
    world: World, django_assert_num_queries: Any
) -> None:
    client = desk("Analyst")
    page = f"{ADD}?stop={world.stop.pk}"
    client.get(page)
    with django_assert_num_queries(19):
        client.get(page)
    for _ in range(2):
        again = make_meeting(start_date="2023-12-01")
        for official, party in world.both:
            make_participation(meeting=again, official=official, on_behalf_of=party)
    with django_assert_num_queries(19):
        client.get(page)


# Offices


def test_party_is_that_for_which_office_was_held() -> None:
    rudolf = make_tenure(start_date="2020", end_date="2024-01-06")
    make_tenure(official=rudolf.official, start_date="2024-02")
    response = send(desk("Analyst"), ADD, start_date="2024-01-06", **taking_part(0, official=rudolf.official))
    (row,) = Meeting.objects.get().participations.all()
    assert row.on_behalf_of == rudolf.party
    assert messages_of(response)[1:] == []


def test_party_stays_blank_where_offices_were_held_for_two() -> None:
    rudolf = make_official()
    make_tenure(official=rudolf)
    make_tenure(official=rudolf)
    send(desk("Analyst"), ADD, start_date="2024-01-06", **taking_part(0, official=rudolf))
    assert Meeting.objects.get().participations.get().on_behalf_of is None


def test_party_as_chosen_stays() -> None:
    tenure, other = make_tenure(), make_country()
    typed = taking_part(0, official=tenure.official, on_behalf_of=other, capacity="Envoy")
    send(desk("Analyst"), ADD, start_date="2024-01-06", **typed)
    assert Meeting.objects.get().participations.get().on_behalf_of == other


def test_party_that_was_left_out_on_purpose_stays_out() -> None:
    tenure = make_tenure()
    row = make_participation(
        meeting=make_meeting(published=False), official=tenure.official, on_behalf_of=None
    )
    send(desk("Analyst"), address("meeting", "change", row.meeting_id), summary="Put otherwise.")
    row.refresh_from_db()
    assert row.on_behalf_of is None


def test_speakers_side_is_that_of_the_office_too() -> None:
    tenure = make_tenure()
    said = line(0, title="Quota", speaker=tenure.official, text="Wants more.")
    send(desk("Analyst"), ADD, start_date="2024-01-06", **taking_part(0, official=tenure.official), **said)
    assert Statement.objects.get().on_behalf_of == tenure.party


def test_missing_office_is_told_with_the_way_to_add_it() -> None:
    tenure = make_tenure(start_date="2020", end_date="2023")
    party, rudolf = tenure.party, tenure.official
    typed = taking_part(0, official=rudolf, on_behalf_of=party)
    response = send(desk("Analyst"), ADD, start_date="2024-01-06", **typed)
    link = f"/admin/visits/tenure/add/?official={rudolf.pk}&amp;party={party.pk}"
    assert messages_of(response)[0] == (
        f"No office of {rudolf} for {party} is on record for 6 January 2024: write the title in “capacity”, "
        f'or <a href="{link}">add the office</a>.'
    )
    form = filled(desk("Analyst").get(html.unescape(link)))
    assert (form["official"], form["party"]) == (str(rudolf.pk), str(party.pk))


def test_offices_of_a_day_are_proposed() -> None:
    president = make_tenure(title="President", start_date="2014", end_date="2024-01-06")
    leader = make_tenure(
        official=president.official, title="Leader", start_date="2018", party=president.party
    )
    idle = make_official(name="Rupert")
    asked: dict[str, Any] = {"official": [president.official_id, idle.pk, "x"], "start": "2024-01-06"}
    answer = desk("Analyst").get("/admin/visits/meeting/offices/", asked)

    def office(tenure: Any) -> dict[str, Any]:
        return {
            "party": tenure.party_id,
            "label": f"{tenure.party} ({tenure.party.code})",
            "title": tenure.title,
        }

    assert answer.json() == {
        str(president.official_id): {
            "offices": [office(leader), office(president)],
            "warning": f"No office of {president.official} is on record for 6 January 2024.",
        },
        str(idle.pk): {"offices": [], "warning": "No office of Rupert is on record for 6 January 2024."},
    }


@pytest.mark.parametrize("start", ["", "x", "2024-13", "\0"])
def test_no_offices_are_proposed_without_a_date(start: str) -> None:
    given: dict[str, Any] = {"official": make_tenure().official_id, "start": start}
    assert desk("Analyst").get("/admin/visits/meeting/offices/", given).json() == {}


def test_offices_are_for_staff_only() -> None:
    assert Client().get("/admin/visits/meeting/offices/").status_code == 302


# Pasted lists


def pasted(text: str, **given: Any) -> dict[str, Any]:
    return {"lines-pasted": text} | {f"lines-pasted_{name}": value.pk for name, value in given.items()}


def test_pasted_list_comes_back_as_lines_and_is_saved_the_second_time() -> None:
    side, source = make_country(), make_source()
    client = desk("Analyst")
    typed = line(1, title="Tolls", side=side, text="Offers less.")
    given = {"start_date": "2024-01-06", "citations-0-source": source.pk, **typed}
    text = "- Quota: has to rise.\r\n- Nets: are to be mended.\r\n- Boats: leave on Monday."
    answer = client.post(ADD, filled(client.get(ADD)) | given | pasted(text, side=side))
    assert errors_of(answer) == {
        "__all__": [
            "Your list has been made into lines. Look them through and save: nothing has been saved yet."
        ]
    }
    assert not Meeting.objects.exists()
    data = filled(answer)
    assert data["citations-0-source"] == str(source.pk)
    assert "lines-pasted" not in data
    assert client.post(ADD, data).status_code == 302
    assert agenda(Meeting.objects.get()) == [
        ("Quota", ["has to rise."]),
        ("Tolls", ["Offers less."]),
        ("Nets", ["are to be mended."]),
        ("Boats", ["leave on Monday."]),
    ]
    assert {made.on_behalf_of for made in Statement.objects.all()} == {side}


def test_list_pasted_into_a_meeting_on_record_leaves_its_lines_alone() -> None:
    statement = make_statement(text="As it was.")
    meeting = statement.point.meeting
    assert meeting is not None
    client = desk("Analyst")
    page = address("meeting", "change", meeting.pk)
    answer = client.post(page, filled(client.get(page)) | pasted("One\nTwo\nThree", side=make_country()))
    assert client.post(page, filled(answer)).status_code == 302
    assert [text for _, texts in agenda(meeting) for text in texts] == ["As it was.", "One", "Two", "Three"]


def test_list_that_is_too_long_is_kept_and_refused() -> None:
    client = desk("Analyst")
    text = "\n".join(f"Statement {number}" for number in range(101))
    answer = client.post(ADD, filled(client.get(ADD)) | pasted(text))
    sentence = "That list is too long: paste at most 100 statements at once. Nothing has been saved yet."
    assert errors_of(answer)["__all__"] == [sentence]
    assert "Statement 100" in answer.content.decode()


# Quotes and locators


def words_of(statement: Statement) -> list[tuple[str, str, str]]:
    return list(statement.citations.values_list("source__title", "quote", "locator"))


def test_quote_and_locator_stand_in_the_line() -> None:
    source = make_source(title="Gazette")
    said = line(
        0,
        title="Quota",
        side=make_country(),
        text="Wants more.",
        sources=[source.pk],
        quote="More herring!",
        locator="p. 2",
    )
    client = desk("Analyst")
    send(client, ADD, start_date="2024-01-06", **said)
    statement = Statement.objects.get()
    assert words_of(statement) == [("Gazette", "More herring!", "p. 2")]
    assert list(statement.point.citations.values_list("quote", "locator")) == [("", "")]
    page = address("meeting", "change", Meeting.objects.get().pk)
    assert filled(client.get(page))["lines-0-quote"] == "More herring!"
    send(client, page, **line(0, locator="p. 3"))
    assert words_of(statement) == [("Gazette", "More herring!", "p. 3")]


def test_quote_of_a_point_without_a_statement_is_the_points() -> None:
    source = make_source()
    said = line(0, title="Quota", sources=[source.pk], quote="They spoke of herring.")
    send(desk("Analyst"), ADD, start_date="2024-01-06", **said)
    assert Citation.objects.get().quote == "They spoke of herring."
    assert Citation.objects.get().point is not None


@pytest.mark.parametrize(
    ("many", "sentence"),
    [
        (0, "Choose the source in which this stands."),
        (2, "With several sources, write quotes and locators on the statement's own page."),
    ],
)
def test_quote_needs_its_one_source(many: int, sentence: str) -> None:
    sources = [make_source().pk for _ in range(many)]
    said = line(0, title="Quota", side=make_country(), text="Wants more.", quote="More!", sources=sources)
    response = send(desk("Analyst"), ADD, start_date="2024-01-06", **said)
    assert errors_of(response) == {"lines-0-quote": [sentence]}
    assert not Meeting.objects.exists()


def test_line_of_several_sources_shows_none_of_their_quotes_and_keeps_them() -> None:
    statement = make_statement()
    for quote in ("One", "Two"):
        make_citation(statement=statement, quote=quote)
    meeting = statement.point.meeting
    assert meeting is not None
    client = desk("Analyst")
    page = address("meeting", "change", meeting.pk)
    assert "lines-0-quote" not in filled(client.get(page))
    send(client, page, summary="Put otherwise.")
    assert sorted(quote for _, quote, _ in words_of(statement)) == ["One", "Two"]


def test_quote_that_another_changed_meanwhile_is_not_overwritten() -> None:
    statement = make_statement()
    citation = make_citation(statement=statement, quote="As it was")
    meeting = statement.point.meeting
    assert meeting is not None
    client = desk("Analyst")
    page = address("meeting", "change", meeting.pk)
    before = filled(client.get(page))
    Citation.objects.filter(pk=citation.pk).update(quote="As she says")
    client.post(page, before | {"summary": "Put otherwise."})
    citation.refresh_from_db()
    assert citation.quote == "As she says"
    answer = client.post(page, before | {"lines-0-quote": "As he says"})
    assert "quote from “As it was” to “As she says”" in str(errors_of(answer))
    citation.refresh_from_db()
    assert citation.quote == "As she says"


# Sources


@pytest.mark.parametrize(
    "typed",
    [
        "https://gazette.example.org/herring",
        "http://GAZETTE.example.org/herring#",
        "https://gazette.example.org/herring?utm_source=mail",
    ],
)
def test_pasted_address_finds_the_source_on_record(typed: str) -> None:
    source = make_source(title="Of herring", url="https://gazette.example.org/herring")
    make_source(title="Another", url="https://gazette.example.org/tolls")
    asked = {"app_label": "visits", "model_name": "citation", "field_name": "source", "term": typed}
    answer = desk("Analyst").get("/admin/autocomplete/", asked)
    assert [found["id"] for found in answer.json()["results"]] == [str(source.pk)]
