"""Every format of an export: one registry for pages, API and the command."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from visits.exports import bibliography, geojson, tabular
from visits.exports.columns import Noun
from visits.exports.export import Export

EVERY_NOUN: Callable[[Noun], bool] = lambda noun: True  # noqa: E731


@dataclass(frozen=True)
class Format:
    """One format. ``suffix`` ends addresses and file names; ``write`` makes the file, piece by piece."""

    name: str
    label: str
    suffix: str
    media_type: str
    write: Callable[[Export], Iterator[bytes]]
    fits: Callable[[Noun], bool] = EVERY_NOUN
    parameters: str = ""

    @property
    def content_type(self) -> str:
        return f"{self.media_type}{self.parameters}"


FORMATS: dict[str, Format] = {
    found.name: found
    for found in (
        Format(
            *("csv", "CSV", "csv", "text/csv"), tabular.csv_file, parameters="; charset=utf-8; header=present"
        ),
        Format(
            *("xlsx", "XLSX", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            tabular.xlsx_file,
        ),
        Format(*("jsonl", "JSONL", "jsonl", "application/x-ndjson"), tabular.jsonl_file),
        Format(
            *("geojson", "GeoJSON", "geojson", "application/geo+json"),
            geojson.geojson_file,
            fits=lambda noun: noun.places is not None,
        ),
        Format(
            *("bibtex", "BibTeX", "bib", "application/x-bibtex"),
            bibliography.bibtex_file,
            fits=lambda noun: noun.name == "sources",
            parameters="; charset=utf-8",
        ),
        Format(
            *("csl", "CSL-JSON", "csl.json", "application/vnd.citationstyles.csl+json"),
            bibliography.csl_file,
            fits=lambda noun: noun.name == "sources",
        ),
    )
}


def formats_of(noun: Noun) -> list[Format]:
    """The formats in which the noun is exported."""
    return [found for found in FORMATS.values() if found.fits(noun)]
