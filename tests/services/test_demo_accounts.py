"""The demo's accounts: one for each role, made once."""

from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from visits.models import User
from visits.services import demo_accounts

pytestmark = pytest.mark.django_db
CHOSEN = {"admin": "the administrator's phrase", "analyst": "the analyst's phrase"}


def test_each_role_gets_an_account_that_can_sign_in() -> None:
    made = demo_accounts.create_demo_accounts(passwords=CHOSEN)
    users = User.objects.order_by("username").values_list(
        "username", "groups__name", "is_staff", "is_superuser"
    )
    assert list(users) == [
        ("admin", "Administrator", True, True),
        ("analyst", "Analyst", True, False),
        ("reviewer", "Reviewer", True, False),
    ]
    assert {account.username: account.chosen for account in made} == {
        "admin": True,
        "analyst": True,
        "reviewer": False,
    }
    for account in made:
        assert authenticate(username=account.username, password=account.password) is not None


def test_second_time_changes_nothing() -> None:
    demo_accounts.create_demo_accounts(passwords={})
    before = list(User.objects.order_by("pk").values())
    assert demo_accounts.create_demo_accounts(passwords=CHOSEN) == []
    assert list(User.objects.order_by("pk").values()) == before


def test_account_that_is_missing_is_made_beside_the_others() -> None:
    demo_accounts.create_demo_accounts(passwords={})
    User.objects.get(username="analyst").delete()
    assert [account.username for account in demo_accounts.create_demo_accounts(passwords={})] == ["analyst"]


def test_weak_password_is_refused_by_the_name_of_its_variable_and_no_account_is_made() -> None:
    with pytest.raises(
        ValidationError, match="READOUT_ANALYST_PASSWORD: This password is too short"
    ) as refused:
        demo_accounts.create_demo_accounts(passwords={**CHOSEN, "analyst": "tiny"})
    assert "tiny" not in str(refused.value)
    assert not User.objects.exists()


def test_generated_passwords_are_printed_once_and_chosen_ones_never(monkeypatch: pytest.MonkeyPatch) -> None:
    for username in ("analyst", "reviewer"):
        monkeypatch.delenv(demo_accounts.password_variable(username), raising=False)
    monkeypatch.setenv("READOUT_ADMIN_PASSWORD", CHOSEN["admin"])
    first, second = StringIO(), StringIO()
    call_command("create_demo_accounts", stdout=first)
    call_command("create_demo_accounts", stdout=second)
    lines = first.getvalue().splitlines()
    assert lines[0] == "  admin     (from READOUT_ADMIN_PASSWORD)"
    assert [line.split()[0] for line in lines[1:3]] == ["analyst", "reviewer"]
    assert authenticate(username="analyst", password=lines[1].split()[1]) is not None
    assert lines[3] == "Keep these passwords: they are shown this once."
    assert second.getvalue() == "The demo's accounts exist already.\n"


def test_command_ends_with_a_sentence_on_a_weak_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READOUT_REVIEWER_PASSWORD", "tiny")
    with pytest.raises(CommandError, match="READOUT_REVIEWER_PASSWORD"):
        call_command("create_demo_accounts", stdout=StringIO())
