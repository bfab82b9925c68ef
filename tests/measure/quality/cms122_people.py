"""Ada, whose HbA1c is above 9 %, and Ben, whose is not."""

from typing import Any

from careloom.measure.quality.cms122 import DIABETES, HBA1C
from tests.measure.quality.one_code_each import condition, person, result, visit


def _with(name: str, value: str) -> list[dict[str, Any]]:
    return [
        person(name, "1970-05-01" if name == "ada" else "1961-02-03"),
        condition(name, DIABETES, "2019"),
        visit(name, "2025-03-01"),
        result(name, HBA1C, "2025-06-01", value),
    ]


ADA, BEN = _with("ada", "9.4"), _with("ben", "7.1")
