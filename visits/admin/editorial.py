"""The way of tours and meetings to publication, on their lists and forms."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from visits.admin.changes import RecordsChanges
from visits.choices import EditorialAction, EditorialState
from visits.models import Meeting, Tour
from visits.services import editorial


@dataclass(frozen=True)
class Act:
    """Something that one does to a record on its way to publication."""

    name: str
    label: str
    done: str
    action: EditorialAction
    permission: str
    service: Callable[..., None]
    question: str = ""

    def fits(self, state: str) -> bool:
        return state in editorial.FROM[self.action]


SUBMIT = Act(
    "submit",
    "Submit for review",
    "submitted for review",
    EditorialAction.SUBMITTED,
    "change",
    editorial.submit,
)
PUBLISH = Act("publish", "Publish", "published", EditorialAction.PUBLISHED, "publish", editorial.publish)
RETURN = Act(
    "return",
    "Return with comment",
    "returned to its author",
    EditorialAction.RETURNED,
    "publish",
    editorial.return_to_author,
    question="What is to be mended?",
)
WITHDRAW = Act(
    "withdraw",
    "Withdraw",
    "withdrawn",
    EditorialAction.WITHDRAWN,
    "publish",
    editorial.withdraw,
    question="Why is it withdrawn?",
)
ACTS = {act.name: act for act in (SUBMIT, PUBLISH, RETURN, WITHDRAW)}


class CommentForm(forms.Form):
    comment = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 4, "cols": 80}), max_length=10_000, strip=True
    )


@admin.action(permissions=["change"], description="Submit for review")
def submit_selected(desk: Any, request: HttpRequest, chosen: QuerySet) -> None:
    desk.act(request, SUBMIT, chosen)


@admin.action(permissions=["publish"], description="Publish")
def publish_selected(desk: Any, request: HttpRequest, chosen: QuerySet) -> None:
    desk.act(request, PUBLISH, chosen)


@admin.action(permissions=["publish"], description="Return with comment")
def return_selected(desk: Any, request: HttpRequest, chosen: QuerySet) -> HttpResponse | None:
    return desk.ask(request, RETURN, chosen)


@admin.action(permissions=["publish"], description="Withdraw")
def withdraw_selected(desk: Any, request: HttpRequest, chosen: QuerySet) -> HttpResponse | None:
    return desk.ask(request, WITHDRAW, chosen)


class EditorialAdmin(RecordsChanges):
    """For the admin of a record with an editorial state: the state is shown, and moved by services only."""

    actions = [submit_selected, publish_selected, return_selected, withdraw_selected]
    readonly_fields = ["state", "log"]

    def has_publish_permission(self, request: HttpRequest) -> bool:
        return self._may(request, "publish")

    def _may(self, request: HttpRequest, permission: str) -> bool:
        return request.user.has_perm(f"visits.{permission}_{self.model._meta.model_name}")

    @admin.display(description="Log")
    def log(self, record: Tour | Meeting) -> SafeString | str:
        events = record.editorial_events.select_related("by") if record.pk else []
        rows = ((event, f": {event.comment}" if event.comment else "") for event in events)
        items = format_html_join("", "<li>{}{}</li>", rows)
        return format_html('<ol class="desk-log">{}</ol>', items) if items else "–"

    # On the form

    def get_urls(self) -> list[URLPattern]:
        address = path(
            "<path:object_id>/editorial/<str:name>/",
            self.admin_site.admin_view(self.editorial_view),
            name=f"visits_{self.model._meta.model_name}_editorial",
        )
        return [address, *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        record = kwargs.get("obj")
        state = record.state if record else EditorialState.DRAFT
        context["can_submit"] = SUBMIT.fits(state) and self._may(request, SUBMIT.permission)
        context["desk_links"] = [
            *self.desk_links(request, record),
            *(self._links(request, record) if record else ()),
        ]
        return super().render_change_form(request, context, *args, **kwargs)

    def desk_links(self, request: HttpRequest, record: Any) -> list[tuple[str, str]]:
        """Further links at the top of the form: words and address."""
        return []

    def _links(self, request: HttpRequest, record: Tour | Meeting) -> Iterable[tuple[str, str]]:
        for act in ACTS.values():
            # Submitting goes with saving, by a button at the foot of the form.
            if act is not SUBMIT and act.fits(record.state) and self._may(request, act.permission):
                yield act.label, self._address(record, act)

    def _address(self, record: Tour | Meeting, act: Act) -> str:
        return reverse(f"admin:visits_{self.model._meta.model_name}_editorial", args=[record.pk, act.name])

    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self._submit_if_asked(request, obj)
        return super().response_add(request, obj, *args, **kwargs)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        self._submit_if_asked(request, obj)
        return super().response_change(request, obj)

    def _submit_if_asked(self, request: HttpRequest, record: Tour | Meeting) -> None:
        if "_submit_for_review" in request.POST and self.act(request, SUBMIT, [record]):
            for gap in editorial.missing_citations(record):
                messages.warning(request, f"{gap} It can't be published without.")

    def editorial_view(self, request: HttpRequest, object_id: str, name: str) -> HttpResponse:
        """Asks for confirmation, and for a comment where one is needed; then acts."""
        act = ACTS.get(name)
        record = self.get_object(request, unquote(object_id))
        if act is None or record is None:
            raise Http404
        if not self._may(request, act.permission):
            raise PermissionDenied
        form = _comment_form(request, act)
        if request.method != "POST" or not (form is None or form.is_valid()):
            gaps = editorial.missing_citations(record) if act is PUBLISH else []
            return self._question(request, act, [record], form, gaps)
        self.act(request, act, [record], form.cleaned_data["comment"] if form else "")
        return HttpResponseRedirect(self.change_address(record.pk))

    # On the list

    def ask(self, request: HttpRequest, act: Act, chosen: QuerySet) -> HttpResponse | None:
        """One comment for all chosen records, then act on each."""
        form = _comment_form(request, act)
        if form is not None and form.is_valid():
            self.act(request, act, chosen, form.cleaned_data["comment"])
            return None
        return self._question(request, act, chosen, form, [])

    def act(
        self, request: HttpRequest, act: Act, records: Iterable[Tour | Meeting], comment: str = ""
    ) -> list[Tour | Meeting]:
        """Do it to each record for which it can be done, say why not of the others; give back those done."""
        done = []
        words = {"comment": comment} if act.question else {}
        for record in records:
            try:
                act.service(record=record, by=request.user, **words)
            except ValidationError as error:
                for message in error.messages:
                    messages.error(request, f"“{record}”: {message}")
            except PermissionDenied as error:
                messages.error(request, f"“{record}”: {error}")
            else:
                done.append(record)
                messages.success(request, f"“{record}” was {act.done}.")
        return done

    def _question(
        self, request: HttpRequest, act: Act, records: Iterable[Tour | Meeting], form: Any, gaps: list[str]
    ) -> TemplateResponse:
        chosen = list(records)
        context = {
            **self.admin_site.each_context(request),
            "title": act.label,
            "act": act,
            "records": chosen,
            "back": self.change_address(chosen[0].pk) if len(chosen) == 1 else "",
            "form": form,
            "gaps": gaps,
            "action": request.POST.get("action", ""),
            "opts": self.model._meta,
            "list": reverse(f"admin:visits_{self.model._meta.model_name}_changelist"),
        }
        return TemplateResponse(request, "admin/visits/editorial_question.html", context)

    # Deletion

    def built_upon(self, records: list[Any]) -> list[str]:
        public = [
            f"“{record}” has been published: withdraw it first."
            for record in records
            if record.published_at and record.state != EditorialState.WITHDRAWN
        ]
        return [*super().built_upon(records), *public]


def _comment_form(request: HttpRequest, act: Act) -> CommentForm | None:
    """The form for the comment that the act needs; bound once the question has been answered."""
    if not act.question:
        return None
    form = CommentForm(request.POST if "comment" in request.POST else None)
    form.fields["comment"].label = act.question
    return form
