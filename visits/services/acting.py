"""Who acts, through what, and why: said once, and kept with every row that is changed meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager

import pghistory

from visits.models import User


@contextmanager
def acting(*, user: User | None = None, through: str = "", why: str = "") -> Iterator[None]:
    """Within this block every change is kept with the acting person and the way that they came.

    ``through`` is one word: admin, api, import, command. Blocks nest; what the inner one leaves out, the outer says.
    """
    said = {"user": user.pk if user else None, "through": through, "why": why}
    with pghistory.context(**{word: value for word, value in said.items() if value}):
        yield
