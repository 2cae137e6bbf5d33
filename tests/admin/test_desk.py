"""My desk: each person finds what waits for them, and names get their people."""

import re
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from tests.admin.forms import address, desk, messages_of
from tests.factories import (
    make_citation,
    make_full_meeting,
    make_meeting,
    make_official,
    make_participation,
    make_tour,
)
from visits.choices import EditorialAction, Role
from visits.models import Citation, EditorialEvent, Meeting, Official, OfficialName, Participation, Tour, User

pytestmark = pytest.mark.django_db

PAGE = "/admin/desk/"
# Session and account, permissions of the account, tours and meetings of three piles, people, suggestions.
QUERIES = 12


def noted(record: Tour | Meeting, username: str, action: str = "created", comment: str = "") -> Any:
    target = {str(record._meta.model_name): record}
    by = User.objects.get(username=username)
    EditorialEvent.objects.create(**target, action=action, by=by, comment=comment)
    return record


def piles(response: Any) -> dict[str, list[str]]:
    found = {
        section.title: [str(record) for _, record in section.rows] for section in response.context["sections"]
    }
    return found | {"people": [str(record) for _, record in response.context["people"].rows]}


def cited(record: Tour | Meeting) -> Any:
    make_citation(**{str(record._meta.model_name): record})
    return record


def test_analyst_finds_own_drafts_and_what_came_back() -> None:
    client = desk("Analyst", username="ann")
    desk("Reviewer", username="rob")
    noted(cited(make_meeting(published=False, title="Mine")), "ann")
    noted(cited(make_meeting(published=False, title="Another's")), "rob")
    noted(cited(make_meeting(title="Public")), "ann")
    back = noted(cited(make_tour(published=False, title="Back")), "ann")
    noted(back, "rob", EditorialAction.RETURNED, "Who spoke first?")
    response = client.get(PAGE)
    assert piles(response) == {
        "Returned to me": ["Back"],
        "My drafts": ["Mine"],
        "Citations missing": [],
        "people": [],
    }
    assert "<q>Who spoke first?</q>" in response.content.decode()


def test_reviewer_finds_what_others_have_submitted() -> None:
    desk("Analyst", username="ann")
    client = desk("Reviewer", username="rob")
    noted(cited(make_meeting(published=False, state="in_review", title="Ann's")), "ann")
    noted(cited(make_meeting(published=False, state="in_review", title="Rob's")), "rob")
    again = noted(cited(make_meeting(published=False, state="in_review", title="Again")), "rob")
    noted(again, "rob", EditorialAction.PUBLISHED)
    noted(again, "ann", "edited")
    assert piles(client.get(PAGE))["Waiting for my review"] == ["Ann's", "Again"]


def test_what_lacks_a_citation_is_listed() -> None:
    make_full_meeting(published=False, title="Cited")
    make_meeting(published=False, title="Uncited")
    part = make_full_meeting(published=False, title="In part")
    Citation.objects.filter(point=part.points.all()[0]).delete()
    assert sorted(piles(desk("Analyst").get(PAGE))["Citations missing"]) == ["In part", "Uncited"]


