"""People whose kidneys set the dose, and people of whose kidneys nobody knows."""

from dataclasses import replace

import pytest

from careloom.care.record import Demographics
from careloom.check.renal import rule
from tests.check.records import WOMAN, a_drug, a_plan, a_problem, a_record, a_result, found, told

EGFR = "mL/min/{1.73_m2}"
OLD_WEIGHT = a_result("weight", "80", "kg", "2024-10-01")


def test_metformin_below_an_egfr_of_30_is_high() -> None:
    record = a_record(a_drug("Metformin 500 MG"), a_result("egfr", "27", EGFR))
    [finding] = found(rule, record)
    assert told([finding]) == [("high", None)]
    assert set(finding.evidence) == {"Metformin 500 MG", "egfr 27"}
    assert "27" in finding.message and "2026-10-20" in finding.message and "FDA label" in finding.message


def test_metformin_at_an_egfr_of_38_is_moderate_above_half_the_dose() -> None:
    egfr = a_result("egfr", "38", EGFR)
    full = a_record(a_drug("Metformin 1000 MG", dose="1000 mg, twice daily"), egfr)
    half = a_record(a_drug("Metformin 500 MG", dose="500 mg, twice daily"), egfr)
    [finding] = found(rule, full)
    assert told([finding]) == [("moderate", None)] and "2000 mg a day" in finding.message
    assert found(rule, half) == []


def test_two_sources_that_state_two_doses_are_judged_by_the_higher() -> None:
    entry, medication = a_drug("Metformin")
    doses = (("500 mg, twice daily", ("Metformin",)), ("1000 mg, twice daily", ("Metformin",)))
    record = a_record((entry, replace(medication, doses=doses)), a_result("egfr", "38", EGFR))
    assert told(found(rule, record)) == [("moderate", None)]


def test_only_the_newest_result_counts() -> None:
    old, new = a_result("egfr", "27", EGFR, "2026-03-01"), a_result("egfr", "62", EGFR, "2026-10-01")
    assert found(rule, a_record(a_drug("Metformin"), old, new)) == []
    assert found(rule, a_record(a_drug("Metformin"), new, old)) == []


def test_a_result_of_two_years_ago_cannot_dose() -> None:
    record = a_record(a_drug("Metformin"), a_result("egfr", "90", EGFR, "2024-10-01"))
    [finding] = found(rule, record)
    assert told([finding]) == [("moderate", None)]
    assert finding.message.startswith("Cannot dose metformin")


def test_nothing_measured_cannot_dose_and_is_told_once_for_all_drugs() -> None:
    record = a_record(a_drug("Metformin"), a_drug("Gabapentin 300 MG"), a_drug("Amlodipine 5 MG"))
    [finding] = found(rule, record)
    assert finding.message.startswith("Cannot dose metformin and gabapentin")
    assert set(finding.evidence) == {"Metformin", "Gabapentin 300 MG"}


def test_a_clearance_needs_a_weight() -> None:
    scr = a_result("creatinine", "1.5", "mg/dL")
    [finding] = found(rule, a_record(a_drug("Gabapentin 300 MG"), scr))
    assert "no weight" in finding.message
    weighed = a_record(a_drug("Gabapentin 300 MG"), scr, a_result("weight", "60", "kg"))
    [finding] = found(rule, weighed)
    # (140 - 76) * 60 / (72 * 1.5) * 0.85 = 30.2
    assert told([finding]) == [("moderate", None)] and "clearance 30 mL/min" in finding.message
    assert set(finding.evidence) == {"Gabapentin 300 MG", "creatinine 1.5", "weight 60"}


def test_a_dose_that_the_label_allows_is_quiet() -> None:
    body = (a_result("creatinine", "1.5", "mg/dL"), a_result("weight", "60", "kg"))
    small = a_drug("Gabapentin 100 MG", dose="100 mg, three times a day")
    large = a_drug("Gabapentin 600 MG", dose="600 mg, three times a day")
    assert found(rule, a_record(small, *body)) == []
    assert told(found(rule, a_record(large, *body))) == [("moderate", None)]


