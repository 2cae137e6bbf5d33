"""What the demo holds: the facts of its sources, each where it belongs."""

from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.test import TestCase

from visits.choices import Role, StopStatus
from visits.filtersets import MeetingFilterSet
from visits.importers.demo import load_demo
from visits.models import (
    AgendaPoint,
    Citation,
    ExternalIdentifier,
    Meeting,
    Note,
    Official,
    Participation,
    Source,
    Statement,
    Stop,
    Tenure,
    Tour,
)

BRIEF, HISTORIAN = "issi-blinken-gaza-diplomacy-tour", "historian-travels-blinken"
ANADOLU, STATE, AL_JAZEERA, TIME = (
    "anadolu-blinken-istanbul",
    "state-department-blinken-erdogan",
    "al-jazeera-blinken-erdogan",
    "time-blinken-mideast-tour",
)
ERDOGAN = "2024-01-06-blinken-erdogan-istanbul"
FIDAN = "2024-01-06-blinken-fidan-istanbul"
SKIPPED = "2023-11-blinken-erdogan-skipped"
JANUARY_STOPS = [
    # record, country, place, start, end, place in the announced itinerary
    ("4194", "TR", "Istanbul", "2024-01-04", "2024-01-06", 1),
    ("4195", "GR", "Crete", "2024-01-06", "", 2),
    ("4196", "JO", "Amman", "2024-01-07", "", 5),
    ("4197", "QA", "Doha", "2024-01-07", "", 6),
    ("4198", "AE", "Abu Dhabi", "2024-01-08", "", 7),
    ("4199", "SA", "Al ‘Ula", "2024-01-08", "", 3),
    ("4200", "IL", "Tel Aviv", "2024-01-09", "", 8),
    ("4290", "PS-WB", "Ramallah", "2024-01-10", "", 9),
    ("4201", "BH", "Manama", "2024-01-10", "", None),
    ("4202", "EG", "Cairo", "2024-01-10", "2024-01-11", 4),
]
EARLIER_RECORDS = {
    "blinken-2023-10": ["4176", "4160", "4161", "4162", "4163", "4164", "4165", "4166"],
    "blinken-2023-11": ["4177", "4178", "4179", "4180", "4189", "4181", "4182", "4183"],
    "blinken-2023-11-28": ["4184", "4185", "4186", "4190", "4187"],
}


def cited_sources(record: Any) -> list[str]:
    return sorted(set(record.citations.values_list("source__slug", flat=True)))


def statement_rows(meeting: str) -> list[tuple[Any, ...]]:
    statements = Statement.objects.filter(point__meeting__slug=meeting).order_by("point__position")
    return [
        (
            statement.on_behalf_of.code,
            statement.speaker and statement.speaker.slug,
            statement.point.main_topic and statement.point.main_topic.slug,
            statement.kind,
            statement.stance,
            cited_sources(statement),
        )
        for statement in statements
    ]


