"""The accounts of a demo: one for each role, to try them all."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from visits.models import User

DEMO_ROLES = {"admin": "Administrator", "analyst": "Analyst", "reviewer": "Reviewer"}


@dataclass(frozen=True)
class Account:
    """An account that has just been made. Its password is known now and never again, unless somebody chose it."""

    username: str
    password: str
    chosen: bool


def password_variable(username: str) -> str:
    """The environment variable that holds the password of a demo account."""
    return f"READOUT_{username.upper()}_PASSWORD"


def passwords_from(environ: Mapping[str, str]) -> dict[str, str]:
    """The passwords that the environment chooses, by username."""
    chosen = {username: environ.get(password_variable(username), "") for username in DEMO_ROLES}
    return {username: password for username, password in chosen.items() if password}


@transaction.atomic
def create_demo_accounts(*, passwords: Mapping[str, str]) -> list[Account]:
    """Make the demo's accounts that are missing, give a password to those without one; tell it. Others stay."""
    existing = User.objects.filter(username__in=DEMO_ROLES)
    ready = {user.username for user in existing if user.has_usable_password()}
    return [_equip(username, passwords.get(username, "")) for username in DEMO_ROLES if username not in ready]


def demo_account(username: str) -> User:
    """One of the demo's accounts. If it is missing it is made, with its role and without a password."""
    found = User.objects.filter(username=username).first()
    if found is not None:
        return found
    user = User(username=username, is_staff=True, is_superuser=username == "admin")
    user.set_unusable_password()
    user.save()
    user.groups.add(Group.objects.get(name=DEMO_ROLES[username]))
    return user


def _equip(username: str, chosen: str) -> Account:
    user = demo_account(username)
    if chosen:
        _check(chosen, user)
    password = chosen or secrets.token_urlsafe(12)
    user.set_password(password)
    user.save()
    return Account(username, password, chosen=bool(chosen))


def _check(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError(f"{password_variable(user.username)}: {' '.join(error.messages)}") from None


def describe(accounts: list[Account]) -> str:
    """A line for each account, and a word on what is never shown again."""
    lines = [
        f"  {account.username:<10}"
        + (f"(from {password_variable(account.username)})" if account.chosen else account.password)
        for account in accounts
    ]
    if any(not account.chosen for account in accounts):
        lines.append("Keep these passwords: they are shown this once.")
    return "\n".join(lines)
