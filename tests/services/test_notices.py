"""Mails about reviews: who gets which, when, and what a mail server can't break."""

from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import override_settings

from tests import factories as make
from tests.letters import body, letters, link
from visits.models import Meeting, Tour, User
from visits.services import editorial, mailing

# With real commits: that is when mails are sent.
pytestmark = pytest.mark.django_db(transaction=True)
ANN, RITA, RUDI = "ann@ruritania.example", "rita@ruritania.example", "rudi@ruritania.example"


@pytest.fixture
def ann() -> User:
    return make.make_user("Analyst", username="ann", email=ANN, first_name="Ann", last_name="O'Hentzau")


@pytest.fixture
def rita() -> User:
    return make.make_user("Reviewer", username="rita", email=RITA)


@pytest.fixture
def rudi() -> User:
    return make.make_user("Reviewer", username="rudi", email=RUDI)


@pytest.fixture
def meeting(ann: User) -> Meeting:
    meeting = make.make_full_meeting(published=False, title="Herring & <peace>")
    editorial.record_change(record=meeting, by=ann, created=True)
    return meeting


def test_reviewers_are_told_what_waits_and_where(ann: User, rita: User, rudi: User, meeting: Meeting) -> None:
    editorial.submit(record=meeting, by=ann)
    subject = "For review: Herring & <peace>"
    assert letters() == [(RITA, subject), (RUDI, subject)]
    assert body() == (
        "Ann O'Hentzau has submitted the meeting “Herring & <peace>” (6 January 2024) for review.\n\n"
        f"Review it here:\nhttps://readout.example/admin/visits/meeting/{meeting.pk}/change/\n\n"
        "Whether you get such mails is your choice:\nhttps://readout.example/admin/account/\n\n"
        "-- \nReadout, https://readout.example\n"
    )
    assert mail.outbox[0].extra_headers == {"Auto-Submitted": "auto-generated"}
    assert mail.outbox[0].from_email == "Readout <readout@readout.example>"


def test_tour_that_waits_is_told_like_a_meeting(ann: User, rita: User) -> None:
    tour: Tour = make.make_tour(published=False, title="Grand tour")
    editorial.record_change(record=tour, by=ann, created=True)
    editorial.submit(record=tour, by=ann)
    assert letters() == [(RITA, "For review: Grand tour")]
    assert link() == f"/admin/visits/tour/{tour.pk}/change/"


def test_only_those_who_may_publish_it_and_want_mail_are_told(ann: User, meeting: Meeting) -> None:
    given: dict[str, dict[str, Any]] = {
        "wants none": {"wants_mail": False},
        "is gone": {"is_active": False},
        "has no address": {"email": ""},
        "is asked": {},
    }
    for number, changes in enumerate(given.values()):
        make.make_user("Reviewer", **{"email": f"reviewer{number}@ruritania.example"} | changes)
    make.make_user("Administrator", email="chief@ruritania.example")
    make.make_user("Viewer", email="viewer@ruritania.example")
    make.make_user("Analyst", email="analyst@ruritania.example")
    make.make_user(is_superuser=True, email="root@ruritania.example")
    editorial.submit(record=meeting, by=ann)
    assert [address for address, _ in letters()] == ["reviewer3@ruritania.example", "chief@ruritania.example"]


def test_reviewer_who_wrote_or_changed_it_is_not_asked_to_review_it(
    rita: User, rudi: User, ann: User
) -> None:
    meeting = make.make_full_meeting(published=False)
    editorial.record_change(record=meeting, by=rita, created=True)
    editorial.submit(record=meeting, by=rita)
    assert [address for address, _ in letters()] == [RUDI]


def test_author_is_told_what_is_to_be_mended(ann: User, rita: User, meeting: Meeting) -> None:
    editorial.submit(record=meeting, by=ann)
    mail.outbox.clear()
    editorial.return_to_author(record=meeting, by=rita, comment="Whose words are these?\n“More” & more?")
    assert letters() == [(ANN, "Returned: Herring & <peace>")]
    assert "rita has returned the meeting “Herring & <peace>” (6 January 2024):\n\n" in body()
    assert "\n\nWhose words are these?\n“More” & more?\n\n" in body()
    assert link() == f"/admin/visits/meeting/{meeting.pk}/change/"


