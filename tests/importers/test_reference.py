"""The reference data: that it is complete and true to its sources, and that loading it never undoes an analyst."""

import csv
import os
import unicodedata
import uuid
from io import StringIO
from pathlib import Path
from typing import Any

import pycountry
import pytest
from django.core.management import call_command
from django.db.models import Q

from visits.choices import PartyKind
from visits.importers.reference import DATA, ReferenceReport, identifier, load_reference
from visits.models import ExternalIdentifier, Party, PartyName, Place, PlaceName

NOTHING = ReferenceReport(countries=0, organizations=0, places=0, names=0, links=0, identifiers=0)
ISO_CODES = {country.alpha_2 for country in pycountry.countries}
# Where the US Historian's data writes a country differently from us, or means one that is no more.
HISTORIAN_TEXTS = {
    "Bosnia": "BA",
    "Bosnia-Herzegovina": "BA",
    "Brunei Darussalam": "BN",
    "Burma": "MM",
    "Byelorussia": "BY",
    "Cape Verde": "CV",
    "Ceylon": "LK",
    "China, People’s Republic of": "CN",
    "Congo, Democratic Republic of": "CD",
    "Congo, Republic of": "CG",
    "Cote d'Ivoire": "CI",
    "Czech Republic": "CZ",
    "Czechoslovakia": "CSHH",
    "Dahomey": "BJ",
    "German Democratic Republic": "DDDE",
    "Germany, Federal Republic of": "DE",
    "Hawaii": "HAWAII",
    "Ivory Coast": "CI",
    "Khmer Republic": "KH",
    "Kirghizia": "KG",
    "Korea": "KR",
    "Korea, North": "KP",
    "Korea, Republic of": "KR",
    "Korea, South": "KR",
    "Kosovo": "XK",
    "Macedonia, Former Yugoslav Republic of": "MK",
    "Malaya": "MY",
    "Muscat & Oman": "OM",
    "Netherlands Antilles": "ANHH",
    "Palestinian Authority": "PS",
    "Serbia and Montenegro": "CSXX",
    "Siam": "TH",
    "Slovak Republic": "SK",
    "Somali Republic": "SO",
    "Southern Rhodesia": "ZW",
    "St. Christopher and Nevis": "KN",
    "St. Lucia": "LC",
    "Swaziland": "SZ",
    "Tanganyika": "TANGANYIKA",
    "The Gambia": "GM",
    "Turkey": "TR",
    "U.S.S.R.": "SUHH",
    "Union of South Africa": "ZA",
    "Upper Volta": "BF",
    "Vatican City": "VA",
    "West Bank": "PS-WB",
    "Yemen Arab Republic": "YE",
    "Yugoslavia": "YUCS",
    "Zaire": "CD",
    "Zimbabwe Rhodesia": "ZW",
}
# The shapes of those to which the Historian's table gives no code of ISO 3166-1.
EXTRA_SHAPES = {
    "Czechoslovakia": "CZ",
    "German Democratic Republic": "DE",
    "Hawaii": "US",
    "Kosovo": "XK",
    "Netherlands Antilles": "",
    "Yugoslavia": "",
}


@pytest.fixture
def reference(db: None) -> None:
    load_reference()


@pytest.fixture
def _nothing_on_record(db: None) -> None:
    Place.objects.all().delete()
    Party.objects.update(part_of=None)
    Party.objects.all().delete()


def codes_of(text: str) -> set[str]:
    """The parties that bear exactly this name."""
    found = Party.objects.filter(Q(name=text) | Q(official_name=text) | Q(other_names__name=text))
    return set(found.values_list("code", flat=True))


def shapes_of(text: str) -> list[str]:
    """Where on the map the parties of this name lie, one entry a party."""
    return list(Party.objects.filter(code__in=codes_of(text)).values_list("iso_code", flat=True))


