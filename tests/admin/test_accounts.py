"""Accounts: an administrator who is no superuser stays below superusers."""

import pytest

from tests.admin.forms import address, desk, filled
from tests.factories import make_user
from visits.models import User

pytestmark = pytest.mark.django_db


def test_administrator_makes_accounts() -> None:
    password = "a-fictional-password"
    given = {"username": "ann", "password1": password, "password2": password, "usable_password": "true"}
    response = desk("Administrator").post(address("user", "add"), given)
    assert response.status_code == 302
    assert User.objects.get(username="ann").check_password(password)


def test_administrator_cannot_make_a_superuser() -> None:
    user = make_user("Analyst")
    client = desk("Administrator")
    page = address("user", "change", user.pk)
    assert "is_superuser" not in client.get(page).context["adminform"].form.fields
    joined = {"date_joined_0": "2024-01-01", "date_joined_1": "12:00:00"}
    client.post(page, filled(client.get(page)) | joined | {"is_superuser": "on", "first_name": "Ann"})
    user.refresh_from_db()
    assert (user.first_name, user.is_superuser) == ("Ann", False)


def test_administrator_cannot_take_over_a_superuser() -> None:
    superuser = make_user(username="root", is_superuser=True)
    client = desk("Administrator")
    assert client.post(address("user", "change", superuser.pk), {"username": "x"}).status_code == 403
    password = {"password1": "a-fictional-password", "password2": "a-fictional-password"}
    assert client.post(f"/admin/visits/user/{superuser.pk}/password/", password).status_code == 403


def test_analyst_sees_no_accounts() -> None:
    assert desk("Analyst").get(address("user", "changelist")).status_code == 403
