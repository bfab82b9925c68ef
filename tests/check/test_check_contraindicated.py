"""People whose problem speaks against a drug, whose results are overdue, or whose drug nothing on the list explains."""

from dataclasses import replace

import pytest

from careloom.care.record import Demographics
from careloom.knowledge.facts import Facts
from careloom.knowledge.when import read
from tests.check.records import KNOWLEDGE, a_drug, a_problem, a_record, a_result, found, told, told_as

rule = told_as("circumstance")

YOUNG = Demographics(birth_date="1990-05-04", sex="female")


@pytest.mark.parametrize(
    ("name", "drug", "severity"),
    [
        ("Complete heart block", "Metoprolol 50 MG", "high"),
        ("Sick sinus syndrome", "Verapamil 120 MG", "high"),
        ("Long QT syndrome", "Methadone 10 MG", "high"),
        ("Bulimia nervosa", "Bupropion 150 MG", "high"),
        ("Medullary thyroid carcinoma", "Semaglutide 1 MG", "high"),
        ("Myasthenia gravis", "Ciprofloxacin 500 MG", "high"),
        ("Bladder cancer", "Pioglitazone 30 MG", "high"),
        ("G6PD deficiency", "Dapsone 100 MG", "high"),
        ("Hereditary angioedema", "Lisinopril 10 MG", "high"),
        ("Narrow-angle glaucoma", "Oxybutynin 5 MG", "high"),
        ("Urinary retention", "Tolterodine 2 MG", "high"),
        ("Achalasia", "Alendronate 70 MG", "high"),
        ("Mechanical mitral valve", "Apixaban 5 MG", "high"),
        ("Prior stroke", "Prasugrel 10 MG", "high"),
        ("Decompensated cirrhosis", "Atorvastatin 40 MG", "high"),
        ("Latent tuberculosis", "Adalimumab 40 MG", "high"),
        ("Hyperkalemia", "Spironolactone 25 MG", "high"),
        ("Bipolar disorder", "Venlafaxine 75 MG", "moderate"),
        ("Ulcerative colitis", "Naproxen 500 MG", "moderate"),
        ("Type 1 diabetes", "Empagliflozin 10 MG", "moderate"),
        ("Gastroparesis", "Dulaglutide 1.5 MG", "moderate"),
    ],
)
def test_what_somebody_has_speaks_against_the_drug(name: str, drug: str, severity: str) -> None:
    concept = KNOWLEDGE.conditions.specific((), name)
    assert concept
    findings = found(rule, a_record(a_drug(drug), a_problem(name, concept), person=YOUNG))
    assert (severity, None) in told(findings)
    assert all(
        (one.severity.value, one.statement) != (severity, None)
        for one in found(rule, a_record(a_drug(drug), person=YOUNG))
    )


def test_a_pacemaker_answers_for_the_slow_heart() -> None:
    block, pacemaker = a_problem("Complete heart block", "heart_block"), a_problem("Pacemaker", "pacemaker")
    assert found(rule, a_record(a_drug("Metoprolol 50 MG"), block, pacemaker, person=YOUNG)) == []


def test_a_mood_stabilizer_answers_for_an_antidepressant() -> None:
    bipolar, venlafaxine = a_problem("Bipolar disorder", "bipolar_disorder"), a_drug("Venlafaxine 75 MG")
    assert found(rule, a_record(venlafaxine, a_drug("Lamotrigine 100 MG"), bipolar, person=YOUNG)) == []


def test_what_once_was_counts_where_the_label_speaks_of_ever() -> None:
    past = a_problem("Angioedema", "angioedema", status="resolved")
    [finding] = found(
        rule, a_record(a_drug("Lisinopril 10 MG"), past, a_result("potassium", "4.2", "mmol/L"))
    )
    assert finding.severity.value == "high"
    assert "past angioedema" in finding.message


def test_overdue_results_of_all_drugs_are_one_finding_as_grave_as_the_worst() -> None:
    record = a_record(
        a_drug("Amiodarone 200 MG"), a_drug("Quetiapine 50 MG"), a_drug("Warfarin 5 MG"), person=YOUNG
    )
    overdue = [one for one in found(rule, record) if "on record in the last" in one.message]
    assert told(overdue) == [("moderate", None)]
    assert "amiodarone with no TSH on record in the last 7 months" in overdue[0].message
    assert all(said in overdue[0].message for said in ("no ALT or AST", "warfarin", "quetiapine"))


