"""Every change by a form is put down, once, to the tour or meeting that it changes."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from visits.admin.base import RecordAdmin
from visits.choices import EditorialState
from visits.models import Meeting, Tour
from visits.services import editorial
from visits.services.ownership import owner_of

EDITED = (Tour, Meeting)


class RecordsChanges(RecordAdmin):
    """For the admin of a tour or a meeting, or of anything that belongs to one."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        # What moves to another meeting changes two.
        form.owners_before = owners(type(obj)._default_manager.filter(pk=obj.pk)) if change else set()
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        # What the database checks at the end of the transaction, it checks now: while the form can still tell.
        connection.check_constraints()
        if not change or form.has_changed() or any(map(_has_changed, formsets)):
            owner = owner_of(form.instance)
            changed = form.owners_before | ({owner} if owner else set())
            _record(request, changed, created=form.instance if not change else None)

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        changed = owners([obj])
        super().delete_model(request, obj)
        _record(request, changed)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        changed = owners(queryset)
        super().delete_queryset(request, queryset)
        _record(request, changed)


def owners(records: Iterable[Model]) -> set[Tour | Meeting]:
    """The tours and meetings of which these are parts."""
    return {owner for record in records if not isinstance(record, EDITED) and (owner := owner_of(record))}


def _has_changed(formset: Any) -> bool:
    return bool(formset.new_objects or formset.changed_objects or formset.deleted_objects)


def _record(request: HttpRequest, changed: set[Tour | Meeting], created: Model | None = None) -> None:
    for owner in changed:
        was_public = owner.state == EditorialState.PUBLISHED
        editorial.record_change(record=owner, by=request.user, created=owner == created)  # type: ignore[arg-type]
        if was_public:
            messages.info(request, f"“{owner}” was published. With this change, it waits for review again.")
