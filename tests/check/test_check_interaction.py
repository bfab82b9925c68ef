"""People whose drugs harm them together, or with what they suffer from; and drugs that nobody knows."""

import pytest

from tests.check.records import a_drug, a_plan, a_problem, a_record, a_result, found, told, told_as

rule = told_as("interaction")


def test_simvastatin_stops_the_prescriber_beside_verapamil_but_for_the_dose_that_its_label_allows() -> None:
    verapamil = a_drug("Verapamil 120 MG")
    for dose in ("40 mg, once daily", ""):
        [finding] = found(rule, a_record(verapamil, a_drug("Simvastatin 40 MG", dose=dose)))
        assert told([finding]) == [("high", None)]
    assert found(rule, a_record(verapamil, a_drug("Simvastatin 10 MG", dose="10 mg, once daily"))) == []


def test_one_cause_is_told_once_and_led_by_the_worst() -> None:
    record = a_record(
        a_drug("Ibuprofen 600 MG"),
        a_drug("Lisinopril 20 MG"),
        a_drug("Furosemide 40 MG"),
        a_problem("Chronic kidney disease stage 3", "chronic_kidney_disease"),
    )
    [finding] = found(rule, record)
    assert told([finding]) == [("high", None)]
    assert all(name in finding.message for name in ("ibuprofen", "lisinopril", "furosemide", "bpac"))
    assert set(finding.evidence) == {
        "Ibuprofen 600 MG",
        "Lisinopril 20 MG",
        "Furosemide 40 MG",
        "Chronic kidney disease stage 3",
    }


def test_two_causes_are_two_findings() -> None:
    record = a_record(a_drug("Warfarin 5 MG"), a_drug("Ibuprofen 200 MG"), a_drug("Phenytoin 100 MG"))
    assert [finding.message.split(":")[0] for finding in found(rule, record)] == [
        "warfarin with ibuprofen",
        "warfarin with phenytoin",
    ]


def test_an_over_the_counter_nsaid_harms_a_failing_heart() -> None:
    [finding] = found(rule, a_record(a_drug("Aleve"), a_problem("Heart failure", "heart_failure")))
    assert told([finding]) == [("high", None)]
    assert "naproxen with Heart failure" in finding.message


@pytest.mark.parametrize(
    "problem",
    [
        a_problem("Heart failure", "heart_failure", status="resolved"),
        a_problem("Heart failure", "heart_failure", doubtful=True),
    ],
)
def test_a_problem_that_is_over_or_doubtful_harms_with_nothing(problem) -> None:
    assert found(rule, a_record(a_drug("Aleve"), problem)) == []


def test_a_pair_of_low_importance_is_not_told() -> None:
    assert found(rule, a_record(a_drug("Warfarin 5 MG"), a_drug("Acetaminophen 500 MG"))) == []


def test_what_stands_in_one_tablet_is_meant() -> None:
    assert found(rule, a_record(a_drug("Suboxone"))) == []
    assert found(rule, a_record(a_drug("Symbyax"))) == []


def test_a_drug_on_the_skin_interacts_with_nothing() -> None:
    gel = a_drug("Diclofenac 1 % Topical Gel")
    assert found(rule, a_record(gel, a_drug("Warfarin 5 MG"))) == []
    assert told(found(rule, a_record(a_drug("Diclofenac 75 MG Oral Tablet"), a_drug("Warfarin 5 MG")))) == [
        ("high", None)
    ]


@pytest.mark.parametrize("text", ["Timolol 0.5 % Ophthalmic Solution", "Propranolol 40 MG"])
def test_a_beta_blocker_reaches_the_lungs_from_the_eye_too(text: str) -> None:
    record = a_record(a_drug(text), a_problem("Asthma", "asthma"))
    assert told(found(rule, record)) == [("high", None)]
    inhaled = a_record(a_drug(text), a_drug("Albuterol 0.09 MG/ACTUAT Metered Dose Inhaler"))
    assert told(found(rule, inhaled)) == [("moderate", None)]


def test_a_coil_is_not_weakened_by_an_antiepileptic_and_a_pill_is() -> None:
    carbamazepine = a_drug("Carbamazepine 200 MG")
    coil = a_drug("Levonorgestrel 52 MG Intrauterine System [Mirena]")
    assert found(rule, a_record(carbamazepine, coil)) == []
    pill = a_drug("Ethinyl Estradiol 0.03 MG / Levonorgestrel 0.15 MG Oral Tablet")
    assert ("high", None) in told(found(rule, a_record(carbamazepine, pill)))


