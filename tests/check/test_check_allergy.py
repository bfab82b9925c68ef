"""People who are allergic, said to be allergic, or no longer allergic."""

import pytest

from careloom.check.allergy import rule
from tests.check.records import a_drug, a_plan, a_record, an_allergy, found, told


def test_amoxicillin_for_somebody_allergic_to_penicillin_is_high() -> None:
    record = a_record(a_drug("Amoxicillin 500 MG Oral Capsule"), an_allergy("Penicillin", reaction="Hives"))
    [finding] = found(rule, record)
    assert told([finding]) == [("high", None)]
    assert set(finding.evidence) == {"Amoxicillin 500 MG Oral Capsule", "allergy Penicillin"}
    assert "amoxicillin" in finding.message and "Hives" in finding.message


def test_cephalexin_for_somebody_allergic_to_penicillin_is_a_caution() -> None:
    assert told(found(rule, a_record(a_drug("Cephalexin 500 MG"), an_allergy("Penicillin")))) == [
        ("moderate", None)
    ]
    assert found(rule, a_record(a_drug("Ceftriaxone 1 G"), an_allergy("Penicillin"))) == []


@pytest.mark.parametrize("status", ["refuted", "resolved"])
def test_an_allergy_that_was_refuted_or_resolved_stays_quiet(status: str) -> None:
    assert found(rule, a_record(a_drug("Amoxicillin"), an_allergy("Penicillin", status=status))) == []


def test_an_intolerance_is_moderate() -> None:
    record = a_record(a_drug("Codeine 30 MG"), an_allergy("Codeine", kind="intolerance", reaction="Nausea"))
    assert told(found(rule, record)) == [("moderate", None)]


def test_a_drug_that_was_stopped_harms_nobody() -> None:
    assert found(rule, a_record(a_drug("Amoxicillin", current=False), an_allergy("Penicillin"))) == []


@pytest.mark.parametrize("substance", ["Shellfish", "Grass pollen", "Latex", "Peanut", "Sulfites"])
def test_foods_and_pollens_are_no_drug_allergy(substance: str) -> None:
    record = a_record(a_drug("Amoxicillin"), a_drug("Furosemide"), a_drug("Glipizide"), an_allergy(substance))
    assert found(rule, record) == []


def test_a_sulfa_allergy_is_to_the_antibiotic_not_to_the_diuretic() -> None:
    assert told(found(rule, a_record(a_drug("Bactrim DS"), an_allergy("sulfa")))) == [("high", None)]
    assert found(rule, a_record(a_drug("Hydrochlorothiazide 25 MG"), an_allergy("sulfa"))) == []


def test_angioedema_on_an_ace_inhibitor_forbids_entresto_and_a_cough_does_not() -> None:
    drugs = (a_drug("Entresto 24/26"),)
    swollen = found(rule, a_record(*drugs, an_allergy("Lisinopril", reaction="Angioedema")))
    assert ("high", None) in told(swollen)
    assert found(rule, a_record(*drugs, an_allergy("Lisinopril", kind="intolerance", reaction="Cough"))) == []
    both = found(rule, a_record(*drugs, an_allergy("Lisinopril", reaction="Cough; Angioedema")))
    assert ("high", None) in told(both)


@pytest.mark.parametrize(
    ("substance", "drug", "severity"),
    [
        ("Metronidazole", "Tinidazole 500 MG", "high"),
        ("Ceftazidime", "Aztreonam 1 G", "moderate"),
        ("Aztreonam", "Ceftazidime 1 G", "moderate"),
        ("Sulfa", "Celecoxib 200 MG", "moderate"),
    ],
)
def test_what_reacts_across_classes_is_told(substance: str, drug: str, severity: str) -> None:
    assert told(found(rule, a_record(a_drug(drug), an_allergy(substance)))) == [(severity, None)]
    assert found(rule, a_record(a_drug("Meropenem 1 G"), an_allergy("Ceftazidime"))) == []


def test_a_statement_is_named_only_where_it_recommends_the_drug() -> None:
    record = a_record(an_allergy("Penicillin"))
    plan = a_plan(
        "Start amoxicillin 500 mg three times daily.",
        "She is allergic to penicillin.",
        "Avoid amoxicillin and other penicillins.",
        "Ask the physician whether amoxicillin may be started.",
    )
    assert told(found(rule, record, plan)) == [("high", "s1")]


def test_a_recommended_class_counts_like_its_drugs() -> None:
    record = a_record(an_allergy("Lisinopril", reaction="Angioedema"))
    assert told(found(rule, record, a_plan("Begin an ACE inhibitor for the kidneys."))) == [("high", "s1")]
    assert found(rule, record, a_plan("Begin a statin.")) == []
