"""Reads any number of records in little memory, as they stood at one moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
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
        yield from some_at_a_time(queryset)


def some_at_a_time(queryset: QuerySet) -> Iterator[Any]:
    """The same within a moment that the caller has chosen."""
    records = queryset.iterator(chunk_size=AT_ONCE)
    while some := list(islice(records, AT_ONCE)):
        yield from some
        for record in some:
            _let_go(record)


def _let_go(record: Any) -> None:
    """Cut what leads from a record to others and back: such circles stay in memory until somebody looks for them."""
    others = list(record._state.fields_cache.values())
    record._state.fields_cache.clear()
    for rows in record.__dict__.pop("_prefetched_objects_cache", {}).values():
        others += rows
    for other in others:
        if other is not None:
            _let_go(other)
