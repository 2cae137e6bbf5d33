"""What every page shares: its context, and the refusal of addresses that it does not understand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views import View

from visits.filtersets import Fault, without_noise
from visits.filtersets.base import unknown
from visits.models import FormerAddress
from visits.pages.footnotes import Footnotes


@dataclass(frozen=True)
class Crumb:
    """One step of the way to a page; the last one has no address."""

    label: str
    url: str = ""


def address_or_nothing(name: str, *args: Any) -> str:
    """The address of a page of another part of the site, if that part is there."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


class Page(View):
    """A page with a title, a place in the site and an address of its own; it is only read."""

    http_method_names = ["get", "head", "options"]
    template_name = ""
    section = ""
    parameters: Sequence[str] = ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        faults = self.faults(request)
        if faults and request.method in ("GET", "HEAD"):
            return render(request, "400.html", {"faults": faults}, status=400)
        return super().dispatch(request, *args, **kwargs)

    def faults(self, request: HttpRequest) -> list[Fault]:
        """Parameters that this page does not read."""
        strange = [name for name in without_noise(request.GET) if name not in self.parameters]
        if self.parameters:
            return [unknown(name, self.parameters) for name in strange]
        return [Fault(name, f"There is no parameter “{name}”: this page takes none.") for name in strange]

    def show(self, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
        canonical = self.request.build_absolute_uri(context.get("canonical", self.request.path))
        shared = {"section": self.section, "footnotes": Footnotes(), "cited_at": canonical}
        return render(
            self.request, self.template_name, shared | dict(context) | {"canonical": canonical}, status=status
        )


class DetailPage(Page):
    """The page of one record, found by slug or code; a former address leads to the present one."""

    noun: type[Model]
    key = "slug"
    plural = ""

    def get(self, request: HttpRequest, address: str) -> HttpResponse:
        record = self.records().filter(**{self.key: address}).first()
        if record is None:
            return self.moved(address)
        return self.show(self.context(record, address))

    def context(self, record: Any, address: str) -> dict[str, Any]:
        """Everything that the page shows."""
        crumbs = [*self.way_to(record), Crumb(self.crumb(record))]
        shared = {
            "record": record,
            "crumbs": crumbs,
            "title": self.title(record),
            "json": address_or_nothing(f"api:{self.section_name}-detail", address),
            "edit": address_or_nothing(f"admin:visits_{self.section_name}_change", record.pk),
        }
        return shared | self.content(record)

    def records(self) -> Any:
        """Those that this reader may see, with what the page shows."""
        return self.noun.objects.visible_to(self.request.user)  # type: ignore[attr-defined]

    def content(self, record: Any) -> dict[str, Any]:
        """The page's own part of the context."""
        return {}

    def title(self, record: Any) -> str:
        """What the page is called where it stands alone."""
        return str(record)

    def crumb(self, record: Any) -> str:
        return str(record)

    def way_to(self, record: Any) -> list[Crumb]:
        return [Crumb(self.plural, reverse(f"{self.section_name}-list"))]

    @property
    def section_name(self) -> str:
        return self.noun._meta.model_name or ""

    def moved(self, address: str) -> HttpResponse:
        """To the address that the record has now, if the reader may see it."""
        visible = self.noun.objects.visible_to(self.request.user)  # type: ignore[attr-defined]
        # Identifiers and slugs are written small, codes in capitals.
        written = {address, address.lower(), address.upper()}
        former = FormerAddress.objects.filter(noun=self.noun._meta.db_table, address__in=written)
        record = visible.filter(uuid__in=former.values("target")).first()
        if record is None:
            raise Http404
        return HttpResponsePermanentRedirect(record.get_absolute_url())
