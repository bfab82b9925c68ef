"""CMS165: whose blood pressure is under control, by the lowest readings of the last day outside hospital."""

from pathlib import Path
from typing import Any

from careloom.measure.quality import shared
from careloom.measure.quality.cms165 import DIALYSIS, HYPERTENSION, PREGNANCY
from tests.measure.quality.cases import Case, judged
from tests.measure.quality.one_code_each import ALL, concept, condition, person, pressure, visit


def ben(*more: dict[str, Any], since: str = "2020-01-01", born: str = "1970-05-01") -> list[dict[str, Any]]:
    """Ben, who has hypertension and was seen."""
    return [person("ben", born), condition("ben", HYPERTENSION, since), visit("ben", "2025-03-01"), *more]


def counted(folder: Path, people: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    cases = [Case(name, "", resources, ()) for name, resources in people.items()]
    return {one.case.name: one.got[0] for one in judged("CMS165", cases, folder, sets=ALL)}


def test_both_pressures_of_the_last_day_are_low_enough_and_none_is_from_a_hospital(tmp_path: Path) -> None:
    hospital = visit("ben", "2025-09-01", **{"class": {"code": "IMP"}})
    there = {"encounter": {"reference": "Encounter/visit-2025-09-01"}}
    found = counted(
        tmp_path,
        {
            "none": ben(),
            "139/89": ben(pressure("ben", "2025-06-01", 139, 89)),
            "140/80": ben(pressure("ben", "2025-06-01", 140, 80)),
            "130/90": ben(pressure("ben", "2025-06-01", 130, 90)),
            "high, then low the same day": ben(
                pressure("ben", "2025-06-01T08:00:00Z", 160, 80),
                pressure("ben", "2025-06-01T09:00:00Z", 130, 95),
            ),
            "high since": ben(pressure("ben", "2025-06-01", 120, 70), pressure("ben", "2025-07-01", 150, 70)),
            "low at home, high in hospital": ben(
                hospital,
                pressure("ben", "2025-06-01", 120, 70),
                pressure("ben", "2025-09-01", 170, 99, **there),
            ),
            "next year's": ben(pressure("ben", "2026-01-01", 120, 70)),
        },
    )
    assert {name for name, one in found.items() if one["numerator"]} == {
        "139/89",
        "high, then low the same day",
        "low at home, high in hospital",
    }


def test_hypertension_of_the_first_six_months_counts(tmp_path: Path) -> None:
    found = counted(
        tmp_path,
        {
            "since June": ben(since="2025-06-30"),
            "since July": ben(since="2025-07-01"),
            "since 2025": ben(since="2025"),
        },
    )
    # What began some day of 2025 may have begun too late.
    assert {name for name, one in found.items() if one["initial-population"]} == {"since June"}


def test_pregnancy_dialysis_and_frailty_at_81_are_left_out(tmp_path: Path) -> None:
    dialysis = {
        "resourceType": "Procedure", "id": "dialysis", "status": "completed", "subject": {"reference": "Patient/ben"},
        "code": concept(DIALYSIS), "performedDateTime": "2019-02-01",
    }  # fmt: skip
    frail = condition("ben", shared.FRAILTY_DIAGNOSIS, "2025-02-01")
    found = counted(
        tmp_path,
        {
            "pregnant": ben(condition("ben", PREGNANCY, "2025-10-01")),
            "dialysis years ago": ben(dialysis),
            "dialysis that was not done": ben({**dialysis, "status": "not-done"}),
            "frail at 81": ben(frail, born="1944-12-31"),
            "frail at 80": ben(frail, born="1945-01-01"),
        },
    )
    assert {name for name, one in found.items() if one["denominator-exclusion"]} == {
        "pregnant",
        "dialysis years ago",
        "frail at 81",
    }
