"""Two records that are one: chosen, previewed, merged, and taken apart again."""

from typing import Any

import pytest

from tests.admin.forms import address, desk, messages_of
from tests.factories import (
    make_country,
    make_official,
    make_organization,
    make_participation,
    make_place,
    make_tenure,
    make_topic,
)
from visits.models import Merge, Official

pytestmark = pytest.mark.django_db


def answers(other: Any, direction: str = "keep", **further: str) -> dict[str, Any]:
    return {"other": other.pk, "direction": direction, **further}


@pytest.fixture
def namesakes() -> tuple[Official, Official]:
    """Both with the same office, each at a meeting of their own."""
    country = make_country()
    keep, gone = make_official(name="Rudolf V"), make_official(name="Rudolf the Fifth")
    for official in (keep, gone):
        make_tenure(official=official, party=country)
        make_participation(official=official, on_behalf_of=country)
    return keep, gone


def test_merge_is_previewed_confirmed_and_undone(namesakes: tuple[Official, Official]) -> None:
    keep, gone = namesakes
    client = desk("Reviewer", username="rob")
    page = address("official", "merge", keep.pk)
    assert ("Merge with…", page) in client.get(address("official", "change", keep.pk)).context["desk_links"]
    preview = client.post(page, answers(gone)).context["preview"]
    assert (preview.moved, preview.dropped) == ({"participation": 1}, {"tenure": 1})
    assert Official.objects.count() == 2
    response = client.post(page, answers(gone, confirmed="x", why="Same man"), follow=True)
    assert messages_of(response) == ["“Rudolf the Fifth” has gone up in “Rudolf V”."]
    assert [official.name for official in Official.objects.all()] == ["Rudolf V"]
    assert [name.name for name in keep.other_names.all()] == ["Rudolf the Fifth"]
    merge = Merge.objects.get()
    assert (merge.by.username, merge.why) == ("rob", "Same man")
    undo = address("merge", "undo", merge.pk)
    assert client.get(address("merge", "change", merge.pk)).context["desk_links"] == [
        ("Undo this merge", undo)
    ]
    assert "“Rudolf the Fifth” went up in “Rudolf V”" in client.get(undo).content.decode()
    assert Official.objects.count() == 1
    response = client.post(undo, follow=True)
    assert messages_of(response) == ["“Rudolf the Fifth” is a record of its own again."]
    assert set(Official.objects.values_list("name", flat=True)) == {"Rudolf V", "Rudolf the Fifth"}
    assert [official.participations.count() for official in Official.objects.all()] == [1, 1]
    assert messages_of(client.post(undo, follow=True)) == ["This merge has been undone already."]


def test_direction_can_be_turned_round(namesakes: tuple[Official, Official]) -> None:
    this, other = namesakes
    desk("Reviewer").post(address("official", "merge", this.pk), answers(other, "gone", confirmed="x"))
    assert [official.name for official in Official.objects.all()] == ["Rudolf the Fifth"]


def test_list_leads_two_ticked_records_to_the_question(namesakes: tuple[Official, Official]) -> None:
    client = desk("Reviewer")
    data = {"action": "merge_two", "_selected_action": [official.pk for official in namesakes]}
    response = client.post(address("official", "changelist"), data, follow=True)
    assert {response.context["record"].pk, int(response.context["form"]["other"].value())} == {
        official.pk for official in namesakes
    }
    data["_selected_action"] = [namesakes[0].pk]
    response = client.post(address("official", "changelist"), data, follow=True)
    assert messages_of(response) == ["Choose the two records that are one."]


@pytest.mark.parametrize("noun", ["place", "topic", "organization"])
def test_other_records_are_merged_as_well(noun: str) -> None:
    country = make_country()
    makers: dict[str, Any] = {
        "place": lambda: make_place(country=country),
        "topic": make_topic,
        "organization": make_organization,
    }
    keep, gone = makers[noun](), makers[noun]()
    client = desk("Reviewer")
    response = client.post(address(noun, "merge", keep.pk), answers(gone, confirmed="x"), follow=True)
    assert messages_of(response) == [f"“{gone}” has gone up in “{keep}”."]
    assert not type(gone).objects.filter(pk=gone.pk).exists()
    assert client.get(address("merge", "changelist")).context["cl"].result_list[0].kept_name == keep.name


def test_what_cannot_be_one_is_refused_in_words() -> None:
    first, second = make_place(), make_place()
    client = desk("Reviewer")
    response = client.post(address("place", "merge", first.pk), answers(second))
    assert response.context["form"].errors == {"__all__": ["The two places lie in different countries."]}
    response = client.post(address("place", "merge", first.pk), answers(first))
    assert list(response.context["form"].errors) == ["other"]


def test_analyst_merges_and_undoes_nothing(namesakes: tuple[Official, Official]) -> None:
    keep, gone = namesakes
    client = desk("Analyst")
    page = address("official", "merge", keep.pk)
    assert client.get(address("official", "change", keep.pk)).context.get("desk_links", []) == []
    assert client.get(page).status_code == client.post(page, answers(gone, confirmed="x")).status_code == 403
    desk("Reviewer").post(page, answers(gone, confirmed="x"))
    undo = address("merge", "undo", Merge.objects.get().pk)
    assert client.get(undo).status_code == client.post(undo).status_code == 403
    assert Official.objects.count() == 1
