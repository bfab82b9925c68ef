"""Why an entry that a measure looks for doesn't count, one reason each."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from careloom.care.entry import LOINC, Code, Entry, Period, Source, when
from careloom.care.quality import Doubt
from careloom.measure.quality import cms122
from careloom.measure.quality.noun import Span
from careloom.measure.quality.sets import Sets
from careloom.measure.quality.sought import SOUGHT, Finder, doubt

A1C = Code(LOINC, "4548-4")
YEAR = Span.of(date(2025, 1, 1), date(2025, 12, 31))
FOUND = Entry(
    id="a",
    kind="Observation",
    source=Source("m", "1", "clinic"),
    codes=(A1C,),
    category=("laboratory",),
    status="final",
    value="7.1",
    unit="%",
    effective=Period(when("2025-06-01")),
)


def why(measure: str, day: str = "2025-06-01", **given: Any) -> tuple[Doubt, str]:
    return doubt(replace(FOUND, **given), SOUGHT[measure][0], date.fromisoformat(day), YEAR, ("stay",))


@pytest.mark.parametrize(
    ("measure", "day", "given", "expected"),
    [
        ("CMS122", "2025-06-01", {}, (Doubt.NONE, "")),
        ("CMS122", "2024-12-31", {}, (Doubt.BEFORE, "")),
        ("CMS122", "2026-01-01", {}, (Doubt.AFTER, "")),
        ("CMS122", "2025-06-01", {"status": "preliminary"}, (Doubt.STATUS, "preliminary")),
        ("CMS122", "2025-06-01", {"category": ("vital-signs",)}, (Doubt.CATEGORY, "laboratory")),
        ("CMS122", "2025-06-01", {"value": "54", "unit": "mmol/mol"}, (Doubt.UNIT, "%")),
        ("CMS122", "2025-06-01", {"unit": None}, (Doubt.UNITLESS, "%")),
        ("CMS122", "2025-06-01", {"negated": True}, (Doubt.DENIED, "")),
        ("CMS122", "2025-06-01", {"detail": {"quote": "a1c 7.1"}}, (Doubt.WORDS, "")),
        ("CMS951", "2025-06-01", {"value": None}, (Doubt.VALUE, "")),
        ("CMS165", "2025-06-01", {"elements": {"encounter": ("stay",)}}, (Doubt.STAY, "")),
        ("CMS131", "2024-06-01", {"category": ("exam",)}, (Doubt.EARLIER, "")),
        ("CMS131", "2023-06-01", {"category": ("exam",)}, (Doubt.BEFORE, "")),
        ("CMS2", "2024-12-20", {}, (Doubt.EARLIER, "")),
        ("CMS2", "2024-12-01", {}, (Doubt.BEFORE, "")),
    ],
)
def test_each_reason_is_told(
    measure: str, day: str, given: dict[str, Any], expected: tuple[Doubt, str]
) -> None:
    assert why(measure, day, **given) == expected


def test_what_its_source_took_back_and_what_is_of_a_relative_is_not_looked_at() -> None:
    finder = Finder(Sets({cms122.HBA1C.url: frozenset({(LOINC, "4548-4")})}))
    assert [(measure, one.name) for measure, one in finder.of(FOUND, ())] == [
        ("CMS122", "HbA1c or glucose management indicator")
    ]
    assert finder.of(replace(FOUND, status="entered-in-error"), ()) == ()
    assert finder.of(replace(FOUND, subject="family"), ()) == ()
