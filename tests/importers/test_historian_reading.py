"""Reading the Historian's files: what is in them, and a clear sentence for everything that is not a file of theirs."""

from pathlib import Path

import pytest

from tests.importers.historian_files import trip, visit, write_trips, write_visits
from visits.importers.historian import reading
from visits.importers.historian.entries import Entry, Problem, entry_of, gather
from visits.importers.historian.reading import Progress, Record, Unreadable, collapse, files_of, read


def entry(text: str, tmp_path: Path) -> Entry | Problem:
    make = write_trips if "<trip" in text else write_visits
    (record,) = read(make(tmp_path, text))
    return entry_of(record)


def broken(file: Path) -> str:
    """The sentence for a file that can't be read."""
    with pytest.raises(Unreadable) as caught:
        list(read(file))
    return str(caught.value)


def problem(text: str, tmp_path: Path) -> tuple[str, str, str]:
    found = entry(text, tmp_path)
    assert isinstance(found, Problem)
    return found.record, found.field, found.sentence


class TestFiles:
    def test_a_folder_gives_the_trips_and_visits_in_it_and_tells_the_rest(self, tmp_path: Path) -> None:
        trips, visits = write_trips(tmp_path, trip()), write_visits(tmp_path, visit())
        presidents = tmp_path / "travels" / "presidents" / "presidents.xml"
        presidents.parent.mkdir()
        presidents.write_text("<presidents/>")
        assert files_of([tmp_path]) == ([trips, visits], [presidents])

    def test_a_file_that_is_named_twice_is_read_once(self, tmp_path: Path) -> None:
        trips = write_trips(tmp_path, trip())
        assert files_of([trips, tmp_path, tmp_path / "travels"]) == ([trips], [])

    def test_a_folder_without_any_and_a_path_to_nowhere_are_told(self, tmp_path: Path) -> None:
        with pytest.raises(Unreadable, match="holds no XML file of the Historian’s travels or visits"):
            files_of([tmp_path])
        with pytest.raises(Unreadable, match="There is no file or folder"):
            files_of([tmp_path / "nowhere"])

    def test_a_broken_file_in_a_folder_is_not_passed_over(self, tmp_path: Path) -> None:
        write_trips(tmp_path, trip())
        loose = tmp_path / "loose.xml"
        loose.write_bytes(b"\0")
        assert loose in files_of([tmp_path])[0]

    def test_progress_counts_the_bytes(self, tmp_path: Path) -> None:
        file = write_trips(tmp_path, *(trip(id=number) for number in range(1, 400)))
        told: list[tuple[int, int]] = []
        total = reading.size_of([file])
        list(read(file, Progress(total, tell=lambda done, of: told.append((done, of)))))
        assert told[-1] == (total, total)
        assert len(told) > 1


class TestSafety:
    def test_an_entity_bomb_is_refused_before_anything_is_expanded(self, tmp_path: Path) -> None:
        file = tmp_path / "bomb.xml"
        lol = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
        file.write_text(f'<!DOCTYPE trips [<!ENTITY l0 "lol">{lol}]>\n<trips>&l9;</trips>')
        assert broken(file) == (
            "bomb.xml, line 1: it declares a document type (DOCTYPE), which the Historian’s files never do; such a "
            "declaration can hide an entity bomb, so the file was not read."
        )

    def test_an_external_entity_is_refused(self, tmp_path: Path) -> None:
        file = tmp_path / "xxe.xml"
        file.write_text('<!DOCTYPE trips [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<trips>&x;</trips>')
        assert "it declares a document type" in broken(file)

    def test_another_root_is_named(self, tmp_path: Path) -> None:
        file = tmp_path / "page.xml"
        file.write_text("<html/>")
        assert (
            broken(file) == "page.xml, line 1: its root is “html”; the Historian’s are “trips” and “visits”."
        )

    def test_a_truncated_file_says_in_which_record(self, tmp_path: Path) -> None:
        file = write_trips(tmp_path, trip(id=1), trip(id=2))
        file.write_text(file.read_text()[:-150])
        assert broken(file).startswith("elphberg-rudolf.xml, line 19, in record 2: the file breaks off.")

    def test_a_nul_byte_and_latin_1_are_broken(self, tmp_path: Path) -> None:
        nul = tmp_path / "nul.xml"
        nul.write_bytes(b"<trips>\0</trips>")
        assert broken(nul) == "nul.xml, line 1: there is a character that XML in UTF-8 can’t have."
        latin = write_trips(tmp_path, trip(id=1), trip(id=2, locale="Malé"))
        latin.write_bytes(latin.read_text().encode("latin-1"))
        assert "in record 2: there is a character that XML in UTF-8 can’t have" in broken(latin)

    def test_an_encoding_that_nobody_knows(self, tmp_path: Path) -> None:
        file = tmp_path / "klingon.xml"
        file.write_text('<?xml version="1.0" encoding="klingon"?><trips/>')
        assert broken(file).startswith("klingon.xml, line 1: ")

    def test_an_empty_file_and_a_folder_of_that_name(self, tmp_path: Path) -> None:
        empty = tmp_path / "empty.xml"
        empty.touch()
        assert broken(empty).startswith("empty.xml, line 1: the file breaks off")
        (tmp_path / "folder.xml").mkdir()
        assert broken(tmp_path / "folder.xml") == "folder.xml can’t be read: Is a directory."

    def test_a_file_of_200_megabytes_is_not_read(self, tmp_path: Path) -> None:
        file = tmp_path / "large.xml"
        with file.open("wb") as stream:
            stream.truncate(200 * 1024 * 1024)
        assert broken(file) == (
            "large.xml has 200 MB. The Historian’s files are smaller than 1 MB; no more than 32 MB are read."
        )

    def test_an_endless_text_and_endless_depth_are_cut_off(self, tmp_path: Path) -> None:
        file = write_trips(tmp_path, trip(id=7, remarks="long " * 5000))
        assert "in record 7: the text of “remarks” is longer than 20,000 characters" in broken(file)
        deep = tmp_path / "deep.xml"
        deep.write_text("<trips>" + "<trip>" * 30)
        assert "its elements lie deeper in each other" in broken(deep)


