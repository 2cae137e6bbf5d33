"""A whole meeting on one form."""

from typing import Any

import pytest
from django.test import Client

from tests.admin.forms import address, desk, errors_of, filled, messages_of
from tests.factories import (
    make_citation,
    make_country,
    make_full_meeting,
    make_meeting,
    make_official,
    make_place,
    make_source,
    make_statement,
    make_stop,
    make_topic,
    make_tour,
)
from visits.models import Citation, Meeting, Source, Statement, Stop

pytestmark = pytest.mark.django_db

ADD = "/admin/visits/meeting/add/"


def line(number: int, **given: Any) -> dict[str, Any]:
    """What is typed into a line."""
    values = {name: getattr(value, "pk", value) for name, value in given.items()}
    return {f"lines-{number}-{name}": value for name, value in values.items()}


def taking_part(number: int, **given: Any) -> dict[str, Any]:
    values = {name: getattr(value, "pk", value) for name, value in given.items()}
    return {f"participations-{number}-{name}": value for name, value in values.items()}


def send(client: Client, page: str, **typed: Any) -> Any:
    """Open the page, type, press Save."""
    return client.post(page, filled(client.get(page)) | typed, follow=True)


def agenda(meeting: Meeting) -> list[tuple[str, list[str]]]:
    return [
        (point.title, list(point.statements.values_list("text", flat=True))) for point in meeting.points.all()
    ]


def cited(**target: Any) -> set[Source]:
    return {citation.source for citation in Citation.objects.filter(**target)}


def test_whole_meeting_is_logged_in_one_form() -> None:
    ruritania, freedonia = make_country(), make_country()
    rudolf, rufus, topic = make_official(), make_official(), make_topic()
    readout, gazette = make_source(), make_source()
    citation = {
        "citations-TOTAL_FORMS": "1",
        "citations-0-source": readout.pk,
        "citations-0-relation": "supports",
    }
    send(
        desk("Analyst"),
        ADD,
        start_date="2024-01-06",
        **taking_part(0, official=rudolf, on_behalf_of=ruritania),
        **taking_part(1, official=rufus, on_behalf_of=freedonia),
        **citation,
        **line(
            0,
            title="Herring quota",
            topic=topic,
            speaker=rudolf,
            text="Demands more\r\nherring.",
            kind="demand",
        ),
        **line(
            1,
            title="herring  quota",
            side=freedonia,
            text="Opposes it.",
            stance="opposes",
            sources=[gazette.pk],
        ),
        **line(2, title="Governance"),
        **{"lines-use_meeting_sources": "on"},
    )
    meeting = Meeting.objects.get()
    assert [str(person) for person in meeting.participations.all()] == [rudolf.name, rufus.name]
    assert agenda(meeting) == [
        ("Herring quota", ["Demands more\nherring.", "Opposes it."]),
        ("Governance", []),
    ]
    first, second = Statement.objects.order_by("id")
    assert [first.on_behalf_of, first.speaker, first.kind, first.stance] == [
        ruritania,
        rudolf,
        "demand",
        "none_stated",
    ]
    assert [second.on_behalf_of, second.speaker, second.stance] == [freedonia, None, "opposes"]
    assert [first.point.main_topic, second.point] == [topic, first.point]
    assert cited(statement=first) == cited(point__title="Governance") == cited(meeting=meeting) == {readout}
    assert cited(statement=second) == {gazette}
    assert cited(point=first.point) == {readout, gazette}
    assert meeting.state == "draft"


def test_lines_on_record_are_shown_changed_and_removed() -> None:
    meeting = make_full_meeting(published=False)
    client = desk("Analyst")
    page = address("meeting", "change", meeting.pk)
    statements = list(
        Statement.objects.filter(point__meeting=meeting).order_by("point__position", "point", "id")
    )
    shown = [
        form["text"].value() for form in client.get(page).context["inline_admin_formsets"][2].formset.forms
    ]
    assert shown == [*(statement.text for statement in statements), None]
    send(client, page, **line(0, text="Put otherwise."), **{"lines-1-DELETE": "on"})
    assert [text for _, texts in agenda(meeting) for text in texts] == [
        "Put otherwise.",
        *(statement.text for statement in statements[2:]),
    ]


