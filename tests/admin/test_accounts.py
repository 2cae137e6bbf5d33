"""Accounts in the admin: invited, deactivated, sent links; an administrator stays below superusers."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client, override_settings

from tests.admin.forms import address, desk, errors_of, filled, messages_of
from tests.factories import make_user
from tests.letters import body, letters, link
from visits.models import User
from visits.services.roles import role_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("commits")]

ANN = {"username": "ann", "first_name": "Ann", "last_name": "Elphberg", "email": "ann@ruritania.example"}
PASSWORD, NEW = "a-fictional-password", "another-fictional-one"


def act(client: Client, account: User, name: str) -> Any:
    """Answer the question with yes."""
    page = address("user", "act", account.pk, name)
    assert client.get(page).status_code == 200
    return client.post(page)


def signed_in(account: User) -> Client:
    client = Client()
    client.force_login(account)
    return client


def is_signed_in(client: Client) -> bool:
    return client.get("/admin/").status_code == 200


def choose(client: Client, where: str, password: str = NEW) -> Any:
    """Open the link as a browser does and choose a password."""
    shown = client.get(where, follow=True)
    where = shown.redirect_chain[-1][0] if shown.redirect_chain else where
    return client.post(where, {"new_password1": password, "new_password2": password}, follow=True)


def test_invited_person_chooses_a_password_and_signs_in() -> None:
    client = desk("Administrator")
    page = address("user", "add")
    given = filled(client.get(page)) | ANN | {"role": "Analyst"}
    response = client.post(page, given)
    account = User.objects.get(username="ann")
    assert response["Location"] == address("user", "change", account.pk)
    shown = client.get(response["Location"])
    assert messages_of(shown) == ["A link to choose a password was sent to ann@ruritania.example."]
    assert "Invited, link valid until" in shown.content.decode()
    assert letters() == [("ann@ruritania.example", "You are invited to Readout")]

    browser = Client()
    where = link()
    assert "Your username is <strong>ann</strong>" in browser.get(where, follow=True).content.decode()
    assert browser.get(where)["Location"].endswith("/set-password/")
    chosen = choose(browser, where)
    assert chosen.status_code == 200
    assert "You can sign in with it now." in chosen.content.decode()
    assert browser.login(username="ann", password=NEW)
    assert is_signed_in(browser)
    assert role_of(account) == "Analyst"
    again = Client().get(where, follow=True).content.decode()
    assert "This link is no longer valid" in again


def test_password_that_is_too_weak_is_refused_in_words() -> None:
    account = make_user("Viewer", email="ann@ruritania.example")
    act(desk("Administrator"), account, "link")
    refused = choose(Client(), link(), "tiny")
    assert refused.context["form"].errors["new_password2"] == [
        "This password is too short. It must contain at least 12 characters."
    ]
    account.refresh_from_db()
    assert not account.has_usable_password()


@pytest.mark.parametrize(
    "where", ["x/y", "MQ/set-password", "MTk5OTk5OTk5OTk5OTk5OTk5OTk5/a-b", "%00/%00", "4pyT/c8h-abc"]
)
def test_link_that_is_none_says_so(where: str) -> None:
    response = Client().get(f"/admin/password/{where}/")
    assert (response.status_code, response.context["title"]) == (200, "No valid link")
    assert "This link is no longer valid" in response.content.decode()


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({"email": ""}, "email", "This field is required."),
        ({"email": "TAKEN@ruritania.example"}, "__all__", "Another account has this email address."),
        ({"username": "taken"}, "username", "A user with that username already exists."),
        ({"role": "Emperor"}, "role", "Select a valid choice. Emperor is not one of the available choices."),
    ],
)
def test_invitation_that_cannot_be_is_told_beside_its_field(
    given: dict[str, str], field: str, message: str
) -> None:
    make_user(username="taken", email="taken@ruritania.example")
    client = desk("Administrator")
    response = client.post(address("user", "add"), ANN | {"role": "Viewer"} | given)
    assert errors_of(response) == {field: [message]}
    assert 'value="Elphberg"' in response.content.decode()
    assert not User.objects.filter(username="ann").exists()


@override_settings(EMAIL_BACKEND="tests.servers.Refusing")
def test_administrator_is_told_when_the_mail_server_fails() -> None:
    client = desk("Administrator")
    response = client.post(address("user", "add"), ANN | {"role": "Viewer"})
    shown = client.get(response["Location"])
    assert messages_of(shown) == [
        "The mail server did not take the link: the log of the site says why. Send another one later."
    ]
    assert "Invited, no valid link" in shown.content.decode()


def test_lost_invitation_is_sent_again() -> None:
    account = make_user("Viewer", email="ann@ruritania.example")
    client = desk("Administrator")
    assert "Send a new invitation" in client.get(address("user", "change", account.pk)).content.decode()
    act(client, account, "link")
    first = link()
    act(client, account, "link")
    assert letters() == [("ann@ruritania.example", "You are invited to Readout")] * 2
    assert "This link is no longer valid" in Client().get(first, follow=True).content.decode()
    choose(Client(), link())
    assert Client().login(username=account.username, password=NEW)


def test_sessions_of_before_end_with_the_new_password() -> None:
    account = make_user("Viewer", email="ann@ruritania.example", password=PASSWORD)
    open_session = signed_in(account)
    client = desk("Administrator")
    act(client, account, "link")
    assert is_signed_in(open_session)
    account.refresh_from_db()
    assert account.check_password(PASSWORD)
    choose(Client(), link())
    assert not is_signed_in(open_session)
    assert not Client().login(username=account.username, password=PASSWORD)


def test_deactivated_account_is_out_at_once_and_back_after_reactivation() -> None:
    account = make_user("Analyst", username="ann", password=PASSWORD)
    open_session = signed_in(account)
    client = desk("Administrator")
    assert is_signed_in(open_session)
    assert act(client, account, "deactivate")["Location"] == address("user", "change", account.pk)
    shown = client.get(address("user", "change", account.pk))
    assert messages_of(shown) == ["“ann” is deactivated."]
    assert "Deactivated" in shown.content.decode()
    assert not is_signed_in(open_session)
    assert not Client().login(username="ann", password=PASSWORD)
    refused = Client().post("/admin/login/", {"username": "ann", "password": PASSWORD})
    assert refused.status_code == 200
    assert act(client, account, "reactivate").status_code == 302
    assert Client().login(username="ann", password=PASSWORD)
    history = client.get(address("user", "history", account.pk)).content.decode()
    assert "Deactivated." in history
    assert "Reactivated." in history


def test_what_somebody_else_has_done_already_is_said() -> None:
    account = make_user("Analyst", is_active=False)
    client = desk("Administrator")
    response = client.post(address("user", "act", account.pk, "deactivate"))
    assert messages_of(client.get(response["Location"])) == ["Somebody has done this already."]
    assert client.get(address("user", "act", 0, "deactivate")).status_code == 404


def test_nobody_deactivates_their_own_account() -> None:
    client = desk("Administrator", username="chief")
    chief = User.objects.get(username="chief")
    page = client.get(address("user", "change", chief.pk))
    assert "Deactivate" not in page.content.decode()
    response = client.post(address("user", "act", chief.pk, "deactivate"))
    assert messages_of(client.get(response["Location"])) == ["You can't deactivate your own account."]
    assert is_signed_in(client)


def test_account_is_changed_with_its_role() -> None:
    account = make_user("Analyst", username="ann")
    client = desk("Administrator")
    page = address("user", "change", account.pk)
    given = filled(client.get(page))
    assert given["role"] == "Analyst"
    response = client.post(page, given | {"role": "Reviewer", "email": "ann@ruritania.example"})
    assert response.status_code == 302
    account = User.objects.get(username="ann")
    assert (role_of(account), account.email, account.wants_mail) == (
        "Reviewer",
        "ann@ruritania.example",
        True,
    )


def test_own_role_is_refused_in_words_and_what_was_typed_stays() -> None:
    client = desk("Administrator", username="chief")
    page = address("user", "change", User.objects.get(username="chief").pk)
    response = client.post(page, filled(client.get(page)) | {"role": "Viewer", "first_name": "Ann"})
    assert errors_of(response) == {"__all__": ["You can't change your own role."]}
    assert 'value="Ann"' in response.content.decode()
    assert role_of(User.objects.get(username="chief")) == "Administrator"


def test_account_without_a_role_can_be_saved_without_one() -> None:
    account = make_user(username="root", is_superuser=True)
    client = desk()
    page = address("user", "change", account.pk)
    assert client.post(page, filled(client.get(page)) | {"first_name": "Ann"}).status_code == 302
    account.refresh_from_db()
    assert (account.first_name, role_of(account)) == ("Ann", "")


def test_superuser_makes_a_superuser() -> None:
    account = make_user("Administrator")
    client = desk()
    page = address("user", "change", account.pk)
    assert client.post(page, filled(client.get(page)) | {"is_superuser": "on"}).status_code == 302
    account.refresh_from_db()
    assert account.is_superuser


def test_administrator_cannot_make_a_superuser() -> None:
    user = make_user("Analyst")
    client = desk("Administrator")
    page = address("user", "change", user.pk)
    assert set(client.get(page).context["adminform"].form.fields) == {
        *("username", "first_name", "last_name", "email", "role", "wants_mail"),
    }
    more = {"is_superuser": "on", "is_staff": "", "is_active": "", "groups": "1", "first_name": "Ann"}
    client.post(page, filled(client.get(page)) | more)
    user.refresh_from_db()
    assert (user.first_name, user.is_superuser, user.is_staff, user.is_active) == ("Ann", False, True, True)


def test_administrator_cannot_take_over_a_superuser() -> None:
    superuser = make_user(username="root", is_superuser=True, email="root@ruritania.example")
    client = desk("Administrator")
    page = address("user", "change", superuser.pk)
    shown = client.get(page)
    assert shown.status_code == 200
    assert 'name="email"' not in shown.content.decode()
    assert client.post(page, {"username": "x", "email": "x@ruritania.example"}).status_code == 403
    for name in ("link", "deactivate"):
        assert client.post(address("user", "act", superuser.pk, name)).status_code == 403
    superuser.refresh_from_db()
    assert (superuser.username, superuser.is_active, mail.outbox) == ("root", True, [])


def test_nobody_sets_anothers_password_or_deletes_an_account() -> None:
    user = make_user("Analyst")
    client = desk()
    assert (
        client.get(f"/admin/visits/user/{user.pk}/password/").status_code == 302
    )  # back: there is no such page
    password = {"password1": NEW, "password2": NEW}
    client.post(f"/admin/visits/user/{user.pk}/password/", password)
    assert client.post(address("user", "delete", user.pk), {"post": "yes"}).status_code == 403
    user.refresh_from_db()
    assert not user.has_usable_password()


def test_accounts_are_found_by_any_name_and_narrowed_by_role() -> None:
    ann = make_user("Analyst", username="aelph", first_name="Änn", email="queen@ruritania.example")
    make_user("Reviewer", username="rita")
    client = desk("Administrator", username="chief")
    for query in ("q=ann", "q=QUEEN", "q=aelph", "role=Analyst"):
        response = client.get(f"{address('user', 'changelist')}?{query}")
        assert list(response.context["cl"].result_list) == [ann], query


def test_list_says_role_and_state_of_each() -> None:
    make_user("Analyst", username="ann", password=PASSWORD)
    make_user("Viewer", username="bob")
    make_user("Reviewer", username="rita", is_active=False)
    response = desk("Administrator", username="chief").get(address("user", "changelist"))
    rows = response.context["cl"].result_list
    desk_admin = response.context["cl"].model_admin
    assert [(row.username, desk_admin.role(row), desk_admin.state(row)) for row in rows] == [
        ("ann", "Analyst", "Active"),
        ("bob", "Viewer", "Invited, no valid link"),
        ("chief", "Administrator", "Invited, no valid link"),
        ("rita", "Reviewer", "Deactivated"),
    ]


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("active", ["ann"]),
        ("invited", ["bob", "chief"]),
        ("deactivated", ["rita"]),
        ("nonsense", ["ann", "bob", "chief", "rita"]),
    ],
)
def test_list_is_narrowed_by_state(state: str, found: list[str]) -> None:
    make_user("Analyst", username="ann", password=PASSWORD)
    make_user("Viewer", username="bob")
    make_user("Reviewer", username="rita", is_active=False, password=PASSWORD)
    response = desk("Administrator", username="chief").get(f"{address('user', 'changelist')}?state={state}")
    assert [row.username for row in response.context["cl"].result_list] == found


# Forgotten passwords

FORGOTTEN = "/admin/password/forgotten/"


def ask(email: str, **headers: str) -> tuple[int, str, str]:
    """The whole answer: status, where it leads, and what stands there, without the one-time token of the form."""
    client = Client()
    response = client.post(FORGOTTEN, {"email": email}, headers=headers)
    return response.status_code, response["Location"], client.get(response["Location"]).content.decode()


def test_sign_in_page_leads_to_a_new_password() -> None:
    account = make_user("Viewer", email="ann@ruritania.example", password=PASSWORD)
    assert f'href="{FORGOTTEN}"' in Client().get("/admin/login/").content.decode()
    assert Client().get(FORGOTTEN).status_code == 200
    ask("Ann@Ruritania.example")
    assert letters() == [("ann@ruritania.example", "A new password for Readout")]
    choose(Client(), link())
    assert Client().login(username=account.username, password=NEW)


def test_answer_does_not_tell_whether_an_address_is_known() -> None:
    make_user("Viewer", email="ann@ruritania.example")
    make_user("Viewer", email="gone@ruritania.example", is_active=False)
    known = ask("ann@ruritania.example")
    others = {ask(email) for email in ("ann@ruritania.example", "gone@ruritania.example", "x@y.example")}
    assert others == {known}
    assert len(mail.outbox) == 1


@override_settings(EMAIL_BACKEND="tests.servers.Refusing")
def test_answer_is_the_same_when_the_mail_server_fails() -> None:
    make_user("Viewer", email="ann@ruritania.example")
    assert ask("ann@ruritania.example") == ask("nobody@ruritania.example")


@override_settings(ALLOWED_HOSTS=["*"], USE_X_FORWARDED_HOST=True)
def test_no_request_names_the_host_of_a_link() -> None:
    make_user("Viewer", email="ann@ruritania.example")
    ask("ann@ruritania.example", host="evil.example", x_forwarded_host="evil.example")
    assert "evil" not in body()
    assert link().startswith("/admin/password/")


def test_address_that_is_none_is_told() -> None:
    response = Client().post(FORGOTTEN, {"email": "nonsense"})
    assert response.context["form"].errors == {"email": ["Enter a valid email address."]}


# One's own account


def test_everybody_may_look_at_their_account_and_stop_mails() -> None:
    client = desk("Viewer", username="ann", email="ann@ruritania.example")
    page = client.get("/admin/account/")
    assert "ann@ruritania.example" in page.content.decode()
    assert page.context["form"]["wants_mail"].value() is True
    response = client.post("/admin/account/", {"csrfmiddlewaretoken": "x", "email": "x@y.example"})
    assert response["Location"] == "/admin/account/"
    account = User.objects.get(username="ann")
    assert (account.wants_mail, account.email) == (False, "ann@ruritania.example")
    client.post("/admin/account/", {"wants_mail": "on"})
    account.refresh_from_db()
    assert account.wants_mail
    assert Client().get("/admin/account/")["Location"].startswith("/admin/login/")
