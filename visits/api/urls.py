"""Addresses of the API, below /api/."""

from django.urls import include, path, re_path
from rest_framework.routers import SimpleRouter

from visits.api import entrance, history
from visits.api.resources import RESOURCES
from visits.exports.formats import formats_of
from visits.exports.nouns import NOUNS

app_name = "api"

router = SimpleRouter()
for name, view in RESOURCES.items():
    router.register(name, view, basename=view.hyphenated())

# Every list as a file: meetings.csv, sources.csl.json … In the OpenAPI document they are answers of the lists.
files = [
    path(
        f"v1/{name}.{form.suffix}",
        view.as_view({"get": "list"}, form=form, schema=None),
        name=f"{view.hyphenated()}-{form.name}",
    )
    for name, view in RESOURCES.items()
    for form in formats_of(NOUNS[name])
]

urlpatterns = [
    *files,
    path("docs/", entrance.Docs.as_view(), name="docs"),
    path("v1/", entrance.Entrance.as_view(), name="root"),
    path("v1/schema/", entrance.Schema.as_view(), name="schema"),
    path("v1/", include(router.urls)),
    path("v1/tours/<str:id>/history/", history.TourHistory.as_view(), name="tour-history"),
    path("v1/meetings/<str:id>/history/", history.MeetingHistory.as_view(), name="meeting-history"),
    re_path(r"^v1/(?P<rest>(?s:.*))$", entrance.Nowhere.as_view(), name="nowhere"),
]
