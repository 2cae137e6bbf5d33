"""The pages of countries, organizations, officials, topics, places and pairs."""

from collections.abc import Callable

import pytest

from tests.factories import (
    make_citation,
    make_country,
    make_full_meeting,
    make_meeting,
    make_official,
    make_organization,
    make_participation,
    make_place,
    make_point,
    make_statement,
    make_stop,
    make_tenure,
    make_topic,
    make_tour,
)
from tests.pages.reading import Reading, part
from tests.pages.world import World, another_tour, make_world
from visits.choices import MeetingStatus, Role, Stance
from visits.models import OfficialName, Party, PartyName
from visits.queries import profiles

pytestmark = pytest.mark.django_db
Read = Callable[..., str]


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_country_shows_the_visits_that_it_received_by_year(read: Read) -> None:
    country = make_country("RUR", name="Ruritania")
    for year in ("2022", "2024", "2024"):
        tour = make_tour(start_date=f"{year}-05-01", end_date=f"{year}-05-09", title=f"Tour of {year}")
        make_stop(tour=tour, country=country, start_date=f"{year}-05-02")
    make_stop(tour=make_tour(), country=country, status="dropped")
    html = read(country.get_absolute_url())
    years = [Reading(row.split("</tr>")[0]).text for row in html.split('<tr class="group">')[1:]]
    assert years == ["2024 2 visits", "2022 1 visit"]
    assert "Visits received 3 First 2 May 2022 Latest 2 May 2024" in Reading(html).text


def test_each_bar_of_the_strip_leads_to_the_row_of_its_visit(world: World, read: Read) -> None:
    html = read(world.host.get_absolute_url())
    strip = html[html.index('<svg class="strip wide"') :]
    (link,) = Reading(strip[: strip.index("</svg>")]).links
    assert link[1:] in Reading(html).ids


def test_a_country_without_visits_says_what_is_missing(world: World, read: Read) -> None:
    text = part(read(world.visitor.get_absolute_url()), "visits")
    assert "No visit on record. No published tour has a stop here." in text


def test_a_country_without_statements_says_what_is_missing(read: Read) -> None:
    country = make_country()
    make_participation(meeting=make_meeting(), on_behalf_of=country)
    text = part(read(country.get_absolute_url()), "said")
    assert "No statement coded yet. The sources of 1 meeting say who met" in text


def test_meetings_that_did_not_happen_stand_apart_and_are_not_counted(world: World, read: Read) -> None:
    html = read(world.host.get_absolute_url())
    assert world.skipped.reason in part(html, "not-held")
    assert world.skipped.reason not in part(html, "meetings")
    assert "Meetings held 1 Meetings that did not happen 1" in Reading(html).text


def test_who_met_whom_counts_meetings_held_with_the_latest_title() -> None:
    ours, theirs = make_country(), make_country()
    envoy = make_official(name="Envoy")
    make_tenure(official=envoy, party=theirs, title="Envoy", start_date="2020", end_date="2023-12")
    make_tenure(official=envoy, party=theirs, title="Minister", start_date="2024-01")
    for day, status in (("2023-05-01", "held"), ("2024-05-01", "held"), ("2024-06-01", "skipped")):
        meeting = make_meeting(start_date=day, status=status)
        make_participation(meeting=meeting, official=envoy, on_behalf_of=theirs)
        make_participation(meeting=meeting, on_behalf_of=ours)
    (person,) = profiles.met_with(ours, None).rows
    assert (person.official, person.title, person.meetings) == (envoy, "Minister", 2)
    assert (str(person.first), str(person.latest)) == ("2023-05-01", "2024-05-01")


def test_somebody_expected_but_absent_has_met_nobody() -> None:
    ours, theirs = make_country(), make_country()
    meeting = make_meeting()
    make_participation(meeting=meeting, on_behalf_of=ours)
    make_participation(meeting=meeting, on_behalf_of=theirs, role=Role.EXPECTED_ABSENT)
    assert profiles.met_with(ours, None).rows == []


def test_an_official_has_not_met_those_of_the_same_side() -> None:
    ours, theirs = make_country(), make_country()
    meeting, minister, host = make_meeting(), make_official(), make_official()
    make_participation(meeting=meeting, official=minister, on_behalf_of=ours)
    make_participation(meeting=meeting, official=make_official(), on_behalf_of=ours)
    make_participation(meeting=meeting, official=host, on_behalf_of=theirs)
    assert [person.official for person in profiles.met_by(minister, None).rows] == [host]


def test_a_section_shows_a_hundred_rows_and_the_way_to_the_rest(read: Read) -> None:
    place = make_place()
    for _ in range(101):
        make_meeting(place=place)
    html = read(place.get_absolute_url())
    assert part(html, "meetings").count("Bilateral meeting") == 100
    assert "The 100 newest are shown." in part(html, "meetings")
    assert f"/meetings/?place={place.slug}" in Reading(html).links