def test_quotes_are_kept_and_their_place_is_linked() -> None:
    statement = make_statement()
    meeting = statement.point.meeting
    assert meeting is not None
    source = make_source(title="Strelsau Gazette")
    make_citation(statement=statement, source=source, quote="More herring.", locator="p. 2")
    client = desk("Analyst")
    page = address("meeting", "change", meeting.pk)
    assert address("statement", "change", statement.pk) in client.get(page).content.decode()
    response = send(client, page, **{"lines-0-sources": []})
    assert [citation.quote for citation in statement.citations.all()] == ["More herring."]
    assert messages_of(response)[0] == (
        f"Strelsau Gazette is still cited for “{statement}”, with a quote or locator: remove it there."
    )


def test_mistakes_in_lines_are_told_beside_their_fields_and_nothing_is_lost() -> None:
    side = make_country()
    response = send(
        desk("Analyst"),
        ADD,
        start_date="2024-01-06",
        **line(0, text="Wants more.", side=side),
        **line(1, title="Quota", text="Wants less."),
        **line(2, title="Tolls", side=side),
    )
    assert errors_of(response) == {
        "lines-0-title": ["This field is required."],
        "lines-1-side": ["Whose words are these? Choose a side."],
        "lines-2-text": [
            "Say what was stated, or leave side and speaker blank for a point without a statement."
        ],
    }
    linked = [(fault.field, fault.anchor) for fault in response.context["faults"]]
    assert linked == [
        ("Point", "id_lines-0-title"),
        ("Side", "id_lines-1-side"),
        ("What was said", "id_lines-2-text"),
    ]
    assert filled(response)["lines-1-text"] == "Wants less."
    assert not Meeting.objects.exists()


def test_line_that_somebody_removed_meanwhile_is_not_written_again_unasked() -> None:
    meeting = make_full_meeting(published=False)
    client = desk("Analyst")
    page = address("meeting", "change", meeting.pk)
    data = filled(client.get(page))
    goes = Statement.objects.get(pk=data["lines-0-key"].removeprefix("statement-"))
    goes.delete()
    response = client.post(page, data)
    gone = "Somebody has removed this line since you opened the page. Tick Delete to drop it."
    assert errors_of(response) == {"__all__": [gone]}
    assert filled(response)["lines-3-text"] == data["lines-3-text"]
    assert client.post(page, data | {"lines-0-DELETE": "on"}).status_code == 302
    assert Statement.objects.filter(point__meeting=meeting).count() == 3


def test_lines_of_another_meeting_cannot_be_smuggled_in() -> None:
    other = make_statement(text="Of another meeting.")
    meeting = make_meeting(published=False)
    page = address("meeting", "change", meeting.pk)
    key = f"statement-{other.pk}"
    response = send(
        desk("Analyst"), page, **line(0, key=key, title="Quota", text="Changed.", side=make_country())
    )
    assert list(errors_of(response)) == ["__all__"]
    other.refresh_from_db()
    assert other.text == "Of another meeting."


def test_meeting_logged_from_a_stop_is_filled_in_as_far_as_the_stop_tells() -> None:
    place = make_place()
    principal, party = make_official(), make_country()
    tour = make_tour(principal=principal, on_behalf_of=party, capacity="Envoy")
    stop = make_stop(tour=tour, start_date="2024-01-06", country=place.country, places=[place])
    client = desk("Analyst")
    links = dict(client.get(address("stop", "change", stop.pk)).context["desk_links"])
    assert links == {"Log a meeting": f"{ADD}?tour={tour.pk}&stop={stop.pk}"}
    assert send(client, links["Log a meeting"]).status_code == 200
    meeting = Meeting.objects.get()
    assert (meeting.tour, meeting.stop, meeting.start_date) == (tour, stop, "2024-01-06")
    assert (meeting.location, meeting.place, meeting.host) == (place.country, place, None)
    (taken_part,) = meeting.participations.all()
    assert (taken_part.official, taken_part.on_behalf_of, taken_part.capacity) == (principal, party, "Envoy")


def test_stop_of_several_days_and_places_leaves_day_and_place_open() -> None:
    stop = make_stop(start_date="2024-01-04", end_date="2024-01-06", places=[make_place(), make_place()])
    data = filled(desk("Analyst").get(f"{ADD}?stop={stop.pk}"))
    assert {name: data.get(name) for name in ("start_date", "place", "tour", "location")} == {
        "start_date": None,
        "place": None,
        "tour": str(stop.tour_id),
        "location": str(stop.country_id),
    }


