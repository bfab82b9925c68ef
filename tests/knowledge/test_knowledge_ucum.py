"""Units by their parts."""

from decimal import Decimal

import pytest

from careloom.knowledge.ucum import concentration, factor


@pytest.mark.parametrize(
    ("unit", "other", "times"),
    [
        ("mg/dL", "g/L", "0.01"),
        ("ug/dL", "mg/dL", "0.001"),
        ("mcg/dL", "ug/L", "10"),
        ("MG/DL", "mg/dL", "1"),
        ("mg/100mL", "mg/dL", "1"),
        ("umol/L", "mmol/L", "0.001"),
        ("ng/mL", "ug/L", "1"),
        ("mg/g{creat}", "ug/mg", "1"),
    ],
)
def test_one_unit_is_so_many_of_another(unit, other, times):
    assert factor(unit, other) == Decimal(times)


@pytest.mark.parametrize(
    ("unit", "other"), [("mg/dL", "mmol/L"), ("meq/L", "mmol/L"), ("mg", "g"), ("%", "%"), ("", "")]
)
def test_what_is_not_of_one_sort_is_not_counted(unit, other):
    assert factor(unit, other) is None


@pytest.mark.parametrize("unit", ["mL/min", "m[IU]/L", "10*3/uL", "mm[Hg]", "kg/m2", "mmol/mol"])
def test_what_is_no_concentration_of_a_mass_or_an_amount(unit):
    assert concentration(unit) is None