def test_nitroglycerin_ointment_and_sildenafil_are_never_together() -> None:
    record = a_record(a_drug("Nitroglycerin 2 % Ointment"), a_drug("Viagra 50 MG"))
    assert told(found(rule, record)) == [("high", None)]


def test_a_drug_that_was_stopped_interacts_with_nothing() -> None:
    assert found(rule, a_record(a_drug("Ibuprofen", current=False), a_drug("Warfarin 5 MG"))) == []


def test_a_dose_within_the_labels_limit_is_quiet_and_one_above_is_not() -> None:
    amlodipine = a_drug("Amlodipine 5 MG")
    within = a_record(amlodipine, a_drug("Simvastatin 20 MG", dose="20 mg, once daily"))
    above = a_record(amlodipine, a_drug("Simvastatin 40 MG", dose="40 mg, once daily"))
    unknown = a_record(amlodipine, a_drug("Simvastatin"))
    assert found(rule, within) == []
    assert told(found(rule, above)) == told(found(rule, unknown)) == [("moderate", None)]


def test_drugs_that_are_not_known_are_counted_and_never_pass_for_safe() -> None:
    record = a_record(a_drug("Lisinopril 10 MG"), a_drug("Dr. Quack's Tonic"), a_drug("Metformin"))
    [finding] = found(rule, record)
    assert told([finding]) == [("moderate", None)]
    assert finding.message.startswith("2 of 3 drugs checked")
    assert finding.evidence == ("Dr. Quack's Tonic",)


def test_a_herb_from_the_store_is_checked_too() -> None:
    assert told(found(rule, a_record(a_drug("St John's Wort 300 mg"), a_drug("Eliquis 5 MG")))) == [
        ("high", None)
    ]


def test_a_statement_is_named_only_where_it_recommends_the_harmful_drug() -> None:
    record = a_record(a_drug("Warfarin 5 MG"))
    plan = a_plan(
        "Use ibuprofen 400 mg for knee pain.",
        "Ibuprofen with warfarin raises bleeding.",
        "Stop ibuprofen; acetaminophen is preferred.",
        "Do not take ibuprofen.",
        "Naproxen should be taken twice daily.",
    )
    assert told(found(rule, record, plan)) == [("high", "s1"), ("high", "s5")]


def test_two_sedatives_of_one_kind_are_left_to_the_rule_of_duplicates() -> None:
    assert found(rule, a_record(a_drug("Lorazepam 1 MG"), a_drug("Alprazolam 0.5 MG"))) == []


def test_two_of_a_kind_that_do_worse_are_told_here_too() -> None:
    record = a_record(a_drug("Citalopram 20 MG"), a_drug("Escitalopram 10 MG"))
    assert told(found(rule, record)) == [("high", None)]


def test_a_pair_that_harms_by_two_causes_is_one_finding_that_tells_both_with_what_to_do() -> None:
    [finding] = found(rule, a_record(a_drug("Tacrolimus 1 MG"), a_drug("Clarithromycin 500 MG")))
    assert finding.message.startswith(
        "tacrolimus with clarithromycin: the level of the transplant drug rises"
    )
    assert "Besides, tacrolimus with clarithromycin: both can prolong the QT" in finding.message
    assert "Call the transplant team" in finding.message


def test_an_antibiotic_beside_warfarin_is_high_once_the_inr_shows_the_harm() -> None:
    both = (a_drug("Warfarin 5 MG"), a_drug("Sulfamethoxazole 800 MG / Trimethoprim 160 MG"))
    every = [rule, told_as("circumstance")]
    near = {"on": "2026-11-20"}
    calm = [
        one for each in every for one in found(each, a_record(*both, a_result("inr", "2.4", "{INR}", **near)))
    ]
    assert {one.severity for one in calm if "warfarin" in one.message} == {"moderate"}
    [high] = [
        one
        for each in every
        for one in found(each, a_record(*both, a_result("inr", "6.2", "{INR}", **near)))
        if "warfarin" in one.message
    ]
    assert high.severity == "high"
    assert "sulfamethoxazole" in high.message and "6.2" in high.message
    assert "INR 6.2 of 2026-11-20" in high.message
    assert "inr 6.2" in high.evidence
