"""Addresses of pages that belong to no single kind of record."""

from django.contrib.admin import AdminSite
from django.urls import URLPattern, path

from visits.admin.desk import DeskPages
from visits.admin.history import DeletedPages
from visits.admin.imports_sheets import SheetPages
from visits.admin.own_account import OwnAccountPages


def further_pages(site: AdminSite) -> list[URLPattern]:
    desk, deleted = DeskPages(site), DeletedPages(site)
    own_account = OwnAccountPages(site)
    sheets = SheetPages(site)
    return [
        path("account/", site.admin_view(own_account.page), name="account"),
        path("import/", site.admin_view(sheets.upload), name="sheet_upload"),
        path("import/template.<str:kind>", site.admin_view(sheets.template), name="sheet_template"),
        path("import/<int:key>/", site.admin_view(sheets.preview), name="sheet_preview"),
        path("import/<int:key>/columns/", site.admin_view(sheets.columns), name="sheet_columns"),
        path("desk/", site.admin_view(desk.page), name="desk"),
        path("desk/people/<int:key>/", site.admin_view(desk.identify), name="desk_identify"),
        path("deleted/", site.admin_view(deleted.page), name="deleted"),
        path("deleted/<str:noun>/<int:key>/", site.admin_view(deleted.undelete), name="undelete"),
    ]