def test_meeting_logged_from_a_tour_brings_its_principal() -> None:
    tour = make_tour()
    client = desk("Analyst")
    links = dict(client.get(address("tour", "change", tour.pk)).context["desk_links"])
    data = filled(client.get(links["Log a meeting"]))
    assert data["participations-0-official"] == str(tour.principal_id)
    assert data["tour"] == str(tour.pk)
    assert "stop" not in data


def test_prefilled_participant_can_be_cleared() -> None:
    tour = make_tour()
    page = f"{ADD}?tour={tour.pk}"
    send(desk("Analyst"), page, start_date="2024", **taking_part(0, official="", on_behalf_of=""))
    assert Meeting.objects.get().participations.count() == 0


@pytest.mark.parametrize(
    "query", ["tour=x", "stop=0", "tour=" + "9" * 40, "place=%00", "stop=1&tour=-1", "host="]
)
def test_address_that_leads_to_no_record_opens_an_empty_form(query: str) -> None:
    data = filled(desk("Analyst").get(f"{ADD}?{query}"))
    assert {"tour", "stop", "place", "participations-0-official"} & set(data) == set()


def test_stop_brings_its_tour_and_not_another() -> None:
    stop = make_stop()
    client = desk("Analyst")
    send(client, ADD, start_date="2024", stop=stop.pk)
    assert Meeting.objects.get().tour == stop.tour
    response = send(client, ADD, start_date="2024", stop=stop.pk, tour=make_tour().pk)
    assert errors_of(response) == {"stop": [f"This is a stop of another tour: {stop.tour}."]}


def test_viewer_reads_the_agenda_and_can_write_nothing() -> None:
    meeting = make_full_meeting()
    statement = Statement.objects.filter(point__meeting=meeting).first()
    viewer = desk("Viewer")
    page = viewer.get(address("meeting", "change", meeting.pk)).content.decode()
    assert statement is not None
    assert statement.text in page
    assert "<textarea" not in page
    assert viewer.post(address("meeting", "change", meeting.pk), {"title": "x"}).status_code == 403
    assert viewer.get(ADD).status_code == 403


def test_same_official_twice_is_told_in_words() -> None:
    rudolf = make_official()
    response = send(
        desk("Analyst"),
        ADD,
        start_date="2024",
        **taking_part(0, official=rudolf),
        **taking_part(1, official=rudolf),
    )
    assert response.status_code == 200
    assert "This official is already on the meeting." in response.content.decode()
    assert not Meeting.objects.exists()


def test_participant_without_a_name_is_told_in_words() -> None:
    response = send(desk("Analyst"), ADD, start_date="2024", **taking_part(0, capacity="Minister"))
    assert errors_of(response) == {"__all__": ["Choose an official, or write the name as reported."]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\0b", "Null characters are not allowed."),
        ("a\u202eb", "Holds a hidden character (RIGHT-TO-LEFT OVERRIDE). Remove it and try again."),
        ("x" * 10_001, "Ensure this value has at most 10000 characters (it has 10001)."),
    ],
)
def test_text_that_cannot_be_kept_is_told_beside_its_field(text: str, message: str) -> None:
    typed = line(0, title="Quota", side=make_country(), text=text)
    response = send(desk("Analyst"), ADD, start_date="2024", summary=text, **typed)
    assert errors_of(response) == {"summary": [message], "lines-0-text": [message]}


def test_text_of_any_script_is_kept_as_typed() -> None:
    text = "رجب طيب أردوغان 🐟 Čapek"
    typed = line(0, title=text, side=make_country(), text=text)
    send(desk("Analyst"), ADD, start_date="2024", title=text, **typed)
    assert (Meeting.objects.get().title, agenda(Meeting.objects.get())) == (text, [(text, [text])])


def test_stops_may_change_places() -> None:
    tour = make_tour(published=False)
    first, second = make_stop(tour=tour, position=1), make_stop(tour=tour, position=2)
    page = address("tour", "change", tour.pk)
    response = send(desk("Analyst"), page, **{"stops-0-position": "2", "stops-1-position": "1"})
    assert "was changed successfully" in messages_of(response)[0]
    assert list(Stop.objects.filter(tour=tour)) == [second, first]


def test_two_stops_at_one_position_are_told_in_words() -> None:
    tour = make_tour(published=False)
    make_stop(tour=tour, position=1)
    make_stop(tour=tour, position=2)
    response = send(desk("Analyst"), address("tour", "change", tour.pk), **{"stops-1-position": "1"})
    assert "Two stops of a tour can&#x27;t have the same position." in response.content.decode()
