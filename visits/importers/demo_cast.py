"""Whom and what the demo's events refer to: looked up, or made from the demo's files when first needed."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db import models

from visits.choices import ContributorRole
from visits.models import (
    Citation,
    Contributor,
    ExternalIdentifier,
    FormerAddress,
    Official,
    OfficialName,
    Party,
    Place,
    Source,
    Tenure,
    Topic,
)

Facts = dict[str, Any]
Slugged = TypeVar("Slugged", Official, Source, Topic)


def on_record(model: type[models.Model], slug: str) -> Any:
    """The record that has this address, or had it once; None if there is none."""
    found = model._default_manager.filter(slug=slug).first()
    if found is not None:
        return found
    former = FormerAddress.objects.filter(noun=model._meta.db_table, address=slug)
    return model._default_manager.filter(uuid__in=former.values("target")).first()


class Cast:
    """Finds what a slug or a code stands for. Whatever is on record is taken as it is."""

    def __init__(self, *, officials: Facts, topics: Facts, sources: Facts) -> None:
        self._officials = {facts["slug"]: facts for facts in officials["officials"]}
        self._topics = {facts["slug"]: facts for facts in topics["topics"]}
        self._sources = {facts["slug"]: facts for facts in sources["sources"]}
        self._known: dict[tuple[type, str], Any] = {}
        self._parties = Party.objects.in_bulk(field_name="code")
        self.made = {"officials": 0, "topics": 0, "sources": 0}

    def party(self, code: str) -> Party:
        return self._parties[code]

    def place(self, country: str, name: str) -> Place:
        return Place.objects.get(country__code=country, name=name)

    def official(self, slug: str) -> Official:
        return self._find(Official, slug, self._make_official, "officials")

    def topic(self, slug: str) -> Topic:
        return self._find(Topic, slug, self._make_topic, "topics")

    def source(self, slug: str) -> Source:
        return self._find(Source, slug, self._make_source, "sources")

    def party_of(self, official: str) -> Party:
        """For whom a person of the demo acts."""
        return self.party(self._officials[official]["party"])

    def citations(self, target: str, record: Any, cites: list[Facts]) -> list[Citation]:
        """The citations of one record, not saved yet."""
        return [Citation(**{target: record}, **self._citation(facts)) for facts in cites]

    def _citation(self, facts: Facts) -> Facts:
        source = self.source(facts["source"])
        language = source.language if "quote" in facts else ""
        return facts | {"source": source, "quote_language": language}

    def _find(self, model: type[Slugged], slug: str, make: Callable[[str], Slugged], noun: str) -> Slugged:
        key = (model, slug)
        if key not in self._known:
            found = on_record(model, slug)
            if found is None:
                found = make(slug)
                self.made[noun] += 1
            self._known[key] = found
        return self._known[key]

    def _make_official(self, slug: str) -> Official:
        facts = self._officials[slug]
        official = Official.objects.create(slug=slug, name=facts["name"])
        names = [OfficialName(official=official, **name) for name in facts.get("other_names", [])]
        OfficialName.objects.bulk_create(names)
        for identifier in facts.get("identifiers", []):
            ExternalIdentifier.objects.get_or_create(**identifier, defaults={"official": official})
        for tenure in facts["tenures"]:
            self._make_tenure(official, self.party(facts["party"]), tenure)
        return official

    def _make_tenure(self, official: Official, party: Party, facts: Facts) -> None:
        written = {name: value for name, value in facts.items() if name != "cites"}
        tenure = Tenure.objects.create(official=official, party=party, **written)
        Citation.objects.bulk_create(self.citations("tenure", tenure, facts["cites"]))

    def _make_topic(self, slug: str) -> Topic:
        facts = self._topics[slug]
        parent = self.topic(facts["parent"]) if "parent" in facts else None
        return Topic.objects.create(**facts | {"parent": parent})

    def _make_source(self, slug: str) -> Source:
        facts = self._sources[slug]
        people = {ContributorRole.AUTHOR: "authors", ContributorRole.EDITOR: "editors"}
        written = {name: value for name, value in facts.items() if name not in people.values()}
        if "issued_by" in facts:
            written["issued_by"] = self.party(facts["issued_by"])
        source = Source.objects.create(**written)
        for role, list_name in people.items():
            for position, name in enumerate(facts.get(list_name, []), start=1):
                Contributor.objects.create(source=source, name=name, role=role, position=position)
        return source
