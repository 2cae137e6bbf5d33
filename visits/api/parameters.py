"""The parameters that the API reads itself; those of the filtersets come on top."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.http import QueryDict

from visits import keyset
from visits.filtersets import BadQuery, Fault
from visits.filtersets.base import unknown

SELECTION = ("fields", "omit")
OF_LISTS = (*keyset.PARAMETERS, "with_count", *SELECTION)


def read_all(*readers: Callable[[], Any]) -> list[Any]:
    """What each reader returns. Raises one BadQuery with the faults that any of them found."""
    found, faults = [], []
    for reader in readers:
        try:
            found.append(reader())
        except BadQuery as error:
            faults += error.faults
    if faults:
        raise BadQuery(faults)
    return found


def refuse_unknown(data: QueryDict, known: Iterable[str]) -> None:
    """Raise BadQuery for every parameter that is not known."""
    known = set(known)
    faults = [unknown(name, known) for name in data if name not in known]
    if faults:
        raise BadQuery(faults)


def selection(data: QueryDict, known: Iterable[str]) -> set[str]:
    """The names of the fields that are wanted: those of ``fields``, or all; without those of ``omit``."""
    known = set(known)
    faults: list[Fault] = []
    wanted, unwanted = (_names(data, parameter, known, faults.append) for parameter in SELECTION)
    if faults:
        raise BadQuery(faults)
    return (wanted or known) - unwanted


def _names(data: QueryDict, parameter: str, known: set[str], report: Callable[[Fault], None]) -> set[str]:
    names = {name.strip() for text in data.getlist(parameter) for name in text.split(",")}
    for name in sorted(names - known):
        nearest = unknown(name, known).suggestion
        hint = f" Did you mean “{nearest}”?" if nearest else f" Known ones: {', '.join(sorted(known))}."
        report(Fault(parameter, f"There is no field “{name}”.{hint}", nearest))
    return names


def wants_count(data: Mapping[str, str]) -> bool:
    """Whether the list is to be counted, too. Raises BadQuery for anything but true and false."""
    text = data.get("with_count", "false").lower()
    if text not in ("true", "false"):
        raise BadQuery([Fault("with_count", "Write true or false.")])
    return text == "true"
