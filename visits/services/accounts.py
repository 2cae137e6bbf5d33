"""Accounts: invited, changed, deactivated and taken back by administrators, and never deleted.

Histories name people, so an account stays. An administrator can do nothing to an account with more rights than their
own, nor to their own role or activity: so an active administrator always remains.
"""

from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet

from visits.models import User
from visits.services import links
from visits.services.roles import ADMINISTRATOR, ROLES, role_of

PROFILE = {
    "username": "Username",
    "first_name": "First name",
    "last_name": "Last name",
    "email": "Email address",
    "wants_mail": "Mail about reviews",
}


@transaction.atomic
def invite(
    *, username: str, email: str, role: str, by: User, first_name: str = "", last_name: str = ""
) -> User:
    """Make an account without a password and send it a link to choose one.

    Raises PermissionDenied for a role with more rights than the administrator's own, ValidationError, by field, for
    a name or an address that another account has.
    """
    by = _administrator(by, "add")
    group = _grantable(role, by)
    account = User(username=username, email=email, first_name=first_name, last_name=last_name, is_staff=True)
    account.set_unusable_password()
    account.full_clean()
    _require_address(account)
    account.save()
    account.groups.add(group)
    links.send(account)
    _note(account, by, f"Invited as {role}.", ADDITION)
    return account


@transaction.atomic
def send_link(*, account: User, by: User) -> None:
    """Send a link to choose a password: a new invitation, or, for who has a password, a way to another one."""
    by = _administrator(by, "change")
    account = _manageable(account, by)
    _require_address(account)
    if not account.is_active:
        raise ValidationError("This account is deactivated.")
    links.send(account)
    _note(account, by, "Was sent a link to choose a password.")


@transaction.atomic
def deactivate(*, account: User, by: User) -> None:
    """Let nobody sign in with this account; open sessions end at their next request, links no longer count."""
    by = _administrator(by, "change")
    account = _manageable(account, by)
    if account == by:
        raise ValidationError("You can't deactivate your own account.")
    if not account.is_active:
        raise ValidationError("This account is deactivated already.")
    User.objects.filter(pk=account.pk).update(is_active=False, link_sent_at=None)
    _note(account, by, "Deactivated.")


@transaction.atomic
def reactivate(*, account: User, by: User) -> None:
    """Take a deactivated account back, with the role and the password that it had."""
    by = _administrator(by, "change")
    account = _manageable(account, by)
    if account.is_active:
        raise ValidationError("This account is active.")
    User.objects.filter(pk=account.pk).update(is_active=True)
    _note(account, by, "Reactivated.")


@transaction.atomic
def change_profile(*, account: User, by: User, **values: Any) -> None:
    """Change the username, the name, the address or whether mails are wanted (``PROFILE``)."""
    by = _administrator(by, "change")
    account = _manageable(account, by)
    told = []
    for name, label in PROFILE.items():
        if name in values and getattr(account, name) != values[name]:
            told.append(f"{label} from “{getattr(account, name)}” to “{values[name]}”.")
            setattr(account, name, values[name])
            if name == "email":
                # A link sent to the former address counts no longer.
                account.link_sent_at = None
    account.full_clean()
    account.save(update_fields=[*PROFILE, "link_sent_at"])
    if told:
        _note(account, by, " ".join(told))


@transaction.atomic
def change_role(*, account: User, by: User, role: str) -> None:
    """Give the account this role in the place of the one it has."""
    by = _administrator(by, "change")
    account = _manageable(account, by)
    if account == by:
        raise ValidationError("You can't change your own role.")
    group, before = _grantable(role, by), role_of(account)
    account.groups.remove(*Group.objects.filter(name__in=ROLES))
    account.groups.add(group)
    User.objects.filter(pk=account.pk).update(is_staff=True)
    _note(account, by, f"Role from “{before}” to “{role}”.")


@transaction.atomic
def change_superuser(*, account: User, by: User, is_superuser: bool) -> None:
    """Make a superuser of the account, or no longer let it be one. For superusers only."""
    by = _administrator(by, "change")
    account = _manageable(account, by)
    if not by.is_superuser:
        raise PermissionDenied("Only a superuser makes superusers.")
    if account == by:
        raise ValidationError("You can't take your own rights.")
    User.objects.filter(pk=account.pk).update(is_superuser=is_superuser)
    _note(account, by, "Made a superuser." if is_superuser else "No superuser any more.")


@transaction.atomic
def choose_mail(*, by: User, wants: bool) -> None:
    """Say for one's own account whether one wants mails about reviews."""
    if not by.is_active:
        raise PermissionDenied("This account is deactivated.")
    User.objects.filter(pk=by.pk).update(wants_mail=wants)


@transaction.atomic
def forgotten(*, email: str) -> None:
    """Send a link to whoever has this address. Looks and takes the same whether anybody has."""
    for account in links.send_forgotten(email=email):
        _note(account, account, "Asked for a link to choose a password.")


def may_manage(*, account: User, by: User) -> bool:
    """Whether the administrator's rights reach as far as the account's."""
    if by.is_superuser:
        return by.is_active
    more = account.is_superuser or _rights(account).exclude(pk__in=_rights(by)).exists()
    return by.has_perm("visits.change_user") and not more


def _rights(account: User) -> QuerySet[Permission]:
    """What the account may do, or might if it were active, by its groups and for itself."""
    return Permission.objects.filter(Q(user=account) | Q(group__user=account))


def _administrator(by: User, action: str) -> User:
    """Whoever acts, as the account stands now. One at a time: two who deactivate each other can't both succeed."""
    Group.objects.select_for_update().get(name=ADMINISTRATOR)
    by = User.objects.get(pk=by.pk)
    if not by.has_perm(f"visits.{action}_user"):
        raise PermissionDenied("Only an administrator does this to accounts.")
    return by


def _manageable(account: User, by: User) -> User:
    """The account as it stands now."""
    account = User.objects.select_for_update().get(pk=account.pk)
    if not may_manage(account=account, by=by):
        raise PermissionDenied("This account has more rights than yours.")
    return account


def _grantable(role: str, by: User) -> Group:
    if role not in ROLES:
        raise ValidationError({"role": f"Choose one of {', '.join(ROLES)}."})
    group = Group.objects.get(name=role)
    if not by.is_superuser and group.permissions.exclude(pk__in=_rights(by)).exists():
        raise PermissionDenied("This role has more rights than yours.")
    return group


def _require_address(account: User) -> None:
    if not account.email:
        raise ValidationError("The account has no email address to send a link to.")


def _note(account: User, by: User, message: str, flag: int = CHANGE) -> None:
    """Keep it in the account's history."""
    LogEntry.objects.log_actions(by.pk, [account], flag, message, single_object=True)