@pytest.mark.usefixtures("_nothing_on_record")
class TestLoading:
    def test_adds_all_of_it(self) -> None:
        assert load_reference() == ReferenceReport(
            countries=272, organizations=47, places=23, names=425, links=52, identifiers=520
        )
        assert Party.objects.filter(is_reference=True).count() == 319
        assert Place.objects.filter(is_reference=True).count() == 23

    def test_a_second_time_adds_nothing_in_four_queries(self, django_assert_num_queries: Any) -> None:
        load_reference()
        with django_assert_num_queries(4):  # parties and places, within a savepoint and its release
            assert load_reference() == NOTHING

    def test_a_party_that_an_analyst_has_made_before_is_left_alone(self) -> None:
        made = Party.objects.create(code="UNRWA", name="Relief agency", kind="international_organization")
        assert load_reference().organizations == 46
        made.refresh_from_db()
        assert (made.name, made.is_reference, made.other_names.count()) == ("Relief agency", False, 0)

    def test_the_command_says_what_it_added(self) -> None:
        load_reference()
        PartyName.objects.filter(name__in=["Holland", "Siam"]).delete()
        output = StringIO()
        call_command("load_reference", "--complete", stdout=output)
        assert output.getvalue() == (
            "Added 0 countries, 0 organizations, 0 places, 2 other names, 0 links between them, 0 identifiers.\n"
        )


@pytest.mark.usefixtures("reference")
class TestLoadingAgain:
    def test_keeps_what_an_analyst_has_changed(self) -> None:
        Party.objects.filter(code="TR").update(name="Turkey")
        Party.objects.filter(code="PS-WB").update(code="WESTBANK")
        Place.objects.filter(name="Crete").update(name="Kriti")
        assert load_reference() == NOTHING
        assert Party.objects.get(code="TR").name == "Turkey"
        assert Party.objects.filter(name="West Bank").values_list("code", flat=True).get() == "WESTBANK"
        assert Place.objects.filter(country__code="GR", kind="region").get().name == "Kriti"

    def test_does_not_bring_back_what_an_analyst_has_removed_from_a_party(self) -> None:
        PartyName.objects.filter(name="Holland").delete()
        Party.objects.get(code="SUHH").succeeded_by.clear()
        ExternalIdentifier.objects.filter(scheme="iso-3166-1-numeric", value="792").delete()
        assert load_reference() == NOTHING
        assert codes_of("Holland") == set()

    def test_brings_it_back_when_asked_to(self) -> None:
        PartyName.objects.filter(name="Holland").delete()
        Party.objects.get(code="SUHH").succeeded_by.clear()
        ExternalIdentifier.objects.filter(scheme="iso-3166-1-numeric", value="792").delete()
        assert load_reference(complete=True) == ReferenceReport(
            countries=0, organizations=0, places=0, names=1, links=12, identifiers=1
        )
        assert codes_of("Holland") == {"NL"}

    def test_a_missing_party_comes_with_its_names(self) -> None:
        names = set(PartyName.objects.filter(party__code="HAMAS").values_list("name", flat=True))
        Party.objects.get(code="HAMAS").delete()
        assert load_reference() == ReferenceReport(
            countries=0, organizations=1, places=0, names=3, links=0, identifiers=0
        )
        assert set(PartyName.objects.filter(party__code="HAMAS").values_list("name", flat=True)) == names

    def test_a_row_has_the_same_identifier_everywhere(self) -> None:
        assert Party.objects.get(code="TR").uuid == uuid.UUID("52d5ec24-c0ac-5a6e-adfc-45251b71cda1")
        assert Place.objects.get(name="Istanbul").uuid == identifier("place", "TR", "Istanbul")


