"""Forms as a browser would send them back."""

from typing import Any

from django.test import Client
from django.urls import reverse

from tests.factories import make_user


def desk(role: str = "", **given: Any) -> Client:
    """A client signed in as somebody in that role; as a superuser without one."""
    client = Client()
    client.force_login(make_user(role or "Administrator", is_superuser=not role, **given))
    return client


def address(noun: str, page: str, *args: Any) -> str:
    return reverse(f"admin:visits_{noun}_{page}", args=args)


def filled(response: Any) -> dict[str, Any]:
    """What the browser would send if somebody pressed Save on the page as it is."""
    assert response.status_code == 200
    data: dict[str, Any] = _values(response.context["adminform"].form)
    for inline in response.context["inline_admin_formsets"]:
        data |= _values(inline.formset.management_form)
        for form in inline.formset.forms:
            data |= _values(form)
    return data


def _values(form: Any) -> dict[str, Any]:
    found = {}
    for bound in form:
        value = bound.value()
        if value is None or value is False or value == "":
            continue
        value = [str(one) for one in value] if isinstance(value, list | tuple) else str(value)
        found[bound.html_name] = value.replace("\n", "\r\n") if isinstance(value, str) else value
    return found


def errors_of(response: Any) -> dict[str, list[str]]:
    """The messages beside the fields, by the name of the field as sent."""
    assert response.status_code == 200
    forms = [response.context["adminform"].form]
    forms += [form for inline in response.context["inline_admin_formsets"] for form in inline.formset.forms]
    return {
        (form.add_prefix(name) if name in form.fields else "__all__"): list(messages)
        for form in forms
        for name, messages in form.errors.items()
    }


def messages_of(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]