class TestRecord(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        load_demo()

    # The tours

    def test_the_january_tour(self) -> None:
        tour = Tour.objects.get(slug="blinken-2024-01")
        titled: Any = Tour.objects.with_titles().get(pk=tour.pk)
        assert (titled.principal.name, titled.title_on_day) == ("Antony J. Blinken", "Secretary of State")
        assert (tour.on_behalf_of.code, tour.edtf) == ("US", "2024-01-04/2024-01-11")
        purposes = tour.purposes.values_list("position", "main_topic__slug")
        assert list(purposes) == [
            (1, "de-escalation"),
            (2, "humanitarian-situation-in-gaza"),
            (3, "gaza-after-the-war"),
        ]

    def test_its_ten_stops_in_order(self) -> None:
        stops = Stop.objects.filter(tour__slug="blinken-2024-01").order_by("position")
        assert [stop.position for stop in stops] == list(range(1, 11))
        assert [
            (
                stop.external_identifiers.get(scheme="historian-travels").value,
                stop.country.code,
                stop.places.get().name,
                stop.start_date,
                stop.end_date,
                stop.announced_position,
            )
            for stop in stops
        ] == JANUARY_STOPS
        assert {stop.status for stop in stops} == {StopStatus.MADE}

    def test_only_bahrain_was_added(self) -> None:
        added = [
            stop.country_text for stop in Stop.objects.filter(tour__slug="blinken-2024-01") if stop.was_added
        ]
        assert added == ["Bahrain"]

    def test_every_stop_can_be_drawn(self) -> None:
        assert not Stop.objects.exclude(places__latitude__isnull=False).exists()

    def test_stops_are_cited_to_their_record(self) -> None:
        for stop in Stop.objects.all():
            record = stop.external_identifiers.get(scheme="historian-travels").value
            citation = stop.citations.get()
            assert (citation.source.slug, citation.locator) == (HISTORIAN, f"record {record}")

    def test_the_three_tours_before_it(self) -> None:
        found = {
            slug: list(
                ExternalIdentifier.objects.filter(stop__tour__slug=slug)
                .order_by("stop__position")
                .values_list("value", flat=True)
            )
            for slug in EARLIER_RECORDS
        }
        assert found == EARLIER_RECORDS

    def test_it_was_the_fourth_tour_since_october_2023(self) -> None:
        tours = Tour.objects.filter(principal__slug="antony-j-blinken").between("2023-10-07", "2024-01-12")
        assert [tour.dates for tour in tours.order_by("start_earliest")] == [
            "11–18 October 2023",
            "3–10 November 2023",
            "28 November – 1 December 2023",
            "4–11 January 2024",
        ]

    def test_the_impossible_figure_is_quoted_and_flagged(self) -> None:
        citation = Citation.objects.get(quote="at least 2300 deaths including 9,600 children")
        assert (citation.source.slug, citation.locator, citation.credibility) == (BRIEF, "paragraph 12", 5)
        assert citation.note is not None
        assert citation.note.kind == "discrepancy"
        assert not Note.objects.filter(text__contains="600").exists()

    # The meetings

    def test_meetings_in_which_turkiye_takes_part(self) -> None:
        found = MeetingFilterSet(QueryDict("country=TR"), Meeting.objects.public()).narrowed()
        assert set(found.values_list("slug", flat=True)) == {
            ERDOGAN,
            FIDAN,
            SKIPPED,
            "2023-11-05-blinken-fidan-ankara",
        }

    def test_who_sat_on_which_side_in_istanbul_and_in_which_office(self) -> None:
        people: Any = Participation.objects.with_titles().filter(meeting__slug=ERDOGAN).order_by("position")
        assert list(people.values_list("official__name", "on_behalf_of__code", "title_on_day", "role")) == [
            ("Antony J. Blinken", "US", "Secretary of State", Role.PRINCIPAL),
            ("Recep Tayyip Erdoğan", "TR", "President", Role.PRINCIPAL),
            ("İbrahim Kalın", "TR", "Head of the National Intelligence Organization", Role.DELEGATION),
            (
                "Akif Çağatay Kılıç",
                "TR",
                "Chief Adviser to the President on foreign policy and security",
                Role.DELEGATION,
            ),
            ("Jeff Flake", "US", "Ambassador to Türkiye", Role.DELEGATION),
        ]

    def test_everybody_has_a_title_on_the_day(self) -> None:
        people: Any = Participation.objects.with_titles().filter(official__isnull=False)
        assert people.count() == 94
        assert list(people.filter(title_on_day="")) == []

    def test_every_office_was_held_on_the_days_of_its_meetings(self) -> None:
        """By its certain bounds: partial dates do not stretch an office over a meeting."""
        for one in Participation.objects.filter(official__isnull=False).select_related("meeting"):
            held = Tenure.objects.filter(
                Q(end_earliest=None) | Q(end_earliest__gte=one.meeting.end_latest),
                official=one.official,
                party=one.on_behalf_of,
                start_latest__lte=one.meeting.start_earliest,
            )
            assert held.exists(), one

    def test_what_blinken_said_to_erdogan(self) -> None:
        twice = [ANADOLU, BRIEF, STATE]
        once = [BRIEF, STATE]
        said = ("US", "antony-j-blinken")
        assert statement_rows(ERDOGAN) == [
            (*said, "preventing-the-spread-of-the-war", "position", "supports", twice),
            (*said, "release-of-the-hostages", "position", "supports", twice),
            (*said, "expanding-humanitarian-assistance", "position", "supports", twice),
            (*said, "reducing-civilian-casualties", "position", "supports", twice),
            (*said, "lasting-peace-in-the-region", "position", "supports", once),
            (*said, "ensuring-israels-security", "position", "supports", once),
            (*said, "establishment-of-a-palestinian-state", "position", "supports", once),
            (
                *said,
                "swedens-accession-to-nato",
                "position",
                "none_stated",
                [BRIEF, "kathimerini-erdogan-blinken"],
            ),
        ]

    def test_what_fidan_said_to_blinken(self) -> None:
        said = ("TR", "hakan-fidan")
        sources = [AL_JAZEERA, BRIEF]
        assert statement_rows(FIDAN) == [
            (*said, "preventing-the-spread-of-the-war", "concern", "none_stated", sources),
            (*said, "immediate-ceasefire-in-gaza", "demand", "supports", sources),
            (*said, "permanent-delivery-of-aid", "demand", "supports", sources),
            (*said, "return-to-two-state-negotiations", "demand", "supports", sources),
        ]

    def test_what_nobody_in_particular_raised_has_no_statement(self) -> None:
        silent = AgendaPoint.objects.filter(meeting__isnull=False, statements=None)
        assert list(silent.order_by("meeting__slug", "position").values_list("title", flat=True)) == [
            "Governance of Gaza, led by Palestinians",
            "Reconstruction of Gaza",
            "Security in Gaza after the war",
            "Working with others for peace and security in the region",
            "The humanitarian crisis in Gaza",
        ]

    def test_stances_refer_to_propositions(self) -> None:
        stated = Statement.objects.exclude(stance="none_stated")
        assert stated.count() == 11
        assert not stated.filter(point__main_topic__is_proposition=False).exists()

    def test_the_remarks_in_crete(self) -> None:
        meeting = Meeting.objects.get(kind="press_remarks")
        assert (meeting.slug, meeting.edtf, meeting.place and meeting.place.name) == (
            "2024-01-06-blinken-remarks-crete",
            "2024-01-06",
            "Crete",
        )
        assert statement_rows(meeting.slug) == [
            ("US", "antony-j-blinken", "preventing-the-spread-of-the-war", "position", "supports", [BRIEF])
        ]

    def test_the_meeting_that_erdogan_skipped(self) -> None:
        meeting = Meeting.objects.not_held().get()
        assert (meeting.slug, meeting.kind, meeting.status, meeting.start_date) == (
            SKIPPED,
            "bilateral",
            "skipped",
            "2023-11",
        )
        assert meeting.reason == (
            "Displeasure at the strong support of the United States for Israel during the assault on Gaza."
        )
        assert meeting.stop is not None
        assert (meeting.stop.tour.slug, meeting.stop.locale_text) == ("blinken-2023-11", "Ankara")
        absent = meeting.participations.get(role=Role.EXPECTED_ABSENT)
        assert absent.official is not None
        assert absent.official.slug == "recep-tayyip-erdogan"
        assert [(c.source.slug, c.locator) for c in meeting.citations.all()] == [(BRIEF, "paragraph 6")]

    def test_people_named_in_one_sentence_are_met_one_by_one(self) -> None:
        meetings = Meeting.objects.filter(stop__external_identifiers__value="4200").order_by("id")
        others = [str(meeting.participations.get(position=2)) for meeting in meetings]
        assert others == ["Benjamin Netanyahu", "Isaac Herzog", "members of the Israeli War Cabinet"]

    # Names and sources

    def test_people_are_found_by_any_spelling(self) -> None:
        for spelling in ("Erdogan", "Erdoğan", "أردوغان"):
            found = Official.objects.named(spelling).values_list("slug", flat=True)
            assert list(found) == ["recep-tayyip-erdogan"], spelling

    def test_the_documents_of_the_brief(self) -> None:
        fields = ("kind", "published", "issued_by__code", "contributors__name")
        assert Source.objects.filter(slug=ANADOLU).values_list(*fields).get() == (
            "wire_report",
            "2024-01-06",
            None,
            "Alperen Aktas",
        )
        assert Source.objects.filter(slug=STATE).values_list(*fields).get() == (
            "press_release",
            "2024-01-06",
            "US",
            None,
        )
        assert Source.objects.filter(slug=AL_JAZEERA).values_list(*fields).get() == (
            "news",
            "2024-01-06",
            None,
            None,
        )
        assert Source.objects.filter(slug=TIME).values_list(*fields).get() == (
            "news",
            "",
            None,
            "Matthew Lee",
        )
        assert list(Source.objects.filter(slug=BRIEF).values_list(*fields)) == [
            ("analysis", "2024-01-12", None, "Mahrukh Khan"),
            ("analysis", "2024-01-12", None, "Neelum Nigar"),
        ]

    def test_two_notes_to_one_article_are_one_source(self) -> None:
        article = Source.objects.get(publisher="Anadolu Agency")
        assert article.url.endswith("/3101839#")
        note = Note.objects.get(meeting__slug=ERDOGAN, kind="discrepancy")
        assert cited_sources(note) == [ANADOLU, BRIEF]
