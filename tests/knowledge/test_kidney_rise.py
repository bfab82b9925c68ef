"""A creatinine that rose by KDIGO's measure is told as one that rose; a steady one, an old one and one on dialysis are not."""

import pytest

from careloom.knowledge.facts import Facts
from careloom.knowledge.kidney_rise import creatinine_rise
from tests.draft.people import KNOWLEDGE, Told


def rise(*values, problems=()):
    told = Told()
    told.patient()
    for name, code in problems:
        told.problem(name, code)
    for value, on in values:
        told.lab("2160-0", "Creatinine", value, "mg/dL", on)
    return creatinine_rise(Facts(told.record(), KNOWLEDGE))


@pytest.mark.parametrize(
    "values",
    [
        [("0.8", "2026-11-15"), ("1.2", "2026-11-20")],
        [("1.4", "2026-11-19"), ("1.7", "2026-11-20")],
        [("1.0", "2026-08-01"), ("1.1", "2026-10-01"), ("1.6", "2026-11-20")],
    ],
)
def test_half_again_or_a_step_within_two_days_is_a_rise(values):
    found = rise(*values)
    assert found is not None and found.last.value == values[-1][0]


@pytest.mark.parametrize(
    "values",
    [
        [("1.4", "2026-11-10"), ("1.7", "2026-11-20")],
        [("1.2", "2026-11-20")],
        [("0.8", "2026-08-15"), ("1.6", "2026-09-20")],
        [("0.8", "2024-08-15"), ("1.6", "2026-11-20")],
        [("1.9", "2026-11-15"), ("1.2", "2026-11-20")],
    ],
)
def test_a_smaller_an_older_or_a_falling_one_is_none(values):
    assert rise(*values) is None


def test_nobody_on_dialysis_has_one():
    values = [("4.0", "2026-11-15"), ("8.0", "2026-11-20")]
    assert rise(*values) is not None
    assert rise(*values, problems=[("Dependence on renal dialysis", "Z99.2")]) is None
