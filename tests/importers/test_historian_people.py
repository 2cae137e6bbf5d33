"""Whom the words of a record name, and what kind of journey they make it."""

import pytest

from visits.choices import TourKind
from visits.importers.historian.kinds import kind_of, kind_of_all
from visits.importers.historian.people import Person, met, sentences, visitors


def named(remarks: str) -> list[tuple[str, str, str]]:
    return [(person.title, person.name, person.party) for person in met(remarks)]


class TestVisitors:
    @pytest.mark.parametrize(
        ("text", "title", "name"),
        [
            ("Prime Minister Hector Tarlenheim", "Prime Minister", "Hector Tarlenheim"),
            ("Premier and Prince Michael", "Premier and Prince", "Michael"),
            ("Premier & Prince Michael", "Premier & Prince", "Michael"),
            ("President- designate Hector", "President-designate", "Hector"),
            ("Prime Minister-Prince Michael of Strelsau", "Prime Minister-Prince", "Michael of Strelsau"),
            ("Governor General Earl of Zenda", "Governor General", "Earl of Zenda"),
            ("President of the Council of Ministers Otto Zapt", "President of the Council of Ministers", "Otto Zapt"),
            ("Prime Minister O. T. T. O. (Fritz) Zapt", "Prime Minister", "O. T. T. O. (Fritz) Zapt"),
            ("Prime Minister Amir Tarlenheim", "Prime Minister", "Amir Tarlenheim"),
            ("Prime Minister Home", "Prime Minister", "Home"),
            ("Otto Zapt", "", "Otto Zapt"),
        ],
    )  # fmt: skip
    def test_one_person_with_a_title(self, text: str, title: str, name: str) -> None:
        assert visitors(text) == [Person(title, name, text)]

    def test_two_people_in_one_field(self) -> None:
        text = "President Rudolf Elphberg, Prime Minister Otto Zapt"
        assert visitors(text) == [
            Person("President", "Rudolf Elphberg", text),
            Person("Prime Minister", "Otto Zapt", text),
        ]


class TestMet:
    def test_everybody_of_an_enumeration_with_the_sentence(self) -> None:
        text = "Met with President Rudolf Elphberg, Prime Minister Otto Zapt, and Foreign Minister Bin-Tarlenheim."
        assert met(f"State visit. {text}") == [
            Person("President", "Rudolf Elphberg", text),
            Person("Prime Minister", "Otto Zapt", text),
            Person("Foreign Minister", "Bin-Tarlenheim", text),
        ]

    @pytest.mark.parametrize(
        ("remarks", "persons"),
        [
            ("Met with senior French officials.", []),
            ("Attended the inauguration of President Zapt.", []),
            ("Met with the Presidents of the Baltic States.", []),
            ("Met with King Rudolf V and attended the funeral of Queen Flavia.", [("King", "Rudolf V", "")]),
            ("Met with Presidents Zapt and Elphberg.", [("President", "Zapt", ""), ("President", "Elphberg", "")]),
            (
                "Met with British Foreign Secretary Zapt and King Rudolf of Jordan.",
                [("Foreign Secretary", "Zapt", "GB"), ("King", "Rudolf", "JO")],
            ),
            (
                "Met with Jordan’s Deputy Prime Minister and Minister of Finance and Trade Otto Zapt.",
                [("Deputy Prime Minister and Minister of Finance and Trade", "Otto Zapt", "JO")],
            ),
            ("Met with President of the Palestinian Authority Otto Zapt.", [("President", "Otto Zapt", "PS")]),
            ("Discussed the crisis with Soviet Foreign Minister Zapt.", [("Foreign Minister", "Zapt", "SUHH")]),
            ("Met with members of the War Cabinet, and President Zapt in Strelsau.", [("President", "Zapt", "")]),
            ("Met with Emir Sheikh Otto bin Fritz al-Zapt to sign.", [("Emir", "Sheikh Otto bin Fritz al-Zapt", "")]),
            (
                "Met with Prime Minister O. T. Zapt. Also met with Queen Flavia.",
                [("Prime Minister", "O. T. Zapt", ""), ("Queen", "Flavia", "")],
            ),
        ],
    )  # fmt: skip
    def test_reads_what_is_there_and_nothing_else(
        self, remarks: str, persons: list[tuple[str, str, str]]
    ) -> None:
        assert named(remarks) == persons

    def test_whoever_acts_for_somebody_unknown_is_a_stranger(self) -> None:
        (person,) = met("Met with Quartet Representative Otto Zapt.")
        assert (person.party, person.stranger) == ("", True)

    def test_an_initial_ends_no_sentence(self) -> None:
        assert list(sentences("Left the U.S. on Monday. Met O. T. Zapt. Done.")) == [
            "Left the U.S. on Monday.",
            "Met O. T. Zapt.",
            "Done.",
        ]


class TestKinds:
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("State visit. Private visit afterwards.", TourKind.STATE),
            ("Official Working Visit.", TourKind.WORKING),
            ("Official visit; visited San Antonio.", TourKind.OFFICIAL),
            ("Unofficial visit.", TourKind.UNSPECIFIED),
            ("Met with the President during a private visit.", TourKind.PRIVATE),
            ("Attended the funeral; official visit to Washington.", TourKind.ATTENDANCE),
            ("Met with the President, who attended.", TourKind.UNSPECIFIED),
            ("Stopped en route to Egypt.", TourKind.TRANSIT),
            ("Shuttle negotiations.", TourKind.SHUTTLE),
            ("", TourKind.UNSPECIFIED),
        ],
    )  # fmt: skip
    def test_the_first_kind_that_is_named(self, text: str, kind: TourKind) -> None:
        assert kind_of(text) == kind

    def test_a_tour_is_of_a_kind_where_all_its_stops_are(self) -> None:
        assert kind_of_all(["State visit.", "State visit; dinner."]) == TourKind.STATE
        assert kind_of_all(["State visit.", "Private visit."]) == TourKind.UNSPECIFIED
