"""What stands on top: what a physician and a coordinator would put first, and never the same thing three times."""

from datetime import timedelta

import pytest

from careloom.care.entry import LOINC, Code, Component, Period, Range, when
from tests.draft.drafted import plan, unsupported
from tests.draft.people import TODAY, Told

ROUTINE = ("has been active since", "general goal", "usual goal", "Further current", "newest entry")


def a_week_ago(days: int = 7) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


def routine() -> Told:
    """Somebody with three well-known problems that are a little off their goals, and nothing that can't wait."""
    told = Told()
    told.patient()
    told.problem("Type 2 diabetes mellitus (disorder)", "44054006", on="2014-06-11")
    told.problem("Hypertension", "38341003", on="2011-02-20")
    told.problem("Hyperlipidemia", "55822004", on="2015-02-20")
    told.lab("4548-4", "Hemoglobin A1c", "8.2", "%", a_week_ago(60))
    told.add(
        "Observation",
        codes=(Code(LOINC, "85354-9", "Blood pressure"),),
        category=("vital-signs",),
        status="final",
        on=a_week_ago(60),
        components=(
            Component((Code(LOINC, "8480-6", "Systolic blood pressure"),), value="136", unit="mm[Hg]"),
            Component((Code(LOINC, "8462-4", "Diastolic blood pressure"),), value="78", unit="mm[Hg]"),
        ),
    )
    told.drug("metformin 500 MG Oral Tablet", "Take 1 tablet by mouth twice daily", on="2026-08-02")
    told.drug("lisinopril 10 MG Oral Tablet", "Take 1 tablet by mouth daily", on="2026-08-02")
    return told


def top(told: Told) -> list[str]:
    """The texts of the top three; every line of the plan follows from what it cites."""
    document = plan(told)
    assert unsupported(told, document) == []
    by_id = {one.id: one.text for one in document.statements}
    return [by_id[one] for one in document.top]


def abnormal(
    told: Told, loinc: str, name: str, value: str, unit: str, low: str, high: str, **more: object
) -> None:
    more = {"range": Range(low or None, high or None), "on": a_week_ago()} | more
    told.lab(loinc, name, value, unit, **more)


RESULTS = {
    "potassium": ("2823-3", "Potassium", "5.7", "mmol/L", "3.5", "5.1"),
    "sodium": ("2951-2", "Sodium", "129", "mmol/L", "136", "145"),
    "INR": ("6301-6", "INR", "4.2", "{INR}", "2.0", "3.0"),
    "HbA1c": ("4548-4", "Hemoglobin A1c", "11.0", "%", "4.0", "5.6"),
    "hemoglobin": ("718-7", "Hemoglobin", "9.6", "g/dL", "12.0", "16.0"),
    "magnesium": ("19123-9", "Magnesium", "1.0", "mg/dL", "1.7", "2.2"),
    "ALT": ("1742-6", "ALT", "210", "U/L", "7", "56"),
}


@pytest.mark.parametrize("name", RESULTS)
def test_a_result_far_beyond_its_range_stands_first(name):
    told = routine()
    abnormal(told, *RESULTS[name])
    first = top(told)[0]
    assert name.lower() in first.lower() and RESULTS[name][2] in first


@pytest.mark.parametrize("flag", ["HH", "LL", "AA"])
def test_a_result_that_its_source_calls_critical_stands_first_also_where_we_do_not_know_it(flag):
    told = routine()
    told.lab("10839-9", "Troponin I", "0.9", "ng/mL", a_week_ago(), interpretation=flag)
    assert "Troponin I" in top(told)[0]


def test_an_inr_in_its_target_under_warfarin_is_not_called_high():
    for upper, words in (("1.1", "INR was 2.6 on"), ("2.5", "INR was high at 2.6 on")):
        told = routine()
        told.drug("warfarin sodium 5 MG Oral Tablet", "Take 1 tablet daily", on="2026-03-01")
        abnormal(told, "6301-6", "INR", "2.6", "{INR}", "0.9", upper, interpretation="H")
        document = plan(told)
        assert any(words in one.text for one in document.statements), upper
        assert unsupported(told, document) == []


def test_a_hemoglobin_that_is_newly_low_stands_before_what_is_long_known():
    told = routine()
    abnormal(told, "718-7", "Hemoglobin", "13.0", "g/dL", "12.0", "16.0", on="2026-03-01")
    abnormal(told, "718-7", "Hemoglobin", "11.4", "g/dL", "12.0", "16.0")
    assert "Hemoglobin was low at 11.4 g/dL" in top(told)[0]


