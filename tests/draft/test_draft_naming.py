"""What a problem is called: the record's own words where they say more than ours."""

import pytest

from careloom.care.entry import ICD10, SNOMED, Code
from tests.draft.drafted import plan, texts, unsupported
from tests.draft.people import Told


def rows(told):
    document = plan(told)
    assert unsupported(told, document) == []
    return "\n".join(texts(document, "problem_list"))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Malignant neoplasm of upper-inner quadrant of left breast, female", "C50.212"),
        ("Alzheimer's disease, late onset", "G30.1"),
        ("Mild persistent asthma, uncomplicated", "J45.30"),
        ("Chronic kidney disease, stage 3b", "N18.32"),
        ("Major depressive disorder, recurrent, moderate", "F33.1"),
    ],
)
def test_a_problem_keeps_the_sources_own_words(name, code):
    told = Told()
    told.patient()
    told.problem(name, code, on="2021-04-02")
    assert f"{name}, has been active since 2021-04-02." in rows(told)


def test_a_coded_display_that_says_more_than_the_short_text_is_told():
    told = Told()
    told.patient()
    display = "Malignant neoplasm of upper-inner quadrant of left female breast"
    told.problem("Cancer", codes=(Code(ICD10, "C50.212", display),), on="2024-03-05")
    assert f"{display} has been active since 2024-03-05." in rows(told)


def test_the_more_specific_of_two_sources_names_it_with_its_own_day():
    told = Told()
    told.patient()
    told.problem("Alzheimer's disease, late onset", "G30.1", on="2020-01-15")
    told.problem("Dementia", "52448006", on="2025-06-01", system="county_health_plan")
    said = rows(told)
    assert "Alzheimer's disease, late onset, has been active since 2020-01-15" in said
    assert "Dementia" not in said


def test_a_name_that_says_no_more_than_ours_gives_way_to_plain_words():
    told = Told()
    told.patient()
    told.problem("Hypertensive disorder, systemic arterial (disorder)", "38341003", on="2011-02-20")
    assert "Hypertension has been active since 2011-02-20." in rows(told)


def test_a_display_that_denies_or_names_something_else_is_no_better_name():
    told = Told()
    told.patient()
    told.problem(
        "Type 2 diabetes",
        codes=(
            Code(ICD10, "E11.9", "Type 2 diabetes mellitus without complications"),
            Code(SNOMED, "44054006", "Type 2 diabetes mellitus"),
        ),
    )
    assert "Type 2 diabetes has been active since" in rows(told)


@pytest.mark.parametrize(
    ("order", "line"),
    [
        ("Omega-3 fatty acids 1000 MG Oral Capsule", "Omega-3 fatty acids is prescribed"),
        ("Vitamin D3 50 MCG Oral Capsule", "Vitamin D is prescribed"),
        ("Vitamin B12 1000 MCG Oral Tablet", "Vitamin B12 is prescribed"),
    ],
)
def test_a_digit_or_letter_of_a_supplements_name_is_its_name(order, line):
    told = Told()
    told.patient()
    told.drug(order, "1 capsule by mouth once daily")
    document = plan(told)
    assert unsupported(told, document) == []
    assert any(said.startswith(line) for said in texts(document, "medication_management"))
