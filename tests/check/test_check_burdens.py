"""People whose drugs add up: one finding for the sum, which names them all, and none for each pair."""

from dataclasses import replace

import pytest

from careloom.care.entry import LOINC, Code
from careloom.care.record import Demographics
from tests.check.records import a_drug, a_problem, a_record, a_result, found, told, told_as

rule = told_as("interaction")

YOUNG = Demographics(birth_date="1990-05-04", sex="female")


def of(*drugs: str, about: str, person: Demographics = YOUNG) -> list:
    return [one for one in found(rule, a_record(*map(a_drug, drugs), person=person)) if about in one.message]


def test_four_sedatives_are_one_finding_as_grave_as_the_worst_pair() -> None:
    drugs = ("Oxycodone 5 MG", "Lorazepam 1 MG", "Gabapentin 300 MG", "Trazodone 50 MG")
    [finding] = found(rule, a_record(*map(a_drug, drugs)))
    assert told([finding]) == [("high", None)]
    assert finding.message.startswith("oxycodone, lorazepam, gabapentin and trazodone together: ")
    assert "Worst: oxycodone with lorazepam: " in finding.message
    assert "Also:" not in finding.message
    assert set(finding.evidence) == set(drugs)


def test_two_drugs_are_a_pair_and_no_sum() -> None:
    [finding] = found(rule, a_record(a_drug("Gabapentin 300 MG"), a_drug("Trazodone 50 MG")))
    assert finding.message.startswith("gabapentin with trazodone: ")


@pytest.mark.parametrize(
    ("drugs", "severity", "about"),
    [
        (("Citalopram 20 MG", "Amiodarone 200 MG", "Haloperidol 1 MG"), "high", "QT"),
        (
            ("Sertraline 50 MG", "Tramadol 50 MG", "Sumatriptan 50 MG"),
            "moderate",
            "serotonin effects add up over",
        ),
        (("Aspirin 81 MG", "Clopidogrel 75 MG", "Sertraline 50 MG"), "moderate", "bleeding adds up"),
        (("Warfarin 5 MG", "Clopidogrel 75 MG", "Sertraline 50 MG"), "high", "bleeding adds up"),
        (("Lisinopril 20 MG", "Eplerenone 25 MG", "Trimethoprim 100 MG"), "high", "raises potassium"),
        (
            ("Insulin glargine", "Glipizide 5 MG", "Levofloxacin 500 MG"),
            "moderate",
            "all of them lower glucose",
        ),
    ],
)
def test_each_burden_is_told_once_with_all_its_drugs(
    drugs: tuple[str, ...], severity: str, about: str
) -> None:
    [finding] = of(*drugs, about=about)
    assert told([finding]) == [(severity, None)]
    assert " together: " in finding.message
    assert set(finding.evidence) == set(drugs)


def test_three_drugs_that_only_may_prolong_the_qt_interval_are_no_burden() -> None:
    assert of("Quetiapine 50 MG", "Mirtazapine 15 MG", "Famotidine 20 MG", about="QT") == []


def test_two_insulins_count_once() -> None:
    assert of("Insulin glargine", "Insulin lispro", "Glipizide 5 MG", about="all of them lower") == []


def test_what_stands_in_one_tablet_was_meant_together() -> None:
    assert of("Sulfamethoxazole / Trimethoprim 800-160 MG", "Glipizide 5 MG", about="all of them lower") == []


def test_anticholinergic_load_is_meant_for_older_people() -> None:
    drugs = ("Oxybutynin 5 MG", "Quetiapine 50 MG", "Methocarbamol 500 MG")
    old = Demographics(birth_date="1944-05-04", sex="female")
    [finding] = of(*drugs, about="anticholinergic effects add up", person=old)
    assert "oxybutynin, quetiapine and methocarbamol together" in finding.message
    assert of(*drugs, about="anticholinergic effects add up") == []
    assert (
        of("Metoprolol 25 MG", "Warfarin 5 MG", "Furosemide 40 MG", about="anticholinergic", person=old) == []
    )


def test_a_problem_that_shares_the_cause_is_named_after_the_sum() -> None:
    drugs = map(a_drug, ("Zolpidem 5 MG", "Gabapentin 300 MG", "Trazodone 50 MG"))
    [finding] = found(rule, a_record(*drugs, a_problem("Sleep apnea", "sleep_apnea"), person=YOUNG))
    assert "together: " in finding.message
    assert "Also: zolpidem and Sleep apnea." in finding.message


QT = (a_drug("Amiodarone 200 MG"), a_drug("Azithromycin 250 MG"))


def test_two_drugs_that_lengthen_the_qt_interval_are_told_with_her_own_values() -> None:
    low = a_result("potassium", "3.1", "mmol/L", "2026-11-22")
    qtc = replace(
        a_result("potassium", "512", "ms", "2026-11-22"), id="qtc", codes=(Code(LOINC, "8636-3", "QTc"),)
    )
    [finding] = [one for one in found(rule, a_record(*QT, low, qtc)) if "QT interval" in one.message]
    assert finding.severity == "high"
    assert (
        "This patient: QTc 512 ms on 2026-11-22, potassium 3.1 mmol/L on 2026-11-22, female, age 76."
        in finding.message
    )
    assert "The prescriber is told today." in finding.message
    assert {"qtc", "potassium 3.1"} <= set(finding.evidence)


def test_what_is_as_it_should_be_or_of_long_ago_is_not_told_beside_them() -> None:
    for value, day in (("4.1", "2026-11-22"), ("3.1", "2026-08-22")):
        potassium = a_result("potassium", value, "mmol/L", day)
        man = Demographics(birth_date="1990-05-04", sex="male")
        [finding] = [
            one for one in found(rule, a_record(*QT, potassium, person=man)) if "QT interval" in one.message
        ]
        assert "This patient" not in finding.message and "today" not in finding.message
