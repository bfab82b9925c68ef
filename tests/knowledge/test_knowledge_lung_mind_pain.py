"""Lungs, mood, weight, pain and substances: whom each protocol is for, and whom it must not speak of."""

import re

import pytest

from careloom.care.entry import Code, Entry, Period, Source, when
from careloom.knowledge import load
from careloom.knowledge.examples import record_of
from careloom.knowledge.protocol import Candidate, candidates

KNOWLEDGE = load()
PAIN = ("age: 58", "problem: low_back_pain", "drug: oxycodone", "drug: alprazolam", "drug: gabapentin")


def said(*lines: str) -> dict[str, Candidate]:
    return {one.rule: one for one in candidates(record_of(lines, KNOWLEDGE), KNOWLEDGE)}


def of(file: str, *lines: str) -> set[str]:
    return {rule for rule in said(*lines) if KNOWLEDGE.protocols.rule(rule).file == f"{file}.toml"}


@pytest.mark.parametrize(
    "more",
    [
        "problem: cancer",
        "problem: sickle_cell_disease",
        "problem: palliative_care",
        "problem: hospice_care",
        "problem: limited_life_expectancy",
        "seen: hospice on 2026-10-01",
    ],
)
def test_opioid_rules_are_silent_in_cancer_sickle_cell_disease_and_at_the_end_of_life(more):
    assert "opioid-benzodiazepine" in said(*PAIN)
    assert of("chronic_pain_opioids", *PAIN, more) == set()


def test_nobody_under_18_gets_an_opioid_rule():
    assert of("chronic_pain_opioids", "age: 17", *PAIN[1:]) == set()


def test_no_sentence_stops_an_opioid_or_a_benzodiazepine_at_once():
    for rule in KNOWLEDGE.protocols.all:
        if rule.file in ("chronic_pain_opioids.toml", "substance_use.toml", "depression_and_anxiety.toml"):
            for found in re.finditer(r"\bstop\w*\b", rule.text):
                before = rule.text[max(0, found.start() - 40) : found.end() + 40]
                assert re.search(
                    r"not to stop|before stopping|never stopped|never at once|no reason|asks the patient to stop|is stopped it is tapered|earlier stops",
                    before,
                ), (rule.id, before)


def test_no_sentence_about_substances_says_that_a_treatment_is_missing():
    # a program's entries may be closed to the record; what isn't seen is not absent
    for rule in KNOWLEDGE.protocols.all:
        if rule.file == "substance_use.toml":
            assert not re.search(
                r"\b(none|no (medication|treatment|drug|naloxone|buprenorphine|methadone|naltrexone)) is\b",
                rule.text,
            ), rule.id
    assert (
        "asks whether a program already gives it"
        in said("age: 36", "problem: opioid_use_disorder")["oud-treatment"].text
    )


def test_benzodiazepines_are_no_reason_to_stop_buprenorphine():
    found = said("age: 36", "problem: opioid_use_disorder", "drug: buprenorphine", "drug: clonazepam")
    assert "no reason to withhold or stop buprenorphine" in found["oud-benzodiazepine"].text
    assert "opioid-benzodiazepine" not in found


def test_naloxone_is_asked_for_once():
    naloxone = {
        "opioid-naloxone",
        "opioid-naloxone-high-risk",
        "opioid-naloxone-benzodiazepine",
        "oud-naloxone",
    }
    for lines in (
        PAIN,
        PAIN[:3],
        (*PAIN[:3], "problem: sleep_apnea"),
        (*PAIN, "problem: sleep_apnea"),
        (*PAIN, "problem: opioid_use_disorder"),
        ("age: 36", "problem: opioid_use_disorder"),
        ("age: 36", "problem: drug_overdose"),
    ):
        assert len(naloxone & set(said(*lines))) == 1, lines
        assert not naloxone & set(said(*lines, "drug: naloxone"))


def test_naltrexone_is_no_question_for_somebody_who_takes_an_opioid():
    assert "alcohol-medicine" in said("age: 51", "problem: alcohol_use_disorder")
    assert "alcohol-medicine" not in said("age: 51", "problem: alcohol_use_disorder", "drug: methadone")


def test_the_limit_of_the_audit_c_is_lower_in_women():
    score = "lab: audit_c 3 {score} on 2026-09-22"
    assert "alcohol-audit-c-women" in said("age: 51", "sex: female", score)
    assert not {"alcohol-audit-c", "alcohol-audit-c-women"} & set(said("age: 51", "sex: male", score))
    found = said("age: 51", "sex: female", "lab: audit_c 6 {score} on 2026-09-22")
    assert "alcohol-audit-c" in found
    assert "alcohol-audit-c-women" not in found