def test_a_country_names_what_it_is_part_of_and_its_other_names(read: Read) -> None:
    whole = make_country("RUR", name="Ruritania", is_reference=True)
    region = make_country("RUR-Z", name="Zenda March", kind="territory", part_of=whole, is_reference=True)
    make_country("HID", part_of=whole)
    PartyName.objects.create(party=region, name="Zendamark", language="de", valid_to="1918")
    html = read(region.get_absolute_url())
    assert "Part of Ruritania" in Reading(html).text
    assert '<bdi lang="de">Zendamark</bdi>' in html
    assert "to 1918" in Reading(html).text
    above = read(whole.get_absolute_url())
    assert "Territories Zenda March" in Reading(above).text
    assert "HID" not in above


def test_an_official_has_names_offices_and_words(world: World, read: Read) -> None:
    OfficialName.objects.create(official=world.receiver, name="فلافيا", language="ar")
    html = read(world.receiver.get_absolute_url())
    assert '<bdi lang="ar">فلافيا</bdi>' in html
    offices = part(html, "offices")
    assert f"since 2020 Chancellor {world.host}" in offices
    assert "[1]" in offices
    assert f"Bridge words of {world.host}" in part(html, "said")
    assert f"Bridge words of {world.visitor}" not in html


def test_an_official_is_present_at_what_was_held_and_absent_apart(read: Read) -> None:
    official = make_official()
    held, missed = make_meeting(title="Audience"), make_meeting(title="Banquet")
    skipped = make_meeting(title="Chase", status=MeetingStatus.SKIPPED)
    make_participation(meeting=held, official=official)
    make_participation(meeting=missed, official=official, role=Role.EXPECTED_ABSENT)
    make_participation(meeting=skipped, official=official)
    html = read(official.get_absolute_url())
    sections = {name: part(html, name) for name in ("meetings", "absent", "not-held")}
    found = {
        name: [title for title in ("Audience", "Banquet", "Chase") if title in text]
        for name, text in sections.items()
    }
    assert found == {"meetings": ["Audience"], "absent": ["Banquet"], "not-held": ["Chase"]}
    assert "Meetings held 1 Meetings that did not happen 1" in Reading(html).text


def test_a_topic_shows_each_party_in_order_of_time_with_its_stance(read: Read) -> None:
    topic, party = make_topic(name="Herring", is_proposition=True), make_country("RUR", name="Ruritania")
    for day, stance in (("2024-03-01", Stance.SUPPORTS), ("2023-03-01", Stance.OPPOSES)):
        point = make_point(meeting=make_meeting(start_date=day), main_topic=topic)
        make_statement(point=point, on_behalf_of=party, stance=stance, text="Of herring.")
    text = part(read(topic.get_absolute_url()), "said")
    assert (
        text.index("1 March 2023")
        < text.index("Opposes")
        < text.index("1 March 2024")
        < text.index("Supports")
    )
    assert text.startswith("Who said what, in order of time Ruritania")


def test_a_topic_holds_what_lies_below_it(world: World, read: Read) -> None:
    parent = world.topic.parent
    assert parent is not None
    html = read(parent.get_absolute_url())
    assert f"Bridge words of {world.host}" in part(html, "said")
    assert world.topic.get_absolute_url() in Reading(html).links
    assert "Tolls" in part(html, "discussed")


def test_a_place_says_who_administers_and_who_claims_it(read: Read) -> None:
    place = make_place(name="Zenda", is_reference=True, administered_by=make_country(name="Graustark"))
    place.claimed_by.add(make_country(name="Sylvania"))
    text = Reading(read(place.get_absolute_url())).text
    assert "Administered by Graustark Claimed by Sylvania" in text


def test_a_pair_shows_meetings_journeys_and_words_of_both(world: World, read: Read) -> None:
    another_tour(world, published=False)
    make_full_meeting(title="Of others")
    one, other = sorted([world.visitor.code, world.host.code])
    html = read(f"/countries/{one}/{other}/")
    assert "Meetings held 1" in Reading(html).text
    assert world.skipped.reason in part(html, "not-held")
    assert str(world.principal) in part(html, "visits")
    said = part(html, "said")
    assert f"Bridge words of {world.visitor}" in said
    assert f"Bridge words of {world.host}" in said
    assert f"Bridge words of {world.league}" not in said
    assert "Of others" not in html


def test_a_pair_that_never_met_says_so(read: Read) -> None:
    for code in ("RA", "RB"):
        make_country(code, is_reference=True)
    text = Reading(read("/countries/RA/RB/")).text
    assert "No meeting on record." in text
    assert "No statement coded yet." in text


def test_an_organization_shows_who_took_part_for_it(read: Read) -> None:
    league = make_organization("LEAGUE", name="League")
    envoy = make_official(name="Envoy")
    meeting = make_meeting(title="Session")
    make_citation(participation=make_participation(meeting=meeting, official=envoy, on_behalf_of=league))
    html = read(league.get_absolute_url())
    assert "Envoy" in part(html, "people")
    assert "Session" in part(html, "meetings")
    assert 'id="visits"' not in html


def test_parties_are_told_apart_by_kind() -> None:
    country, league = make_country(), make_organization()
    assert Party.objects.get(pk=country.pk).get_absolute_url() == f"/countries/{country.code}/"
    assert Party.objects.get(pk=league.pk).get_absolute_url() == f"/organizations/{league.code}/"
