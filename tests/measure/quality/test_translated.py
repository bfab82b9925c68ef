"""How a measure was asked is kept, and asked again alike; what doesn't fit any more is asked anew."""

from pathlib import Path
from typing import Any

import pytest

from careloom.measure.quality import cms122, running, translated
from careloom.measure.quality.noun import period_of
from careloom.measure.quality.writing import Writer, write_members
from tests.measure.quality.cases import Case, read_case
from tests.measure.quality.one_code_each import ALL, condition, person, result, visit


@pytest.fixture
def views(tmp_path: Path) -> Path:
    """Ada with 9.5 %, Ben with 7 %, in views beside their value sets."""
    people = {"ada": "9.5", "ben": "7"}
    with Writer(tmp_path / "views") as writer:
        for name, value in people.items():
            told = [
                person(name, "1970-05-01"),
                condition(name, cms122.DIABETES, "2019"),
                visit(name, "2025-03-01"),
                result(name, cms122.HBA1C, "2025-06-01", value, "%"),
            ]
            writer.add(name, *read_case(Case(name, "", told, ())))
    write_members(tmp_path, ALL.rows())
    return tmp_path


def poor(views: Path, year: str = "2025") -> tuple[running.Asked, set[str]]:
    """Who counts as poor, asked by a connection of its own."""
    connection, view_of = running.duckdb(views / "views", views)
    asked = translated.ask_kept(cms122.MEASURE, period_of(year), connection, view_of, views / "kept")
    found = running.counted(connection, asked)
    return asked, {one.patient for one in found if one.groups[0]["numerator"]}


def refuses(*_: Any) -> Any:
    raise AssertionError("it was asked anew")


def test_the_second_time_it_is_read_and_gives_the_same(views: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, found = poor(views)
    assert found == {"ada"}
    monkeypatch.setattr(translated, "ask", refuses)
    again, told = poor(views)
    assert told == found
    assert (again.groups, again.used) == (first.groups, first.used)
    assert again.table.schema() == first.table.schema()


@pytest.mark.parametrize("what", ["another period", "another code", "a broken file"])
def test_what_does_not_fit_is_asked_anew(views: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    poor(views)
    monkeypatch.setattr(translated, "ask", refuses)
    if what == "another code":
        monkeypatch.setattr(translated, "_code", lambda: b"mended")
    if what == "a broken file":
        next((views / "kept").iterdir()).write_text('{"statement": "select')
    with pytest.raises(AssertionError, match="asked anew"):
        poor(views, "2026" if what == "another period" else "2025")


def test_of_another_year_nothing_is_taken_from_this_one(views: Path) -> None:
    assert poor(views)[1] == {"ada"}
    assert poor(views, "2026")[1] == set()
    assert len(list((views / "kept").iterdir())) == 2


def test_a_folder_that_cannot_be_written_is_only_slower(views: Path) -> None:
    (views / "kept").write_text("a file where the folder would be")
    assert poor(views)[1] == {"ada"}


def test_only_the_newest_are_kept(views: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(translated, "MOST", 2)
    for year in ("2025", "2026", "2027"):
        poor(views, year)
    assert len(list((views / "kept").iterdir())) == 2
