"""What a parser proposes becomes a record once somebody has confirmed it, and is never proposed twice."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from tests import factories as make
from tests.importing import imported_tour, opened
from visits.choices import StopStatus, SuggestionKind
from visits.models import (
    Citation,
    ImportBatch,
    Meeting,
    Note,
    Official,
    OfficialName,
    Participation,
    Stop,
    Suggestion,
    User,
)
from visits.queries.history import changes_of
from visits.queries.obstacles import obstacles
from visits.services import editorial, suggestions

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst() -> User:
    return make.make_user("Analyst", username="ann")


@pytest.fixture
def stop() -> Stop:
    """Of a chancellor's tour, with one place and a citation."""
    tour = make.make_tour(published=False, capacity="Chancellor", on_behalf_of=make.make_country("X-RU"))
    place = make.make_place(name="Strelsau", country=make.make_country("X-HE"))
    stop = make.make_stop(
        tour=tour, country=place.country, places=[place], start_date="2024-01-05", end_date="2024-01-06"
    )
    make.make_citation(stop=stop, locator="record 7")
    return stop


def propose(batch: ImportBatch | None = None, *names: str, **given: Any) -> list[Suggestion]:
    """Suggestions that somebody was met, unless told otherwise; one for each name."""
    if batch is None:
        with opened() as batch:
            pass
    told = {"kind": SuggestionKind.MET, "words": "Met with King Rupert and Queen Flavia."} | given
    proposals = [suggestions.Proposal(name=name, key=f"{told['kind']}:{name}", **told) for name in names]
    suggestions.propose(batch, proposals)
    return list(Suggestion.objects.filter(name__in=names))


def failures(decided: suggestions.Decided) -> list[tuple[str, str]]:
    return [(suggestion.name, reason) for suggestion, reason in decided.failed]


# Somebody met at a stop


def test_confirmed_person_is_met_at_the_stop_by_the_traveller(stop: Stop, analyst: User) -> None:
    proposed = propose(None, "Rupert", title="King", party=stop.country, stop=stop)
    decided = suggestions.confirm(suggestions=proposed, by=analyst)
    meeting = Meeting.objects.get()
    assert (decided.confirmed, decided.failed) == ([(proposed[0], meeting)], [])
    assert (meeting.state, meeting.status, meeting.start_date, meeting.end_date) == (
        *("draft", "held"),
        *("2024-01-05", "2024-01-06"),
    )
    assert (meeting.tour, meeting.stop, meeting.location, meeting.host) == (
        *(stop.tour, stop),
        *(stop.country, stop.country),
    )
    assert str(meeting.place) == "Strelsau"
    people = [
        (str(person.official), person.on_behalf_of, person.capacity, person.role)
        for person in meeting.participations.all()
    ]
    assert people == [
        (str(stop.tour.principal), stop.tour.on_behalf_of, "Chancellor", "principal"),
        ("Rupert", stop.country, "King", "principal"),
    ]
    (cited,) = meeting.citations.all()
    assert (cited.source, cited.locator, cited.quote) == (
        stop.citations.all()[0].source,
        "record 7",
        "Met with King Rupert and Queen Flavia.",
    )
    assert list(meeting.editorial_events.values_list("action", "by__username")) == [("created", "ann")]
    assert editorial.missing_citations(meeting) == []
    proposed[0].refresh_from_db()
    assert (proposed[0].state, proposed[0].decided_by) == ("confirmed", analyst)


def test_several_people_of_one_sentence_are_meetings_of_their_own(stop: Stop, analyst: User) -> None:
    proposed = propose(None, "Rupert", "Flavia", stop=stop)
    suggestions.confirm(suggestions=proposed, by=analyst)
    met = [meeting.participations.all()[1].official for meeting in Meeting.objects.order_by("pk")]
    assert [str(official) for official in met] == ["Rupert", "Flavia"]
    for meeting, name in zip(Meeting.objects.order_by("pk"), ("Rupert", "Flavia"), strict=True):
        made = Suggestion.objects.get(name=name)
        assert changes_of(Meeting, meeting.pk)[-1].why == f"Confirmed, from the words: {made.words}"


