"""Loading the demo: everything cited and published, and nothing that an analyst did is ever undone."""

import re
from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import models
from django.test import TestCase

from tests.factories import make_official, make_stop, make_tour, make_user
from visits import quality
from visits.choices import EditorialAction
from visits.importers.demo import DemoReport, load_demo
from visits.models import (
    CITATION_TARGETS,
    Citation,
    EditorialEvent,
    ExternalIdentifier,
    Meeting,
    Official,
    Source,
    Topic,
    Tour,
    User,
)
from visits.services import demo_accounts

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "data.md"
EVERYTHING = DemoReport(tours=4, stops=31, meetings=50, officials=26, topics=21, sources=39)
EARLIER_RECORDS = {
    "blinken-2023-10": ["4176", "4160", "4161", "4162", "4163", "4164", "4165", "4166"],
    "blinken-2023-11": ["4177", "4178", "4179", "4180", "4189", "4181", "4182", "4183"],
    "blinken-2023-11-28": ["4184", "4185", "4186", "4190", "4187"],
}
# How many sentences each paragraph of the brief has.
SENTENCES = {1: 4, 2: 4, 3: 2, 4: 2, 5: 3, 6: 2, 7: 2, 8: 2, 9: 2, 10: 3, 11: 1, 12: 3}
PARTS = {"stop": "stops", "purpose": "purposes", "point": "points", "note": "notes"}


def snapshot() -> dict[str, list[Any]]:
    """Every row of the app, with all its columns."""
    return {
        model.__name__: list(model._default_manager.order_by("pk").values())
        for model in apps.get_app_config("visits").get_models(include_auto_created=True)
        if not model._meta.proxy
    }


class TestLoadedDemo(TestCase):
    report: DemoReport

    @classmethod
    def setUpTestData(cls) -> None:
        cls.report = load_demo()

    # The record as a whole

    def test_everything_is_added(self) -> None:
        assert self.report == EVERYTHING
        assert Tour.objects.public().count() == 4
        assert Meeting.objects.public().count() == 50

    def test_a_second_run_changes_no_row(self) -> None:
        before = snapshot()

        assert load_demo() == DemoReport()

        assert snapshot() == before

    def test_no_truth_across_rows_is_broken(self) -> None:
        assert [(name, list(found)) for name, found in quality.violations()] == []

    def test_every_value_passes_its_own_validation(self) -> None:
        for model in [*CITATION_TARGETS.values(), Citation, Official, Source, Topic, ExternalIdentifier]:
            for row in model._default_manager.all():
                row.clean_fields()

    def test_everything_that_can_be_cited_is(self) -> None:
        uncited = {
            name: list(model._default_manager.exclude(pk__in=Citation.objects.supporting().values(name)))
            for name, model in CITATION_TARGETS.items()
        }
        assert uncited == {name: [] for name in CITATION_TARGETS}

    def test_nothing_was_made_that_nobody_sees(self) -> None:
        for model in (Official, Topic, Source):
            assert set(model.objects.public()) == set(model.objects.all())

    def test_each_record_was_published_by_somebody_else_than_its_author(self) -> None:
        steps = EditorialEvent.objects.order_by("id").values_list("tour", "meeting", "action", "by__username")
        by_record: dict[tuple[Any, Any], list[tuple[str, str]]] = {}
        for tour, meeting, action, name in steps:
            by_record.setdefault((tour, meeting), []).append((action, name))
        assert len(by_record) == 54
        assert {tuple(found) for found in by_record.values()} == {
            (
                (EditorialAction.CREATED, "analyst"),
                (EditorialAction.SUBMITTED, "analyst"),
                (EditorialAction.PUBLISHED, "reviewer"),
            )
        }

    def test_its_accounts_have_no_password_until_they_are_given_one(self) -> None:
        assert not any(user.has_usable_password() for user in User.objects.all())

        made = demo_accounts.create_demo_accounts(passwords={})

        assert [account.username for account in made] == ["admin", "analyst", "reviewer"]
        for account in made:
            assert User.objects.get(username=account.username).check_password(account.password)

    # The codebook

    def test_every_address_in_the_codebook_leads_to_a_record(self) -> None:
        nouns: dict[str, Any] = {
            "tours": Tour,
            "meetings": Meeting,
            "officials": Official,
            "topics": Topic,
            "sources": Source,
        }
        text = DOCUMENT.read_text(encoding="utf-8").replace("`/api/v1/`", "")
        addresses = re.findall(r"`/(\w+)/([\w-]+)/`((?:,? (?:stop|purpose|point|note) \d+)*)", text)
        assert len(addresses) == text.count("`/") == 54
        for noun, slug, parts in addresses:
            record = nouns[noun]._default_manager.get(slug=slug)
            for part, position in re.findall(r"(\w+) (\d+)", parts):
                assert getattr(record, PARTS[part]).filter(position=position).count() == 1, (
                    slug,
                    part,
                    position,
                )

    def test_every_sentence_of_the_brief_is_in_the_codebook_once(self) -> None:
        rows = re.findall(
            r"^\| ([\w.]+(?: \d)?) \| [^|]+ \| [^|]+ \|$", DOCUMENT.read_text(encoding="utf-8"), re.M
        )
        sentences = [
            f"{paragraph}.{number}"
            for paragraph, count in SENTENCES.items()
            for number in range(1, count + 1)
        ]
        numbered = [row for row in rows if re.fullmatch(r"head|note \d|\d+\.\d+", row)]
        assert numbered == ["head", *sentences, *(f"note {number}" for number in range(1, 6))]


