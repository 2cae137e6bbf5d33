"""Records on their way through review, as analysts and reviewers take them there."""

from collections.abc import Callable
from typing import Any

from django.db import transaction

from tests import factories as make
from visits.models import Meeting, Statement, Tour, User
from visits.services import editorial


def staff(role: str) -> User:
    """The one member of staff in that role; the name is one that no page should ever show."""
    username = f"secret-{role.lower()}"
    return User.objects.filter(username=username).first() or make.make_user(role, username=username)


def edit(record: Meeting | Tour, change: Callable[[], Any]) -> None:
    """What an analyst does to a record in one go. A published one goes back to review."""
    with transaction.atomic():
        change()
        editorial.record_change(record=record, by=staff("Analyst"))


def publish(record: Meeting | Tour) -> None:
    record.refresh_from_db()
    if record.state == "draft":
        editorial.submit(record=record, by=staff("Analyst"))
    editorial.publish(record=record, by=staff("Reviewer"))


def withdraw(record: Meeting | Tour) -> None:
    editorial.withdraw(record=record, by=staff("Reviewer"), comment="A secret reason")


def published_meeting(**given: Any) -> Meeting:
    """A meeting with all its parts, public in its first version."""
    with transaction.atomic():
        meeting = make.make_full_meeting(**{"published": False, "title": "First words"} | given)
        editorial.record_change(record=meeting, by=staff("Analyst"), created=True)
    publish(meeting)
    return meeting


def published_tour(**given: Any) -> Tour:
    """A tour with a stop, a purpose with a statement, and a note, public in its first version."""
    with transaction.atomic():
        tour = make.make_tour(published=False, **{"title": "First journey"} | given)
        make.make_citation(tour=tour)
        stop = make.make_stop(tour=tour, position=1, places=[make.make_place(name="Zenda")])
        make.make_citation(stop=stop)
        purpose = make.make_point(tour=tour, title="Peace")
        make.make_citation(point=purpose)
        statement = make.make_statement(point=purpose, speaker=tour.principal)
        make.make_citation(statement=statement)
        make.make_citation(note=make.make_note(tour=tour))
        editorial.record_change(record=tour, by=staff("Analyst"), created=True)
    publish(tour)
    return tour


def revised_meeting() -> Meeting:
    """Published twice, with a draft between the two that nobody was to read."""
    meeting = published_meeting()
    statement = Statement.objects.filter(point__meeting=meeting).earliest("pk")
    texts = Statement.objects.filter(pk=statement.pk)
    edit(meeting, lambda: (texts.update(text="A secret draft"), retitle(meeting, "Secret title")))
    edit(meeting, lambda: (texts.update(text="Second words said"), retitle(meeting, "Second words")))
    publish(meeting)
    return meeting


def retitle(record: Meeting | Tour, title: str) -> int:
    return type(record).objects.filter(pk=record.pk).update(title=title)


def rename(record: Meeting | Tour, slug: str) -> int:
    return type(record).objects.filter(pk=record.pk).update(slug=slug)
