"""People who take one thing twice."""

import pytest

from careloom.check.duplicate import rule
from tests.check.records import a_drug, a_plan, a_record, found, told


@pytest.mark.parametrize(
    ("one", "other", "severity"),
    [
        ("Lisinopril 10 MG", "Enalapril 5 MG", "high"),
        ("Lisinopril 10 MG", "Losartan 50 MG", "high"),
        ("Simvastatin 20 MG", "Atorvastatin 40 MG", "moderate"),
        ("Ibuprofen 400 MG", "Naproxen 220 MG", "high"),
        ("Warfarin 5 MG", "Xarelto 20 MG", "high"),
        ("Lorazepam 1 MG", "Clonazepam 0.5 MG", "moderate"),
        ("Glipizide 5 MG", "Glyburide 5 MG", "moderate"),
        ("Omeprazole 20 MG", "Pantoprazole 40 MG", "moderate"),
        ("Sertraline 50 MG", "Fluoxetine 20 MG", "moderate"),
        ("Lorazepam 1 MG", "Zolpidem 5 MG", "high"),
        ("Tamsulosin 0.4 MG", "Doxazosin 4 MG", "high"),
        ("Serevent Inhaler", "Symbicort Inhaler", "moderate"),
    ],
)
def test_two_drugs_of_a_kind_are_told(one: str, other: str, severity: str) -> None:
    [finding] = found(rule, a_record(a_drug(one), a_drug(other)))
    assert told([finding]) == [(severity, None)]
    assert set(finding.evidence) == {one, other}


def test_acetaminophen_hides_in_percocet() -> None:
    [finding] = found(rule, a_record(a_drug("Percocet 5/325"), a_drug("Tylenol 500 MG")))
    assert told([finding]) == [("moderate", None)]
    assert finding.message.startswith("acetaminophen is in two products")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lantus", "Humalog"),
        ("Lisinopril 10 MG", "Amlodipine 5 MG"),
        ("Zestoretic 20/12.5", "Metoprolol 50 MG"),
        ("Fluticasone nasal spray", "Advair Diskus"),
        ("Aspirin 81 MG", "Clopidogrel 75 MG"),
    ],
)
def test_pairs_that_are_meant_stay_quiet(one: str, other: str) -> None:
    assert found(rule, a_record(a_drug(one), a_drug(other))) == []


def test_one_combination_tablet_is_no_duplicate_of_itself() -> None:
    assert found(rule, a_record(a_drug("Exforge HCT"))) == []


def test_a_drug_that_was_stopped_is_no_duplicate() -> None:
    assert (
        found(rule, a_record(a_drug("Simvastatin 20 MG", current=False), a_drug("Atorvastatin 40 MG"))) == []
    )


def test_a_statement_that_recommends_a_second_statin_is_named() -> None:
    plan = a_plan(
        "Start rosuvastatin 10 mg.",
        "Continue simvastatin 20 mg.",
        "Ask whether rosuvastatin would be better.",
    )
    assert told(found(rule, a_record(a_drug("Simvastatin 20 MG")), plan)) == [("moderate", "s1")]


def test_a_long_acting_opioid_beside_its_short_acting_form_is_for_information() -> None:
    long, short = (
        a_drug("Morphine sulfate 30 MG Extended Release Tablet"),
        a_drug("Morphine sulfate 15 MG Tablet"),
    )
    [finding] = found(rule, a_record(long, short))
    assert told([finding]) == [("low", None)]
    assert "often meant" in finding.message
    other = a_drug("Morphine sulfate 15 MG Oral Tablet")
    assert told(found(rule, a_record(short, other))) == [("high", None)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sitagliptin 100 MG", "Semaglutide 1 MG"),
        ("Albuterol HFA Inhaler", "Levalbuterol HFA Inhaler"),
        ("Cetirizine 10 MG", "Loratadine 10 MG"),
    ],
)
def test_two_that_act_alike_are_told(one: str, other: str) -> None:
    assert told(found(rule, a_record(a_drug(one), a_drug(other)))) == [("moderate", None)]
