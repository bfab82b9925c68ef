"""A table that somebody opens in a spreadsheet does nothing but show words."""

import csv
import io

import pytest

from careloom.text.sheet import cell, lines


@pytest.mark.parametrize(
    "name",
    [
        "=cmd()",
        "+1",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "＝1+1",
        " =1+1",
        "\u202e=1",
        "\ufeff=1",
        "\0=1",
        "%0A=1",
    ],
)
def test_a_patient_who_is_called_like_a_formula_is_text(name: str) -> None:
    assert cell(name).startswith("'") and cell(name)[1:] == name.replace("\0", "")


@pytest.mark.parametrize("name", ["Ada Moreno", "{{7*7}}", "<script>", "3-4", "O'Neill", "", "52 → 38"])
def test_a_name_that_is_no_formula_stays_as_it_is(name: str) -> None:
    assert cell(name) == name


def test_quotes_commas_and_line_breaks_stay_inside_their_cell() -> None:
    rows = [["at", 'she said "no"', "a,b"], ["1", "two\nlines", ""]]
    assert [*csv.reader(io.StringIO("".join(lines(rows))))] == rows