def test_a_result_that_is_there_is_not_overdue() -> None:
    fresh = a_result("inr", "2.4", "{INR}")
    assert found(rule, a_record(a_drug("Warfarin 5 MG"), fresh, person=YOUNG)) == []
    stale = a_result("inr", "2.4", "{INR}", on="2026-06-20")
    assert told(found(rule, a_record(a_drug("Warfarin 5 MG"), stale, person=YOUNG))) == [("moderate", None)]


def test_a_drug_that_no_listed_problem_explains_is_for_information() -> None:
    allopurinol = a_drug("Allopurinol 300 MG")
    asthma = a_problem("Asthma", "asthma")
    [finding] = found(rule, a_record(allopurinol, a_drug("Digoxin 0.125 MG"), asthma, person=YOUNG))
    assert told([finding]) == [("low", None)]
    assert "allopurinol" in finding.message and "digoxin" in finding.message
    gout = a_problem("Gout", "gout", status="resolved")
    assert found(rule, a_record(allopurinol, gout, asthma, person=YOUNG)) == []
    assert found(rule, a_record(allopurinol, person=YOUNG)) == []


def test_a_history_that_stands_in_words_alone_explains_a_drug() -> None:
    apixaban, asthma = a_drug("Apixaban 5 MG"), a_problem("Asthma", "asthma")
    entry, past = a_problem("History of deep vein thrombosis", "", status="resolved")
    clot = (entry, replace(past, concept=None))
    assert found(rule, a_record(apixaban, asthma, clot, person=YOUNG)) == []
    assert told(found(rule, a_record(apixaban, asthma, person=YOUNG))) == [("low", None)]


def test_methotrexate_wants_folic_acid_beside_it() -> None:
    arthritis = a_problem("Rheumatoid arthritis", "rheumatoid_arthritis")
    weekly = a_drug("Methotrexate 2.5 MG")
    asked = found(rule, a_record(weekly, arthritis, person=YOUNG))
    assert any("folic acid" in one.message for one in asked)
    beside = found(rule, a_record(weekly, arthritis, a_drug("Folic acid 1 MG"), person=YOUNG))
    assert all("folic acid" not in one.message for one in beside)


@pytest.mark.parametrize(
    "steroid",
    ["Flonase 50 MCG, 2 sprays daily", "Fluticasone 50 MCG Nasal Spray", "Triamcinolone 0.1 % Topical Cream"],
)
def test_what_acts_where_it_is_put_is_none_of_its_class(steroid: str) -> None:
    facts = Facts(a_record(a_drug(steroid), a_drug("Diclofenac 1 % Topical Gel")), KNOWLEDGE)
    assert facts.matches(read("drug: inhaled corticosteroid | nsaid | corticosteroid")) == []
    inhaler = Facts(a_record(a_drug("Fluticasone 110 MCG Inhaler")), KNOWLEDGE)
    assert inhaler.matches(read("drug: inhaled corticosteroid"))


def test_methotrexate_every_day_is_told_at_once_and_every_week_is_not() -> None:
    def of(dose: str) -> list:
        arthritis = a_problem("Rheumatoid arthritis", "rheumatoid_arthritis")
        weekly = a_drug("Methotrexate 2.5 MG", dose=dose)
        return [
            one for one in found(rule, a_record(weekly, arthritis, person=YOUNG)) if "killed" in one.message
        ]

    assert told(of("2.5 mg, 6 tablets once daily")) == [("high", None)]
    assert of("2.5 mg, 6 tablets once weekly") == of("") == []


def test_more_than_the_most_of_a_day_is_told() -> None:
    much = a_drug("Ibuprofen 800 MG", dose="800 mg, 2 tablets three times daily")
    [finding] = found(rule, a_record(much, person=YOUNG))
    assert told([finding]) == [("moderate", None)]
    assert "ibuprofen 4800 mg a day" in finding.message
    usual = a_drug("Ibuprofen 800 MG", dose="800 mg, three times daily")
    assert found(rule, a_record(usual, person=YOUNG)) == []


def test_two_products_of_one_drug_are_not_told_beside_themselves() -> None:
    record = a_record(
        a_drug("Oxycodone 10 MG Extended Release Tablet"),
        a_drug("Oxycodone 5 MG Oral Tablet"),
        a_drug("Solifenacin 10 MG"),
        person=YOUNG,
    )
    [finding] = [one for one in found(told_as("interaction"), record) if "solifenacin" in one.message]
    assert "Also" not in finding.message