class TestTexts:
    def test_white_space_of_every_kind_collapses_and_marks_are_composed(self) -> None:
        assert collapse(" a\n \u00a0b\u2003\u202fc\te\u0301 ") == "a b c é"

    def test_markup_within_a_description_is_left_out(self, tmp_path: Path) -> None:
        file = write_visits(tmp_path, visit(description="EM"))
        file.write_text(file.read_text().replace("EM", "Aboard the <em>Arcadia</em>.\n   Twice."))
        (record,) = read(file)
        found = entry_of(record)
        assert isinstance(found, Entry)
        assert found.remarks == "Aboard the Arcadia. Twice."


class TestRecords:
    def test_a_trip(self, tmp_path: Path) -> None:
        found = entry(trip(id=12, country_id="russia", country="U.S.S.R."), tmp_path)
        assert isinstance(found, Entry)
        assert (found.collection, found.number, found.who, found.role, found.party, found.country_text) == (
            "travels", 12, "elphberg-rudolf", "secretary", "SUHH", "U.S.S.R."
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("given", "field", "sentence"),
        [
            ({"start": "1951-02-30"}, "start-date", "“1951-02-30” is not a day. It is written YYYY-MM-DD."),
            ({"end": "March"}, "end-date", "“March” is not a day. It is written YYYY-MM-DD."),
            ({"end": "1951-02-28"}, "end-date", "The end, 1951-02-28, is before the start, 1951-03-01."),
            ({"id": ""}, "id", "“id” is missing or blank."),
            ({"id": "x1"}, "id", "“x1” is not the number of a record."),
            ({"who": "King Rudolf"}, "who", "“King Rudolf” does not name a traveller, as “kissinger-henry-a” does."),
            ({"locale": "P" * 251}, "locale", "“locale” has 251 characters; 250 are the most."),
            (
                {"name": "Ru\u202edolf"},
                "name",
                "Holds a hidden character (RIGHT-TO-LEFT OVERRIDE). Remove it and try again.",
            ),
            (
                {"country_id": "frnace", "country": "Frnace"},
                "country",
                "The country “frnace” (Frnace) is not known. Did you mean “france”?",
            ),
            (
                {"country_id": "ruritania", "country": "Ruritania"},
                "country",
                "The country “ruritania” (Ruritania) is not known. Did you mean “mauritania” or “rumania”?",
            ),
        ],
    )  # fmt: skip
    def test_what_is_wrong_with_one_is_told_by_field(
        self, given: dict[str, str], field: str, sentence: str, tmp_path: Path
    ) -> None:
        record = {"": "line 3 of elphberg-rudolf.xml"}.get(given.get("id", "1"), given.get("id", "1"))
        assert problem(trip(**given), tmp_path) == (record, field, sentence)

    def test_a_field_that_is_there_twice(self) -> None:
        days = {"start-date": "1951-03-01", "end-date": "1951-03-01"}
        texts = {"id": "1", "@who": "a-b", "name": "A B", "country/id": "france"} | days
        found = entry_of(Record("travels", "a-b.xml", 2, texts, repeated=("locale",)))
        assert isinstance(found, Problem)
        assert found.sentence == "“locale” is there more than once."

    def test_a_number_counts_once_in_each_collection(self, tmp_path: Path) -> None:
        files = [
            write_trips(tmp_path, trip(id=5), trip(id=5, locale="Nice")),
            write_visits(tmp_path, visit(id=5)),
        ]
        found = gather(record for file in files for record in read(file))
        assert [len(found[name].entries) for name in ("travels", "visits")] == [1, 1]
        assert [problem.sentence for problem in found["travels"].problems] == [
            "There is more than one record 5; the first one counts."
        ]
