"""How long somebody has had a condition: what is over counts until it was, and nowhere where nobody said when."""

import pytest

from careloom.measure.quality import cms131
from tests.measure.quality.invented import counted, problem, visit

pytest.importorskip("duckdb")


@pytest.mark.parametrize("year", ["2025", "2026"])
def test_diabetes_that_is_over_counts_only_where_somebody_said_since_when(year: str) -> None:
    def person(**more: str):
        diabetes = problem(cms131.DIABETES, f"{year}-02-01", kind="encounter-diagnosis", **more)
        return "1965-06-01", [visit(cms131.OFFICE_VISIT, f"{year}-03-01"), diabetes]

    told = counted(
        cms131.MEASURE,
        year,
        {
            "active": person(),
            "relapsed": person(clinical="relapse"),
            "over-in-the-period": person(clinical="resolved", until=f"{year}-07-01"),
            "resolved-nobody-knows-when": person(clinical="resolved"),
            "inactive-nobody-knows-when": person(clinical="inactive"),
            "in-remission-nobody-knows-when": person(clinical="remission"),
        },
    )
    assert {name for name, groups in told.items() if groups[0]["initial-population"]} == {
        "active",
        "relapsed",
        "over-in-the-period",
    }