def test_a_falling_egfr_stands_before_what_is_long_known():
    told = routine()
    told.lab("98979-8", "eGFR", "58", "mL/min/{1.73_m2}", "2025-11-12")
    told.lab("98979-8", "eGFR", "41", "mL/min/{1.73_m2}", "2026-11-02")
    assert any("eGFR fell from 58" in one for one in top(told)[:2])


def test_a_result_a_little_off_does_not_push_out_a_dose_that_sources_dispute():
    told = routine()
    abnormal(told, "2823-3", "Potassium", "5.2", "mmol/L", "3.5", "5.1")
    told.fill("lisinopril 20 MG Oral Tablet", a_week_ago(20))
    said = top(told)
    assert "differ on the dose of lisinopril" in said[0] and "5.2" in said[1]


def test_old_news_stands_behind_new():
    told = routine()
    abnormal(told, *RESULTS["sodium"], on=a_week_ago(300))
    abnormal(told, *RESULTS["potassium"])
    assert ["otassium" in one for one in top(told)] == [True, False, False]


def test_a_known_result_of_a_known_problem_is_no_news():
    told = routine()
    told.problem("Chronic kidney disease stage 3", "433144002", on="2024-02-20")
    abnormal(told, "2160-0", "Creatinine", "1.4", "mg/dL", "0.5", "1.1")
    assert ["reatinine was high at 1.4" in one for one in top(told)] == [False, False, True]


def test_an_interaction_and_an_allergy_stand_before_routine_and_before_a_disputed_dose():
    told = routine()
    told.fill("lisinopril 20 MG Oral Tablet", a_week_ago(20))
    told.drug("warfarin sodium 5 MG Oral Tablet", "Take 1 tablet daily", on="2026-10-01")
    told.drug("ibuprofen 400 MG Oral Tablet", "Take 1 tablet as needed", on="2026-10-01")
    told.allergy("penicillin")
    told.drug("amoxicillin 500 MG Oral Capsule", "Take 1 capsule three times daily", on="2026-11-19")
    said = top(told)
    assert "moxicillin" in said[0] and "penicillin" in said[0]
    assert "arfarin" in said[1] and "buprofen" in said[1]


@pytest.mark.parametrize(
    ("domain", "words"),
    [
        ("housing", "received an eviction notice and must leave by 1 December"),
        ("housing", "recibió un aviso de desalojo para el 30 de noviembre"),
        ("utilities", "the power will be shut off in ten days"),
        ("housing", "has to be out of the room by Friday"),
    ],
)
def test_a_social_harm_with_a_day_stands_before_routine_and_a_disputed_dose(domain, words):
    told = routine()
    told.fill("lisinopril 20 MG Oral Tablet", a_week_ago(20))
    told.need(domain, words, on=a_week_ago(4))
    assert words in top(told)[0]


def test_a_social_harm_whose_day_is_long_past_or_far_stands_behind_a_disputed_dose():
    for words in ("was evicted on 2026-02-01", "the lease ends on 2027-06-30"):
        told = routine()
        told.fill("lisinopril 20 MG Oral Tablet", a_week_ago(20))
        told.need("housing", words, on="2026-10-09")
        assert "dose of lisinopril" in top(told)[0]


@pytest.mark.parametrize(
    ("sort", "days", "is_first"), [("inpatient", 3, True), ("emergency", 3, True), ("inpatient", 40, False)]
)
def test_a_stay_that_just_ended_stands_before_routine(sort, days, is_first):
    told = routine()
    end = TODAY - timedelta(days=days)
    told.add(
        "Encounter",
        on="",
        effective=Period(when((end - timedelta(days=5)).isoformat()), when(end.isoformat())),
        status="finished",
        detail={"class": sort, "reason": "Pneumonia"},
    )
    assert ("pneumonia" in top(told)[0]) is is_first


def test_violence_and_an_answer_about_self_harm_stand_before_everything():
    told = routine()
    abnormal(told, *RESULTS["potassium"])
    told.need("safety", "is afraid of her partner", on=a_week_ago())
    told.add(
        "Observation",
        codes=(Code(LOINC, "44260-8", "Thoughts that you would be better off dead"),),
        status="final",
        on=a_week_ago(),
        value_codes=(Code(LOINC, "LA6569-3", "Several days"),),
    )
    said = top(told)
    assert "better off dead" in said[0] and "afraid of her partner" in said[1] and "otassium" in said[2]


