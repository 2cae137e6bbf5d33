"""What was changed on a record, by whom and why; going back to how it stood; undoing a deletion."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.dateparse import parse_datetime

from visits.admin.widgets import is_key
from visits.queries.deleted import Deleted, deleted_records, tracked
from visits.queries.history import changes_of
from visits.services import history
from visits.services.saving import Overtaken

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
        why, seen = request.POST.get("why", "")[:500], request.POST.get("seen", "")
        revert = partial(history.revert, to=to, why=why, seen=int(seen) if is_key(seen) else None)
        _go_back(
            request,
            _concrete(record),
            record.pk,
            revert,
            f"stands again as it did at {to:%Y-%m-%d %H:%M:%S}.",
        )
        return HttpResponseRedirect(
            reverse(f"admin:visits_{self.model._meta.model_name}_history", args=[record.pk])
        )


def _concrete(record: Model) -> Any:
    return record._meta.concrete_model


def _moment(text: str) -> Any:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found and found.tzinfo else None


def _go_back(
    request: HttpRequest, model: Any, key: int, service: Callable[..., list[str]], done: str
) -> None:
    """Do it, and say what came of it."""
    try:
        told = service(model=model, pk=key, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    except (PermissionDenied, Overtaken) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"“{model._base_manager.get(pk=key)}” {done}")
        for sentence in told:
            messages.info(request, sentence)


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
        _go_back(request, model, key, history.undelete, "is back.")
        return HttpResponseRedirect(reverse("admin:deleted"))


def _may(request: HttpRequest, action: str, model: type[Model]) -> bool:
    return bool(request.user.has_perm(f"visits.{action}_{model._meta.model_name}"))
