"""One problem told in ICD-10-CM by one source and in SNOMED CT by another is one line, whatever words each classification adds."""

from dataclasses import replace

import pytest

from careloom.care.entry import ICD10, SNOMED, Code
from tests.record.people import an_entry, the_record


def told_twice(icd10, its_name, snomed, another_name):
    billed = an_entry("Condition", its_name, on="2024-03-01", source="ehr", status="active", n=1)
    kept = an_entry("Condition", another_name, on="2023-03-01", source="clinic", status="active", n=2)
    return the_record(
        replace(billed, codes=(Code(ICD10, icd10, its_name),)),
        replace(kept, codes=(Code(SNOMED, snomed, another_name),)),
    ).problems


@pytest.mark.parametrize(
    ("icd10", "its_name", "snomed", "another_name"),
    [
        ("I27.20", "Pulmonary hypertension, unspecified", "70995007", "Pulmonary hypertension"),
        ("K57.90", "Diverticulosis of intestine, part unspecified", "397881000", "Diverticular disease"),
        ("M48.061", "Spinal stenosis, lumbar region", "18347007", "Spinal stenosis of lumbar region"),
        ("H35.30", "Unspecified macular degeneration", "267718000", "Age-related macular degeneration"),
        ("I63.9", "Cerebral infarction, unspecified", "432504007", "Cerebral infarction (disorder)"),
        ("Q61.9", "Cystic kidney disease, unspecified", "36171008", "Cystic kidney disease"),
        ("J18.9", "Pneumonia, unspecified organism", "233604007", "Pneumonia (disorder)"),
    ],
)
def test_two_classifications_tell_one_problem(icd10, its_name, snomed, another_name):
    assert len(told_twice(icd10, its_name, snomed, another_name)) == 1


@pytest.mark.parametrize(
    ("icd10", "its_name", "snomed", "another_name"),
    [
        ("I27.20", "Pulmonary hypertension, unspecified", "38341003", "Hypertensive disorder"),
        ("L03.115", "Cellulitis of right lower limb", "128045006", "Cellulitis"),
        ("E04.1", "Nontoxic single thyroid nodule", "40930008", "Hypothyroidism"),
    ],
)
def test_two_problems_stay_two(icd10, its_name, snomed, another_name):
    assert len(told_twice(icd10, its_name, snomed, another_name)) == 2