def test_a_result_that_its_laboratory_calls_critical_is_told_to_the_physician_at_once():
    told = routine()
    told.lab("6301-6", "INR", "6.2", "{INR}", TODAY.isoformat(), interpretation="HH")
    said = plan(told)
    (line,) = [one for one in said.statements if "6.2" in one.text and one.kind == "concern"]
    assert (
        line.text == f"INR was 6.2 on {TODAY.isoformat()}, a critical result: the physician is told at once."
    )
    assert unsupported(told, said) == []


def test_a_failing_kidney_and_its_drugs_do_not_take_all_three_places():
    told = routine()
    told.problem("Chronic kidney disease stage 3", "433144002", on="2024-02-20")
    told.lab("98979-8", "eGFR", "52", "mL/min/{1.73_m2}", "2025-09-12")
    told.lab("98979-8", "eGFR", "27", "mL/min/{1.73_m2}", "2026-11-12")
    told.drug("ibuprofen 600 mg", "three times a day", on="2026-10-09", kind="MedicationStatement", detail={})
    told.need("housing", "received an eviction notice and must leave by 2026-12-01", on=a_week_ago(4))
    said = top(told)
    assert sum("eGFR" in one or "buprofen" in one for one in said) == 2
    assert "eviction notice" in said[2]


def test_where_all_is_routine_the_conditions_off_their_goal_stand_on_top():
    said = top(routine())
    assert "HbA1c was 8.2 %" in said[0] and "136 mmHg" in said[1]


def test_a_blood_pressure_that_is_not_controlled_stands_before_an_hba1c_a_little_off():
    told = routine()
    told.add(
        "Observation",
        codes=(Code(LOINC, "85354-9", "Blood pressure"),),
        category=("vital-signs",),
        status="final",
        on=a_week_ago(),
        components=(
            Component((Code(LOINC, "8480-6", "Systolic blood pressure"),), value="168", unit="mm[Hg]"),
            Component((Code(LOINC, "8462-4", "Diastolic blood pressure"),), value="96", unit="mm[Hg]"),
        ),
    )
    assert "168 mmHg" in top(told)[0]


def test_everything_that_cannot_wait_stands_above_everything_routine():
    told = routine()
    for name in ("potassium", "sodium", "hemoglobin"):
        abnormal(told, *RESULTS[name])
    told.need("housing", "received an eviction notice and must leave by 2026-12-01", on=a_week_ago(4))
    document = plan(told)
    ranks = {one.text: one.rank for one in document.statements}
    urgent = [
        rank
        for text, rank in ranks.items()
        if any(value in text for value in ("5.7", "129", "9.6 g", "eviction"))
    ]
    known = [rank for text, rank in ranks.items() if any(words in text for words in ROUTINE)]
    assert len(urgent) >= 4 and max(urgent) < min(known)


def test_a_need_that_only_resembles_others_stands_below_what_is_known():
    told = routine()
    told.add(
        "Observation",
        system="social_services",
        on=a_week_ago(),
        text="trouble with safety",
        category=("sdoh",),
        detail={
            "domain": "safety",
            "adverse": "true",
            "quote": "He is afraid to walk past the corner after the shooting",
            "found_by": "likeness to labelled sentences",
        },
    )
    made = plan(told)
    line = next(one for one in made.statements if "past the corner" in one.text)
    assert line.id not in made.top


@pytest.mark.parametrize(("systolic", "diastolic"), [("192", "124"), ("184", "112"), ("166", "98")])
def test_one_blood_pressure_takes_one_place_of_three(systolic, diastolic):
    told = routine()
    told.lab("8480-6", "Systolic blood pressure", systolic, "mm[Hg]", a_week_ago())
    told.lab("8462-4", "Diastolic blood pressure", diastolic, "mm[Hg]", a_week_ago())
    said = top(told)
    assert ["blood pressure" in one for one in said].count(True) == 1
    whole = [one.text for one in plan(told).statements]
    assert any("Systolic" in one and systolic in one for one in whole)
    assert any("Diastolic" in one and diastolic in one for one in whole)


@pytest.mark.parametrize(("takes_metformin", "places"), [(False, 1), (True, 2)])
def test_one_result_takes_a_second_place_only_with_a_drug_that_it_makes_harmful(takes_metformin, places):
    told = routine() if takes_metformin else Told()
    told.patient()
    told.lab("98979-8", "eGFR", "39", "mL/min/{1.73_m2}", "2025-11-12")
    told.lab("98979-8", "eGFR", "24", "mL/min/{1.73_m2}", "2026-11-02")
    assert sum("eGFR" in one for one in top(told)) == places
