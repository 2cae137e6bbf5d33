"""Whatever can be on record comes back as it was, in every script and with every sign."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import factories as make
from visits import dates, validators
from visits.exports.package import write_package
from visits.fields import clean_text
from visits.importers.package import import_package
from visits.models import Meeting, OfficialName, Statement

pytestmark = pytest.mark.django_db

risky = st.text(alphabet="='+-@\t\n\",; aé中ش🙂\\", max_size=12)
scripts = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"]), max_size=40)


def can_be_on_record(text: str) -> bool:
    return not validators.UNSAFE_CHARACTERS.search(text)


texts = (risky | scripts).map(clean_text).filter(can_be_on_record)
words = texts.filter(lambda text: text != "")
days = st.dates().map(lambda day: day.isoformat())
partial = days | days.map(lambda day: day[:7]) | days.map(lambda day: day[:4])


@st.composite
def spans(draw: Any) -> tuple[str, str]:
    """A start, and an end that is not before it or that is not on record."""
    start, end = draw(partial), draw(st.just("") | partial)
    return (start, end) if not end or dates.latest(end) >= dates.earliest(start) else (start, "")


@st.composite
def meetings(draw: Any) -> dict[str, Any]:
    """What one meeting and its parts say."""
    start, end = draw(spans())
    times = draw(st.none() | st.tuples(st.times(), st.none() | st.times()))
    timed = {"start_time": times[0], "end_time": times[1], "time_zone": "Asia/Tehran"} if times else {}
    return {
        "meeting": {"title": draw(texts), "summary": draw(texts), "reason": draw(texts)}
        | {"start_date": start, "end_date": end}
        | timed,
        "person": draw(words),
        "other_name": draw(words),
        "group": draw(words),
        "point": draw(words),
        "statement": draw(words),
        "quote": draw(texts),
        "place": (draw(st.floats(-90, 90)), draw(st.floats(-180, 180))),
    }


def record(said: list[dict[str, Any]]) -> None:
    """A record of these meetings."""
    for one in said:
        latitude, longitude = one["place"]
        place = make.make_place(latitude=latitude, longitude=longitude)
        meeting = make.make_meeting(place=place, **one["meeting"])
        person = make.make_official(name=one["person"])
        OfficialName.objects.create(official=person, name=one["other_name"])
        make.make_participation(meeting=meeting, official=person)
        make.make_participation(meeting=meeting, name=one["group"], is_group=True)
        point = make.make_point(meeting=meeting, title=one["point"])
        statement = make.make_statement(point=point, speaker=person, text=one["statement"])
        make.make_citation(statement=statement, quote=one["quote"])


def what_is_said() -> list[tuple[Any, ...]]:
    found = Meeting.objects.order_by("uuid").values_list(
        *("uuid", "slug", "title", "summary", "reason", "start_date", "end_date", "start_time", "end_time"),
        *("time_zone", "place__latitude", "place__longitude", "version", "modified_at", "published_at"),
    )
    statements = Statement.objects.order_by("uuid").values_list(
        *("uuid", "text", "point__title", "speaker__name", "speaker__other_names__name", "citations__quote")
    )
    groups = Meeting.objects.order_by("uuid", "participations__uuid").values_list("participations__name")
    return [*found, *statements, *groups]


def comes_back(said: list[dict[str, Any]]) -> None:
    with TemporaryDirectory() as folder:
        first, second = Path(folder) / "first.zip", Path(folder) / "second.zip"
        with transaction.atomic():
            record(said)
            before = what_is_said()
            write_package(first)
            transaction.set_rollback(True)
        with transaction.atomic():
            import_package(first)
            after = what_is_said()
            write_package(second)
            transaction.set_rollback(True)
        assert after == before
        assert second.read_bytes() == first.read_bytes()


quietly = settings(deadline=None, suppress_health_check=list(HealthCheck))


@given(said=st.lists(meetings(), min_size=1, max_size=3))
@settings(quietly, max_examples=5)
def test_every_record_comes_back(said: list[dict[str, Any]]) -> None:
    comes_back(said)


@pytest.mark.slow
@given(said=st.lists(meetings(), min_size=1, max_size=20))
@settings(quietly, max_examples=100)
def test_many_records_come_back(said: list[dict[str, Any]]) -> None:
    comes_back(said)