def test_desk_costs_the_same_for_three(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client = desk("Analyst", username="ann")
    desk("Reviewer", username="rob")
    for rows in (1, 3):
        while Meeting.objects.filter(title="Draft").count() < rows:
            noted(make_meeting(published=False, title="Draft"), "ann")
            back = noted(make_tour(published=False, title="Back"), "ann")
            noted(back, "rob", EditorialAction.RETURNED, "Mend it.")
            make_participation(meeting=make_meeting(), name="A clerk")
        with django_assert_num_queries(QUERIES):
            response = client.get(PAGE)
        assert {title: len(found) for title, found in piles(response).items()} == {
            "Returned to me": rows,
            "My drafts": rows,
            "Citations missing": 2 * rows,
            "people": rows,
        }


def test_whole_lists_behind_the_desk() -> None:
    client = desk("Analyst", username="ann")
    mine = noted(make_meeting(published=False), "ann")
    make_meeting(published=False)
    waiting = make_participation(meeting=mine, name="A clerk")
    make_participation(meeting=mine)
    page = client.get(PAGE).content.decode()
    lists = [link.replace("&amp;", "&") for link in re.findall(r'href="(/admin/visits/[^"]*\?[^"]*)"', page)]
    assert lists == [
        "/admin/visits/meeting/?desk=drafts",
        "/admin/visits/meeting/?desk=uncited",
        "/admin/visits/participation/?identified=no",
    ]
    assert list(client.get(lists[0]).context["cl"].result_list) == [mine]
    assert list(client.get(lists[2]).context["cl"].result_list) == [waiting]


def test_every_page_leads_to_the_desk() -> None:
    client = desk("Viewer")
    assert 'href="/admin/desk/"' in client.get("/admin/").content.decode()
    assert client.get(PAGE).status_code == 200


# Who is it?


def waiting(name: str = "Rud. Elphberg", **given: Any) -> tuple[Participation, str]:
    row = make_participation(meeting=make_meeting(published=False), name=name, **given)
    return row, f"{PAGE}people/{row.pk}/"


def test_name_gets_an_official_on_record_who_keeps_it_as_another_name() -> None:
    row, page = waiting()
    rudolf = make_official(name="Rudolf V")
    response = desk("Analyst", username="ann").post(page, {"official": rudolf.pk}, follow=True)
    assert messages_of(response) == ["“Rud. Elphberg” is Rudolf V."]
    row.refresh_from_db()
    assert (row.official, row.name) == (rudolf, "")
    assert [name.name for name in rudolf.other_names.all()] == ["Rud. Elphberg"]
    assert [event.by.username for event in row.meeting.editorial_events.all()] == ["ann"]
    assert piles(response)["people"] == []


def test_name_becomes_a_new_official() -> None:
    row, page = waiting()
    desk("Analyst").post(page, {"create": "x"})
    row.refresh_from_db()
    assert str(row.official) == "Rud. Elphberg"
    assert OfficialName.objects.count() == 0


def test_new_official_who_is_like_one_on_record_is_made_on_second_thought() -> None:
    row, page = waiting("Rudolf Elphberg")
    make_official(name="Rudölf Elphberg")
    client = desk("Analyst")
    response = client.post(page, {"create": "x"})
    assert [str(official) for official in response.context["alike"]] == ["Rudölf Elphberg"]
    assert Official.objects.filter(name="Rudolf Elphberg").count() == 0
    client.post(page, {"create": "x", "anyway": "1"})
    row.refresh_from_db()
    assert str(row.official) == "Rudolf Elphberg"


def test_official_who_is_on_the_meeting_already_is_refused_in_words() -> None:
    row, page = waiting()
    rudolf = make_official(name="Rudolf V")
    make_participation(meeting=row.meeting, official=rudolf, role=Role.PRINCIPAL)
    response = desk("Analyst").post(page, {"official": rudolf.pk})
    assert messages_of(response) == ["Rudolf V is on this meeting already."]
    assert rudolf.other_names.count() == 0


def test_viewer_identifies_nobody() -> None:
    row, page = waiting()
    client = desk("Viewer")
    assert page not in client.get(PAGE).content.decode()
    assert client.post(page, {"official": make_official().pk}).status_code == 403
    row.refresh_from_db()
    assert row.official is None


def test_groups_and_people_who_are_identified_wait_for_nobody() -> None:
    meeting = make_meeting()
    make_participation(meeting=meeting, name="Journalists", is_group=True)
    known = make_participation(meeting=meeting)
    client = desk("Analyst")
    assert piles(client.get(PAGE))["people"] == []
    assert client.get(f"{PAGE}people/{known.pk}/").status_code == 404
    assert client.get(address("participation", "changelist")).status_code == 200
