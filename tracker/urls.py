"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from visits.admin import passwords

# Errors below /api/ are problem documents; all others Django's own pages.
handler400 = "visits.api.problems.bad_request"
handler404 = "visits.api.problems.page_not_found"
handler500 = "visits.api.problems.server_error"

# The names are Django's own: its sign-in page looks for the first.
urlpatterns = [
    path("admin/password/forgotten/", passwords.Forgotten.as_view(), name="admin_password_reset"),
    path("admin/password/sent/", passwords.Sent.as_view(), name="password_reset_done"),
    path("admin/password/chosen/", passwords.Chosen.as_view(), name="password_reset_complete"),
    path("admin/password/<uidb64>/<token>/", passwords.Choose.as_view(), name="password_reset_confirm"),
    path("admin/", admin.site.urls),
    path("api/", include("visits.api.urls")),
    path("", include("visits.pages.urls")),
]