def test_official_is_found_by_name_and_by_other_name(stop: Stop, analyst: User) -> None:
    named, alias = make.make_official(name="Rupert"), make.make_official(name="Flavia of Ruritania")
    OfficialName.objects.create(official=alias, name="Flavia")
    suggestions.confirm(suggestions=propose(None, "Rupert", "Flavia", stop=stop), by=analyst)
    met = {meeting.participations.all()[1].official for meeting in Meeting.objects.all()}
    assert met == {named, alias}


def test_person_who_is_on_record_as_met_there_is_not_met_twice(stop: Stop, analyst: User) -> None:
    known = make.make_meeting(tour=stop.tour, stop=stop)
    make.make_participation(meeting=known, official=make.make_official(name="Rupert"))
    decided = suggestions.confirm(suggestions=propose(None, "Rupert", stop=stop), by=analyst)
    assert [record for _, record in decided.confirmed] == [known]
    assert Meeting.objects.count() == 1


@pytest.mark.parametrize(
    ("status", "expected"), [(StopStatus.PLANNED, "announced"), (StopStatus.DROPPED, "cancelled")]
)
def test_meeting_at_a_stop_that_was_not_made_was_not_held(
    status: str, expected: str, stop: Stop, analyst: User
) -> None:
    Stop.objects.filter(pk=stop.pk).update(status=status)
    suggestions.confirm(suggestions=propose(None, "Rupert", stop=stop), by=analyst)
    assert Meeting.objects.get().status == expected


def test_what_cannot_be_recorded_says_why_and_keeps_no_other_from_it(stop: Stop, analyst: User) -> None:
    uncited = make.make_stop()
    with opened() as batch:
        pass
    for _ in range(2):
        make.make_official(name="Michael")
    proposed = [
        *propose(batch, "Michael", "Rupert", str(stop.tour.principal), stop=stop),
        *propose(batch, "Antoinette", stop=uncited),
    ]
    before = Official.objects.count()
    decided = suggestions.confirm(suggestions=proposed, by=analyst)
    assert failures(decided) == [
        ("Michael", "Several officials are called Michael: record it by hand."),
        (str(stop.tour.principal), f"{stop.tour.principal} is the traveller."),
        ("Antoinette", "The stop has no supporting citation: cite it first."),
    ]
    assert [suggestion.name for suggestion, _ in decided.confirmed] == ["Rupert"]
    assert Official.objects.count() == before + 1
    assert set(Suggestion.objects.open().values_list("name", flat=True)) == {
        *("Michael", "Antoinette"),
        str(stop.tour.principal),
    }


def test_what_somebody_else_has_decided_meanwhile_is_not_decided_again(stop: Stop, analyst: User) -> None:
    proposed = propose(None, "Rupert", stop=stop)
    assert suggestions.refuse(suggestions=Suggestion.objects.all(), by=analyst) == 1
    decided = suggestions.confirm(suggestions=proposed, by=make.make_user("Analyst"))
    assert failures(decided) == [("Rupert", "This has been decided by somebody else meanwhile.")]
    assert suggestions.refuse(suggestions=Suggestion.objects.all(), by=analyst) == 0
    assert Meeting.objects.count() == 0


def test_viewer_decides_nothing(stop: Stop) -> None:
    viewer = make.make_user("Viewer")
    proposed = propose(None, "Rupert", stop=stop)
    with pytest.raises(PermissionDenied):
        suggestions.confirm(suggestions=proposed, by=viewer)
    with pytest.raises(PermissionDenied):
        suggestions.refuse(suggestions=Suggestion.objects.all(), by=viewer)
    assert [suggestion.state for suggestion in Suggestion.objects.all()] == ["open"]


# A further visitor


def test_further_visitor_of_a_tour_is_a_cited_note(stop: Stop, analyst: User) -> None:
    tour = stop.tour
    make.make_note(tour=tour, position=4)
    make.make_citation(tour=tour, locator="records 7–9")
    proposed = propose(None, "Flavia", kind=SuggestionKind.VISITOR, title="Queen", tour=tour)
    proposed += propose(None, "Fritz", kind=SuggestionKind.VISITOR, stop=stop)
    suggestions.confirm(suggestions=proposed, by=analyst)
    notes = Note.objects.filter(tour=tour, position__gt=4).order_by("position")
    assert [(note.text, note.citations.all()[0].locator) for note in notes] == [
        ("Queen Flavia travelled along.", "records 7–9"),
        (f"Fritz travelled along (at the stop in {stop.country}).", "record 7"),
    ]
    assert tour.editorial_events.filter(action="edited", by=analyst).count() == 2


