"""The filter form of a list: the filterset's own fields, as a reader fills them in."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from visits.filtersets import Fault, StrictFilterSet

MOST_OPTIONS = 400
ANY = "Any"


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    selected: bool = False


@dataclass(frozen=True)
class Shown:
    """A filter that stands on the form. ``options`` asks for the values to choose from."""

    name: str
    options: Callable[[], Iterable[tuple[str, str]]] | None = None
    wide: bool = False


@dataclass
class Input:
    """One field with what was put into it, right or wrong."""

    name: str
    label: str
    help: str = ""
    values: list[str] = field(default_factory=list)
    options: list[Option] | None = None
    errors: list[str] = field(default_factory=list)
    wide: bool = False

    @property
    def value(self) -> str:
        return " ".join(self.values)

    @property
    def several(self) -> bool:
        return len(self.values) > 1

    @property
    def said(self) -> str:
        """The condition in words: “Country: Türkiye”."""
        chosen = [option.label for option in self.options or [] if option.selected]
        return f"{self.label}: {', '.join(chosen) or self.value}"


@dataclass
class Form:
    """The inputs shown, the further parameters kept as they are, and faults that belong to no input."""

    inputs: list[Input]
    kept: list[Input]
    faults: list[Fault]
    ordering: Input

    @property
    def conditions(self) -> list[str]:
        """Every condition given, in words."""
        return [found.said for found in [*self.inputs, *self.kept] if found.values]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.conditions)


def form_for(
    filterset: StrictFilterSet,
    shown: Sequence[Shown],
    *,
    data: QueryDict,
    orders: Sequence[tuple[str, str]],
    faults: Sequence[Fault] = (),
) -> Form:
    """The form with the parameters as they came; a fault stands beside its field."""
    names = [part.name for part in shown]
    others = [name for name in data if name in filterset.filters and name not in names]
    placed = {*names, *others, "ordering"}
    return Form(
        inputs=[_input(filterset, part, data, faults) for part in shown],
        kept=[_input(filterset, Shown(name), data, faults) for name in others],
        faults=[fault for fault in faults if fault.parameter not in placed],
        ordering=Input(
            name="ordering",
            label="Order",
            values=data.getlist("ordering"),
            options=_options(orders, data.getlist("ordering")),
            errors=[fault.message for fault in faults if fault.parameter == "ordering"],
        ),
    )


def _input(filterset: StrictFilterSet, shown: Shown, data: QueryDict, faults: Sequence[Fault]) -> Input:
    known: Any = filterset.filters[shown.name]
    values = data.getlist(shown.name)
    choices = shown.options() if shown.options else getattr(known.field, "choices", None)
    return Input(
        name=shown.name,
        label=known.label or shown.name,
        help=known.extra.get("help_text", "") if choices is None else "",
        values=values,
        options=None if choices is None else [Option("", ANY, not values), *_options(choices, values)],
        errors=[fault.message for fault in faults if fault.parameter == shown.name],
        wide=shown.wide,
    )


def _options(choices: Iterable[tuple[str, str]], values: Sequence[str]) -> list[Option]:
    """The values to choose from; one that was given and is none of them stays, so that it can be mended."""
    chosen = {value.casefold() for value in values}
    options = [Option(str(value), str(label), str(value).casefold() in chosen) for value, label in choices]
    known = {option.value.casefold() for option in options}
    return options + [Option(value, value, True) for value in values if value.casefold() not in known]
