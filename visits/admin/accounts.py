"""Accounts: invited, changed and deactivated by administrators."""

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from visits.admin.base import DeskForm, RecordAdmin, by_word
from visits.models import User
from visits.services import accounts, links
from visits.services.roles import ROLES, role_of


@dataclass(frozen=True)
class Act:
    """Something that one does to an account, after a question."""

    name: str
    label: str
    done: str
    question: str
    service: Callable[..., None]


INVITE_AGAIN = Act(
    "link",
    "Send a new invitation",
    "",
    "A link to choose a password will be sent to {0.email}. It replaces links sent earlier.",
    accounts.send_link,
)
RESET = Act(
    "link",
    "Reset password",
    "",
    "A link to choose a new password will be sent to {0.email}. Until then the present password stays.",
    accounts.send_link,
)
DEACTIVATE = Act(
    "deactivate",
    "Deactivate",
    "“{0}” is deactivated.",
    "Nobody will be able to sign in as {0}, and sessions that are open will end. "
    "What {0} has written stays, under this name.",
    accounts.deactivate,
)
REACTIVATE = Act(
    "reactivate",
    "Reactivate",
    "“{0}” is active again.",
    "{0} will be able to sign in again, with the role and the password of before.",
    accounts.reactivate,
)


def acts_for(account: User) -> list[Act]:
    if not account.is_active:
        return [REACTIVATE]
    return [RESET if account.has_usable_password() else INVITE_AGAIN, DEACTIVATE]


class AccountForm(DeskForm):
    """With the role, which is no column of the account."""

    role = forms.ChoiceField(
        choices=[(role, role) for role in ROLES],
        help_text="A viewer looks at drafts, an analyst writes, a reviewer also publishes, an administrator also "
        "manages accounts.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role = role_of(self.instance) if self.instance.pk else ""
        if "role" in self.fields and self.instance.pk:
            self.initial["role"] = role
            if not role:
                self.fields["role"].required = False
                self.fields["role"].choices = [("", "–"), *self.fields["role"].choices]  # type: ignore[attr-defined]
        if "email" in self.fields and not self.instance.pk:
            self.fields["email"].required = True


class RoleFilter(admin.SimpleListFilter):
    title = "role"
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(role, role) for role in ROLES]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        return queryset.filter(groups__name=self.value()) if self.value() in ROLES else queryset


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("active", "Active"), ("invited", "Invited"), ("deactivated", "Deactivated")]

    def queryset(self, request: HttpRequest, queryset: QuerySet) -> QuerySet:
        has_none = Q(password__startswith=UNUSABLE_PASSWORD_PREFIX)
        states = {
            "active": Q(~has_none, is_active=True),
            "invited": Q(has_none, is_active=True),
            "deactivated": Q(is_active=False),
        }
        return queryset.filter(states.get(self.value() or "", Q()))


@admin.register(User)
class AccountAdmin(RecordAdmin):
    is_coded = False
    form = AccountForm
    list_display = ["username", "full_name", "email", "role", "state", "last_login"]
    list_filter = [RoleFilter, StateFilter]
    search_fields = ["username"]
    ordering = ["username"]
    readonly_fields = ["state", "last_login"]
    who = (None, {"fields": ["username", ("first_name", "last_name"), "email", "role"]})

    # What is shown

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).prefetch_related("groups")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return [self.who]
        more = ["is_superuser"] if request.user.is_superuser else []
        return [self.who, (None, {"fields": [*more, "wants_mail", "state", "last_login"]})]

    def found(self, queryset: QuerySet, word: str) -> QuerySet:
        return by_word(queryset, word, "username", "first_name", "last_name", "email")

    @admin.display(description="name", ordering="last_name")
    def full_name(self, account: User) -> str:
        return account.get_full_name()

    @admin.display
    def role(self, account: User) -> str:
        return role_of(account) or "–"

    @admin.display
    def state(self, account: User) -> str:
        if not account.is_active:
            return "Deactivated"
        if account.has_usable_password():
            return "Active"
        until = links.valid_until(account)
        return f"Invited, link valid until {until:%Y-%m-%d %H:%M}" if until else "Invited, no valid link"

    # Who may

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or self._reaches(request, obj))

    def _reaches(self, request: HttpRequest, account: User) -> bool:
        """Looked up once a request and account: the admin asks for every field."""
        known = request.__dict__.setdefault("manageable_accounts", {})
        if account.pk not in known:
            known[account.pk] = accounts.may_manage(account=account, by=request.user)  # type: ignore[arg-type]
        return bool(known[account.pk])

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    # Inviting and changing

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        given, by = form.cleaned_data, request.user
        if not change:
            made = accounts.invite(**given, by=by)  # type: ignore[arg-type]
            obj.pk = made.pk
            self._tell_of_link(request, made)
            return
        changed = {name: given[name] for name in form.changed_data}
        if "role" in changed:
            accounts.change_role(account=obj, by=by, role=changed.pop("role"))  # type: ignore[arg-type]
        if "is_superuser" in changed:
            accounts.change_superuser(account=obj, by=by, is_superuser=changed.pop("is_superuser"))  # type: ignore[arg-type]
        if changed:
            accounts.change_profile(account=obj, by=by, **changed)  # type: ignore[arg-type]

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The services note what was done, whatever the way in."""

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """As above."""

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return HttpResponseRedirect(self.change_address(obj.pk))

    # Links and activity

    def get_urls(self) -> list[URLPattern]:
        address = path(
            "<path:object_id>/act/<str:name>/",
            self.admin_site.admin_view(self.act_view),
            name="visits_user_act",
        )
        return [address, *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        account = kwargs.get("obj")
        context |= {"show_save_and_add_another": False, "show_save_and_continue": False}
        if account and self.has_change_permission(request, account):
            context["desk_links"] = list(self._links(request, account))
        return super().render_change_form(request, context, *args, **kwargs)

    def _links(self, request: HttpRequest, account: User) -> Iterable[tuple[str, str]]:
        for act in acts_for(account):
            if act is not DEACTIVATE or account != request.user:
                yield act.label, reverse("admin:visits_user_act", args=[account.pk, act.name])

    def act_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        account = self.get_object(request, unquote(object_id))
        if account is None:
            raise Http404
        if not self.has_change_permission(request, account):
            raise PermissionDenied
        back = self.change_address(account.pk)
        act = next((act for act in acts_for(account) if act.name == name), None)
        if act is None:
            messages.info(request, "Somebody has done this already.")
            return HttpResponseRedirect(back)
        if request.method == "POST":
            self._act(request, act, account)
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{act.label}: {account}",
            "opts": self.model._meta,
            "question": act.question.format(account),
            "label": act.label,
            "account": account,
            "list": reverse("admin:visits_user_changelist"),
            "back": back,
        }
        return TemplateResponse(request, "admin/visits/account_question.html", context)

    def _act(self, request: HttpRequest, act: Act, account: User) -> None:
        try:
            act.service(account=account, by=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            if act.done:
                messages.success(request, act.done.format(account))
            else:
                self._tell_of_link(request, account)

    def _tell_of_link(self, request: HttpRequest, account: User) -> None:
        """Once it has been sent, after the commit."""
        transaction.on_commit(functools.partial(_tell_of_link, request, account))


def _tell_of_link(request: HttpRequest, account: User) -> None:
    account.refresh_from_db(fields=["link_sent_at"])
    if account.link_sent_at:
        messages.success(request, f"A link to choose a password was sent to {account.email}.")
    else:
        messages.error(
            request,
            "The mail server did not take the link: the log of the site says why. Send another one later.",
        )
