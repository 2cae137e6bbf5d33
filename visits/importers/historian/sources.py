"""The pages of history.state.gov to which records are cited: one a traveller, one a country of visitors."""

from collections.abc import Iterable, Mapping

from visits.choices import SourceKind
from visits.importers.historian import countries
from visits.importers.historian.entries import Entry
from visits.importers.historian.reading import TRAVELS
from visits.importers.historian.shaping import role_title
from visits.models import ExternalIdentifier, Source

SCHEME = "historian-pages"
ADDRESS = "https://history.state.gov/departmenthistory/"
PUBLISHER = "Office of the Historian, United States Department of State"
NOTE = "The records are CC0. A locator is the number of a record in the collection of {}."


def page_of(entry: Entry) -> str:
    """The last part of the address of the page that has a record."""
    trip = entry.collection == TRAVELS
    return f"travels/{entry.role}/{entry.who}" if trip else f"visits/{entry.country_id}"


class Sources:
    """The source of each record, found by the identifier of its page or its address, or made."""

    def __init__(self, entries: Iterable[Entry], names: Mapping[str, str]) -> None:
        self._names = names
        wanted = {page_of(entry): entry for entry in entries}
        self._known = self._on_record(list(wanted))
        new = [self._source(page, entry) for page, entry in wanted.items() if page not in self._known]
        for source in Source.objects.bulk_create(new, batch_size=1000):
            page = source.url.removeprefix(ADDRESS)
            self._known[page] = source.pk
        identified = ExternalIdentifier.objects.filter(scheme=SCHEME, value__in=wanted)
        missing = wanted.keys() - set(identified.values_list("value", flat=True))
        ExternalIdentifier.objects.bulk_create(
            (
                ExternalIdentifier(scheme=SCHEME, value=page, source_id=self._known[page])
                for page in sorted(missing)
            ),
            batch_size=1000,
        )

    def of(self, entry: Entry) -> int:
        return self._known[page_of(entry)]

    @staticmethod
    def _on_record(pages: list[str]) -> dict[str, int]:
        addresses = Source.objects.filter(url__in=[ADDRESS + page for page in pages]).order_by("-pk")
        known = {url.removeprefix(ADDRESS): pk for url, pk in addresses.values_list("url", "pk")}
        identified = ExternalIdentifier.objects.filter(scheme=SCHEME, value__in=pages, source__isnull=False)
        return known | dict(identified.values_list("value", "source"))

    def _source(self, page: str, entry: Entry) -> Source:
        if entry.collection == TRAVELS:
            title = f"Travels of {role_title(entry.role)} {entry.name}"
        else:
            country = self._names[countries.merged(entry.country_id) or entry.party]
            title = f"Visits by foreign leaders: {country}"
        return Source(
            title=title,
            kind=SourceKind.DATA_SET,
            publisher=PUBLISHER,
            language="en",
            url=ADDRESS + page,
            note=NOTE.format(entry.collection),
        )
