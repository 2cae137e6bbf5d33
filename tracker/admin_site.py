"""The admin site, in the place of Django's own: its name, the order of its index, what autocompletes show."""

from typing import Any, cast

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.http import HttpRequest, HttpResponse

# What an analyst opens most comes first; whatever is not named here follows by name.
FIRST = ("Meeting", "Tour", "Source", "Official", "Country", "Organization", "Place", "Topic")


class ReadoutAdminConfig(AdminConfig):
    default_site = "tracker.admin_site.ReadoutSite"


class LabelledAutocomplete(AutocompleteJsonView):
    """Tells namesakes apart: Tripoli, Libya and Tripoli, Lebanon."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        # Needs the models, which are not loaded yet when this module is.
        from visits.admin.labels import label

        return super().serialize_result(obj, to_field_name) | {"text": label(obj)}


class ReadoutSite(AdminSite):
    site_header = "Readout"
    site_title = "Readout"
    index_title = "Records"
    enable_nav_sidebar = False

    def autocomplete_view(self, request: HttpRequest) -> HttpResponse:
        return cast(HttpResponse, LabelledAutocomplete.as_view(admin_site=self)(request))

    def get_urls(self) -> list[Any]:
        # Needs the models, which are not loaded yet when this module is.
        from visits.admin.addresses import further_pages

        return [*further_pages(self), *super().get_urls()]

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=_place_on_the_index)
        return sorted(apps, key=lambda app: app["app_label"] != "visits")


def _place_on_the_index(model: dict[str, Any]) -> tuple[int, str]:
    name = model["object_name"]
    return (FIRST.index(name) if name in FIRST else len(FIRST), model["name"])
