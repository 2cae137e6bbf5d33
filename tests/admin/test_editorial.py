"""The way to publication, by forms and by actions on lists; and who is noted for what."""

from typing import Any

import pytest
from django.test import Client

from tests.admin.forms import address, desk, errors_of, filled, messages_of
from tests.admin.test_meeting_form import line, send, taking_part
from tests.factories import (
    make_citation,
    make_country,
    make_full_meeting,
    make_meeting,
    make_note,
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
from visits.models import EditorialEvent, Meeting, Participation, Tour

pytestmark = pytest.mark.django_db

PUBLISHING = {"publish_selected", "return_selected", "withdraw_selected"}


def events(record: Tour | Meeting) -> list[tuple[str, str]]:
    return [(event.action, event.by.username) for event in record.editorial_events.select_related("by")]


def state(record: Tour | Meeting) -> str:
    record.refresh_from_db()
    return record.state


def choose(client: Client, noun: str, action: str, *records: Any, **further: str) -> Any:
    data = {"action": action, "_selected_action": [record.pk for record in records], **further}
    return client.post(address(noun, "changelist"), data, follow=True)


def test_draft_is_submitted_published_and_withdrawn_by_two_people() -> None:
    analyst, reviewer = desk("Analyst", username="ann"), desk("Reviewer", username="rob")
    send(analyst, "/admin/visits/meeting/add/", start_date="2024-01-06", _submit_for_review="x")
    meeting = Meeting.objects.get()
    assert events(meeting) == [("created", "ann"), ("submitted", "ann")]
    make_citation(meeting=meeting)
    assert not Meeting.objects.public().exists()
    page = reviewer.get(address("meeting", "change", meeting.pk))
    publish = dict(page.context["desk_links"])["Publish"]
    assert reviewer.get(publish).status_code == 200
    assert state(meeting) == "in_review"
    reviewer.post(publish)
    assert list(Meeting.objects.public()) == [meeting]
    withdraw = address("meeting", "editorial", meeting.pk, "withdraw")
    assert "This field is required." in reviewer.post(withdraw, {"comment": " "}).content.decode()
    reviewer.post(withdraw, {"comment": "Told twice."})
    assert state(meeting) == "withdrawn"
    assert events(meeting)[2:] == [("published", "rob"), ("withdrawn", "rob")]
    assert "Withdrawn by rob" in analyst.get(address("meeting", "change", meeting.pk)).content.decode()


def test_return_with_comment_reaches_the_author() -> None:
    meeting = make_meeting(published=False, state="in_review")
    client = desk("Reviewer", username="rob")
    client.post(address("meeting", "editorial", meeting.pk, "return"), {"comment": "Who spoke first?"})
    assert state(meeting) == "draft"
    assert (
        "Who spoke first?" in desk("Analyst").get(address("meeting", "change", meeting.pk)).content.decode()
    )


def test_analyst_neither_sees_nor_reaches_publishing() -> None:
    meeting = make_full_meeting(published=False, state="in_review")
    client = desk("Analyst")
    page = client.get(address("meeting", "change", meeting.pk))
    assert [words for words, _ in page.context["desk_links"]] == ["Log a meeting"]
    offered = {
        name
        for name, _ in client.get(address("meeting", "changelist"))
        .context["action_form"]
        .fields["action"]
        .choices
    }
    assert offered & (PUBLISHING | {"submit_selected"}) == {"submit_selected"}
    assert client.post(address("meeting", "editorial", meeting.pk, "publish")).status_code == 403
    for action in PUBLISHING:
        choose(client, "meeting", action, meeting, comment="x")
    assert state(meeting) == "in_review"


def test_reviewer_who_changed_it_is_told_so_and_what_was_typed_is_kept() -> None:
    meeting = make_full_meeting(published=False)
    reviewer = desk("Reviewer")
    page = address("meeting", "change", meeting.pk)
    send(reviewer, page, summary="Long.", _submit_for_review="x")
    response = reviewer.post(address("meeting", "editorial", meeting.pk, "publish"), follow=True)
    assert messages_of(response) == [
        f"“{meeting}”: You have changed this record since it was last published; somebody else publishes it."
    ]
    assert state(meeting) == "in_review"
    assert meeting.summary == "Long."


def test_missing_citations_are_told_before_and_on_publishing() -> None:
    meeting = make_meeting(published=False)
    make_point(meeting=meeting, title="Quota")
    response = send(desk("Analyst"), address("meeting", "change", meeting.pk), _submit_for_review="x")
    gaps = ["The meeting itself has no supporting citation.", "The point “Quota” has no supporting citation."]
    assert messages_of(response)[:3] == [
        f"“{meeting}” was submitted for review.",
        *(f"{gap} It can't be published without." for gap in gaps),
    ]
    reviewer = desk("Reviewer")
    publish = address("meeting", "editorial", meeting.pk, "publish")
    assert reviewer.get(publish).context["gaps"] == gaps
    response = reviewer.post(publish, follow=True)
    assert messages_of(response) == [f"“{meeting}”: {gap}" for gap in gaps]
    assert state(meeting) == "in_review"


def test_list_publishes_what_it_can_and_says_what_it_could_not() -> None:
    ready = [make_full_meeting(published=False, state="in_review", title=f"Ready {n}") for n in range(2)]
    draft = make_full_meeting(published=False, title="Draft")
    response = choose(desk("Reviewer"), "meeting", "publish_selected", *ready, draft)
    assert sorted(messages_of(response)) == [
        "“Draft”: The meeting is draft: this can't be done to it now.",
        "“Ready 0” was published.",
        "“Ready 1” was published.",
    ]
    assert [state(meeting) for meeting in (*ready, draft)] == ["published", "published", "draft"]


def test_list_asks_for_one_comment_for_all() -> None:
    tours = [make_tour() for _ in range(2)]
    reviewer = desk("Reviewer")
    question = choose(reviewer, "tour", "withdraw_selected", *tours)
    assert [state(tour) for tour in tours] == ["published", "published"]
    assert sorted(question.context["records"], key=lambda tour: tour.pk) == tours
    assert question.content.decode().count('name="_selected_action"') == 2
    choose(reviewer, "tour", "withdraw_selected", *tours, comment="Told twice.")
    assert [state(tour) for tour in tours] == ["withdrawn", "withdrawn"]
    assert {event.comment for event in EditorialEvent.objects.all()} == {"Told twice."}


def test_state_is_not_a_field_of_the_form() -> None:
    meeting = make_meeting(published=False)
    send(
        desk("Reviewer"),
        address("meeting", "change", meeting.pk),
        state="published",
        published_at="2024-01-01",
    )
    assert state(meeting) == "draft"


# Every change is noted, once.


def test_saving_much_at_once_is_one_change() -> None:
    meeting = make_full_meeting(published=False)
    send(
        desk("Analyst", username="ann"),
        address("meeting", "change", meeting.pk),
        summary="New.",
        **line(0, text="Other words."),
        **line(4, title="Another point"),
        **taking_part(0, capacity="Envoy"),
        **{"notes-0-text": "Other note."},
    )
    assert events(meeting) == [("edited", "ann")]


def test_saving_nothing_is_no_change() -> None:
    meeting = make_full_meeting(summary="One line.\nAnother.")
    send(desk("Analyst"), address("meeting", "change", meeting.pk))
    assert (events(meeting), state(meeting)) == ([], "published")


def test_published_record_that_is_changed_goes_back_to_review() -> None:
    tour = make_tour(title="Grand tour")
    response = send(desk("Analyst", username="ann"), address("tour", "change", tour.pk), title="Grander tour")
    assert (events(tour), state(tour)) == ([("edited", "ann")], "in_review")
    assert (
        messages_of(response)[0]
        == "“Grander tour” was published. With this change, it waits for review again."
    )


@pytest.mark.parametrize(
    ("noun", "field"),
    [
        ("stop", "remarks"),
        ("participation", "capacity"),
        ("agendapoint", "title"),
        ("statement", "text"),
        ("note", "text"),
        ("citation", "locator"),
    ],
)
def test_part_changed_or_deleted_on_its_own_page_changes_its_owner(noun: str, field: str) -> None:
    meeting, tour = make_meeting(), make_tour()
    point = make_point(meeting=meeting)
    statement = make_statement(point=point)
    parts = {
        "stop": make_stop(tour=tour),
        "participation": make_participation(meeting=meeting),
        "agendapoint": point,
        "statement": statement,
        "note": make_note(tour=tour),
        "citation": make_citation(statement=statement),
    }
    part = parts[noun]
    owner = tour if noun in ("stop", "note") else meeting
    analyst = desk("Analyst", username="ann")
    send(analyst, address(noun, "change", part.pk), **{field: "Changed"})
    assert (events(owner), state(owner)) == ([("edited", "ann")], "in_review")
    analyst.post(address(noun, "delete", part.pk), {"post": "yes"})
    assert events(owner) == [("edited", "ann")] * 2
    assert not type(part)._default_manager.filter(pk=part.pk).exists()


def test_parts_deleted_from_a_list_change_each_owner_once() -> None:
    meetings = [make_meeting() for _ in range(2)]
    notes = [make_note(meeting=meeting) for meeting in meetings for _ in range(2)]
    choose(desk("Analyst", username="ann"), "note", "delete_selected", *notes, post="yes")
    assert [events(meeting) for meeting in meetings] == [[("edited", "ann")]] * 2
    assert [state(meeting) for meeting in meetings] == ["in_review"] * 2


def test_part_that_moves_changes_both_owners() -> None:
    old, new = make_meeting(), make_meeting()
    note = make_note(meeting=old)
    send(desk("Analyst", username="ann"), address("note", "change", note.pk), meeting=new.pk)
    assert events(old) == events(new) == [("edited", "ann")]


def test_part_added_on_its_own_page_changes_its_owner() -> None:
    meeting, source = make_meeting(), make_source()
    data = {"source": source.pk, "relation": "supports", "meeting": meeting.pk}
    send(desk("Analyst", username="ann"), address("citation", "add"), **data)
    assert events(meeting) == [("edited", "ann")]


def test_refused_form_notes_nothing() -> None:
    meeting = make_meeting(title="As it was")
    response = send(desk("Analyst"), address("meeting", "change", meeting.pk), start_date="2024-13")
    assert list(errors_of(response)) == ["start_date"]
    assert (events(meeting), state(meeting)) == ([], "published")


# Deletion


def test_published_record_is_withdrawn_and_not_deleted() -> None:
    meeting = make_meeting(title="Talks")
    client = desk("Analyst")
    page = address("meeting", "delete", meeting.pk)
    words = "“Talks” has been published: withdraw it first."
    assert client.get(page).context["protected"] == [words]
    client.post(page, {"post": "yes"})
    choose(client, "meeting", "delete_selected", meeting, post="yes")
    assert state(meeting) == "published"


def test_published_record_cannot_be_deleted_by_way_of_a_change() -> None:
    meeting = make_meeting()
    client = desk("Analyst")
    send(client, address("meeting", "change", meeting.pk), summary="Changed.")
    client.post(address("meeting", "delete", meeting.pk), {"post": "yes"})
    assert state(meeting) == "in_review"


def test_draft_is_deleted_with_all_its_parts() -> None:
    meeting = make_full_meeting(published=False)
    client = desk("Analyst")
    send(client, address("meeting", "change", meeting.pk), summary="Changed.")
    client.post(address("meeting", "delete", meeting.pk), {"post": "yes"})
    assert not Meeting.objects.exists()
    assert not Participation.objects.exists()


def test_what_others_build_on_says_so_and_stays() -> None:
    place, topic, party = make_place(name="Zenda"), make_topic(name="Herring"), make_country()
    source, official = make_source(), make_official()
    tour = make_tour(title="Grand tour", principal=official, on_behalf_of=party)
    make_stop(tour=tour, places=[place], country=place.country, locale_text="Zenda", position=1)
    make_point(tour=tour, title="Quota").other_topics.add(topic)
    make_citation(tour=tour, source=source)
    client = desk("Analyst")
    blocked = {
        "place": (place, "Stop 1. Zenda of “Grand tour” was there."),
        "topic": (topic, "The point “Quota” is about it, too."),
        "source": (
            source,
            f'Citation: <a href="{address("citation", "change", source.citations.get().pk)}">',
        ),
        "official": (official, f'Tour: <a href="{address("tour", "change", tour.pk)}">Grand tour</a>'),
        "country": (party, f'Tour: <a href="{address("tour", "change", tour.pk)}">Grand tour</a>'),
    }
    for noun, (record, words) in blocked.items():
        page = address(noun, "delete", record.pk)
        (protected,) = client.get(page).context["protected"]
        assert protected.startswith(words)
        assert client.post(page, {"post": "yes"}).status_code == 200
        assert choose(client, noun, "delete_selected", record, post="yes").status_code == 200
    assert {
        noun
        for noun, (record, _) in blocked.items()
        if not type(record)._default_manager.filter(pk=record.pk)
    } == set()


def test_stop_with_a_meeting_stays_on_the_tour() -> None:
    tour = make_tour(published=False)
    make_meeting(published=False, tour=tour, stop=make_stop(tour=tour), title="Talks")
    page = address("tour", "change", tour.pk)
    client = desk("Analyst")
    response = client.post(page, filled(client.get(page)) | {"stops-0-DELETE": "on"})
    (message,) = response.context["inline_admin_formsets"][0].non_form_errors()
    assert "would require deleting the following protected related objects: meeting Talks" in message
    assert tour.stops.count() == 1
