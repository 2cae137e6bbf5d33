"""The addresses of what people browse."""

from django.contrib.sitemaps import views as sitemaps
from django.urls import path

from visits.exports.formats import formats_of
from visits.exports.nouns import NOUNS
from visits.pages import events, history, lists, manual, nouns, parties, search, site
from visits.pages.sitemap import SITEMAPS

urlpatterns = [
    path("", site.HomePage.as_view(), name="home"),
    path("about/", site.AboutPage.as_view(), name="about"),
    path("about/data/", manual.ManualPage.as_view(), name="manual"),
    path("about/maps/", site.MapPolicyPage.as_view(), name="map-policy"),
    path("search/", search.SearchPage.as_view(), name="search"),
    path("countries/", lists.CountryList.as_view(), name="country-list"),
    path("countries/<slug:address>/", parties.CountryPage.as_view(), name="country-detail"),
    path("countries/<slug:code>/<slug:other>/", parties.PairPage.as_view(), name="pair-detail"),
    path("organizations/", lists.OrganizationList.as_view(), name="organization-list"),
    path("organizations/<slug:address>/", parties.OrganizationPage.as_view(), name="organization-detail"),
    path("officials/", lists.OfficialList.as_view(), name="official-list"),
    path("officials/<slug:address>/", nouns.OfficialPage.as_view(), name="official-detail"),
    path("tours/", lists.TourList.as_view(), name="tour-list"),
    path("tours/<slug:address>/", events.TourPage.as_view(), name="tour-detail"),
    path("tours/<slug:address>/history/", history.TourHistory.as_view(), name="tour-history"),
    path("meetings/", lists.MeetingList.as_view(), name="meeting-list"),
    path("meetings/<slug:address>/", events.MeetingPage.as_view(), name="meeting-detail"),
    path("meetings/<slug:address>/history/", history.MeetingHistory.as_view(), name="meeting-history"),
    path("topics/", lists.TopicList.as_view(), name="topic-list"),
    path("topics/<slug:address>/", nouns.TopicPage.as_view(), name="topic-detail"),
    path("places/", lists.PlaceList.as_view(), name="place-list"),
    path("places/<slug:address>/", nouns.PlacePage.as_view(), name="place-detail"),
    path("sources/", lists.SourceList.as_view(), name="source-list"),
    path("sources/<slug:address>/", nouns.SourcePage.as_view(), name="source-detail"),
    path("healthz", site.healthz, name="healthz"),
    path("readyz", site.readyz, name="readyz"),
    path(
        "sitemap.xml",
        sitemaps.index,
        {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap-section"},
        name="sitemap",
    ),
    path("sitemap-<section>.xml", sitemaps.sitemap, {"sitemaps": SITEMAPS}, name="sitemap-section"),
]
# Every list as a file: /meetings.csv, /sources.csl.json …
urlpatterns += [
    path(f"{page.section}.{form.suffix}", page.as_view(format=form), name=f"{page.section}-{form.name}")
    for page in lists.LISTS
    for form in formats_of(NOUNS[page.section])
]