def test_an_egfr_is_worked_out_where_only_creatinine_is_there() -> None:
    [finding] = found(rule, a_record(a_drug("Metformin"), a_result("creatinine", "2.0", "mg/dL")))
    assert told([finding]) == [("high", None)]
    assert "CKD-EPI 2021" in finding.message


def test_creatinine_in_micromoles_is_the_same_creatinine() -> None:
    [finding] = found(rule, a_record(a_drug("Metformin"), a_result("creatinine", "176.8", "umol/L")))
    assert told([finding]) == [("high", None)]


def test_an_egfr_of_more_than_60_passes_no_limit_of_60() -> None:
    assert (
        found(rule, a_record(a_drug("Ibuprofen 400 MG"), a_result("egfr", "60", EGFR, comparator=">"))) == []
    )
    assert told(found(rule, a_record(a_drug("Metformin"), a_result("egfr", "30", EGFR, comparator="<")))) == [
        ("high", None)
    ]


def test_an_absurd_result_doses_nobody() -> None:
    [finding] = found(rule, a_record(a_drug("Metformin"), a_result("egfr", "3800", EGFR)))
    assert finding.message.startswith("Cannot dose")


@pytest.mark.parametrize("concept", ["dialysis", "acute_kidney_injury", "end_stage_kidney_disease"])
def test_dialysis_and_acute_injury_cannot_dose_whatever_was_measured(concept: str) -> None:
    record = a_record(a_drug("Enoxaparin"), a_result("egfr", "90", EGFR), a_problem("kidneys", concept))
    [finding] = found(rule, record)
    assert told([finding]) == [("moderate", None)]
    assert set(finding.evidence) == {"Enoxaparin", "kidneys"}


@pytest.mark.parametrize(
    ("drug", "dose", "most", "taken"),
    [
        ("Gabapentin 600 MG", "600 mg, three times daily", "300 mg a day", "1800 mg a day"),
        ("Gabapentin 300 MG", "300 mg, 1 capsule twice daily", "300 mg a day", "600 mg a day"),
        ("Pregabalin 75 MG", "75 mg, twice daily", "75 mg a day", "150 mg a day"),
    ],
)
@pytest.mark.parametrize(
    "more", [(), (a_result("creatinine", "8.1", "mg/dL"), a_result("weight", "80", "kg"))]
)
def test_on_dialysis_a_dose_above_the_labels_greatest_is_high_with_both_numbers_once(
    drug: str, dose: str, most: str, taken: str, more: tuple
) -> None:
    record = a_record(a_drug(drug, dose=dose), a_problem("Dependence on renal dialysis", "dialysis"), *more)
    [finding] = found(rule, record)
    assert told([finding]) == [("high", None)]
    assert f"at most {most}" in finding.message and f"Taken: {taken}" in finding.message
    assert finding.message.startswith(f"{drug.split()[0].lower()} with Dependence on renal dialysis: ")
    assert set(finding.evidence) == {drug, "Dependence on renal dialysis"}


def test_on_dialysis_a_dose_that_the_label_allows_is_no_finding() -> None:
    dialysis = a_problem("Hemodialysis", "dialysis")
    assert found(rule, a_record(a_drug("Gabapentin 100 MG", dose="100 mg, once daily"), dialysis)) == []


FIBRILLATION = a_problem("Atrial fibrillation", "atrial_fibrillation")
DIALYSIS = a_problem("Hemodialysis", "dialysis")


