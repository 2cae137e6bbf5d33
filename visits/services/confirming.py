"""What a confirmed suggestion is recorded as, kind by kind."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Exists, Max, Model, OuterRef, Q

from visits.choices import MeetingStatus, Role, StopStatus, SuggestionKind
from visits.models import (
    Citation,
    Meeting,
    Note,
    Official,
    OfficialName,
    Participation,
    Stop,
    Suggestion,
    User,
)
from visits.services import editorial, merging

STATUS = {
    StopStatus.MADE: MeetingStatus.HELD,
    StopStatus.PLANNED: MeetingStatus.ANNOUNCED,
    StopStatus.DROPPED: MeetingStatus.CANCELLED,
}


def officials_called(name: str) -> list[Official]:
    """Officials who have exactly this name, or this other name; two at most."""
    alias = OfficialName.objects.filter(official=OuterRef("pk"), name=name)
    return list(Official.objects.filter(Q(name=name) | Exists(alias)).order_by("pk")[:2])


def met_at_stop(suggestion: Suggestion, by: User) -> Meeting:
    """A draft of a meeting of the traveller with this one person, at the stop and with its dates.

    Several people in one sentence are meetings of their own (``docs/data.md``). Where the two have met at that stop
    already, that meeting is it.
    """
    _require(by, "add_meeting", "add_participation", "add_citation")
    stop: Stop = suggestion.stop  # type: ignore[assignment]
    official = _official(suggestion, by)
    if official.pk == stop.tour.principal_id:
        raise ValidationError(f"{official} is the traveller.")
    known = Meeting.objects.filter(stop=stop, participations__official=official).order_by("pk").first()
    if known is not None:
        return known
    evidence = _evidence({"stop": stop})
    meeting = _meeting_at(stop, suggestion)
    travelling = {"official_id": stop.tour.principal_id, "on_behalf_of_id": stop.tour.on_behalf_of_id}
    visited = {"official": official, "on_behalf_of": suggestion.party, "capacity": suggestion.title}
    Participation.objects.create(meeting=meeting, capacity=stop.tour.capacity, position=0, **travelling)
    Participation.objects.create(meeting=meeting, position=1, **visited)
    _cite(evidence, suggestion, meeting=meeting)
    editorial.record_change(record=meeting, by=by, created=True)
    return meeting


def travelled_along(suggestion: Suggestion, by: User) -> Model:
    """A further participant of the meeting; of a tour or a stop, a note on the tour that says so."""
    if suggestion.meeting is not None:
        return _taking_part(suggestion, suggestion.meeting, by)
    _require(by, "add_note", "add_citation")
    tour = suggestion.stop.tour if suggestion.stop else suggestion.tour
    assert tour is not None
    evidence = _evidence({"stop": suggestion.stop} if suggestion.stop else {"tour": tour})
    where = f" (at the stop in {suggestion.stop.country})" if suggestion.stop else ""
    last = Note.objects.filter(tour=tour).aggregate(last=Max("position"))["last"]
    position = 0 if last is None else last + 1
    note = Note.objects.create(tour=tour, position=position, text=f"{suggestion} travelled along{where}.")
    _cite(evidence, suggestion, note=note)
    editorial.record_change(record=tour, by=by)
    return note


def same_person(suggestion: Suggestion, by: User) -> Official:
    """The other official goes up in the one that is named first; without one, the spelling is another name."""
    keep: Official = suggestion.official  # type: ignore[assignment]
    if suggestion.other_official is not None:
        merging.merge(keep=keep, gone=suggestion.other_official, by=by, why=suggestion.words)
        return keep
    _require(by, "add_officialname")
    if suggestion.name != keep.name:
        OfficialName.objects.get_or_create(official=keep, name=suggestion.name, language="")
    return keep


WAYS: dict[SuggestionKind, Callable[[Suggestion, User], Model]] = {
    SuggestionKind.MET: met_at_stop,
    SuggestionKind.VISITOR: travelled_along,
    SuggestionKind.SPELLING: same_person,
}


def _require(by: User, *words: str) -> None:
    if not by.has_perms([f"visits.{word}" for word in words]):
        raise PermissionDenied("You may not record this.")


def _official(suggestion: Suggestion, by: User) -> Official:
    """The one of that name, or a new one."""
    called = officials_called(suggestion.name)
    if len(called) > 1:
        raise ValidationError(f"Several officials are called {suggestion.name}: record it by hand.")
    if called:
        return called[0]
    _require(by, "add_official")
    return Official.objects.create(name=suggestion.name)


def _meeting_at(stop: Stop, suggestion: Suggestion) -> Meeting:
    places = list(stop.places.all()[:2])
    received = suggestion.party if suggestion.party_id == stop.country_id else None
    return Meeting.objects.create(
        status=STATUS[StopStatus(stop.status)],
        start_date=stop.start_date,
        end_date=stop.end_date,
        tour=stop.tour,
        stop=stop,
        location=stop.country,
        place=places[0] if len(places) == 1 else None,
        host=received,
    )


def _taking_part(suggestion: Suggestion, meeting: Meeting, by: User) -> Participation:
    """Under the name as reported unless there is exactly one official of that name."""
    _require(by, "add_participation", "add_citation")
    called = officials_called(suggestion.name)
    who = {"official": called[0]} if len(called) == 1 else {"name": suggestion.name}
    if Participation.objects.filter(meeting=meeting, **who).exists():
        raise ValidationError(f"{suggestion.name} is on this meeting already.")
    evidence = _evidence({"meeting": meeting})
    last = Participation.objects.filter(meeting=meeting).aggregate(last=Max("position"))["last"]
    participation = Participation.objects.create(
        meeting=meeting,
        on_behalf_of=suggestion.party,
        role=Role.DELEGATION,
        capacity=suggestion.title,
        position=0 if last is None else last + 1,
        **who,
    )
    _cite(evidence, suggestion, participation=participation)
    editorial.record_change(record=meeting, by=by)
    return participation


def _evidence(target: dict[str, Model]) -> Citation:
    """What the target itself is cited to."""
    cited = Citation.objects.supporting().filter(**target).order_by("pk").first()
    if cited is None:
        raise ValidationError(f"The {next(iter(target))} has no supporting citation: cite it first.")
    return cited


def _cite(evidence: Citation, suggestion: Suggestion, **target: Model) -> None:
    Citation.objects.create(
        source_id=evidence.source_id, locator=evidence.locator, quote=suggestion.words, **target
    )
