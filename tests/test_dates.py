import datetime as dt

import pytest

from visits import dates


@pytest.mark.parametrize(
    ("text", "first", "last", "shown"),
    [
        ("2024", dt.date(2024, 1, 1), dt.date(2024, 12, 31), "2024"),
        ("2024-02", dt.date(2024, 2, 1), dt.date(2024, 2, 29), "February 2024"),
        ("2024-01-06", dt.date(2024, 1, 6), dt.date(2024, 1, 6), "6 January 2024"),
    ],
)
def test_a_partial_date_means_a_range_of_days(text: str, first: dt.date, last: dt.date, shown: str) -> None:
    assert (dates.earliest(text), dates.latest(text), dates.human(text)) == (first, last, shown)


@pytest.mark.parametrize(
    ("start", "end", "shown"),
    [
        ("2024-01-04", "2024-01-11", "4–11 January 2024"),
        ("2023-11-28", "2023-12-01", "28 November – 1 December 2023"),
        ("2023-12-30", "2024-01-02", "30 December 2023 – 2 January 2024"),
        ("2024-01-06", "", "6 January 2024"),
        ("2024-01-06", "2024-01-06", "6 January 2024"),
        ("2023-11", "2023-12", "November 2023 – December 2023"),
        ("", "2020", "to 2020"),
        ("", "", ""),
    ],
)
def test_spans_read_as_people_write_them(start: str, end: str, shown: str) -> None:
    assert dates.human_span(start, end) == shown


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("2024-01-32", "“2024-01-32” is not a day that exists."),
        ("2024-13", "“2024-13” is not a month that exists."),
        ("0000", "“0000” is not a year that exists."),
        (
            "02/04/2024",
            "“02/04/2024” is not a date. Write YYYY-MM-DD, or YYYY-MM or YYYY if that is all that is known.",
        ),
    ],
)
def test_a_wrong_date_is_told_in_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=r"^“") as caught:
        dates.check(text)
    assert str(caught.value) == sentence


def test_a_span_is_written_as_an_edtf_interval() -> None:
    assert dates.edtf_interval("2024-01", "2024-02-03") == "2024-01/2024-02-03"
    assert dates.edtf_interval("2024-01-06", "2024-01-06") == "2024-01-06"
