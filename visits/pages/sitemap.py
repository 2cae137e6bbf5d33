"""The addresses of every public page, for search engines."""

from typing import Any

from django.contrib.sitemaps import Sitemap
from django.db.models import Max, Model, QuerySet
from django.urls import reverse

from visits.models import Meeting, Official, Party, Place, Source, Topic, Tour


class NounSitemap(Sitemap):
    """The pages of one noun, as everybody sees them."""

    limit = 10_000

    def __init__(self, noun: type[Model]) -> None:
        self.noun = noun

    def items(self) -> QuerySet:
        return self.noun.objects.public().order_by("pk")  # type: ignore[attr-defined]

    def lastmod(self, item: Any) -> Any:
        return item.modified_at

    def get_latest_lastmod(self) -> Any:
        """Asked of the database: the base class would read every row."""
        return self.items().aggregate(latest=Max("modified_at"))["latest"]


class SiteSitemap(Sitemap):
    """The pages that are there whatever is on record."""

    nouns = ("country", "organization", "official", "tour", "meeting", "topic", "place", "source")

    def items(self) -> list[str]:
        return ["home", "about", "manual", "map-policy", *(f"{noun}-list" for noun in self.nouns)]

    def location(self, item: str) -> str:
        return reverse(item)


SITEMAPS: dict[str, Sitemap] = {
    "site": SiteSitemap(),
    "parties": NounSitemap(Party),
    "officials": NounSitemap(Official),
    "tours": NounSitemap(Tour),
    "meetings": NounSitemap(Meeting),
    "topics": NounSitemap(Topic),
    "places": NounSitemap(Place),
    "sources": NounSitemap(Source),
}
