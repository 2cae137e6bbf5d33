"""Records are found by any of their names, in any script, with accents or without."""

from typing import Any

import pytest

from tests.admin.forms import address, desk
from tests.factories import (
    make_country,
    make_meeting,
    make_official,
    make_participation,
    make_place,
    make_source,
    make_stop,
    make_tenure,
    make_topic,
    make_tour,
)
from visits.models import OfficialName, PartyName, PlaceName

pytestmark = pytest.mark.django_db


def suggested(model: str, field: str, term: str) -> list[str]:
    given = {"app_label": "visits", "model_name": model, "field_name": field, "term": term}
    response = desk("Analyst").get("/admin/autocomplete/", given)
    return [found["text"] for found in response.json()["results"]]


def listed(noun: str, term: str) -> list[Any]:
    return list(desk("Analyst").get(address(noun, "changelist"), {"q": term}).context["cl"].result_list)


@pytest.mark.parametrize(
    "term", ["Erdogan", "Erdoğan", "ERDOĞAN", "أردوغان", "tayyip recep", "  erdogan   recep ", "Erdogan\0"]
)
def test_one_person_is_found_by_all_names(term: str) -> None:
    official = make_official(name="Recep Tayyip Erdoğan")
    OfficialName.objects.create(official=official, name="رجب طيب أردوغان", language="ar")
    make_official(name="Somebody Else")
    assert suggested("participation", "official", term) == ["Recep Tayyip Erdoğan"]
    assert listed("official", term.replace("\0", "")) == [official]


def test_party_is_found_by_a_former_name_and_shown_with_its_code() -> None:
    party = make_country("X-RUR", name="Ruritania")
    PartyName.objects.create(party=party, name="Elphbergia", valid_to="1900")
    assert suggested("participation", "on_behalf_of", "elphberg") == ["Ruritania (X-RUR)"]
    assert suggested("participation", "on_behalf_of", "x-rur") == ["Ruritania (X-RUR)"]


def test_what_is_typed_comes_first_if_it_is_a_whole_name_or_a_code() -> None:
    for name in ("Great Nomania", "Nomania of the South", "Nomania"):
        make_country(name=name)
    assert [text.split(" (")[0] for text in suggested("meeting", "host", "nomania")] == [
        "Nomania",
        "Nomania of the South",
        "Great Nomania",
    ]
    assert suggested("meeting", "host", "us")[0] == "United States (US)"


def test_country_fields_suggest_no_organizations() -> None:
    assert "United Nations (UN)" in suggested("meeting", "host", "united")
    assert "United Nations (UN)" not in suggested("meeting", "location", "united")


def test_places_of_one_name_are_told_apart() -> None:
    for code in ("X-LIB", "X-LEB"):
        make_place(name="Tripolis", country=make_country(code, name=f"Land {code}"))
    PlaceName.objects.create(place=make_place(name="Far"), name="Τρίπολη Νέα", language="el")
    assert suggested("meeting", "place", "tripolis") == ["Tripolis, Land X-LIB", "Tripolis, Land X-LEB"]
    assert suggested("meeting", "place", "tripolis lib") == ["Tripolis, Land X-LIB"]
    assert [text.split(",")[0] for text in suggested("meeting", "place", "τριπολη νεα")] == ["Far"]


def test_stops_are_told_apart_by_their_tour() -> None:
    tour = make_tour(title="Grand tour", start_date="2024-01-04")
    stop = make_stop(tour=tour, locale_text="Strelsau", position=3)
    assert suggested("meeting", "stop", "grand strelsau") == ["3. Strelsau (4 January 2024), Grand tour"]
    assert listed("stop", "grand") == [stop]


def test_source_is_found_by_title_publisher_or_address() -> None:
    source = make_source(
        title="Readout", publisher="Presidência", url="https://example.org/a1", published="2024"
    )
    make_source(title="Another")
    for term in ("readout", "presidencia", "https://example.org/a1"):
        assert suggested("citation", "source", term) == ["Readout, Presidência, 2024"]
        assert listed("source", term) == [source]


def test_meeting_is_found_by_who_took_part_where_and_when() -> None:
    place = make_place(name="Zendà")
    tour = make_tour(title="Grand tour")
    meeting = make_meeting(place=place, location=place.country, tour=tour, start_date="2024-01-06")
    make_participation(meeting=meeting, official=make_official(name="Flavia"))
    make_participation(meeting=meeting, name="a delegation of fishermen")
    make_participation(official=make_official(name="Somebody else"))
    for term in ("zenda", "flavia fishermen", "2024-01-06 flavia", "grand zenda", place.country.code):
        assert listed("meeting", term) == [meeting]


def test_tour_is_found_by_its_principal_and_where_it_went() -> None:
    tour = make_tour(principal=make_official(name="Flavia"), title="Autumn")
    make_stop(tour=tour, country=make_country("X-ZEN", name="Zendania"))
    make_tour()
    assert listed("tour", "flavia autumn zendania") == [tour]


def test_tenure_and_topic_are_found() -> None:
    tenure = make_tenure(official=make_official(name="Flavia"), title="Chancellor")
    topic = make_topic(name="Pêche")
    assert listed("tenure", "flavia chancellor") == [tenure]
    assert listed("topic", "peche") == [topic]


def test_autocompletes_are_for_staff() -> None:
    from django.test import Client

    response = Client().get("/admin/autocomplete/?app_label=visits&model_name=meeting&field_name=host")
    assert response.status_code == 302
