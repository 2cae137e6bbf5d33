"""What was changed on a record, by whom and why; going back to how it stood; undoing a deletion."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.dateparse import parse_datetime

from visits.queries.deleted import Deleted, deleted_records, tracked
from visits.queries.history import changes_of
from visits.services import editorial, history
from visits.services.ownership import owner_of

AT_MOST = 50


def is_tracked(model: type[Model]) -> bool:
    return hasattr(model._meta.concrete_model, "pgh_event_model")


class HistoryPages(admin.ModelAdmin):
    """In the place of Django's own history, which knows nothing of what comes by other ways."""

    def get_urls(self) -> list[URLPattern]:
        address = path(
            "<path:object_id>/revert/",
            self.admin_site.admin_view(self.revert_view),
            name=f"visits_{self.model._meta.model_name}_revert",
        )
        return [*([address] if is_tracked(self.model) else []), *super().get_urls()]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        record = self.get_object(request, unquote(object_id))
        if record is None or not is_tracked(self.model):
            return super().history_view(request, object_id, extra_context)
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        name = self.model._meta.model_name
        context = {
            **self.admin_site.each_context(request),
            "title": f"History of {record}",
            "opts": self.model._meta,
            "record": record,
            "changes": changes_of(_concrete(record), record.pk),
            "list": reverse(f"admin:visits_{name}_changelist"),
            "back": reverse(f"admin:visits_{name}_change", args=[record.pk]),
            "revert": reverse(f"admin:visits_{name}_revert", args=[record.pk]),
            "may_revert": self.has_change_permission(request, record),
        }
        return TemplateResponse(request, "admin/visits/history.html", context)

    def revert_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        record = self.get_object(request, unquote(object_id))
        to = _moment(request.POST.get("to", ""))
        if record is None or to is None or request.method != "POST":
            raise Http404
        if not self.has_change_permission(request, record):
            raise PermissionDenied
        why = request.POST.get("why", "")[:500]
        try:
            with transaction.atomic():
                history.revert(model=_concrete(record), pk=record.pk, to=to, by=_user(request), why=why)
                _put_down(record, request)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, f"“{record}” stands again as it did at {to:%Y-%m-%d %H:%M:%S}.")
        return HttpResponseRedirect(
            reverse(f"admin:visits_{self.model._meta.model_name}_history", args=[record.pk])
        )


def _user(request: HttpRequest) -> Any:
    return request.user


def _concrete(record: Model) -> Any:
    return record._meta.concrete_model


def _moment(text: str) -> Any:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found and found.tzinfo else None


def _put_down(record: Any, request: HttpRequest) -> None:
    """A tour or a meeting that is changed by its history is changed like by any other way."""
    owner = owner_of(type(record)._base_manager.get(pk=record.pk))
    if owner:
        editorial.record_change(record=owner, by=_user(request))


class DeletedPages:
    """All that was deleted, and its way back."""

    def __init__(self, site: AdminSite) -> None:
        self.site = site

    def page(self, request: HttpRequest) -> TemplateResponse:
        models = [model for model in tracked() if _may(request, "view", model)]
        context = {
            **self.site.each_context(request),
            "title": "Deleted records",
            "rows": [self._row(request, end) for end in deleted_records(models, AT_MOST)],
        }
        return TemplateResponse(request, "admin/visits/deleted.html", context)

    def _row(self, request: HttpRequest, end: Deleted) -> dict[str, Any]:
        name = end.model._meta.model_name
        undo = reverse("admin:undelete", args=[name, end.pk]) if _may(request, "add", end.model) else ""
        return {"end": end, "noun": end.model._meta.verbose_name, "undo": undo}

    def undelete(self, request: HttpRequest, noun: str, key: int) -> HttpResponse:
        model: Any = next((known for known in tracked() if known._meta.model_name == noun), None)
        if model is None or request.method != "POST":
            raise Http404
        if not _may(request, "add", model):
            raise PermissionDenied
        try:
            with transaction.atomic():
                history.undelete(model=model, pk=key, by=_user(request))
                record = model._base_manager.get(pk=key)
                _put_down(record, request)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, f"“{record}” is back.")
        return HttpResponseRedirect(reverse("admin:deleted"))


def _may(request: HttpRequest, action: str, model: type[Model]) -> bool:
    return bool(request.user.has_perm(f"visits.{action}_{model._meta.model_name}"))