@pytest.mark.usefixtures("reference")
class TestParties:
    def test_every_country_of_iso_3166_1_and_kosovo_is_on_record(self) -> None:
        on_record = set(Party.objects.filter(code__regex="^[A-Z]{2}$").values_list("code", flat=True))
        organizations = {"EU", "UN"}  # reserved by ISO 3166 for just these
        assert on_record == ISO_CODES | {"XK"} | organizations

    def test_a_code_of_ours_is_no_code_of_iso_3166(self) -> None:
        ours = set(Party.objects.exclude(code__in=ISO_CODES).values_list("code", flat=True))
        formers = {country.alpha_4 for country in pycountry.historic_countries}
        assert ours & formers == {
            "ANHH", "CSHH", "CSXX", "DDDE", "PCHH", "PZPA", "SKIN", "SUHH", "VDVN", "YDYE", "YUCS"
        }  # fmt: skip
        others = {country.alpha_3 for country in pycountry.countries}
        others |= {country.alpha_3 for country in pycountry.historic_countries}
        others |= {subdivision.code for subdivision in pycountry.subdivisions}
        assert ours & others == set()

    def test_every_country_has_a_region_and_no_organization_has(self) -> None:
        countries = Party.objects.countries()
        assert list(countries.filter(region="")) == []
        assert set(countries.filter(region="010").values_list("code", flat=True)) == {"AQ"}
        assert set(Party.objects.organizations().values_list("region", flat=True)) == {""}

    @pytest.mark.parametrize(
        ("code", "region"),
        [
            ("TR", "145"),
            ("GR", "039"),
            ("EG", "015"),
            ("IR", "034"),
            ("US", "021"),
            ("MX", "419"),
            ("PS-WB", "145"),
        ],
    )
    def test_regions_are_those_of_m49(self, code: str, region: str) -> None:
        assert Party.objects.get(code=code).region == region

    def test_the_number_of_countries_in_each_region_is_that_of_m49(self) -> None:
        """248 countries and areas of M49 have a code of ISO 3166-1; TW (030) and XK (039) are not in M49."""
        counts = {
            region: Party.objects.filter(code__in=ISO_CODES | {"XK"}, region=region).count()
            for region in Party.objects.countries().values_list("region", flat=True).distinct()
        }
        assert counts == {
            "015": 7, "202": 53, "419": 52, "021": 5, "143": 5, "030": 7 + 1, "035": 11, "034": 9, "145": 18,
            "151": 10, "154": 16, "039": 16 + 1, "155": 9, "053": 6, "054": 5, "057": 8, "061": 10, "010": 1,
        }  # fmt: skip

    def test_a_shape_is_one_of_the_map(self) -> None:
        shapes = set(Party.objects.countries().values_list("iso_code", flat=True))
        assert shapes - {""} == ISO_CODES | {"XK"}
        assert set(Party.objects.countries().filter(iso_code="").values_list("code", flat=True)) == {
            "ANHH", "AUSTRIA-HUNGARY", "KOREA", "OTTOMAN-EMPIRE", "PCHH", "YUCS"
        }  # fmt: skip

    def test_the_west_bank_is_a_territory_of_its_own(self) -> None:
        party = Party.objects.get(code="PS-WB")
        assert party.part_of is not None
        assert (party.kind, party.part_of.code, party.iso_code) == (PartyKind.TERRITORY, "PS", "PS")
        assert codes_of("Palestinian Authority") == codes_of("State of Palestine") == {"PS"}

    def test_only_territories_are_part_of_a_state(self) -> None:
        parts = Party.objects.exclude(part_of=None)
        assert set(parts.values_list("kind", "part_of__kind")) == {("territory", "state")}
        alone = Party.objects.filter(kind="territory", part_of=None)
        assert set(alone.values_list("code", flat=True)) == {"AQ", "EH", "PCHH", "PZPA"}

    def test_a_former_state_has_an_end_and_a_successor(self) -> None:
        former = Party.objects.filter(kind=PartyKind.FORMER_STATE)
        assert former.count() == 17
        assert list(former.filter(Q(valid_to="") | Q(succeeded_by=None))) == []

    @pytest.mark.parametrize(
        ("code", "successors"),
        [
            ("CSHH", {"CZ", "SK"}),
            ("YUCS", {"BA", "CSXX", "HR", "MK", "SI"}),
            ("CSXX", {"ME", "RS"}),
            ("UAR", {"EG", "SY"}),
            ("SOUTH-VIETNAM", {"VN"}),
            ("OAU", {"AFRICAN-UNION"}),
        ],
    )
    def test_successors(self, code: str, successors: set[str]) -> None:
        found = Party.objects.get(code=code).succeeded_by.values_list("code", flat=True)
        assert set(found) == successors

    def test_codes_of_iso_are_identifiers(self) -> None:
        found = ExternalIdentifier.objects.filter(party__code="TR").values_list("scheme", "value")
        assert set(found) == {("iso-3166-1-alpha-3", "TUR"), ("iso-3166-1-numeric", "792")}