def test_authors_are_told_that_it_is_published_and_where(ann: User, rita: User, meeting: Meeting) -> None:
    make.make_user("Analyst", email="bob@ruritania.example")
    with transaction.atomic():
        meeting.participations.update(capacity="Regent")
        editorial.record_change(record=meeting, by=make.make_user("Reviewer", email=RUDI))
    editorial.submit(record=meeting, by=ann)
    mail.outbox.clear()
    editorial.publish(record=meeting, by=rita)
    assert letters() == [(ANN, "Published: Herring & <peace>"), (RUDI, "Published: Herring & <peace>")]
    assert f"https://readout.example{meeting.get_absolute_url()}\n" in body()


def test_author_who_wants_no_mail_gets_none(ann: User, rita: User, meeting: Meeting) -> None:
    editorial.submit(record=meeting, by=ann)
    mail.outbox.clear()
    User.objects.filter(pk=ann.pk).update(wants_mail=False)
    editorial.publish(record=meeting, by=rita)
    assert mail.outbox == []


def test_change_of_what_is_public_asks_reviewers_once(ann: User, rita: User, meeting: Meeting) -> None:
    editorial.submit(record=meeting, by=ann)
    editorial.publish(record=meeting, by=rita)
    mail.outbox.clear()
    for title in ("Herring", "Sprats"):
        Meeting.objects.filter(pk=meeting.pk).update(title=title)
        meeting.refresh_from_db()
        editorial.record_change(record=meeting, by=ann)
    assert letters() == [(RITA, "For review: Herring")]
    assert "Ann O'Hentzau has changed the meeting “Herring” (6 January 2024). It was public and" in body()


def test_step_that_is_refused_tells_nobody(ann: User, rita: User, meeting: Meeting) -> None:
    meeting.citations.all().delete()
    editorial.submit(record=meeting, by=ann)
    mail.outbox.clear()
    for work in (
        lambda: editorial.submit(record=meeting, by=ann),
        lambda: editorial.publish(record=meeting, by=rita),
        lambda: editorial.return_to_author(record=meeting, by=ann, comment="No."),
    ):
        with pytest.raises(Exception, match=r"can't be done|no supporting citation|may not do this"):
            work()
    assert mail.outbox == []


def test_mail_is_sent_after_the_commit_and_never_for_what_is_rolled_back(
    ann: User, rita: User, meeting: Meeting
) -> None:
    with transaction.atomic():
        editorial.submit(record=meeting, by=ann)
        transaction.set_rollback(True)
    assert mail.outbox == []
    meeting.refresh_from_db()
    with transaction.atomic():
        editorial.submit(record=meeting, by=ann)
        assert mail.outbox == []
    assert [address for address, _ in letters()] == [RITA]


def test_who_is_told_of_nothing_costs_no_mail(ann: User, rita: User, meeting: Meeting) -> None:
    editorial.submit(record=meeting, by=ann, notify=False)
    editorial.publish(record=meeting, by=rita, notify=False)
    assert (meeting.state, mail.outbox) == ("published", [])


@pytest.mark.parametrize(
    ("server", "said"),
    [
        ("Refusing", "The mail server did not take “For review: Herring & <peace>”."),
        ("Away", "The mail server can't be spoken to."),
    ],
)
def test_mail_server_that_fails_is_logged_and_breaks_nothing(
    ann: User, rita: User, meeting: Meeting, caplog: pytest.LogCaptureFixture, server: str, said: str
) -> None:
    with override_settings(EMAIL_BACKEND=f"tests.servers.{server}"):
        editorial.submit(record=meeting, by=ann)
    assert Meeting.objects.get(pk=meeting.pk).state == "in_review"
    assert [(record.levelname, record.message) for record in caplog.records] == [("ERROR", said)]


def test_one_address_that_is_refused_keeps_no_mail_from_the_others(
    ann: User, rita: User, rudi: User, meeting: Meeting, caplog: pytest.LogCaptureFixture
) -> None:
    User.objects.filter(pk=rita.pk).update(email="refused@ruritania.example")
    with override_settings(EMAIL_BACKEND="tests.servers.Choosy"):
        editorial.submit(record=meeting, by=ann)
    assert [address for address, _ in letters()] == [RUDI]
    assert len(caplog.records) == 1


def test_nobody_waits_for_the_mail_server(ann: User, rita: User, meeting: Meeting) -> None:
    with override_settings(MAIL_IN_BACKGROUND=True):
        editorial.submit(record=meeting, by=ann)
        # What was handed to the thread first is done first.
        mailing._postman().submit(lambda: None).result(timeout=20)
    assert [address for address, _ in letters()] == [RITA]
