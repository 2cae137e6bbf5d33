"""One record of every noun that the admin shows, as full as can be."""

from typing import Any

from tests.factories import (
    make_citation,
    make_country,
    make_full_meeting,
    make_note,
    make_official,
    make_organization,
    make_place,
    make_point,
    make_source,
    make_stop,
    make_tenure,
    make_tour,
    make_user,
)
from tests.importing import opened
from visits.choices import EditorialAction, SuggestionKind
from visits.models import (
    Contributor,
    Country,
    EditorialEvent,
    ExternalIdentifier,
    FormerAddress,
    OfficialName,
    Organization,
    PartyName,
    PlaceName,
    Statement,
)
from visits.services import merging
from visits.services.suggestions import Proposal, propose


def one_of_each() -> dict[str, Any]:
    """By the model's name."""
    country, organization, place = make_country(), make_organization(), make_place()
    PartyName.objects.create(party=country, name="Rurytania", language="pl")
    PartyName.objects.create(party=organization, name="Liga", language="pl")
    PlaceName.objects.create(place=place, name="Strzelsawa", language="pl")
    official = make_official()
    OfficialName.objects.create(official=official, name="Rudolf V", language="en")
    tenure = make_tenure(official=official, party=country)
    tour = make_tour(published=False, principal=official, on_behalf_of=country)
    stop = make_stop(tour=tour, places=[place], country=place.country)
    purpose = make_point(tour=tour)
    meeting = make_full_meeting(published=False, tour=tour, stop=stop, place=place, location=place.country)
    source = make_source(issued_by=country)
    Contributor.objects.create(source=source, name="Anthony Hope")
    for target in ({"stop": stop}, {"tenure": tenure}, {"tour": tour}, {"point": purpose}):
        make_citation(source=source, **target)
    user = make_user("Analyst")
    statement = Statement.objects.filter(point__meeting=meeting)[0]
    merge = merging.merge(keep=official, gone=make_official(), by=make_user("Reviewer"))
    with opened(user) as batch:
        proposal = Proposal(
            kind=SuggestionKind.VISITOR, name="Flavia", words="With Flavia.", key=f"{tour.pk}", tour=tour
        )
        propose(batch, [proposal])
    return {
        "country": Country.objects.get(pk=country.pk),
        "organization": Organization.objects.get(pk=organization.pk),
        "party": country,
        "place": place,
        "official": official,
        "tenure": tenure,
        "tour": tour,
        "stop": stop,
        "meeting": meeting,
        "participation": meeting.participations.first(),
        "agendapoint": statement.point,
        "statement": statement,
        "topic": statement.point.main_topic,
        "source": source,
        "note": make_note(tour=tour),
        "citation": statement.citations.first(),
        "externalidentifier": ExternalIdentifier.objects.create(scheme="test", value=f"{stop.pk}", stop=stop),
        "user": user,
        "merge": merge,
        "importbatch": batch,
        "suggestion": batch.suggestions.get(),
        "formeraddress": FormerAddress.objects.create(
            noun="visits_tour", address=f"former-{tour.pk}", target=tour.uuid
        ),
        "editorialevent": EditorialEvent.objects.create(
            meeting=meeting, action=EditorialAction.CREATED, by=user
        ),
    }
