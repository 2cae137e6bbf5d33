"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

# Errors below /api/ are problem documents; all others Django's own pages.
handler400 = "visits.api.problems.bad_request"
handler404 = "visits.api.problems.page_not_found"
handler500 = "visits.api.problems.server_error"

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include("visits.api.urls")),
    path("", include("visits.pages.urls")),
]
