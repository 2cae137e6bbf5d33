"""Addresses of pages that belong to no single kind of record."""

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from visits.admin.desk import DeskPages
from visits.admin.history import DeletedPages
from visits.admin.own_account import OwnAccountPages


def further_pages(site: AdminSite) -> list[URLPattern]:
    desk, deleted = DeskPages(site), DeletedPages(site)
    own_account = OwnAccountPages(site)
    return [
        path("account/", site.admin_view(own_account.page), name="account"),
        path("desk/", site.admin_view(desk.page), name="desk"),
        path("desk/people/<int:key>/", site.admin_view(desk.identify), name="desk_identify"),
        path("deleted/", site.admin_view(deleted.page), name="deleted"),
        path("deleted/<str:noun>/<int:key>/", site.admin_view(deleted.undelete), name="undelete"),
    ]