@pytest.mark.parametrize(
    ("drug", "too_much", "right", "severity", "says"),
    [
        ("Levetiracetam 750 MG", "750 mg, twice daily", "500 mg, twice daily", "moderate", "250 to 500 mg after each dialysis"),
        ("Lacosamide 200 MG", "200 mg, twice daily", "150 mg, twice daily", "moderate", "At most 300 mg a day"),
        ("Topiramate 200 MG", "200 mg, twice daily", "100 mg, twice daily", "moderate", "Half the usual dose"),
        ("Sitagliptin 100 MG", "100 mg, once daily", "25 mg, once daily", "moderate", "25 mg a day"),
        ("Saxagliptin 5 MG", "5 mg, once daily", "2.5 mg, once daily", "moderate", "after hemodialysis"),
        ("Alogliptin 25 MG", "25 mg, once daily", "6.25 mg, once daily", "moderate", "6.25 mg a day"),
        ("Valacyclovir 1000 MG", "1000 mg, three times daily", "500 mg, once daily", "high", "500 mg a day at the most"),
    ],
)  # fmt: skip
def test_on_dialysis_the_labels_own_words_are_told_and_its_dose_is_no_finding(
    drug: str, too_much: str, right: str, severity: str, says: str
) -> None:
    [finding] = found(rule, a_record(a_drug(drug, dose=too_much), DIALYSIS))
    assert told([finding]) == [(severity, None)]
    assert says in finding.message and "FDA label" in finding.message and "annot dose" not in finding.message
    assert found(rule, a_record(a_drug(drug, dose=right), DIALYSIS)) == []


@pytest.mark.parametrize(
    "drug", ["Dabigatran 75 MG", "Edoxaban 30 MG", "Rivaroxaban 15 MG", "Colchicine 0.6 MG"]
)
def test_on_dialysis_what_the_label_gives_no_dose_for_is_high(drug: str) -> None:
    [finding] = found(rule, a_record(a_drug(drug, dose="1 tablet once daily"), DIALYSIS))
    assert told([finding]) == [("high", None)] and "annot dose" not in finding.message


def test_rivaroxaban_on_dialysis_is_15_mg_in_fibrillation() -> None:
    right = a_drug("Rivaroxaban 15 MG", dose="15 mg, once daily")
    assert found(rule, a_record(right, DIALYSIS, FIBRILLATION)) == []
    [finding] = found(
        rule, a_record(a_drug("Rivaroxaban 20 MG", dose="20 mg, once daily"), DIALYSIS, FIBRILLATION)
    )
    assert told([finding]) == [("moderate", None)] and "Taken: 20 mg a day" in finding.message


def test_apixaban_on_dialysis_goes_by_age_or_weight_alone_and_cannot_be_dosed_without_a_weight() -> None:
    full = a_drug("Apixaban 5 MG", dose="5 mg, twice daily")
    light, heavy = a_result("weight", "58", "kg"), a_result("weight", "80", "kg")
    assert found(rule, a_record(full, heavy, DIALYSIS, FIBRILLATION)) == []
    [finding] = found(rule, a_record(full, light, DIALYSIS, FIBRILLATION))
    assert told([finding]) == [("moderate", None)]
    assert "weight of 58 kg" in finding.message and "2.5 mg twice daily" in finding.message
    half = a_drug("Apixaban 2.5 MG", dose="2.5 mg, twice daily")
    assert found(rule, a_record(half, light, DIALYSIS, FIBRILLATION)) == []
    [finding] = found(rule, a_record(full, DIALYSIS, FIBRILLATION))
    assert finding.message.startswith("Cannot dose apixaban: no weight of the last 12 months")


@pytest.mark.parametrize("drug", ["Metformin 500 MG", "Baclofen 5 MG"])
def test_what_is_not_for_dialysis_is_high_whatever_its_dose(drug: str) -> None:
    record = a_record(a_drug(drug, dose="5 mg, once daily"), a_problem("Hemodialysis", "dialysis"))
    assert told(found(rule, record)) == [("high", None)]


