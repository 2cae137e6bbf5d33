"""Two people on one record: whoever saves second is told, and nothing is overwritten in silence."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from visits.queries.history import Difference
from visits.queries.since import differences_since


@dataclass
class Overtaken(Exception):
    """Somebody else has saved the record since it was read; ``differences`` says what they changed."""

    record: Any
    differences: list[Difference]
    by: str

    def __str__(self) -> str:
        return f"{self.by or 'Somebody else'} has changed “{self.record}” since you opened it."


def save_checked(*, record: Any, expected: int) -> None:
    """Write all columns of a record, if it still has the version that the writer saw.

    The version is a condition of the UPDATE itself, so that nobody can come between a look and a write. Raises
    Overtaken, and has then written nothing.
    """
    model = type(record)._meta.concrete_model
    columns = [
        field
        for field in model._meta.concrete_fields
        if not field.generated and not field.primary_key and field.name not in ("version", "modified_at")
    ]
    with transaction.atomic():
        written = model._base_manager.filter(pk=record.pk, version=expected).update(
            **{field.attname: getattr(record, field.attname) for field in columns}
        )
        if not written:
            raise _overtaken(record, expected)
    record.refresh_from_db(fields=["version", "modified_at"])


def delete_checked(*, record: Any, expected: int) -> None:
    """Delete a record, if it still has the version that the writer saw. It keeps its key, to be told of.

    Raises Overtaken, and has then deleted nothing.
    """
    rows = type(record)._base_manager.filter(pk=record.pk)
    with transaction.atomic():
        # Whoever is about to change it is waited for: Django looks first at what goes with it.
        if not rows.filter(version=expected).select_for_update().exists():
            raise _overtaken(record, expected)
        rows.delete()


def _overtaken(record: Any, expected: int) -> Overtaken:
    by, differences = differences_since(type(record)._meta.concrete_model, record.pk, expected)
    return Overtaken(record, differences, by)
