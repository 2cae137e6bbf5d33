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
    with pghistory.context(**_said(user=user.pk if user else None, through=through, why=why)):
        yield


@contextmanager
def apart(*, user: User | None = None, through: str = "", why: str = "", batch: str = "") -> Iterator[None]:
    """As ``acting``, with a context of its own, also within another one; what it leaves out, that one says.

    Blocks of ``acting`` share the context, and so its words, with the blocks round them: the last ones said count
    for all. This is for one of several acts of a request or a command, each with words of its own.
    """
    said = _said(user=user.pk if user else None, through=through, why=why, batch=batch)
    with pghistory.context() as outer:
        runtime._tracker.value = runtime.Context(id=uuid4(), metadata={**outer.metadata, **said})
        try:
            yield
        finally:
            runtime._tracker.value = outer


def _said(**words: Any) -> dict[str, Any]:
    return {word: value for word, value in words.items() if value}


@contextmanager
def importing(batch: ImportBatch, *, rows: bool = True) -> Iterator[None]:
    """Within this block every change is one by the uploader and, with ``rows``, one of the import itself."""
    key = str(batch.uuid) if rows else ""
    with apart(user=batch.uploaded_by, through="import", why=f"Import of {batch.title}", batch=key):
        yield