def test_an_ace_inhibitor_at_a_potassium_of_6_is_high_and_says_what_the_source_says_there() -> None:
    for value in ("6.0", "6.3"):
        [finding] = found(rule, a_record(a_drug("Lisinopril 40 MG"), a_result("potassium", value, "mmol/L")))
        assert told([finding]) == [("high", None)]
        assert "At 6.0 or more NICE stops it" in finding.message and "halve" not in finding.message
        assert "dialysis" not in finding.message
    [finding] = found(rule, a_record(a_drug("Lisinopril 40 MG"), a_result("potassium", "5.8", "mmol/L")))
    assert told([finding]) == [("moderate", None)] and "halve the dose" in finding.message


def test_the_potassium_of_somebody_on_dialysis_is_the_units() -> None:
    dialysis = a_problem("Hemodialysis", "dialysis")
    record = a_record(a_drug("Losartan 50 MG"), a_result("potassium", "6.3", "mmol/L"), dialysis)
    [finding] = found(rule, record)
    assert (
        told([finding]) == [("high", None)] and "On dialysis the unit is told of it today." in finding.message
    )


def test_a_child_and_a_person_of_unknown_age_cannot_be_dosed_by_creatinine() -> None:
    for person in (Demographics(birth_date="2014-01-01", sex="male"), Demographics(sex="male")):
        record = a_record(
            a_drug("Gabapentin"),
            a_result("creatinine", "0.6", "mg/dL"),
            a_result("weight", "40", "kg"),
            person=person,
        )
        [finding] = found(rule, record)
        assert finding.message.startswith("Cannot dose gabapentin")


def test_spironolactone_with_high_potassium_is_high() -> None:
    record = a_record(
        a_drug("Spironolactone 25 MG"), a_result("egfr", "55", EGFR), a_result("potassium", "5.8", "mmol/L")
    )
    assert told(found(rule, record)) == [("high", None)]
    unmeasured = a_record(a_drug("Spironolactone 25 MG"), a_result("egfr", "55", EGFR))
    [finding] = found(rule, unmeasured)
    assert finding.message == "Cannot dose spironolactone: no potassium of the last 12 months"


def test_apixaban_is_halved_for_two_of_three_in_atrial_fibrillation_alone() -> None:
    person = replace(WOMAN, birth_date="1940-01-01")
    parts = (
        a_drug("Eliquis 5 MG", dose="5 mg, twice daily"),
        a_result("creatinine", "1.2", "mg/dL"),
        a_result("weight", "58", "kg"),
    )
    fibrillation = a_problem("Atrial fibrillation", "atrial_fibrillation")
    assert told(found(rule, a_record(*parts, fibrillation, person=person))) == [("moderate", None)]
    assert found(rule, a_record(*parts, person=person)) == []
    halved = (a_drug("Eliquis 2.5 MG", dose="2.5 mg, twice daily"), *parts[1:])
    assert found(rule, a_record(*halved, fibrillation, person=person)) == []


def test_a_fill_within_the_limit_is_no_second_dose_that_passes_it() -> None:
    person = replace(WOMAN, birth_date="1940-01-01")
    ill = (
        a_problem("Atrial fibrillation", "atrial_fibrillation"),
        a_result("creatinine", "1.6", "mg/dL"),
        a_result("weight", "46.2", "kg"),
    )
    entry, medication = a_drug("Apixaban 2.5 MG")
    for filled, fired in (
        ("2.5 mg, 60 for 30 days", []),
        ("2.5 mg, 180 for 90 days", []),
        ("5 mg, 60 for 30 days", [("moderate", None)]),
        ("2.5 mg, 120 for 30 days", [("moderate", None)]),
        ("2.5 mg", [("moderate", None)]),
        ("5 mg, take 1 tablet for 30 days", [("moderate", None)]),
    ):
        doses = (("2.5 mg, twice daily", (entry.id,)), (filled, (entry.id,)))
        record = a_record((entry, replace(medication, doses=doses)), *ill, person=person)
        assert told(found(rule, record)) == fired, filled


def test_a_drug_that_the_kidney_does_not_clear_asks_for_nothing() -> None:
    assert found(rule, a_record(a_drug("Amlodipine 5 MG"), a_drug("Linagliptin 5 MG"))) == []


