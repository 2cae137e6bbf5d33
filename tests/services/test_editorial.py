"""Draft → in review → published → withdrawn, with a second pair of eyes and no claim without a source."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from tests import factories as make
from visits.models import Meeting, User
from visits.services import editorial
from visits.services.acting import acting

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst() -> User:
    return make.make_user("Analyst")


@pytest.fixture
def reviewer() -> User:
    return make.make_user("Reviewer")


@pytest.fixture
def draft(analyst: User) -> Meeting:
    meeting = make.make_full_meeting(published=False)
    editorial.record_change(record=meeting, by=analyst, created=True)
    return meeting


def history(meeting: Meeting) -> list[tuple[str, str]]:
    return list(meeting.editorial_events.values_list("action", "by__username"))


def test_a_meeting_is_public_once_a_second_person_publishes_it(
    draft: Meeting, analyst: User, reviewer: User
) -> None:
    assert list(Meeting.objects.public()) == []
    editorial.submit(record=draft, by=analyst)
    assert list(Meeting.objects.public()) == []
    editorial.publish(record=draft, by=reviewer)
    assert list(Meeting.objects.public()) == [draft]
    assert draft.published_by == reviewer
    assert history(draft) == [
        ("created", analyst.username),
        ("submitted", analyst.username),
        ("published", reviewer.username),
    ]


def test_an_analyst_does_not_publish(draft: Meeting, analyst: User) -> None:
    editorial.submit(record=draft, by=analyst)
    with pytest.raises(PermissionDenied):
        editorial.publish(record=draft, by=make.make_user("Analyst"))
    assert list(Meeting.objects.public()) == []


def test_nobody_publishes_what_they_changed(draft: Meeting, analyst: User, reviewer: User) -> None:
    editorial.record_change(record=draft, by=reviewer)
    editorial.submit(record=draft, by=analyst)
    with pytest.raises(PermissionDenied, match="somebody else publishes it"):
        editorial.publish(record=draft, by=reviewer)
    editorial.publish(record=draft, by=make.make_user("Reviewer"))
    assert draft.is_public


def test_a_change_past_the_forms_counts_as_one(draft: Meeting, analyst: User, reviewer: User) -> None:
    with acting(user=reviewer, through="command"):
        draft.participations.update(capacity="Regent")
    editorial.submit(record=draft, by=analyst)
    with pytest.raises(PermissionDenied, match="somebody else publishes it"):
        editorial.publish(record=draft, by=reviewer)


def test_returning_a_record_is_no_change_of_it(draft: Meeting, analyst: User, reviewer: User) -> None:
    editorial.submit(record=draft, by=analyst)
    editorial.return_to_author(record=draft, by=reviewer, comment="Whose words?")
    editorial.submit(record=draft, by=analyst)
    editorial.publish(record=draft, by=reviewer)
    assert draft.is_public


def test_an_administrator_is_no_exception(draft: Meeting, analyst: User) -> None:
    chief = make.make_user(username="chief", is_superuser=True)
    editorial.record_change(record=draft, by=chief)
    editorial.submit(record=draft, by=analyst)
    with pytest.raises(PermissionDenied):
        editorial.publish(record=draft, by=chief)


def test_an_edit_takes_a_published_record_back_to_review(
    draft: Meeting, analyst: User, reviewer: User
) -> None:
    editorial.submit(record=draft, by=analyst)
    editorial.publish(record=draft, by=reviewer)
    editorial.record_change(record=draft, by=analyst)
    assert draft.state == "in_review"
    assert list(Meeting.objects.public()) == []
    editorial.publish(record=draft, by=reviewer)
    assert list(Meeting.objects.public()) == [draft]


def test_every_missing_citation_is_named(draft: Meeting, analyst: User, reviewer: User) -> None:
    point = make.make_point(meeting=draft, title="Herring")
    make.make_statement(point=point, on_behalf_of=make.make_country(name="Ruritania"), text="More of it.")
    draft.citations.all().delete()
    editorial.submit(record=draft, by=analyst)
    with pytest.raises(ValidationError) as caught:
        editorial.publish(record=draft, by=reviewer)
    assert caught.value.messages == [
        "The meeting itself has no supporting citation.",
        "The point “Herring” has no supporting citation.",
        "The statement “Ruritania: More of it.” has no supporting citation.",
    ]
    assert list(Meeting.objects.public()) == []


def test_a_contradiction_does_not_support(draft: Meeting, analyst: User, reviewer: User) -> None:
    draft.citations.update(relation="contradicts")
    editorial.submit(record=draft, by=analyst)
    with pytest.raises(ValidationError):
        editorial.publish(record=draft, by=reviewer)


def test_a_returned_record_is_a_draft_again_and_says_why(
    draft: Meeting, analyst: User, reviewer: User
) -> None:
    editorial.submit(record=draft, by=analyst)
    with pytest.raises(ValidationError):
        editorial.return_to_author(record=draft, by=reviewer, comment=" ")
    editorial.return_to_author(record=draft, by=reviewer, comment="Whose words are these?")
    assert draft.state == "draft"
    assert draft.editorial_events.latest("pk").comment == "Whose words are these?"


def test_withdrawing_hides_and_keeps(draft: Meeting, analyst: User, reviewer: User) -> None:
    editorial.submit(record=draft, by=analyst)
    editorial.publish(record=draft, by=reviewer)
    editorial.withdraw(record=draft, by=reviewer, comment="The source was retracted.")
    assert list(Meeting.objects.public()) == []
    assert Meeting.objects.get(pk=draft.pk).state == "withdrawn"


@pytest.mark.parametrize("step", ["publish", "withdraw", "return_to_author"])
def test_a_step_out_of_turn_is_refused(draft: Meeting, reviewer: User, step: str) -> None:
    given = {} if step == "publish" else {"comment": "No."}
    with pytest.raises(ValidationError, match="this can't be done to it now"):
        getattr(editorial, step)(record=draft, by=reviewer, **given)
    assert Meeting.objects.get(pk=draft.pk).state == "draft"
