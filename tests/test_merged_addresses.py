"""Every address of a record that went up in another one leads to the one that stayed, until the merge is undone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests import factories as make
from visits.services import merging

pytestmark = pytest.mark.django_db


def an_official() -> Any:
    return make.make_participation().official


def a_place() -> Any:
    return make.make_place(country=make.make_country("RUR"), is_reference=True)


def a_topic() -> Any:
    return make.make_topic(is_reference=True)


def an_organization() -> Any:
    return make.make_organization(is_reference=True)


MAKERS = {
    "officials": an_official,
    "places": a_place,
    "topics": a_topic,
    "organizations": an_organization,
}


def addresses(record: Any) -> list[str]:
    """Its slug or code and its identifier, as written and in the other case."""
    key = getattr(record, "code", "") or record.slug
    return [key, key.swapcase(), str(record.uuid), str(record.uuid).upper()]


def end_of_the_way(client: Client, address: str) -> tuple[int, str]:
    """How the last step of the redirects went, and where to; a code in small letters takes two steps."""
    url, status = client.get(address, follow=True).redirect_chain[-1]
    return status, url


@pytest.mark.parametrize("name", MAKERS)
def test_they_lead_to_the_record_that_stayed(client: Client, name: str) -> None:
    maker: Callable[[], Any] = MAKERS[name]
    keep, gone = maker(), maker()
    former = addresses(gone)
    done = merging.merge(keep=keep, gone=gone, by=make.make_user("Reviewer"))
    api = f"http://testserver/api/v1/{name}/{addresses(keep)[0]}/"
    for address in former:
        assert (address, *end_of_the_way(client, f"/{name}/{address}/")) == (
            *(address, 301),
            keep.get_absolute_url(),
        )
        answer = client.get(f"/api/v1/{name}/{address}/", {"fields": "id"})
        assert (address, answer.status_code, answer.headers.get("Location")) == (
            *(address, 308),
            f"{api}?fields=id",
        )
    merging.undo(merge=done, by=make.make_user("Reviewer"))
    assert client.get(f"/{name}/{former[0]}/").status_code == 200
    assert client.get(f"/api/v1/{name}/{former[2]}/").json()["id"] == former[2]


@pytest.mark.parametrize("name", MAKERS)
def test_they_lead_to_the_end_of_a_chain(client: Client, name: str) -> None:
    first, second, third = (MAKERS[name]() for _ in range(3))
    former = [*addresses(first), *addresses(second)]
    reviewer = make.make_user("Reviewer")
    merging.merge(keep=second, gone=first, by=reviewer)
    merging.merge(keep=third, gone=second, by=reviewer)
    there = {end_of_the_way(client, f"/{name}/{address}/") for address in former}
    assert there == {(301, third.get_absolute_url())}


def test_a_merged_record_leads_nowhere_while_the_other_is_not_public(client: Client) -> None:
    keep, gone = make.make_official(name="Black Michael"), make.make_official()
    slug, identifier = gone.slug, str(gone.uuid)
    merging.merge(keep=keep, gone=gone, by=make.make_user("Reviewer"))
    for address in (slug, identifier):
        assert client.get(f"/officials/{address}/").status_code == 404
        answer = client.get(f"/api/v1/officials/{address}/")
        assert (answer.status_code, "black-michael" in answer.content.decode()) == (404, False)
