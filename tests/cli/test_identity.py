"""`careloom identity`: any table through a mapping, every row in one cluster, and no name in an error."""

import importlib
import json

import pytest
from click.testing import CliRunner

from careloom.cli.identity import command
from careloom.errors import ConfigError, InputError

MAP = """
[file]
dates = ["MM/DD/YYYY"]
[person]
given = ["First"]
family = "Last"
suffix = "Suffix"
birth_date = "Born"
sex = "Sex"
telecoms = ["Phone"]
address = "Home"
identifiers = [{ id = "MRN", system = "MRN" }]
"""
ROWS = """Row,First,Last,Suffix,Born,Sex,Phone,Home,MRN
r1,Elizabeth,Abernathy,,03/14/1961,F,503-867-1144,"4 Tanner Court, Salem, OR 97301",100
r2,LIZ,Abernathy,,03/14/1961,F,(503) 867 1144,,
r3,Jayden,Quill,,01/09/2015,M,503-867-2255,"9 Mill Street, Salem, OR 97301",
r4,Jaylen,Quill,,01/09/2015,M,503-867-2255,"9 Mill Street, Salem, OR 97301",
r5,James,King,Sr,05/05/1948,M,,,
r6,James,King,Jr,05/05/1975,M,,,
r7,Walter,Oyelaran,,,M,,,
"""


@pytest.fixture
def files(tmp_path):
    table, mapping = tmp_path / "people.csv", tmp_path / "people.toml"
    table.write_text(ROWS)
    mapping.write_text(MAP)
    return table, mapping


def run(table, mapping, *more):
    return CliRunner().invoke(command, [str(table), "--map", str(mapping), "--id", "Row", *more])


def test_rows_are_grouped_by_person(files):
    done = run(*files, "--json")
    told = json.loads(done.stdout)
    assert told == {
        "clusters": [["r1", "r2"], ["r3"], ["r4"], ["r5"], ["r6"], ["r7"]],
        "uncertain": [["r3", "r4"]],
    }


def test_words_for_a_person_name_rows_alone(files):
    said = run(*files).stdout
    assert "7 rows of 6 people" in said
    assert "r1, r2" in said
    assert "Abernathy" not in said


def test_an_id_that_stands_twice_is_named_by_its_row(files):
    table, mapping = files
    table.write_text(ROWS.replace("r7", "r1"))
    problem = run(table, mapping).exception
    assert isinstance(problem, InputError)
    assert problem.where == "row 7"


def test_a_column_that_is_not_there_is_an_error(files):
    table, mapping = files
    table.write_text(ROWS.replace("Row,", "Number,"))
    assert isinstance(run(table, mapping).exception, InputError)


def test_without_the_extra_it_says_what_to_install(files, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "duckdb", None)
    problem = run(*files).exception
    assert isinstance(problem, ConfigError)
    assert "requirements/analytics.txt" in str(problem)


@pytest.mark.parametrize("name", ["splink", "duckdb", "pyarrow", "sqlglot"])
def test_the_extra_analytics_can_be_imported(name):
    assert importlib.import_module(name)
