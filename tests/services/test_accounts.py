"""Accounts under administrators: who may do what to whom, and what becomes of links and sessions."""

import importlib
import threading
from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import override_settings
from django.utils import timezone

from tests.factories import make_user
from tests.letters import body, letters
from visits.models import User
from visits.services import accounts, links
from visits.services.roles import role_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("commits")]


@pytest.fixture
def chief() -> User:
    return make_user("Administrator", username="chief")


def note_of(account: User) -> list[tuple[str, str]]:
    entries = LogEntry.objects.filter(object_id=str(account.pk)).order_by("pk")
    return list(entries.values_list("user__username", "change_message"))


def test_invited_account_is_active_in_its_role_and_has_no_password(chief: User) -> None:
    account = accounts.invite(
        username="ann",
        first_name="Ann",
        last_name="Elphberg",
        email="ann@ruritania.example",
        role="Analyst",
        by=chief,
    )
    account.refresh_from_db()
    assert (account.is_active, account.is_staff, account.is_superuser) == (True, True, False)
    assert (role_of(account), account.has_usable_password()) == ("Analyst", False)
    assert letters() == [("ann@ruritania.example", "You are invited to Readout")]
    assert "Your role:     analyst\nYour username: ann\n" in body()
    assert note_of(account) == [("chief", "Invited as Analyst.")]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"username": "taken"}, "A user with that username already exists."),
        ({"email": "TAKEN@ruritania.example"}, "Another account has this email address."),
        ({"email": "nonsense"}, "Enter a valid email address."),
        ({"email": ""}, "The account has no email address to send a link to."),
        ({"role": "Emperor"}, "Choose one of Viewer, Analyst, Reviewer, Administrator."),
    ],
)
def test_invitation_that_cannot_be_is_refused_in_words(chief: User, given: dict, message: str) -> None:
    make_user(username="taken", email="taken@ruritania.example", is_active=False)
    wanted = {"username": "ann", "email": "ann@ruritania.example", "role": "Viewer"} | given
    with pytest.raises(ValidationError) as refused:
        accounts.invite(**wanted, by=chief)
    assert refused.value.messages == [message]
    assert (User.objects.filter(username="ann").exists(), mail.outbox) == (False, [])


def test_database_keeps_addresses_apart_whatever_their_case() -> None:
    make_user(email="ann@ruritania.example")
    for _ in range(2):
        make_user(email="")
    with pytest.raises(IntegrityError, match="user_email_once"), transaction.atomic():
        User.objects.filter(pk=make_user().pk).update(email="Ann@Ruritania.Example")


def test_migration_lets_the_account_in_use_keep_an_address_and_notes_it_for_the_others() -> None:
    rule = User._meta.constraints[0]
    with connection.schema_editor() as editor:
        editor.remove_constraint(User, rule)
        old = make_user(username="old", email="ann@ruritania.example")
        used = make_user(username="used", email="Ann@Ruritania.example", last_login=timezone.now())
        gone = make_user(
            username="gone", email="ANN@ruritania.example", is_active=False, last_login=timezone.now()
        )
        make_user(username="other", email="bob@ruritania.example")
        for name in ("blank", "blank too"):
            make_user(username=name)
        migration = importlib.import_module("visits.migrations.0006_accounts_and_mail")
        migration.let_one_keep_each_address(apps, editor)
        editor.add_constraint(User, rule)
    assert dict(User.objects.values_list("username", "email")) == {
        "old": "",
        "used": used.email,
        "gone": "",
        "blank": "",
        "blank too": "",
        "other": "bob@ruritania.example",
    }
    left = "The email address {} was left to used, who has it, too."
    assert note_of(old) == [("old", left.format("ann@ruritania.example"))]
    assert note_of(gone) == [("gone", left.format("ANN@ruritania.example"))]


def test_link_is_valid_until_the_next_one_is_sent(chief: User) -> None:
    account = accounts.invite(username="ann", email="ann@ruritania.example", role="Viewer", by=chief)
    first = links.tokens.make_token(account)
    assert links.tokens.check_token(User.objects.get(pk=account.pk), first)
    accounts.send_link(account=account, by=chief)
    account.refresh_from_db()
    assert not links.tokens.check_token(account, first)
    assert links.tokens.check_token(account, links.tokens.make_token(account))
    assert [subject for _, subject in letters()] == ["You are invited to Readout"] * 2


def test_who_has_a_password_is_sent_a_way_to_another_one(chief: User) -> None:
    account = make_user("Viewer", email="ann@ruritania.example", password="a-fictional-password")
    accounts.send_link(account=account, by=chief)
    account.refresh_from_db()
    assert letters() == [("ann@ruritania.example", "A new password for Readout")]
    assert account.check_password("a-fictional-password")


