"""Metoprolol in heart failure with a reduced ejection fraction: which salt it is, is asked where no source says so."""

import pytest

from tests.draft.drafted import plan, said, unsupported
from tests.draft.people import Told

ASKED = "whether metoprolol is the succinate (extended release) or the tartrate"


def _with_weak_heart(fraction: str = "31") -> Told:
    told = Told()
    told.problem("Chronic systolic heart failure", "I50.22", on="2022-03-01")
    told.lab("10230-1", "Left ventricular ejection fraction", fraction, "%", "2026-08-11")
    return told


def test_metoprolol_without_its_salt_is_asked_about():
    told = _with_weak_heart()
    told.drug("Metoprolol 50 mg tablet", "Take 1 tablet twice daily")
    document = plan(told)
    assert ASKED in said(document)
    assert not unsupported(told, document)


@pytest.mark.parametrize("name", ["metoprolol succinate 50 MG", "Metoprolol tartrate 50 mg tablet", "Toprol-XL 50 mg", "metoprolol ER 50 mg"])  # fmt: skip
def test_a_source_that_says_salt_or_release_leaves_nothing_to_ask(name):
    told = _with_weak_heart()
    told.drug(name, "Take 1 tablet daily")
    assert ASKED not in said(plan(told))


def test_a_fill_that_says_the_salt_answers_for_the_order():
    told = _with_weak_heart()
    told.drug("Metoprolol 50 mg tablet", "Take 1 tablet daily")
    told.fill("metoprolol succinate 50 MG Extended Release Oral Tablet", "2026-11-06")
    assert ASKED not in said(plan(told))


def test_with_a_preserved_ejection_fraction_nobody_asks():
    told = _with_weak_heart("58")
    told.drug("Metoprolol 50 mg tablet", "Take 1 tablet twice daily")
    assert ASKED not in said(plan(told))
