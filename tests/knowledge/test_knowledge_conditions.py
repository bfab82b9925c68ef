"""Conditions: codes and words name the right problem, and never one that the patient does not have."""

import pytest

from careloom.care.entry import ICD10, ICD10_WHO, LOINC, SNOMED, Code
from careloom.knowledge.conditions import load_conditions

CONDITIONS = load_conditions()


@pytest.mark.parametrize(
    ("system", "code", "concept", "specific"),
    [
        (ICD10, "E11.9", "type_2_diabetes", "type_2_diabetes"),
        (ICD10, "E11.22", "type_2_diabetes", "type_2_diabetes_with_kidney_disease"),
        (ICD10, "E1122", "type_2_diabetes", "type_2_diabetes_with_kidney_disease"),
        (ICD10, "I50.22", "heart_failure", "hfref"),
        (ICD10, "I50.32", "heart_failure", "hfpef"),
        (ICD10, "N18.32", "chronic_kidney_disease", "chronic_kidney_disease_3"),
        (ICD10, "C50.911", "breast_cancer", "breast_cancer"),
        (ICD10, "C64.9", "cancer", "cancer"),
        (SNOMED, "94381002", "metastatic_cancer", "metastatic_cancer"),
        (ICD10, "R73.03", "prediabetes", "prediabetes"),
        (ICD10, "I25.2", "prior_myocardial_infarction", "prior_myocardial_infarction"),
        (ICD10, "I25.10", "coronary_artery_disease", "coronary_artery_disease"),
        (ICD10_WHO, "I50.0", "heart_failure", "heart_failure"),
        (ICD10_WHO, "E11.9", "type_2_diabetes", "type_2_diabetes"),
        (SNOMED, "44054006", "type_2_diabetes", "type_2_diabetes"),
        (SNOMED, "433144002", "chronic_kidney_disease", "chronic_kidney_disease_3"),
        (SNOMED, "399211009", "prior_myocardial_infarction", "prior_myocardial_infarction"),
        (SNOMED, "0", None, None),
        (LOINC, "44054006", None, None),
    ],
)
def test_a_code_names_its_problem_and_its_stage(system, code, concept, specific):
    assert CONDITIONS.find([Code(system, code)]) == concept
    assert CONDITIONS.specific([Code(system, code)]) == specific


@pytest.mark.parametrize(
    ("words", "concept"),
    [
        ("Essential (primary) hypertension", "hypertension"),
        ("Type 2 diabetes mellitus without complications", "type_2_diabetes"),
        ("Prediabetes", "prediabetes"),
        ("pre-diabetes", "prediabetes"),
        ("CKD stage 3a", "chronic_kidney_disease"),
        ("Chronic congestive heart failure (disorder)", "heart_failure"),
        ("Neuropathy due to type 2 diabetes mellitus (disorder)", "type_2_diabetic_neuropathy"),
        ("Pulmonary hypertension", "pulmonary_hypertension"),
        ("History of stroke", "prior_stroke"),
        ("Insuficiencia cardíaca", "heart_failure"),
        ("diabetes tipo 2", "type_2_diabetes"),
    ],
)
def test_words_name_a_problem(words, concept):
    assert CONDITIONS.find([], words) == concept


@pytest.mark.parametrize(
    "words",
    [
        "Family history of diabetes mellitus",
        "Mother with hypertension",
        "No diabetes",
        "Denies asthma",
        "Hypertension screening",
        "Risk of stroke",
        "Rule out heart failure",
        "Diabetes insipidus",
        "Portal hypertension",
        "History of asthma",
        "Sickle cell trait",
        "",
    ],
)
def test_another_persons_past_or_possible_disease_is_not_the_patients(words):
    assert CONDITIONS.find([], words) is None


def test_a_code_counts_even_where_the_words_say_history():
    assert CONDITIONS.find([Code(SNOMED, "38341003")], "History of high blood pressure") == "hypertension"


@pytest.mark.parametrize(
    "words", ["Full-time employment (finding)", "Stress (finding)", "Medication review due (situation)"]
)
def test_a_social_or_administrative_finding_is_no_problem(words):
    assert CONDITIONS.find([], words) is None
    assert CONDITIONS.group([], words) in ("social", "administrative")


def test_a_kind_of_kidney_disease_is_kidney_disease_and_not_the_other_way_round():
    assert CONDITIONS.is_a("chronic_kidney_disease_3", "chronic_kidney_disease")
    assert CONDITIONS.is_a("type_2_diabetes_with_kidney_disease", "chronic_kidney_disease")
    assert not CONDITIONS.is_a("chronic_kidney_disease", "chronic_kidney_disease_3")
    assert not CONDITIONS.is_a("prediabetes", "diabetes")
    assert not CONDITIONS.is_a(None, "diabetes")


def test_there_are_sixty_concepts_and_all_names_lead_somewhere():
    assert len(CONDITIONS.all) >= 60
    for one in CONDITIONS.all:
        for other in (*one.broader, *filter(None, [one.counts_as])):
            assert other in CONDITIONS.by_concept, (one.concept, other)


def test_no_code_names_two_problems():
    for system in ("icd10", "snomed"):
        codes = [code for one in CONDITIONS.all for code in getattr(one, system)]
        assert len(codes) == len(set(codes)), system


def test_every_label_names_its_own_concept():
    for one in CONDITIONS.all:
        if one.group not in ("social", "administrative"):
            assert CONDITIONS.specific([], one.label) == one.concept
