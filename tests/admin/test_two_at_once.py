"""Two people have the same record open: whoever saves second is told, and nothing is lost."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.admin.forms import address, desk, errors_of, filled
from tests.admin.test_meeting_form import line, taking_part
from tests.factories import (
    make_citation,
    make_country,
    make_full_meeting,
    make_meeting,
    make_official,
    make_participation,
    make_place,
    make_point,
    make_source,
    make_statement,
    make_stop,
    make_topic,
    make_tour,
)
from visits.models import (
    Contributor,
    ExternalIdentifier,
    Meeting,
    Official,
    OfficialName,
    PartyName,
    PlaceName,
    Statement,
    Stop,
)

pytestmark = pytest.mark.django_db

AGAIN = "Nothing has been saved yet. What you typed stands below: saved again, yours will be applied on top."


@pytest.fixture
def flavia() -> Client:
    return desk("Reviewer", username="flavia")


@pytest.fixture
def rupert() -> Client:
    return desk("Reviewer", username="rupert")


def draft(**given: Any) -> Meeting:
    return make_meeting(published=False, **given)


def test_second_is_told_and_saves_again_on_top(flavia: Client, rupert: Client) -> None:
    meeting = draft(title="As it was")
    page = address("meeting", "change", meeting.pk)
    hers, his = filled(flavia.get(page)), filled(rupert.get(page))
    assert flavia.post(page, hers | {"title": "As she says"}).status_code == 302
    answer = rupert.post(page, his | {"summary": "As he says"})
    assert errors_of(answer) == {
        "__all__": [
            f"flavia has changed this since you opened it: title from “As it was” to “As she says”. {AGAIN}"
        ]
    }
    meeting.refresh_from_db()
    assert (meeting.title, meeting.summary) == ("As she says", "")
    assert rupert.post(page, filled(answer)).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.title, meeting.summary) == ("As she says", "As he says")


def test_field_that_both_changed_keeps_what_the_second_typed(flavia: Client, rupert: Client) -> None:
    meeting = draft(title="As it was")
    page = address("meeting", "change", meeting.pk)
    hers, his = filled(flavia.get(page)), filled(rupert.get(page))
    flavia.post(page, hers | {"title": "As she says"})
    answer = rupert.post(page, his | {"title": "As he says"})
    assert filled(answer)["title"] == "As he says"
    rupert.post(page, filled(answer))
    meeting.refresh_from_db()
    assert meeting.title == "As he says"


def test_what_was_overtaken_a_second_time_is_told_a_second_time(flavia: Client, rupert: Client) -> None:
    meeting = draft(title="First")
    page = address("meeting", "change", meeting.pk)
    his = filled(rupert.get(page))
    flavia.post(page, filled(flavia.get(page)) | {"title": "Second"})
    answer = rupert.post(page, his | {"summary": "As he says"})
    flavia.post(page, filled(flavia.get(page)) | {"title": "Third"})
    answer = rupert.post(page, filled(answer))
    assert errors_of(answer)["__all__"] == [
        f"flavia has changed this since you opened it: title from “Second” to “Third”. {AGAIN}"
    ]
    meeting.refresh_from_db()
    assert (meeting.title, meeting.summary) == ("Third", "")


def test_change_of_state_alone_stops_nobody(flavia: Client, rupert: Client) -> None:
    meeting = draft()
    page = address("meeting", "change", meeting.pk)
    his = filled(rupert.get(page))
    flavia.post(page, filled(flavia.get(page)) | {"_submit_for_review": "x"})
    assert rupert.post(page, his | {"summary": "As he says"}).status_code == 302
    meeting.refresh_from_db()
    assert (meeting.state, meeting.summary) == ("in_review", "As he says")


def test_edits_of_different_rows_both_survive(flavia: Client, rupert: Client) -> None:
    meeting = make_full_meeting()
    page = address("meeting", "change", meeting.pk)
    hers, his = filled(flavia.get(page)), filled(rupert.get(page))
    flavia.post(page, hers | taking_part(0, capacity="Envoy") | line(0, text="Hers."))
    answer = rupert.post(page, his | taking_part(1, capacity="Minister") | line(1, text="His."))
    assert answer.status_code == 302
    assert [person.capacity for person in meeting.participations.all()[:2]] == ["Envoy", "Minister"]
    texts = Statement.objects.filter(point__meeting=meeting).order_by("point__position", "point", "id")
    assert [statement.text for statement in texts[:2]] == ["Hers.", "His."]


def test_same_row_is_told_beside_it(flavia: Client, rupert: Client) -> None:
    meeting = draft()
    row = make_participation(meeting=meeting, capacity="Clerk")
    page = address("meeting", "change", meeting.pk)
    his = filled(rupert.get(page))
    flavia.post(page, filled(flavia.get(page)) | taking_part(0, capacity="Envoy"))
    answer = rupert.post(page, his | taking_part(0, capacity="Minister"))
    assert errors_of(answer) == {
        "__all__": [f"flavia has changed this since you opened it: capacity from “Clerk” to “Envoy”. {AGAIN}"]
    }
    row.refresh_from_db()
    assert row.capacity == "Envoy"
    rupert.post(page, filled(answer))
    row.refresh_from_db()
    assert row.capacity == "Minister"


def test_row_that_was_changed_is_not_deleted_unseen(flavia: Client, rupert: Client) -> None:
    meeting = draft()
    make_participation(meeting=meeting, capacity="Clerk")
    page = address("meeting", "change", meeting.pk)
    his = filled(rupert.get(page)) | {"participations-0-DELETE": "on"}
    flavia.post(page, filled(flavia.get(page)) | taking_part(0, capacity="Envoy"))
    answer = rupert.post(page, his)
    assert "capacity from “Clerk” to “Envoy”" in answer.content.decode()
    assert meeting.participations.count() == 1
    rupert.post(page, filled(answer) | {"participations-0-DELETE": "on"})
    assert meeting.participations.count() == 0


def test_same_line_is_told_and_saved_again_on_top(flavia: Client, rupert: Client) -> None:
    statement = make_statement(text="As it was", point=make_point(meeting=draft(), title="Quota"))
    page = address("meeting", "change", statement.point.meeting_id)
    his = filled(rupert.get(page))
    flavia.post(page, filled(flavia.get(page)) | line(0, text="As she says", title="Herring quota"))
    answer = rupert.post(page, his | line(0, text="As he says"))
    assert errors_of(answer) == {
        "__all__": [
            "flavia has changed this since you opened it: text from “As it was” to “As she says”; "
            f"title from “Quota” to “Herring quota”. {AGAIN}"
        ]
    }
    statement.refresh_from_db()
    assert statement.text == "As she says"
    assert filled(answer)["lines-0-title"] == "Herring quota"
    rupert.post(page, filled(answer))
    statement.refresh_from_db()
    assert (statement.text, statement.point.title) == ("As he says", "Herring quota")


def test_source_that_was_added_to_a_line_meanwhile_stays(flavia: Client, rupert: Client) -> None:
    statement = make_statement(point=make_point(meeting=draft()))
    gazette, herald = make_source(title="Gazette"), make_source(title="Herald")
    make_citation(statement=statement, source=gazette)
    page = address("meeting", "change", statement.point.meeting_id)
    his = filled(rupert.get(page))
    flavia.post(page, filled(flavia.get(page)) | line(0, sources=[gazette.pk, herald.pk]))
    answer = rupert.post(page, his | line(0, text="As he says"))
    assert errors_of(answer)["__all__"] == [
        f"Somebody else has changed this since you opened it: sources from “Gazette” to “Gazette, Herald”. {AGAIN}"
    ]
    rupert.post(page, filled(answer))
    statement.refresh_from_db()
    assert statement.text == "As he says"
    assert {found.source for found in statement.citations.all()} == {gazette, herald}


def test_line_changed_on_its_own_page_is_not_deleted_unseen(flavia: Client, rupert: Client) -> None:
    statement = make_statement(text="As it was", point=make_point(meeting=draft()))
    page = address("meeting", "change", statement.point.meeting_id)
    his = filled(rupert.get(page)) | {"lines-0-DELETE": "on"}
    own = address("statement", "change", statement.pk)
    flavia.post(own, filled(flavia.get(own)) | {"text": "As she says"})
    answer = rupert.post(page, his)
    assert "text from “As it was” to “As she says”" in answer.content.decode()
    assert Statement.objects.filter(pk=statement.pk).exists()


def test_other_records_carry_their_version_too(flavia: Client, rupert: Client) -> None:
    official = make_official(name="Rudolf")
    page = address("official", "change", official.pk)
    his = filled(rupert.get(page))
    flavia.post(page, filled(flavia.get(page)) | {"name": "Rudolf V"})
    answer = rupert.post(page, his | {"description": "King"})
    assert "name from “Rudolf” to “Rudolf V”" in errors_of(answer)["__all__"][0]
    assert Official.objects.get().description == ""


def test_dates_and_choices_of_the_other_are_taken_over(flavia: Client, rupert: Client) -> None:
    tour = make_tour(published=False, kind="official")
    stop = make_stop(tour=tour, locale_text="Strelsau")
    page = address("stop", "change", stop.pk)
    his = filled(rupert.get(page))
    flavia.post(page, filled(flavia.get(page)) | {"status": "dropped", "end_date": "2024-01-09"})
    answer = rupert.post(page, his | {"locale_text": "Zenda"})
    assert errors_of(answer)["__all__"][0].startswith("flavia has changed this since you opened it: ")
    rupert.post(page, filled(answer))
    stop.refresh_from_db()
    assert (stop.status, stop.end_date, stop.locale_text) == ("dropped", "2024-01-09", "Zenda")


def test_row_that_was_removed_meanwhile_is_told_and_dropped(flavia: Client, rupert: Client) -> None:
    meeting = draft()
    first = make_participation(meeting=meeting, name="First")
    make_participation(meeting=meeting, name="Second")
    page = address("meeting", "change", meeting.pk)
    his = filled(rupert.get(page))
    flavia.post(page, filled(flavia.get(page)) | {"participations-0-DELETE": "on"})
    answer = rupert.post(page, his | taking_part(0, capacity="Envoy") | taking_part(1, capacity="Clerk"))
    assert errors_of(answer) == {
        "__all__": ["Somebody has removed this row since you opened the page. Tick Delete to drop it."]
    }
    shown = answer.content.decode()
    assert shown.index("Tick Delete to drop it.") < shown.index('id="participations-0"')
    assert shown.count('value="Envoy"') == shown.count('value="Clerk"') == 1
    given = his | {"participations-0-DELETE": "on"} | taking_part(1, capacity="Clerk")
    assert rupert.post(page, given).status_code == 302
    assert [(person.name, person.capacity) for person in meeting.participations.all()] == [
        ("Second", "Clerk")
    ]
    assert not type(first).objects.filter(pk=first.pk).exists()


def stop_in(*names: str) -> Stop:
    return make_stop(tour=make_tour(published=False), places=[make_place(name=name) for name in names])


def places_of(stop: Stop) -> list[str]:
    return [place.name for place in stop.places.all()]


@pytest.mark.django_db(transaction=True)
def test_places_that_each_added_to_a_stop_both_stay(flavia: Client, rupert: Client) -> None:
    stop = stop_in("Strelsau")
    zenda, hentzau = make_place(name="Zenda"), make_place(name="Hentzau")
    page = address("stop", "change", stop.pk)
    his = filled(rupert.get(page))
    flavia.post(page, filled(flavia.get(page)) | {"places": [*his["places"], zenda.pk]})
    answer = rupert.post(page, his | {"places": [*his["places"], hentzau.pk]})
    sentence = "flavia has changed this since you opened it: places from “Strelsau” to “Strelsau, Zenda”."
    assert errors_of(answer) == {"__all__": [f"{sentence} {AGAIN}"]}
    assert places_of(stop) == ["Strelsau", "Zenda"]
    assert rupert.post(page, filled(answer)).status_code == 302
    assert places_of(stop) == ["Hentzau", "Strelsau", "Zenda"]


@pytest.mark.django_db(transaction=True)
def test_place_that_one_took_away_stays_away(flavia: Client, rupert: Client) -> None:
    stop = stop_in("Strelsau", "Zenda")
    hentzau = make_place(name="Hentzau")
    page = address("stop", "change", stop.pk)
    his = filled(rupert.get(page))
    strelsau, zenda = his["places"]
    flavia.post(page, filled(flavia.get(page)) | {"places": [zenda]})
    answer = rupert.post(page, his | {"places": [strelsau, zenda, hentzau.pk]})
    rupert.post(page, filled(answer))
    assert places_of(stop) == ["Hentzau", "Zenda"]


@pytest.mark.django_db(transaction=True)
def test_places_of_a_stop_are_taken_over_by_whoever_did_not_touch_them(
    flavia: Client, rupert: Client
) -> None:
    stop = stop_in("Strelsau")
    zenda = make_place(name="Zenda")
    tour, page = address("tour", "change", stop.tour_id), address("stop", "change", stop.pk)
    his = filled(rupert.get(tour))
    flavia.post(page, filled(flavia.get(page)) | {"places": [zenda.pk]})
    assert rupert.post(tour, his | {"summary": "As he says"}).status_code == 302
    assert places_of(stop) == ["Zenda"]
    his = filled(rupert.get(tour))
    flavia.post(page, filled(flavia.get(page)) | {"places": []})
    answer = rupert.post(tour, his | {"stops-0-locale_text": "The castle"})
    assert "places from “Zenda” to “”" in errors_of(answer)["__all__"][0]
    assert rupert.post(tour, filled(answer)).status_code == 302
    stop.refresh_from_db()
    assert (stop.locale_text, places_of(stop)) == ("The castle", [])


@pytest.mark.django_db(transaction=True)
def test_other_topics_of_a_point_and_of_a_purpose(flavia: Client, rupert: Client) -> None:
    purpose = make_point(tour=make_tour(published=False))
    topics = [make_topic(name=name) for name in ("Castles", "Herring")]
    tour, page = address("tour", "change", purpose.tour_id), address("agendapoint", "change", purpose.pk)
    his = filled(rupert.get(tour))
    flavia.post(page, filled(flavia.get(page)) | {"other_topics": [topics[0].pk]})
    answer = rupert.post(tour, his | {"purposes-0-other_topics": [topics[1].pk]})
    assert "other topics from “” to “Castles”" in errors_of(answer)["__all__"][0]
    rupert.post(tour, filled(answer))
    assert list(purpose.other_topics.all()) == topics


@pytest.mark.django_db(transaction=True)
def test_claims_and_successions(flavia: Client, rupert: Client) -> None:
    ruritania, grausturk = make_country(name="Ruritania"), make_country(name="Grausturk")
    place, realm = make_place(name="Zenda"), make_country(name="The old realm")
    for record, noun, field in ((place, "place", "claimed_by"), (realm, "country", "succeeded_by")):
        page = address(noun, "change", record.pk)
        his = filled(rupert.get(page))
        flavia.post(page, filled(flavia.get(page)) | {field: [ruritania.pk]})
        answer = rupert.post(page, his | {field: [grausturk.pk]})
        assert f"{field.replace('_', ' ')} from “” to “Ruritania”" in errors_of(answer)["__all__"][0]
        rupert.post(page, filled(answer))
        assert list(getattr(record, field).all()) == [grausturk, ruritania]


def test_names_identifiers_and_contributors_carry_their_version(flavia: Client, rupert: Client) -> None:
    official, place, country, source = make_official(), make_place(), make_country(), make_source()
    OfficialName.objects.create(official=official, name="As it was")
    PlaceName.objects.create(place=place, name="As it was")
    PartyName.objects.create(party=country, name="As it was")
    Contributor.objects.create(source=source, name="As it was")
    ExternalIdentifier.objects.create(source=source, scheme="x", value="As it was")
    rows = [
        (official, "official", "other_names", "name", "language", "pl"),
        (place, "place", "other_names", "name", "language", "pl"),
        (country, "country", "other_names", "name", "language", "pl"),
        (source, "source", "contributors", "name", "role", "editor"),
        (source, "source", "external_identifiers", "value", "scheme", "y"),
    ]
    for record, noun, prefix, field, other, value in rows:
        page = address(noun, "change", record.pk)
        his = filled(rupert.get(page))
        flavia.post(page, filled(flavia.get(page)) | {f"{prefix}-0-{field}": "As she says"})
        answer = rupert.post(page, his | {f"{prefix}-0-{other}": value})
        sentence = f"flavia has changed this since you opened it: {field} from “As it was” to “As she says”."
        assert errors_of(answer) == {"__all__": [f"{sentence} {AGAIN}"]}
        assert rupert.post(page, filled(answer)).status_code == 302
        row = getattr(record, prefix).get()
        assert (getattr(row, field), getattr(row, other)) == ("As she says", value)


@pytest.mark.django_db(transaction=True)
def test_source_that_each_added_to_a_line_both_stay(flavia: Client, rupert: Client) -> None:
    statement = make_statement(point=make_point(meeting=draft()))
    gazette, herald = make_source(title="Gazette"), make_source(title="Herald")
    page = address("meeting", "change", statement.point.meeting_id)
    his = filled(rupert.get(page))
    flavia.post(page, filled(flavia.get(page)) | line(0, sources=[gazette.pk]))
    answer = rupert.post(page, his | line(0, sources=[herald.pk]))
    assert "sources from “” to “Gazette”" in errors_of(answer)["__all__"][0]
    rupert.post(page, filled(answer))
    assert {found.source for found in statement.citations.all()} == {gazette, herald}


@pytest.mark.django_db(transaction=True)
def test_two_who_press_save_at_the_same_moment(flavia: Client, rupert: Client) -> None:
    """On two connections: one of them is told, and what each added is there once that one has saved again."""
    stop = stop_in()
    added = {flavia: make_place(name="Zenda").pk, rupert: make_place(name="Hentzau").pk}
    page = address("stop", "change", stop.pk)
    given = {client: filled(client.get(page)) | {"places": [place]} for client, place in added.items()}
    answers: dict[Client, Any] = {}

    def press(client: Client) -> None:
        try:
            answers[client] = client.post(page, given[client])
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[client]) for client in added]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    (told,) = [client for client, answer in answers.items() if answer.status_code == 200]
    assert len(answers) == 2
    assert told.post(page, filled(answers[told])).status_code == 302
    assert places_of(stop) == ["Hentzau", "Zenda"]
