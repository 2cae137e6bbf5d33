"""Who acts, through what, and why: said once, and kept with every row that is changed meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pghistory
from pghistory import runtime

from visits.models import ImportBatch, User


@contextmanager
def acting(*, user: User | None = None, through: str = "", why: str = "") -> Iterator[None]:
    """Within this block every change is kept with the acting person and the way that they came.

    ``through`` is one word: admin, api, import, command. Blocks nest; what the inner one leaves out, the outer says.
    """
    said = {"user": user.pk if user else None, "through": through, "why": why}
    with pghistory.context(**{word: value for word, value in said.items() if value}):
        yield


@contextmanager
def importing(batch: ImportBatch) -> Iterator[None]:
    """Within this block every change is kept as one of this import, and as its uploader's.

    Blocks of ``acting`` share one context with the blocks round them. This one has a context of its own, so that
    what the same request or command changes before and afterwards is not taken for the import's.
    """
    said: dict[str, Any] = {"through": "import", "why": f"Import of {batch.title}", "batch": str(batch.uuid)}
    if batch.uploaded_by_id:
        said["user"] = batch.uploaded_by_id
    with pghistory.context() as outer:
        runtime._tracker.value = runtime.Context(id=uuid4(), metadata={**outer.metadata, **said})
        try:
            yield
        finally:
            runtime._tracker.value = outer
