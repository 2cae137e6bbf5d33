"""“My account”: what everybody may say for themselves."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from visits.models import User
from visits.services import accounts
from visits.services.roles import role_of


class OwnAccountForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["wants_mail"]


class OwnAccountPages:
    """The page, for the site that it belongs to."""

    def __init__(self, site: AdminSite) -> None:
        self.site = site

    def page(self, request: HttpRequest) -> HttpResponse:
        user: Any = request.user
        form = OwnAccountForm(request.POST or None, instance=user)
        if form.is_bound and form.is_valid():
            accounts.choose_mail(by=user, wants=form.cleaned_data["wants_mail"])
            messages.success(request, "Saved.")
            return HttpResponseRedirect(reverse("admin:account"))
        context = {
            **self.site.each_context(request),
            "title": "My account",
            "account": user,
            "role": role_of(user),
            "form": form,
        }
        return TemplateResponse(request, "admin/visits/account.html", context)
