"""Reads any number of records in little memory, as they stood at one moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

AT_ONCE = 200


@contextmanager
def one_moment() -> Iterator[None]:
    """Within this block everything is read as it stood when the block began.

    What belongs to a record is read after the record itself. Without this, an edit in between could put words of a
    draft into an export that began when the record was public.
    """
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def rows_of(queryset: QuerySet) -> Iterator[Any]:
    """The records, a few hundred at a time with what was prefetched. Reads when it is iterated."""
    with one_moment():
        yield from queryset.iterator(chunk_size=AT_ONCE)
