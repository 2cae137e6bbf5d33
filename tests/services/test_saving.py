"""Two people on one record, on two real connections."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction

from tests import factories as make
from visits.models import (
    AgendaPoint,
    Contributor,
    ExternalIdentifier,
    Meeting,
    OfficialName,
    Party,
    PartyName,
    Place,
    PlaceName,
    Stop,
)
from visits.queries.since import differences_since
from visits.services.acting import acting
from visits.services.saving import Overtaken, delete_checked, save_checked

pytestmark = pytest.mark.django_db(transaction=True)


def elsewhere(work: Callable[[], Any]) -> None:
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


def a_stop() -> tuple[Stop, Any]:
    return make.make_stop(places=[make.make_place(name="Strelsau")]), make.make_place(name="Zenda")


def a_point() -> tuple[AgendaPoint, Any]:
    point = make.make_point()
    point.other_topics.add(make.make_topic(name="Strelsau"))
    return point, make.make_topic(name="Zenda")


def a_place() -> tuple[Place, Any]:
    place = make.make_place()
    place.claimed_by.add(make.make_country(name="Strelsau"))
    return place, make.make_country(name="Zenda")


def a_party() -> tuple[Party, Any]:
    party = make.make_country()
    party.succeeded_by.add(make.make_country(name="Strelsau"))
    return party, make.make_country(name="Zenda")


SETS = [
    (a_stop, "places", "places"),
    (a_point, "other_topics", "other topics"),
    (a_place, "claimed_by", "claimed by"),
    (a_party, "succeeded_by", "succeeded by"),
]


@pytest.mark.parametrize(("maker", "name", "label"), SETS)
def test_what_the_first_one_linked_is_told_by_name(
    maker: Callable[[], tuple[Any, Any]], name: str, label: str
) -> None:
    owner, other = maker()
    user = make.make_user("Analyst", username="flavia")
    mine = type(owner).objects.get(pk=owner.pk)
    elsewhere(lambda: link(owner, name, other, user))
    with pytest.raises(Overtaken) as caught:
        save_checked(record=mine, expected=mine.version)
    told = [(d.label, d.before, d.after) for d in caught.value.differences]
    assert (caught.value.by, told) == ("flavia", [(label, "Strelsau", "Strelsau, Zenda")])


def link(owner: Any, name: str, other: Any, user: Any) -> None:
    with transaction.atomic(), acting(user=user, through="admin"):
        getattr(owner, name).add(other)


@pytest.mark.parametrize(("maker", "name", "label"), SETS)
def test_links_count_once_a_statement_and_only_for_their_owner(
    maker: Callable[[], tuple[Any, Any]], name: str, label: str
) -> None:
    owner, other = maker()
    links = getattr(owner, name)
    steps: list[tuple[Callable[[], Any], int]] = [
        (lambda: links.add(other, *links.all()), 1),
        (lambda: links.set(links.all()), 0),
        (lambda: links.remove(other), 1),
        (lambda: links.clear(), 1),
        (lambda: links.clear(), 0),
    ]
    for step, count in steps:
        owner.refresh_from_db()
        before = owner.version, owner.modified_at
        step()
        owner.refresh_from_db()
        assert owner.version == before[0] + count
        assert (owner.modified_at > before[1]) == bool(count)
    other.refresh_from_db()
    assert other.version == 1


def test_link_that_is_pointed_elsewhere_counts() -> None:
    stop, zenda = a_stop()
    other_stop = make.make_stop()
    links = Stop.places.through.objects
    for change, counted in (
        ({"place": zenda}, (1, 0)),
        ({"place": zenda}, (0, 0)),
        ({"stop": other_stop}, (1, 1)),
    ):
        before = [Stop.objects.get(pk=row.pk).version for row in (stop, other_stop)]
        links.update(**change)
        after = [Stop.objects.get(pk=row.pk).version for row in (stop, other_stop)]
        assert tuple(now - then for now, then in zip(after, before, strict=True)) == counted


def test_of_two_that_cross_only_the_one_unseen_is_told() -> None:
    """The one that begins first writes last: what was seen in between holds the other's place alone."""
    stop, zenda = a_stop()
    hentzau = make.make_place(name="Hentzau")
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT now()")
        elsewhere(lambda: stop.places.add(zenda))
        seen = Stop.objects.get(pk=stop.pk).version
        stop.places.add(hentzau)
    told = [(d.label, d.before, d.after) for d in differences_since(Stop, stop.pk, seen)[1]]
    assert told == [("places", "Strelsau, Zenda", "Hentzau, Strelsau, Zenda")]


def test_two_link_at_once_and_one_is_told() -> None:
    """Whoever links second waits at the record itself, and then finds another version."""
    stop, zenda = a_stop()
    mine = Stop.objects.get(pk=stop.pk)
    told: list[Overtaken] = []
    begun = threading.Event()

    def they_save() -> None:
        theirs = Stop.objects.get(pk=stop.pk)
        begun.set()
        try:
            with transaction.atomic():
                save_checked(record=theirs, expected=theirs.version)
                theirs.places.set([])
        except Overtaken as overtaken:
            told.append(overtaken)
        finally:
            connection.close()

    thread = threading.Thread(target=they_save)
    with transaction.atomic():
        save_checked(record=mine, expected=mine.version)
        mine.places.add(zenda)
        thread.start()
        assert begun.wait(timeout=20)
    thread.join(timeout=20)
    assert [place.name for place in stop.places.all()] == ["Strelsau", "Zenda"]
    assert [[d.after for d in overtaken.differences] for overtaken in told] == [["Strelsau, Zenda"]]


def test_rows_of_a_record_are_not_overwritten_either() -> None:
    person, party, place, source = (
        make.make_official(),
        make.make_country(),
        make.make_place(),
        make.make_source(),
    )
    rows: list[tuple[Any, str]] = [
        (OfficialName.objects.create(official=person, name="Rudi"), "name"),
        (PartyName.objects.create(party=party, name="Rudi"), "name"),
        (PlaceName.objects.create(place=place, name="Rudi"), "name"),
        (Contributor.objects.create(source=source, name="Rudi"), "name"),
        (ExternalIdentifier.objects.create(official=person, scheme="x", value="Rudi"), "value"),
    ]
    for row, label in rows:
        elsewhere(partial(type(row).objects.filter(pk=row.pk).update, **{label: "Rolf"}))
        for write in (save_checked, delete_checked):
            with pytest.raises(Overtaken) as caught:
                write(record=row, expected=row.version)
            told = [(d.label, d.before, d.after) for d in caught.value.differences]
            assert told == [(label, "Rudi", "Rolf")]
        row.refresh_from_db()
        assert (getattr(row, label), row.version) == ("Rolf", 2)


def test_who_deletes_waits_for_who_writes() -> None:
    meeting = make.make_meeting(title="As it was")
    mine = Meeting.objects.get(pk=meeting.pk)
    told: list[Overtaken] = []
    begun = threading.Event()

    def they_delete() -> None:
        theirs = Meeting.objects.get(pk=meeting.pk)
        begun.set()
        try:
            delete_checked(record=theirs, expected=theirs.version)
        except Overtaken as overtaken:
            told.append(overtaken)
        finally:
            connection.close()

    thread = threading.Thread(target=they_delete)
    with transaction.atomic():
        mine.title = "As I say"
        save_checked(record=mine, expected=mine.version)
        thread.start()
        assert begun.wait(timeout=20)
    thread.join(timeout=20)
    assert [meeting.title for meeting in Meeting.objects.all()] == ["As I say"]
    assert [[d.after for d in overtaken.differences] for overtaken in told] == [["As I say"]]
