"""No exported cell is a formula, and what was exported comes back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visits.cells import FORMULA_STARTS, escape_cell, unescape_cell

risky = st.text(alphabet="='+-@\t\r a1", max_size=8)


@given(st.text() | risky)
def test_every_text_comes_back(text: str) -> None:
    assert unescape_cell(escape_cell(text)) == text


@given(st.text() | risky)
def test_no_escaped_cell_begins_as_a_formula_does(text: str) -> None:
    assert escape_cell(text)[:1] not in list(FORMULA_STARTS)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("- De-escalation", "'- De-escalation"),
        ("'=1+1", "''=1+1"),
        ("'Ndrangheta", "'Ndrangheta"),
        ("Al ‘Ula", "Al ‘Ula"),
        ("", ""),
    ],
)
def test_only_what_would_be_a_formula_is_marked(text: str, cell: str) -> None:
    assert (escape_cell(text), unescape_cell(cell)) == (cell, text)