@pytest.mark.usefixtures("reference")
class TestNames:
    @pytest.mark.parametrize(("text", "code"), HISTORIAN_TEXTS.items())
    def test_a_text_of_the_historian_names_one_party(self, text: str, code: str) -> None:
        assert codes_of(text) == {code}

    @pytest.mark.skipif("READOUT_HISTORIAN" not in os.environ, reason="names no folder with country_map.csv")
    def test_every_country_of_the_historian_names_one_party(self) -> None:
        with Path(os.environ["READOUT_HISTORIAN"], "country_map.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        shapes = {row["name"]: shapes_of(row["name"]) for row in rows}
        assert shapes == {row["name"]: [row["iso2"] or EXTRA_SHAPES[row["name"]]] for row in rows}

    @pytest.mark.parametrize("text", ["Türkiye", "Turkey", "Turkiye", "Republic of Türkiye"])
    def test_turkiye_by_any_name(self, text: str) -> None:
        assert codes_of(text) == {"TR"}

    def test_a_former_name_has_its_dates(self) -> None:
        found = PartyName.objects.filter(name__in=["Turkey", "Zaire"]).order_by("name")
        assert list(found.values_list("name", "valid_from", "valid_to")) == [
            ("Turkey", "", "2022-06"),
            ("Zaire", "1971-10-27", "1997-05-17"),
        ]

    def test_the_names_that_we_show(self) -> None:
        codes = ["CI", "CD", "KP", "KR", "MM", "PS", "TR", "TW", "VA", "VN"]
        assert list(Party.objects.filter(code__in=codes).order_by("code").values_list("name", flat=True)) == [
            "DR Congo", "Côte d’Ivoire", "North Korea", "South Korea", "Myanmar", "Palestine", "Türkiye", "Taiwan",
            "Holy See", "Vietnam",
        ]  # fmt: skip

    def test_an_other_name_is_another_one(self) -> None:
        same = [
            str(name)
            for name in PartyName.objects.select_related("party")
            if name.name in (name.party.name, name.party.official_name)
        ]
        assert same == []

    def test_every_value_is_valid(self) -> None:
        for model in (Party, PartyName, Place, PlaceName, ExternalIdentifier):
            for record in model.objects.all():
                record.clean_fields()

    @pytest.mark.parametrize("name", ["parties.csv", "party_names.csv", "places.csv", "place_names.csv"])
    def test_files_are_in_normal_form_c(self, name: str) -> None:
        text = (DATA / name).read_text(encoding="utf-8")
        assert text == unicodedata.normalize("NFC", text)


@pytest.mark.usefixtures("reference")
class TestPlaces:
    def test_a_city_has_the_coordinates_and_the_identifier_of_geonames(self) -> None:
        istanbul = Place.objects.get(slug="istanbul")
        assert (istanbul.country.code, istanbul.latitude, istanbul.longitude) == ("TR", 41.01384, 28.94966)
        assert list(istanbul.external_identifiers.values_list("scheme", "value")) == [("geonames", "745044")]

    def test_only_crete_is_not_from_geonames(self) -> None:
        assert Place.objects.filter(external_identifiers=None).get().name == "Crete"

    def test_who_administers_and_who_claims_jerusalem(self) -> None:
        place = Place.objects.get(name="Jerusalem")
        assert place.administered_by is not None
        claimants = list(place.claimed_by.values_list("code", flat=True))
        assert (place.country.code, place.administered_by.code, claimants) == ("IL", "IL", ["PS"])

    def test_ramallah_is_in_the_west_bank_under_the_palestinian_authority(self) -> None:
        place = Place.objects.get(name="Ramallah")
        assert place.administered_by is not None
        assert (place.country.code, place.administered_by.code) == ("PS-WB", "PS")

    def test_places_have_names_in_the_script_of_their_country(self) -> None:
        names = PlaceName.objects.filter(place__name="Al ‘Ula").values_list("name", flat=True)
        assert set(names) == {"Al Ula", "Al-Ula", "AlUla", "العلا"}
