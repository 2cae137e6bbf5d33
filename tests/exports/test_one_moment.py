"""An export shows the record as it stood when it began, whatever is edited meanwhile."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from tests import factories as make
from tests.exports.test_streams import export
from visits.exports import reading
from visits.exports.formats import FORMATS
from visits.models import Meeting

pytestmark = pytest.mark.django_db(transaction=True)


def elsewhere(act: Callable[[], Any]) -> None:
    """Done by somebody else, on a connection of their own."""

    def run() -> None:
        try:
            act()
        finally:
            connections.close_all()

    other = threading.Thread(target=run)
    other.start()
    other.join(timeout=30)


def to_draft_with_a_secret() -> None:
    Meeting.objects.update(state="draft", summary="A secret draft")
    for meeting in Meeting.objects.all():
        make.make_point(meeting=meeting, title="A secret point", main_topic=None)


def test_a_record_that_is_withdrawn_meanwhile_does_not_show_its_draft(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading, "AT_ONCE", 1)
    titles = ["First talks", "Second talks"]
    for title in titles:
        make.make_meeting(title=title)
    rows = export("meetings").records()
    seen = [next(rows).title]
    elsewhere(to_draft_with_a_secret)
    second = next(rows)
    seen.append(second.title)
    assert (sorted(seen), second.summary, list(second.points.all())) == (titles, "", [])
    assert list(rows) == []
    assert b"".join(FORMATS["jsonl"].write(export("meetings"))) == b""


def test_a_download_that_is_broken_off_leaves_no_transaction_open() -> None:
    for _ in range(2):
        make.make_meeting()
    pieces = FORMATS["geojson"].write(export("meetings"))
    assert json.loads(next(pieces) + b"]}") == {"type": "FeatureCollection", "features": []}
    next(pieces)
    assert connection.in_atomic_block
    pieces.close()  # type: ignore[attr-defined]
    assert not connection.in_atomic_block
