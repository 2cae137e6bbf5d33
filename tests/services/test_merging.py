"""Two records that turn out to be one: all that is said of either is said of the one, and it can be undone."""

from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied, ValidationError

from tests import factories as make
from visits.models import (
    FormerAddress,
    Merge,
    Official,
    OfficialName,
    Participation,
    Party,
    Place,
    Tenure,
    Topic,
    Tour,
    User,
)
from visits.services import merging

pytestmark = pytest.mark.django_db


@pytest.fixture
def reviewer() -> User:
    return make.make_user("Reviewer")


@pytest.fixture
def pair() -> tuple[Official, Official]:
    """Two spellings of one person, with something of each kind, some of it on both."""
    keep = make.make_official(name="Rudolf Élphberg")
    gone = make.make_official(name="Rudolf Elphberg")
    party = make.make_country()
    both = make.make_meeting()
    twin = make.make_participation(meeting=both, official=keep, on_behalf_of=party)
    extra = make.make_participation(meeting=both, official=gone, on_behalf_of=party)
    source = make.make_source()
    make.make_citation(participation=twin, source=source)
    make.make_citation(participation=extra, source=source)
    make.make_citation(participation=extra)
    make.make_participation(official=gone)
    for person in (keep, gone):
        make.make_citation(tenure=make.make_tenure(official=person, party=party))
    make.make_tenure(official=gone, title="Regent")
    make.make_tour(principal=gone)
    make.make_statement(speaker=gone)
    OfficialName.objects.create(official=gone, name="رودولف", language="ar")
    return keep, gone


def database() -> dict[str, list[Any]]:
    """Every row of the app but for versions, times and the log of merges."""
    left_out = {"version", "modified_at", "last_login"}
    return {
        model._meta.label: list(
            model._base_manager.order_by("pk").values_list(
                *(f.attname for f in model._meta.concrete_fields if f.name not in left_out)
            )
        )
        for model in apps.get_app_config("visits").get_models()
        if model is not Merge and not hasattr(model, "pgh_tracked_model") and not model._meta.proxy
    }


def test_everything_moves_and_nothing_is_doubled(pair: tuple[Official, Official], reviewer: User) -> None:
    keep, gone = pair
    merging.merge(keep=keep, gone=gone, by=reviewer, why="One man")
    assert list(Official.objects.filter(name__contains="Rudolf")) == [keep]
    assert Participation.objects.filter(official=keep).count() == 2
    assert sorted(Tenure.objects.filter(official=keep).values_list("title", flat=True)) == [
        "Chancellor",
        "Regent",
    ]
    assert Tenure.objects.get(official=keep, title="Chancellor").citations.count() == 2
    assert Tour.objects.get().principal == keep
    assert sorted(keep.other_names.values_list("name", flat=True)) == ["Rudolf Elphberg", "رودولف"]
    shared = Participation.objects.filter(official=keep).earliest("pk")
    assert shared.citations.count() == 2, "the source that both cite is cited once"


def test_the_old_address_leads_to_the_one_that_stays(pair: tuple[Official, Official], reviewer: User) -> None:
    keep, gone = pair
    merging.merge(keep=keep, gone=gone, by=reviewer)
    leading = FormerAddress.objects.filter(noun="visits_official", target=keep.uuid)
    assert set(leading.values_list("address", flat=True)) == {gone.slug, str(gone.uuid)}


def test_undone_it_is_as_before(pair: tuple[Official, Official], reviewer: User) -> None:
    before = database()
    done = merging.merge(keep=pair[0], gone=pair[1], by=reviewer)
    assert database() != before
    merging.undo(merge=done, by=reviewer)
    assert database() == before
    with pytest.raises(ValidationError, match="undone already"):
        merging.undo(merge=done, by=reviewer)


def test_a_preview_tells_and_changes_nothing(pair: tuple[Official, Official], reviewer: User) -> None:
    before = database()
    told = merging.preview(keep=pair[0], gone=pair[1], by=reviewer)
    assert told.dropped == {"citation": 1, "participation": 1, "tenure": 1}
    assert told.moved == {
        "participation": 1, "tenure": 1, "tour": 1, "statement": 1, "official name": 1, "citation": 2,
    }  # fmt: skip
    assert (database(), Merge.objects.count()) == (before, 0)


def test_two_statements_on_one_point_are_not_made_one(reviewer: User) -> None:
    said = make.make_statement(speaker=make.make_official())
    other = make.make_statement(
        point=said.point, on_behalf_of=said.on_behalf_of, speaker=make.make_official()
    )
    with pytest.raises(ValidationError, match="Both have a statement of their own"):
        merging.merge(keep=said.speaker, gone=other.speaker, by=reviewer)
    assert Official.objects.count() == 2


def test_a_chain_of_merges_is_undone_from_its_end(reviewer: User) -> None:
    first, second, third = (make.make_official() for _ in range(3))
    before = database()
    one = merging.merge(keep=second, gone=first, by=reviewer)
    two = merging.merge(keep=third, gone=second, by=reviewer)
    assert FormerAddress.objects.get(address=first.slug).target == third.uuid
    with pytest.raises(ValidationError, match="undo that first"):
        merging.undo(merge=one, by=reviewer)
    merging.undo(merge=two, by=reviewer)
    merging.undo(merge=one, by=reviewer)
    assert database() == before


def test_places_topics_and_organizations_are_merged_too(reviewer: User) -> None:
    country = make.make_country()
    makers: list[Any] = [
        lambda: make.make_place(country=country, latitude=1.5, longitude=2.5),
        make.make_topic,
        make.make_organization,
    ]
    for maker in makers:
        keep, gone = maker(), maker()
        before = database()
        done = merging.merge(keep=keep, gone=gone, by=reviewer)
        assert not type(gone).objects.filter(pk=gone.pk).exists()
        merging.undo(merge=done, by=reviewer)
        assert database() == before


def test_what_can_not_be_one_is_refused(reviewer: User) -> None:
    place, elsewhere = make.make_place(), make.make_place()
    parent = make.make_topic()
    child = make.make_topic(parent=parent)
    for keep, gone in [(place, elsewhere), (make.make_country(), make.make_country()), (place, place)]:
        with pytest.raises(ValidationError):
            merging.merge(keep=keep, gone=gone, by=reviewer)
    with pytest.raises(ValidationError):
        merging.merge(keep=child, gone=parent, by=reviewer)
    assert (Place.objects.filter(pk__in=[place.pk, elsewhere.pk]).count(), Topic.objects.count()) == (2, 2)
    assert Party.objects.filter(code__startswith="X-").count() >= 2


def test_an_analyst_does_not_merge(pair: tuple[Official, Official]) -> None:
    with pytest.raises(PermissionDenied):
        merging.merge(keep=pair[0], gone=pair[1], by=make.make_user("Analyst"))
    assert Merge.objects.count() == 0
