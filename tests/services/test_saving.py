"""Two people on one record, on two real connections."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from tests import factories as make
from visits.models import Meeting
from visits.services.acting import acting
from visits.services.saving import Overtaken, save_checked

pytestmark = pytest.mark.django_db(transaction=True)


def elsewhere(work: Callable[[], None]) -> None:
    """Do it in a thread of its own, on a connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(timeout=20)
    assert not thread.is_alive()


def test_the_second_one_is_told_what_the_first_one_changed() -> None:
    first_user = make.make_user("Analyst", username="flavia")
    meeting = make.make_meeting(title="As it was")
    mine = Meeting.objects.get(pk=meeting.pk)

    def they_save() -> None:
        with acting(user=first_user, through="admin"):
            theirs = Meeting.objects.get(pk=meeting.pk)
            theirs.title = "As they say"
            save_checked(record=theirs, expected=theirs.version)

    elsewhere(they_save)
    mine.summary = "As I say"
    with pytest.raises(Overtaken) as caught:
        save_checked(record=mine, expected=mine.version)
    told = caught.value
    assert told.by == "flavia"
    assert [(d.label, d.before, d.after) for d in told.differences] == [("title", "As it was", "As they say")]
    meeting.refresh_from_db()
    assert (meeting.title, meeting.summary) == ("As they say", "")


def test_reapplied_on_the_newer_version_both_edits_survive() -> None:
    meeting = make.make_meeting(title="As it was")
    Meeting.objects.filter(pk=meeting.pk).update(title="As they say")
    mine = Meeting.objects.get(pk=meeting.pk)
    mine.summary = "As I say"
    save_checked(record=mine, expected=mine.version)
    meeting.refresh_from_db()
    assert (meeting.title, meeting.summary) == ("As they say", "As I say")
    assert mine.version == meeting.version == 3


def test_of_two_at_once_one_wins_and_one_is_told() -> None:
    """The second UPDATE waits for the first one's transaction, and then finds another version."""
    meeting = make.make_meeting(title="As it was")
    mine = Meeting.objects.get(pk=meeting.pk)
    told: list[Overtaken] = []
    begun = threading.Event()

    def they_save() -> None:
        theirs = Meeting.objects.get(pk=meeting.pk)
        theirs.title = "As they say"
        begun.set()
        try:
            save_checked(record=theirs, expected=theirs.version)
        except Overtaken as overtaken:
            told.append(overtaken)
        finally:
            connection.close()

    thread = threading.Thread(target=they_save)
    with transaction.atomic():
        mine.title = "As I say"
        save_checked(record=mine, expected=mine.version)
        thread.start()
        assert begun.wait(timeout=20)
    thread.join(timeout=20)
    meeting.refresh_from_db()
    assert (meeting.title, len(told)) == ("As I say", 1)
