"""What the database refuses becomes a sentence on the form, with everything typed still there."""

from typing import Any

import pytest
from django.db import DataError, IntegrityError, transaction

from tests.admin.forms import address, desk, errors_of, filled
from tests.admin.test_meeting_form import send
from tests.factories import make_citation, make_place, make_source, make_tenure, make_topic
from visits.admin import errors
from visits.models import ExternalIdentifier, Meeting, Place, Source, Tenure, Topic
from visits.services import editorial

pytestmark = pytest.mark.django_db

SOURCE = {"title": "A", "kind": "news"}
BAD_CODE = "A code has capital letters and digits: TR, SUHH, PS-WB."
NO_COUNTRY = "Select a valid choice. non_state_group is not one of the available choices."


def test_rule_about_one_row_is_told_in_its_own_words() -> None:
    response = send(desk(), address("tenure", "add"), start_date="2024", end_date="2023", title="Chancellor")
    assert errors_of(response)["__all__"] == ["The end is before the start."]


@pytest.mark.parametrize(
    ("noun", "given", "field", "message"),
    [
        ("topic", {"name": ""}, "name", "This field is required."),
        ("topic", {"name": "x" * 251}, "name", "Ensure this value has at most 250 characters (it has 251)."),
        ("topic", {"name": "a\0b"}, "name", "Null characters are not allowed."),
        ("topic", {"name": "A", "slug": "B"}, "__all__", "A slug has small letters, digits and hyphens."),
        (
            "source",
            SOURCE | {"published": "2024-02-30"},
            "published",
            "“2024-02-30” is not a day that exists.",
        ),
        ("source", SOURCE | {"url": "javascript:x"}, "url", "Only http and https addresses are accepted."),
        ("source", SOURCE | {"content_hash": "abc"}, "__all__", "A SHA-256 hash has 64 hexadecimal digits."),
        ("organization", {"name": "A", "code": "x y"}, "code", BAD_CODE),
        ("country", {"name": "A", "code": "XY", "kind": "non_state_group"}, "kind", NO_COUNTRY),
    ],
)
def test_bad_value_is_told_beside_its_field(
    noun: str, given: dict[str, str], field: str, message: str
) -> None:
    assert errors_of(send(desk(), address(noun, "add"), **given))[field] == [message]


def test_what_is_on_record_already_is_told_in_words() -> None:
    place, tenure, citation = make_place(name="Zenda"), make_tenure(), make_citation(tenure=make_tenure())
    client = desk()
    again = send(client, address("place", "add"), name="Zenda", country=place.country_id)
    assert errors_of(again) == {"__all__": ["This place is already on record in that country."]}
    given = {
        "official": tenure.official_id,
        "party": tenure.party_id,
        "title": tenure.title,
        "start_date": "2020",
    }
    again = send(client, address("tenure", "add"), **given)
    assert errors_of(again) == {"__all__": ["This tenure is already on record."]}
    again = send(client, address("citation", "add"), source=citation.source_id, tenure=citation.tenure_id)
    assert errors_of(again) == {"__all__": ["This source is already cited here at the same locator."]}


def test_identifier_of_another_record_is_told_in_words() -> None:
    ExternalIdentifier.objects.create(scheme="wikidata", value="Q1", place=make_place())
    topic = make_topic()
    rows = {
        "external_identifiers-TOTAL_FORMS": "2",
        "external_identifiers-0-scheme": "wikidata",
        "external_identifiers-0-value": "Q1",
    }
    response = send(desk(), address("topic", "change", topic.pk), **rows)
    assert errors_of(response) == {"__all__": ["Another record already has this identifier."]}


def test_two_rows_that_cannot_both_stand_are_told_in_words() -> None:
    source = make_source()
    rows: dict[str, Any] = {"contributors-TOTAL_FORMS": "2"}
    for row in range(2):
        given = {"name": "Hope", "role": "author", "position": "0"}
        rows |= {f"contributors-{row}-{name}": value for name, value in given.items()}
    response = send(desk(), address("source", "change", source.pk), **rows)
    assert "This person is already named in that role." in response.content.decode()
    assert source.contributors.count() == 0


def test_point_of_both_a_meeting_and_a_tour_is_refused() -> None:
    assert errors_of(send(desk(), address("agendapoint", "add"), title="Quota")) == {
        "__all__": ["A point belongs to a meeting or to a tour, not both."]
    }


def test_topic_below_itself_is_refused_by_the_database_and_told_in_words() -> None:
    above = make_topic(name="Above")
    below = make_topic(name="Below", parent=above)
    client = desk()
    response = send(client, address("topic", "change", above.pk), parent=below.pk, description="Kept.")
    assert errors_of(response) == {"__all__": ["A topic cannot lie below itself."]}
    assert filled(response)["description"] == "Kept."
    assert Topic.objects.get(pk=above.pk).parent is None


@pytest.mark.parametrize("refusal", [DataError("x"), IntegrityError("x")])
def test_whatever_the_database_refuses_late_is_told_and_undone(
    monkeypatch: pytest.MonkeyPatch, refusal: Exception
) -> None:
    def refuse(**given: Any) -> None:
        raise refusal

    monkeypatch.setattr(editorial, "record_change", refuse)
    response = send(desk(), address("meeting", "add"), start_date="2024", summary="Kept.")
    assert errors_of(response) == {"__all__": [errors.OTHERWISE]}
    assert filled(response)["summary"] == "Kept."
    assert not Meeting.objects.exists()


def test_refusals_are_put_into_words() -> None:
    place = make_place()
    taken = Place.objects.get(pk=place.pk).slug
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Place.objects.create(name=place.name, country=place.country)
    assert errors.sentence(caught.value) == "This place is already on record in that country."
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Place.objects.create(name="Elsewhere", country=place.country, slug=taken)
    assert errors.sentence(caught.value) == errors.SENTENCES[errors.UNIQUE]
    with pytest.raises(DataError) as broken, transaction.atomic():
        Source.objects.create(title="x" * 600, kind="news")
    assert errors.sentence(broken.value) == errors.OTHERWISE


def test_blank_address_is_made_and_then_kept() -> None:
    client = desk()
    send(client, address("topic", "add"), name="Pêche en mer")
    topic = Topic.objects.get(name="Pêche en mer")
    assert topic.slug == "peche-en-mer"
    send(client, address("topic", "change", topic.pk), name="Fishing", slug="")
    topic.refresh_from_db()
    assert (topic.name, topic.slug) == ("Fishing", "peche-en-mer")


def test_values_that_no_browser_sends_are_errors_of_the_form() -> None:
    tenure = make_tenure()
    for key in ("x", "-1", "9" * 30):
        response = send(desk(), address("tenure", "change", tenure.pk), party=key)
        assert list(errors_of(response)) == ["party"]
    assert Tenure.objects.get().party == tenure.party