def test_link_ends_after_three_days_with_a_deactivation_and_with_another_address(chief: User) -> None:
    def linked() -> tuple[User, str]:
        accounts.send_link(account=account, by=chief)
        account.refresh_from_db()
        return account, links.tokens.make_token(account)

    account = make_user("Viewer", email="ann@ruritania.example")
    _, token = linked()
    with override_settings(PASSWORD_RESET_TIMEOUT=-1):
        assert not links.tokens.check_token(account, token)
        assert links.valid_until(account) is None
    assert account.link_sent_at
    assert links.valid_until(account) == account.link_sent_at + timedelta(days=3)
    accounts.deactivate(account=account, by=chief)
    accounts.reactivate(account=account, by=chief)
    account.refresh_from_db()
    assert (links.tokens.check_token(account, token), links.valid_until(account)) == (False, None)
    _, token = linked()
    accounts.change_profile(account=account, by=chief, email="ann@elphberg.example")
    account.refresh_from_db()
    assert (links.tokens.check_token(account, token), links.valid_until(account)) == (False, None)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "The account has no email address to send a link to."),
        ({"email": "ann@ruritania.example", "is_active": False}, "This account is deactivated."),
    ],
)
def test_link_that_leads_nowhere_is_not_sent(chief: User, given: dict, message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        accounts.send_link(account=make_user("Viewer", **given), by=chief)
    assert (refused.value.messages, mail.outbox) == ([message], [])


@override_settings(EMAIL_BACKEND="tests.servers.Refusing")
def test_account_stands_when_the_mail_server_fails_and_its_link_does_not_count(
    chief: User, caplog: pytest.LogCaptureFixture
) -> None:
    account = accounts.invite(username="ann", email="ann@ruritania.example", role="Viewer", by=chief)
    account.refresh_from_db()
    assert (account.is_active, account.link_sent_at) == (True, None)
    assert [record.message for record in caplog.records] == [
        "The mail server did not take “You are invited to Readout”."
    ]
    assert "/admin/password/" not in caplog.text


def test_deactivated_and_reactivated_account_keeps_its_password_and_role(chief: User) -> None:
    account = make_user("Analyst", username="ann", password="a-fictional-password")
    accounts.deactivate(account=account, by=chief)
    account.refresh_from_db()
    assert not account.is_active
    with pytest.raises(ValidationError, match="deactivated already"):
        accounts.deactivate(account=account, by=chief)
    accounts.reactivate(account=account, by=chief)
    account.refresh_from_db()
    assert (account.is_active, role_of(account)) == (True, "Analyst")
    assert account.check_password("a-fictional-password")
    with pytest.raises(ValidationError, match="is active"):
        accounts.reactivate(account=account, by=chief)
    assert note_of(account) == [("chief", "Deactivated."), ("chief", "Reactivated.")]


def test_nobody_deactivates_or_demotes_themselves(chief: User) -> None:
    superuser = make_user(is_superuser=True)
    for by in (chief, superuser):
        with pytest.raises(ValidationError, match="can't deactivate your own account"):
            accounts.deactivate(account=by, by=by)
        with pytest.raises(ValidationError, match="can't change your own role"):
            accounts.change_role(account=by, by=by, role="Viewer")
    with pytest.raises(ValidationError, match="can't take your own rights"):
        accounts.change_superuser(account=superuser, by=superuser, is_superuser=False)
    assert User.objects.filter(is_active=True).count() == 2


def test_one_who_was_deactivated_meanwhile_does_nothing_more(chief: User) -> None:
    other = make_user("Administrator")
    accounts.deactivate(account=other, by=chief)
    with pytest.raises(PermissionDenied):
        accounts.deactivate(account=chief, by=other)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_deactivate_each_other_at_once_one_stays() -> None:
    ann, bob = make_user("Administrator"), make_user("Administrator")
    begun, found = threading.Event(), []

    def bob_tries() -> None:
        try:
            begun.set()
            accounts.deactivate(account=ann, by=bob)
        except PermissionDenied:
            found.append("refused")
        finally:
            connection.close()

    thread = threading.Thread(target=bob_tries)
    with transaction.atomic():
        accounts.deactivate(account=bob, by=ann)
        thread.start()
        assert begun.wait(timeout=20)
    thread.join(timeout=20)
    assert not thread.is_alive()
    assert found == ["refused"]
    assert list(User.objects.filter(is_active=True)) == [ann]


def test_role_is_changed_and_further_groups_stay(chief: User) -> None:
    account = make_user("Reviewer")
    account.groups.add(Group.objects.get(name="Analyst"), Group.objects.create(name="Translators"))
    accounts.change_role(account=account, by=chief, role="Viewer")
    assert sorted(group.name for group in account.groups.all()) == ["Translators", "Viewer"]
    assert note_of(account) == [("chief", "Role from “Reviewer” to “Viewer”.")]


def test_administrator_touches_nobody_with_more_rights(chief: User) -> None:
    above = make_user("Viewer", email="above@ruritania.example")
    above.user_permissions.add(Permission.objects.get(codename="add_group"))
    beyond = make_user("Viewer", email="beyond@ruritania.example", is_superuser=True, is_active=False)
    for account in (above, beyond):
        for work in (
            lambda account=account: accounts.send_link(account=account, by=chief),
            lambda account=account: accounts.deactivate(account=account, by=chief),
            lambda account=account: accounts.reactivate(account=account, by=chief),
            lambda account=account: accounts.change_role(account=account, by=chief, role="Viewer"),
            lambda account=account: accounts.change_profile(account=account, by=chief, email="x@y.example"),
        ):
            with pytest.raises(PermissionDenied, match="more rights than yours"):
                work()
    assert mail.outbox == []
    superuser = make_user(is_superuser=True)
    accounts.deactivate(account=above, by=superuser)
    accounts.reactivate(account=beyond, by=superuser)


def test_administrator_grants_no_role_with_more_rights_than_their_own(chief: User) -> None:
    Group.objects.get(name="Reviewer").permissions.add(Permission.objects.get(codename="delete_user"))
    wanted = {"username": "ann", "email": "ann@ruritania.example", "role": "Reviewer"}
    with pytest.raises(PermissionDenied):
        accounts.invite(**wanted, by=chief)
    with pytest.raises(PermissionDenied):
        accounts.change_role(account=make_user("Viewer"), by=chief, role="Reviewer")
    accounts.invite(**wanted, by=make_user(is_superuser=True))


def test_only_a_superuser_makes_superusers(chief: User) -> None:
    account = make_user("Administrator")
    with pytest.raises(PermissionDenied):
        accounts.change_superuser(account=account, by=chief, is_superuser=True)
    accounts.change_superuser(account=account, by=make_user(is_superuser=True), is_superuser=True)
    account.refresh_from_db()
    assert account.is_superuser


def test_change_of_a_profile_is_noted_with_both_values(chief: User) -> None:
    account = make_user("Viewer", username="ann", email="ann@ruritania.example")
    accounts.change_profile(account=account, by=chief, username="ann", email="ann@elphberg.example")
    account.refresh_from_db()
    assert account.email == "ann@elphberg.example"
    assert note_of(account) == [
        ("chief", "Email address from “ann@ruritania.example” to “ann@elphberg.example”.")
    ]
    make_user(email="bob@ruritania.example")
    with pytest.raises(ValidationError, match="Another account has this"):
        accounts.change_profile(account=account, by=chief, email="Bob@ruritania.example")


def test_forgotten_password_sends_a_link_to_the_address_on_record() -> None:
    account = make_user(
        "Viewer", username="ann", email="Ann@ruritania.example", password="a-fictional-password"
    )
    make_user("Viewer", email="bob@ruritania.example")
    accounts.forgotten(email="ann@RURITANIA.example")
    assert letters() == [("Ann@ruritania.example", "A new password for Readout")]
    assert note_of(account) == [("ann", "Asked for a link to choose a password.")]


def test_who_lost_the_invitation_gets_another_one_by_asking() -> None:
    make_user("Viewer", email="ann@ruritania.example")
    accounts.forgotten(email="ann@ruritania.example")
    assert letters() == [("ann@ruritania.example", "You are invited to Readout")]


def test_forgotten_password_sends_nothing_to_strangers_and_to_deactivated_accounts() -> None:
    make_user("Viewer", email="ann@ruritania.example", is_active=False)
    make_user("Viewer", email="")
    for email in ("ann@ruritania.example", "nobody@ruritania.example", ""):
        accounts.forgotten(email=email)
    assert mail.outbox == []


def test_who_asks_again_and_again_gets_one_mail_in_a_quarter_of_an_hour() -> None:
    account = make_user("Viewer", email="ann@ruritania.example")
    for _ in range(3):
        accounts.forgotten(email="ann@ruritania.example")
    assert len(mail.outbox) == 1
    User.objects.filter(pk=account.pk).update(link_sent_at=timezone.now() - timedelta(minutes=15))
    accounts.forgotten(email="ann@ruritania.example")
    assert len(mail.outbox) == 2


def test_everybody_says_for_themselves_whether_mails_are_wanted() -> None:
    user = make_user("Viewer")
    assert user.wants_mail
    accounts.choose_mail(by=user, wants=False)
    user.refresh_from_db()
    assert not user.wants_mail