def test_a_child_with_asthma_gets_no_rule_of_adults():
    assert of("asthma", "age: 8", "problem: asthma", "drug: albuterol") == set()
    assert "asthma-saba-only" in said("age: 12", "problem: asthma", "drug: albuterol")


def test_a_long_acting_beta_agonist_alone_is_a_concern_in_asthma_and_none_in_copd():
    assert "asthma-laba-alone" in said("age: 44", "problem: asthma", "drug: formoterol")
    assert "asthma-laba-alone" not in said(
        "age: 44", "problem: asthma", "drug: formoterol", "drug: budesonide"
    )
    assert "asthma-laba-alone" not in said("age: 70", "problem: copd", "drug: formoterol")


def test_with_asthma_beside_copd_an_inhaled_corticosteroid_is_not_questioned():
    low = "lab: eosinophils 60 /uL on 2026-09-22"
    triple = ("age: 70", "problem: copd", "problem: pneumonia", "drug: fluticasone", "drug: vilanterol", low)
    assert "copd-steroid-low-eosinophils" in said(*triple)
    assert not {"copd-steroid-low-eosinophils", "copd-steroid-pneumonia"} & set(
        said(*triple, "problem: asthma")
    )


def test_eosinophils_compare_across_units():
    lines = ("age: 70", "problem: copd", "drug: fluticasone", "drug: vilanterol")
    assert "copd-steroid-low-eosinophils" in said(*lines, "lab: eosinophils 0.06 10*3/uL on 2026-09-22")
    assert "copd-steroid-low-eosinophils" not in said(*lines, "lab: eosinophils 0.3 10*3/uL on 2026-09-22")


def test_bipolar_disorder_gets_no_question_about_an_antidepressant():
    lines = ("age: 52", "problem: depression", "lab: phq9 16 {score} on 2026-09-22")
    assert "dep-treatment" in said(*lines)
    assert not {"dep-treatment", "dep-no-response", "dep-remission-goal"} & set(
        said(*lines, "problem: bipolar_disorder")
    )


def test_a_pregnant_or_frail_person_or_one_who_loses_weight_gets_no_rule_of_weight():
    heavy = ("age: 44", "lab: bmi 36.0 kg/m2 on 2026-09-22", "lab: weight 104 kg on 2026-09-22")
    assert "obesity-goal" in of("obesity", *heavy)
    for more in (
        "problem: pregnancy",
        "problem: frailty",
        "problem: cancer",
        "trend: weight 104 to 88 falling strong",
    ):
        assert of("obesity", *heavy, more) == set()


def test_from_75_on_less_weight_is_a_question_and_no_goal():
    assert of("obesity", "age: 79", "lab: bmi 36.0 kg/m2 on 2026-09-22") == {"obesity-older"}


def entry(kind: str, name: str, code: Code | None = None) -> Entry:
    return Entry(
        id=f"one-{name}",
        kind=kind,
        source=Source("0" * 64, "line 1", "example"),
        text=name,
        codes=(code,) if code else (),
        effective=Period(when("2026-08-02")),
        status="active",
    )


@pytest.mark.parametrize(
    ("kind", "name", "code", "seen"),
    [
        (
            "Condition",
            "Chronic obstructive pulmonary disease with (acute) exacerbation",
            "J44.1",
            "copd_exacerbation",
        ),
        (
            "Condition",
            "Moderate persistent asthma with (acute) exacerbation",
            "J45.41",
            "asthma_exacerbation",
        ),
        ("Condition", "Unspecified asthma with status asthmaticus", "J45.902", "asthma_exacerbation"),
        ("Condition", "Dependence on supplemental oxygen", "Z99.81", "home_oxygen"),
        ("Procedure", "Spirometry before and after bronchodilator", "", "spirometry"),
        ("Procedure", "Pulmonary rehabilitation session", "", "pulmonary_rehabilitation"),
        ("Procedure", "Individual psychotherapy", "", "psychotherapy"),
        ("Observation", "PDMP reviewed", "", "pdmp_review"),
    ],
)
def test_what_was_done_is_seen_by_its_code_or_words(kind, name, code, seen):
    mark = Code("http://hl7.org/fhir/sid/icd-10-cm", code, name) if code else None
    assert seen in KNOWLEDGE.sightings.among([entry(kind, name, mark)])


def test_asthma_without_exacerbation_is_none():
    plain = entry(
        "Condition", "Moderate persistent asthma", Code("http://hl7.org/fhir/sid/icd-10-cm", "J45.40", "")
    )
    assert "asthma_exacerbation" not in KNOWLEDGE.sightings.among([plain])
