"""Where treatments pull apart: each conflict is named, goes to the physician with a day, and is silent without one of its sides."""

import pytest

from careloom.knowledge import load
from careloom.knowledge.examples import record_of
from careloom.knowledge.protocol import Candidate, candidates

KNOWLEDGE = load()
PEOPLE = {
    "an NSAID for pain with heart failure": (
        "conflict-nsaid-heart",
        ("age: 70", "problem: osteoarthritis", "problem: heart_failure", "drug: naproxen"),
    ),
    "an NSAID for pain with kidney disease": (
        "conflict-nsaid-kidney",
        ("age: 70", "problem: osteoarthritis", "problem: chronic_kidney_disease_3", "drug: naproxen"),
    ),
    "an NSAID for pain with both": (
        "conflict-nsaid-heart-kidney",
        (
            "age: 70",
            "problem: osteoarthritis",
            "problem: heart_failure",
            "problem: chronic_kidney_disease_3",
            "drug: naproxen",
        ),
    ),
    "tight glucose in the frail": (
        "conflict-glucose-frail",
        (
            "age: 82",
            "problem: type_2_diabetes",
            "lab: hba1c 6.2 % on 2026-09-22",
            "problem: frailty",
            "drug: glipizide",
        ),
    ),
    "an anticoagulant with falls": (
        "conflict-anticoagulant-falls",
        ("age: 82", "problem: atrial_fibrillation", "problem: falls", "drug: apixaban"),
    ),
    "an anticoagulant after a bleeding": (
        "conflict-anticoagulant-bleeding-review",
        ("age: 70", "problem: gastrointestinal_bleeding", "drug: rivaroxaban"),
    ),
    "a beta blocker in asthma": (
        "conflict-beta-blocker-asthma-review",
        ("age: 40", "problem: asthma", "drug: propranolol"),
    ),
    "blood pressure that falls on standing": (
        "conflict-pressure-standing",
        ("age: 84", "problem: hypertension", "problem: orthostatic_hypotension", "drug: furosemide"),
    ),
    "a sedative with falls": (
        "conflict-sedative-falls",
        ("age: 84", "problem: falls", "drug: zolpidem"),
    ),
    "an opioid with dementia": (
        "conflict-opioid-dementia",
        ("age: 84", "problem: dementia", "drug: oxycodone"),
    ),
    "an opioid with a benzodiazepine": (
        "opioid-benzodiazepine",
        ("age: 44", "problem: chronic_pain", "drug: alprazolam", "drug: oxycodone"),
    ),
    "a steroid with diabetes": (
        "conflict-steroid-diabetes",
        ("age: 60", "problem: type_2_diabetes", "drug: prednisone"),
    ),
    "a steroid with osteoporosis": (
        "conflict-steroid-bone",
        ("age: 60", "problem: osteoporosis", "drug: prednisone"),
    ),
}


def said(*lines: str) -> dict[str, Candidate]:
    return {one.rule: one for one in candidates(record_of(lines, KNOWLEDGE), KNOWLEDGE)}


@pytest.mark.parametrize(("rule", "lines"), PEOPLE.values(), ids=list(PEOPLE))
def test_a_conflict_goes_to_the_physician_with_a_day_and_cites_both_sides(rule: str, lines: tuple[str, ...]):
    found = said(*lines)[rule]
    assert found.activity is not None
    assert (found.activity.owner, bool(found.activity.due)) == ("physician", True)
    assert "physician" in found.text.lower() and len(found.citations) >= 2


@pytest.mark.parametrize(("rule", "lines"), PEOPLE.values(), ids=list(PEOPLE))
def test_a_conflict_is_silent_without_the_drug_and_in_hospice(rule: str, lines: tuple[str, ...]):
    assert rule not in said(*(line for line in lines if not line.startswith("drug:")))
    assert rule not in said(*lines, "seen: hospice on 2026-10-01")


def test_a_treatment_of_opioid_use_is_no_risk_and_a_nasal_spray_is_asked_about_beside_it():
    found = said("age: 31", "problem: opioid_use_disorder", "drug: buprenorphine", "drug: naloxone")
    assert not {"opioid-overdose-risk", "oud-overdose-risk", "opioid-naloxone-high-risk"} & found.keys()
    assert "nasal spray" in found["oud-naloxone-beside-treatment"].text
    other = said("age: 31", "problem: opioid_use_disorder", "drug: oxycodone")
    assert "opioid-overdose-risk" in other and "oud-naloxone" in other


def test_wishes_are_talked_about_sooner_where_illness_is_serious():
    soon = said("age: 82", "problem: dementia", "gap: code_status")["core-wishes-soon"]
    later = said("age: 70", "gap: code_status")["core-wishes"]
    assert soon.activity and later.activity and soon.activity.due < later.activity.due
    assert "core-wishes" not in said("age: 82", "problem: dementia", "gap: code_status")


def test_hospice_asks_for_comfort_and_for_no_yearly_assessment_vaccine_or_prognosis():
    found = said(
        "age: 66",
        "seen: hospice on 2026-11-01",
        "gap: cognitive_assessment",
        "gap: prognosis",
        "gap: environment_assessment",
        "gap: influenza_vaccine",
    )
    assert {"core-hospice", "hospice-comfort"} <= found.keys()
    assert (
        not {"core-assessments", "core-prognosis", "core-home-and-needs", "prevent-vaccines"} & found.keys()
    )