def test_further_visitor_of_a_meeting_is_in_the_delegation(analyst: User) -> None:
    meeting = make.make_full_meeting(published=False)
    fritz = make.make_official(name="Fritz")
    proposed = propose(None, "Fritz", "Sapt", kind=SuggestionKind.VISITOR, title="Colonel", meeting=meeting)
    suggestions.confirm(suggestions=proposed, by=analyst)
    added = meeting.participations.filter(role="delegation")
    assert [(person.official, person.name, person.capacity) for person in added] == [
        (fritz, "", "Colonel"),
        (None, "Sapt", "Colonel"),
    ]
    assert [person.citations.count() for person in added] == [1, 1]
    again = propose(None, "Fritz ", kind=SuggestionKind.VISITOR, meeting=meeting)
    Suggestion.objects.filter(pk=again[0].pk).update(name="Fritz")
    assert failures(suggestions.confirm(suggestions=again, by=analyst)) == [
        ("Fritz ", "Fritz is on this meeting already.")
    ]


def test_further_visitor_is_not_noted_on_anothers_tour(stop: Stop, analyst: User) -> None:
    make.make_citation(tour=stop.tour)
    editorial.record_change(record=stop.tour, by=make.make_user("Analyst"), created=True)
    proposed = propose(None, "Flavia", kind=SuggestionKind.VISITOR, tour=stop.tour)
    decided = suggestions.confirm(suggestions=proposed, by=analyst)
    assert failures(decided) == [("Flavia", "This tour is another analyst's: you may look at it.")]
    assert Note.objects.count() == 0


# One person under two spellings


def test_second_official_goes_up_in_the_first_by_a_reviewer(analyst: User) -> None:
    keep, gone = make.make_official(name="Rudolf V"), make.make_official(name="Rudolph V")
    tour = make.make_tour(principal=gone)
    proposed = propose(None, "Rudolph V", kind=SuggestionKind.SPELLING, official=keep, other_official=gone)
    told = failures(suggestions.confirm(suggestions=proposed, by=analyst))
    assert told == [("Rudolph V", "You may not merge records.")]
    decided = suggestions.confirm(suggestions=proposed, by=make.make_user("Reviewer"))
    assert [record for _, record in decided.confirmed] == [keep]
    tour.refresh_from_db()
    assert (tour.principal, Suggestion.objects.get().state) == (keep, "confirmed")
    assert [name.name for name in keep.other_names.all()] == ["Rudolph V"]


def test_spelling_of_nobody_on_record_becomes_another_name(analyst: User) -> None:
    keep = make.make_official(name="Rudolf V")
    proposed = propose(None, "Rudolph V", kind=SuggestionKind.SPELLING, official=keep)
    suggestions.confirm(suggestions=proposed, by=analyst)
    assert [name.name for name in keep.other_names.all()] == ["Rudolph V"]


# Proposing


def test_same_proposal_of_a_second_import_is_not_made_again(stop: Stop, analyst: User) -> None:
    first = propose(None, "Rupert", "Flavia", stop=stop)
    suggestions.refuse(suggestions=Suggestion.objects.filter(name="Rupert"), by=analyst)
    with opened(analyst) as batch:
        pass
    assert propose(batch, "Rupert", "Flavia", stop=stop) == first
    assert {suggestion.batch_id for suggestion in Suggestion.objects.all()} == {first[0].batch_id}


def test_long_words_are_cut(stop: Stop) -> None:
    (made,) = propose(None, "Rupert", stop=stop, words="He met " + "many people, " * 100)
    assert (len(made.words), made.words[-1]) == (1000, "…")


def test_confirmed_meeting_keeps_the_import_from_being_taken_back(analyst: User) -> None:
    with opened(analyst) as batch:
        tour = imported_tour()
        proposed = propose(batch, "Rupert", stop=tour.stops.all()[0])
    suggestions.confirm(suggestions=proposed, by=make.make_user("Analyst"))
    assert {obstacle.model for obstacle in obstacles(batch)} == {Meeting, Participation, Citation}