@pytest.mark.django_db
def test_what_an_analyst_has_changed_stays_changed() -> None:
    load_demo()
    Tour.objects.filter(slug="blinken-2024-01").update(slug="gaza-tour", title="Gaza tour")
    Official.objects.filter(slug="hakan-fidan").update(slug="fidan", name="Fidan, Hakan")
    Meeting.objects.get(slug="2024-01-10-blinken-hamad-manama").delete()
    Topic.objects.filter(slug="swedens-accession-to-nato").update(name="Sweden in NATO")
    before = snapshot()

    assert load_demo() == DemoReport()

    assert snapshot() == before


@pytest.mark.django_db
def test_a_tour_with_one_of_its_stops_on_record_is_not_doubled() -> None:
    tour = make_tour(slug="imported")
    stop = make_stop(tour=tour)
    ExternalIdentifier.objects.create(stop=stop, scheme="historian-travels", value="4200")

    report = load_demo()

    assert (report.tours, report.stops) == (3, 21)
    assert set(Tour.objects.values_list("slug", flat=True)) == {"imported", *EARLIER_RECORDS}
    assert list(tour.stops.all()) == [stop]


@pytest.mark.django_db
def test_people_on_record_are_taken_as_they_are() -> None:
    fidan = make_official(slug="hakan-fidan", name="Fidan, Hakan")

    report = load_demo()

    assert report.officials == EVERYTHING.officials - 1
    fidan.refresh_from_db()
    assert (fidan.name, fidan.version, fidan.tenures.count()) == ("Fidan, Hakan", 1, 0)
    assert fidan.participations.count() == 2


@pytest.mark.django_db
def test_nobody_publishes_what_he_wrote() -> None:
    both = make_user("Reviewer")

    with pytest.raises(PermissionDenied, match="somebody else publishes it"):
        load_demo(author=both, reviewer=both)

    assert [model._default_manager.count() for model in everything_in_it()] == [0, 0, 0, 0]


@pytest.mark.django_db
def test_a_reviewer_needs_the_role() -> None:
    with pytest.raises(PermissionDenied, match="You may not do this"):
        load_demo(author=make_user("Analyst"), reviewer=make_user("Viewer"))

    assert not Tour.objects.exists()


@pytest.mark.django_db
def test_the_command_tells_what_it_added_and_then_that_there_is_nothing_to_add() -> None:
    writer, reader = make_user("Analyst", username="ana"), make_user("Reviewer", username="rita")
    out = StringIO()

    call_command("load_demo", author="ana", reviewer="rita", stdout=out)
    call_command("load_demo", stdout=out)
    call_command("load_demo", verbosity=0, stdout=out)

    assert out.getvalue().splitlines() == [
        "Added 4 tours with 31 stops and 50 meetings, 26 officials, 21 topics, 39 sources.",
        "The demo's tours are on record already; nothing was added.",
    ]
    assert set(Meeting.objects.values_list("published_by", flat=True)) == {reader.pk}
    assert set(User.objects.all()) == {writer, reader}


@pytest.mark.django_db
def test_the_command_names_an_account_that_does_not_exist() -> None:
    with pytest.raises(CommandError, match="There is no account “nobody”"):
        call_command("load_demo", author="nobody")


def everything_in_it() -> Iterable[type[models.Model]]:
    return (Tour, Meeting, Official, Source)
