"""The public history of a record: what was published, and nothing that was not."""

from functools import partial
from typing import Any

import pytest
from django.db import transaction

from tests import factories as make
from tests.publishing import (
    edit,
    publish,
    published_meeting,
    published_tour,
    retitle,
    revised_meeting,
    withdraw,
)
from visits.models import Meeting, Source, Statement, Stop
from visits.queries.history import RowChange
from visits.queries.versions import publications, versions_of
from visits.services import merging

pytestmark = pytest.mark.django_db(transaction=True)


def told(change: RowChange) -> tuple[str, str, str, list[tuple[str, str, str]]]:
    return (
        change.noun,
        change.name,
        change.action,
        [(d.label, d.before, d.after) for d in change.differences],
    )


def test_each_publication_is_a_version_with_what_it_changed() -> None:
    meeting = published_meeting()
    first = Statement.objects.filter(point__meeting=meeting).earliest("pk")
    before, party = first.text, first.on_behalf_of
    edit(meeting, lambda: Statement.objects.filter(pk=first.pk).update(text="No herring."))
    publish(meeting)
    newest, oldest = versions_of(meeting)
    assert (newest.number, oldest.number, oldest.changes) == (2, 1, [])
    assert (newest.before, newest.until, oldest.before) == (oldest.since, None, None)
    assert oldest.until is not None
    assert oldest.since < oldest.until < newest.since
    assert [told(change) for change in newest.changes] == [
        ("statement", f"No herring. ({first.point})", "update", [("text", before, "No herring.")])
    ]
    assert party.name not in newest.changes[0].name


def test_parts_that_came_and_went_are_told() -> None:
    meeting = published_meeting()
    person, point = meeting.participations.earliest("pk"), meeting.points.latest("pk")
    official, source = make.make_official(name="Black Michael"), make.make_source(title="Zenda Herald")

    def change() -> None:
        person.delete()
        make.make_citation(
            participation=make.make_participation(meeting=meeting, official=official, on_behalf_of=None),
            source=source,
            locator="p. 3",
        )
        point.other_topics.add(make.make_topic(name="Castles"))

    gone = str(person)
    edit(meeting, change)
    publish(meeting)
    changes = {(row.noun, row.name, row.action) for row in versions_of(meeting)[0].changes}
    cited = Source.objects.exclude(pk=source.pk).get()
    assert changes == {
        ("participation", gone, "delete"),
        ("citation", f"{cited} ({gone})", "delete"),
        ("participation", "Black Michael", "insert"),
        ("citation", "Zenda Herald (Black Michael)", "insert"),
        ("point topic", f"Castles ({point})", "insert"),
    }


def test_nothing_that_was_never_published_is_told() -> None:
    meeting = revised_meeting()
    edit(meeting, lambda: retitle(meeting, "A secret for later"))
    written = repr(versions_of(meeting))
    assert "Second words said" in written
    assert "First words" in written
    assert "ecret" not in written


def test_a_draft_that_came_to_nothing_leaves_a_version_without_changes() -> None:
    meeting = published_meeting()
    edit(meeting, lambda: retitle(meeting, "Secret"))
    edit(meeting, lambda: retitle(meeting, "First words"))
    publish(meeting)
    assert [version.changes for version in versions_of(meeting)] == [[], []]


def test_a_tour_that_is_a_draft_is_not_named() -> None:
    meeting = published_meeting()
    with transaction.atomic():
        hidden, shown = (
            make.make_tour(published=False, title="Secret tour"),
            make.make_tour(title="Open tour"),
        )
        stops = [make.make_stop(tour=tour, locale_text=f"Stop of {tour}") for tour in (hidden, shown)]
    here = Meeting.objects.filter(pk=meeting.pk)
    for stop in stops:
        edit(meeting, partial(here.update, tour=stop.tour, stop=stop))
        publish(meeting)
    second, first = [[told(change) for change in version.changes] for version in versions_of(meeting)[:2]]
    names = [("tour", "", "Open tour"), ("stop", "", f"{stops[1]}")]
    assert (first, second) == ([], [("meeting", "First words", "update", names)])


def test_a_tour_tells_of_its_stops() -> None:
    tour = published_tour()
    stop = tour.stops.get()
    place = make.make_place(name="Hentzau")

    def change() -> None:
        Stop.objects.filter(pk=stop.pk).update(remarks="Rained off")
        stop.places.set([place])

    edit(tour, change)
    publish(tour)
    country = str(stop.country)
    assert {told(row)[:3] for row in versions_of(tour)[0].changes} == {
        ("stop", country, "update"),
        ("stop place", f"Zenda ({country})", "delete"),
        ("stop place", f"Hentzau ({country})", "insert"),
    }


def test_somebody_merged_since_goes_on_having_a_name() -> None:
    meeting = published_meeting()
    person = meeting.participations.earliest("pk")
    name, gone = str(person), person.official
    assert gone
    edit(meeting, lambda: person.delete())
    publish(meeting)
    make.make_participation(official=gone)
    merging.merge(keep=make.make_official(), gone=gone, by=make.make_user("Administrator"))
    assert [row.name for row in versions_of(meeting)[0].changes if row.noun == "participation"] == [name]


def test_when_it_was_public() -> None:
    meeting = revised_meeting()
    first, second = publications(meeting)
    assert (first.event.title, second.event.title) == ("First words", "Second words")
    assert first.until is not None
    assert [first.covers(at) for at in (first.since, first.until, second.since)] == [True, False, False]
    assert second.covers(second.since)
    withdraw(meeting)
    assert publications(meeting)[1].until is not None


def test_a_draft_has_no_versions() -> None:
    meeting = make.make_full_meeting(published=False)
    assert (publications(meeting), versions_of(meeting)) == ([], [])


def test_one_version_and_three_take_as_many_queries(django_assert_num_queries: Any) -> None:
    meeting = published_meeting()
    with django_assert_num_queries(27):
        versions_of(meeting)
    for title in ("Again", "And again"):
        edit(meeting, partial(make.make_participation, meeting=meeting, name=title))
        publish(meeting)
    with django_assert_num_queries(27):
        assert len(versions_of(meeting)) == 3
