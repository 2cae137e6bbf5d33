"""Pages on which somebody without a session has a link sent, or chooses a password by one."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth import views
from django.http import HttpRequest, HttpResponse

from visits.services import accounts, links


class OnTheSite(views.PasswordContextMixin):
    """With what the head of an admin page shows."""

    request: HttpRequest

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**admin.site.each_context(self.request), **super().get_context_data(**kwargs)}


class AddressForm(forms.Form):
    email = forms.EmailField(
        label="Email address", max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class Forgotten(OnTheSite, views.PasswordResetView):
    """Asks for an address. Answers the same whether an account has it."""

    title = "Forgot your password?"
    form_class = AddressForm  # type: ignore[assignment]

    def form_valid(self, form: Any) -> HttpResponse:
        accounts.forgotten(email=form.cleaned_data["email"])
        return super(views.PasswordResetView, self).form_valid(form)


class Sent(OnTheSite, views.PasswordResetDoneView):
    title = "Look into your mail"


class Choose(OnTheSite, views.PasswordResetConfirmView):
    """Where the link leads."""

    title = "Choose your password"
    token_generator = links.tokens

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context if self.validlink else {**context, "title": "No valid link"}


class Chosen(OnTheSite, views.PasswordResetCompleteView):
    title = "Your password is set"
