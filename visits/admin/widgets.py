"""Autocompletes that bear whatever an address or a form sends back."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib.admin.widgets import AutocompleteMixin

LARGEST_KEY = 2**63 - 1


def is_key(text: str) -> bool:
    """Whether it can be the key of a record at all."""
    return text.isascii() and text.isdigit() and int(text) <= LARGEST_KEY


class _Tuned(AutocompleteMixin):
    """Shows nothing as chosen for a value that can't be a key, where Django's own would break the page.

    A ``placeholder`` among the attributes stands in the empty field.
    """

    def build_attrs(
        self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        attrs: dict[str, Any] = super().build_attrs(base_attrs, extra_attrs=extra_attrs)
        return attrs | {"data-placeholder": self.attrs.get("placeholder", "")}

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> Any:
        return super().optgroups(name, [key for key in value if is_key(str(key))], attr)


class Autocomplete(_Tuned, forms.Select):
    pass


class AutocompleteMultiple(_Tuned, forms.SelectMultiple):
    """Without a placeholder: the script would put it into a list as something that no list may hold."""

    def build_attrs(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        attrs = super().build_attrs(*args, **kwargs)
        del attrs["data-placeholder"]
        return attrs | {"data-allow-clear": "false"}
