"""What is wrong with a form, in sentences for the person who filled it in."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import DatabaseError

# SQLSTATE, PostgreSQL documentation, appendix A.
FOREIGN_KEY, UNIQUE, CHECK = "23503", "23505", "23514"
SENTENCES = {
    FOREIGN_KEY: "A record that this one names has been removed meanwhile.",
    UNIQUE: "Another record has one of these values already, and it must be unique.",
}
OTHERWISE = "The database can't store one of these values."


@dataclass(frozen=True)
class Fault:
    """A mistake, told at the top of a long form with a link to where it is."""

    message: str
    field: str = ""
    anchor: str = ""


def faults(forms: Iterable[Any]) -> Iterator[Fault]:
    """What stands beside the fields of these forms."""
    for form in forms:
        for name, messages in form.errors.items():
            field = form[name] if name in form.fields else None
            for message in messages:
                yield Fault(message, str(field.label), field.id_for_label) if field else Fault(message)


def sentence(error: DatabaseError) -> str:
    """What the database refused: the constraint's own message, where it has one."""
    diagnosis = getattr(error.__cause__, "diag", None)
    if diagnosis is None:
        return OTHERWISE
    known = _messages().get(diagnosis.constraint_name or "")
    if known:
        return known
    if diagnosis.sqlstate == CHECK and not diagnosis.constraint_name:
        # Raised by one of our triggers, in words meant to be read.
        return str(diagnosis.message_primary)
    return SENTENCES.get(diagnosis.sqlstate, OTHERWISE)


def _messages() -> dict[str, str]:
    """The messages of all constraints, by the constraint's name."""
    return {
        constraint.name: str(constraint.violation_error_message)
        for model in apps.get_app_config("visits").get_models()
        for constraint in model._meta.constraints
    }
