"""Sites without standard codes, and codes that say several problems at once."""

import pytest

from careloom.care.entry import ICD10, LOINC, Code
from careloom.knowledge import load

KNOWLEDGE = load()
LOCAL = Code("urn:oid:1.2.3", "1526091", "GFR EST")


@pytest.mark.parametrize(
    ("text", "concept"), [("eGFR", "egfr"), ("Hemoglobin A1c", "hba1c"), ("HbA1c", "hba1c"), ("TSH", "tsh")]
)
def test_a_result_without_a_loinc_code_is_known_by_its_whole_name(text, concept):
    assert KNOWLEDGE.labs.find((), text).concept == concept
    assert KNOWLEDGE.labs.find((LOCAL,), text).concept == concept


def test_a_result_of_another_loinc_code_is_not_known_by_its_name():
    assert KNOWLEDGE.labs.find((Code(LOINC, "00000-0", "HbA1c"),), "HbA1c") is None
    assert KNOWLEDGE.labs.find((), "HbA1c of the donor") is None


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Potassium Lvl", "potassium"),
        ("Hgb A1C", "hba1c"),
        ("PTH Intact", "pth"),
        ("CREATININE, SERUM", "creatinine"),
        ("Cholesterol Total", "total_cholesterol"),
        ("EPDS Total Score", "epds"),
    ],
)
def test_words_that_say_nothing_and_their_order_make_no_other_result(text, concept):
    assert KNOWLEDGE.labs.find((), text).concept == concept


@pytest.mark.parametrize(
    "text", ["Potassium, urine", "Creatinine clearance", "Total", "Serum level", "Bilirubin direct"]
)
def test_a_word_that_tells_another_result_is_not_left_out(text):
    assert KNOWLEDGE.labs.find((), text) is None


def test_the_plain_spelling_of_a_unit_is_read():
    assert KNOWLEDGE.labs.get("tsh").plausible("6.8", "mIU/L")


@pytest.mark.parametrize(
    ("code", "problems"),
    [
        ("I11.0", {"hypertension", "heart_failure"}),
        ("I12.9", {"hypertension", "chronic_kidney_disease"}),
        ("I13.0", {"hypertension", "heart_failure", "chronic_kidney_disease"}),
        ("I11.9", {"hypertension"}),
    ],
)
def test_a_hypertensive_heart_or_kidney_disease_is_all_that_its_code_says(code, problems):
    conditions = KNOWLEDGE.conditions
    known = conditions.above(conditions.find((Code(ICD10, code, ""),), ""))
    assert known & {"hypertension", "heart_failure", "chronic_kidney_disease"} == problems