def test_a_statement_is_named_where_it_recommends_what_the_kidney_forbids() -> None:
    record = a_record(a_result("egfr", "24", EGFR))
    plan = a_plan(
        "Start metformin 500 mg daily.", "Metformin is not started at this eGFR.", "Start linagliptin."
    )
    assert told(found(rule, record, plan)) == [("high", "s1")]


@pytest.mark.parametrize(
    ("drug", "parts", "why"),
    [
        ("metformin", (), "no creatinine or eGFR of the last 12 months"),
        ("metformin", (a_result("egfr", "90", EGFR, "2024-10-01"),), "no creatinine or eGFR"),
        ("gabapentin", (a_result("creatinine", "1.0", "mg/dL"),), "no weight of the last 12 months"),
        (
            "gabapentin",
            (a_result("creatinine", "1.0", "mg/dL"), OLD_WEIGHT),
            "no weight of the last 12 months",
        ),
        ("enoxaparin", (a_result("egfr", "90", EGFR), a_problem("kidneys", "dialysis")), "with kidneys"),
        ("metformin", (a_result("egfr", "90", EGFR), a_problem("AKI", "acute_kidney_injury")), "with AKI"),
    ],
)
def test_a_recommended_drug_that_cannot_be_dosed_is_no_pass(drug: str, parts: tuple, why: str) -> None:
    [finding] = found(rule, a_record(*parts), a_plan(f"Start {drug} 300 mg daily."))
    assert told([finding]) == [("moderate", "s1")]
    assert finding.message.startswith(f"It recommends {drug}. Cannot dose it: {why}")


def test_a_drug_that_is_taken_and_recommended_is_told_once() -> None:
    [finding] = found(rule, a_record(a_drug("Metformin")), a_plan("Continue metformin."))
    assert told([finding]) == [("moderate", None)] and finding.message.startswith("Cannot dose metformin")


def test_a_limit_for_one_disease_alone_needs_it() -> None:
    parts = (a_drug("Olumiant 2 MG"), a_result("egfr", "25", EGFR))
    assert found(rule, a_record(*parts)) == []
    arthritis = a_problem("Rheumatoid arthritis", "rheumatoid_arthritis")
    assert told(found(rule, a_record(*parts, arthritis))) == [("high", None)]


@pytest.mark.parametrize(
    ("creatinine", "weight", "why"),
    [
        (("1.4", "", "2026-10-20"), ("60", "kg", "2026-10-20"), "that of 2026-10-20 has no unit"),
        (("1.4", "mg/dL", "2026-10-20"), ("60", "kg", "2023-10-20"), "the last is of 2023-10-20"),
        (("140", "mg/dL", "2026-10-20"), ("60", "kg", "2026-10-20"), "is beyond what is plausible"),
    ],
)
def test_what_was_measured_and_cannot_be_counted_with_is_said(creatinine, weight, why) -> None:
    record = a_record(
        a_drug("Dabigatran 150 MG"), a_result("creatinine", *creatinine), a_result("weight", *weight)
    )
    [finding] = found(rule, record)
    assert told([finding]) == [("moderate", None)]
    assert finding.message.startswith("Cannot dose dabigatran: no ") and why in finding.message


def test_a_young_healthy_womans_naproxen_without_a_creatinine_is_for_information() -> None:
    young = Demographics(birth_date="1996-05-04", sex="female")
    [finding] = found(rule, a_record(a_drug("Naproxen 500 MG"), person=young))
    assert told([finding]) == [("low", None)]
    assert finding.message.startswith("Cannot dose naproxen")
    assert told(found(rule, a_record(a_drug("Dabigatran 150 MG"), person=young))) == [("moderate", None)]
    pressure = a_problem("Hypertension", "hypertension")
    assert told(found(rule, a_record(a_drug("Naproxen 500 MG"), pressure, person=young))) == [
        ("moderate", None)
    ]
    assert told(found(rule, a_record(a_drug("Naproxen 500 MG")))) == [("moderate", None)]
