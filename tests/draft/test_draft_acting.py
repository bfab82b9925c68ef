"""A high finding of somebody's record has a line of its own in the plan, due on the day itself, and stands on top."""

from dataclasses import replace
from pathlib import Path

import pytest

from careloom import check, draft
from careloom.draft.care_plan.acting import is_answered
from careloom.draft.pen import Pen
from careloom.llm import Remembered
from tests.draft.drafted import unsupported
from tests.draft.endangered import PEOPLE, expecting, kidney, noted, plan, somebody, transplanted
from tests.draft.people import KNOWLEDGE, TODAY

OF_RECORDS = (
    check.adrenal,
    check.alcohol,
    check.allergy,
    check.bleeding,
    check.duplicate,
    check.fever,
    check.fills,
    check.head_injury,
    check.hypoglycemia,
    check.interaction,
    check.lapse,
    check.lethal_means,
    check.maternal,
    check.opioid,
    check.renal,
    check.reye,
    check.self_harm,
    check.strangulation,
    check.weight_gain,
    check.weekly,
)


@pytest.mark.parametrize("who", PEOPLE)
def test_each_high_finding_has_a_line_of_today(who):
    told = PEOPLE[who]()
    document, standing, record = plan(told)
    pen = Pen(record, draft.kind_of("care_plan"), KNOWLEDGE)
    assert standing, "nothing high was found of this person"
    for finding in standing:
        assert is_answered(finding, document.statements, pen), finding.message
    assert unsupported(told, document) == []
    today = [one for one in document.statements if one.activity and one.activity.due == TODAY.isoformat()]
    evidence = {entry for finding in standing for entry in finding.evidence}
    assert today and all(one.tier >= 0 for one in today)
    on_top = [one for one in document.statements if one.id in document.top]
    assert any(evidence & {*one.citations} for one in on_top)


def test_every_rule_that_finds_something_high_in_a_record_is_answered_by_a_line():
    found = {finding.rule for who in PEOPLE.values() for finding in plan(who())[1]}
    named = {module.NAME for module in OF_RECORDS}
    # What an opioid asks for is moderate at most; overlapping fills rest on drugs as interactions do.
    assert named - found <= {"opioid", check.fills.NAME}, named - found


def test_each_file_of_the_check_that_finds_something_high_looks_at_a_record_or_at_a_line():
    """So that a new rule can't find something high of somebody for whom no plan has a line."""
    of_lines = {"citations", "injected", "instructs", "judging", "people", "red_flag", "omission", "__init__"}
    known = {Path(module.__file__).stem for module in OF_RECORDS} | {"harms", "measured"}
    high = {
        file.stem
        for file in Path(check.__file__).parent.glob("*.py")
        if "Severity.HIGH" in file.read_text() or 'severity == "high"' in file.read_text()
    }
    assert high <= of_lines | known


def test_a_finding_of_a_firearm_is_answered_by_the_line_about_it_and_not_by_another_of_the_same_note():
    document, _, _ = plan(PEOPLE["a gun at home"]())
    said = " ".join(one.text for one in document.statements)
    assert "thoughts of suicide or self-harm" in said and "how firearms and medicines are kept" in said


def test_in_a_pregnancy_each_drug_has_a_finding_of_its_own_and_valproate_is_not_stopped_today():
    told = expecting("divalproex sodium 250 MG Delayed Release Oral Tablet", "losartan 50 MG Oral Tablet")
    document, standing, record = plan(told)
    said = [one.message for one in standing]
    (of_valproate,) = [one for one in said if one.startswith("valproate with pregnancy:")]
    (of_losartan,) = [one for one in said if one.startswith("losartan with pregnancy:")]
    assert "Stop or replace" in of_losartan and "valproate" not in of_losartan
    assert "Stop or replace" not in of_valproate and "nobody stops it alone" in of_valproate
    assert [one.concept for one in record.problems if one.status == "active"].count("pregnancy") == 1
    (line,) = [one for one in document.statements if "neurology and obstetrics" in one.text]
    assert "folic acid" in line.text and line.activity.due == TODAY.isoformat() and line.id in document.top


def test_a_transplant_drugs_level_above_its_range_is_high_and_its_team_is_called():
    told = transplanted("fluconazole 200 MG Oral Tablet", "19.8", "HH")
    document, standing, _ = plan(told)
    assert unsupported(told, document) == []
    (finding,) = [one for one in standing if one.message.startswith("fluconazole with tacrolimus")]
    assert "transplant team" in finding.message.partition(" Besides")[0]
    assert "19.8 ng/mL on 2026-11-21 (above its range)" in finding.message
    assert "creatinine rose from 1.0 on 2026-10-10 to 1.6 mg/dL on 2026-11-21" in finding.message
    (line,) = [one for one in document.statements if "calls the transplant team" in one.text]
    assert "fluconazole and tacrolimus" in line.text and line.activity.due == TODAY.isoformat()
    on_top = [one.text for one in document.statements if one.id in document.top]
    assert any("critical result" in one for one in on_top)


def test_a_creatinine_that_rose_is_told_as_a_rise():
    told = somebody("lisinopril 10 MG Oral Tablet")
    told.lab("2160-0", "Creatinine", "0.9", "mg/dL", "2026-11-16")
    told.lab("2160-0", "Creatinine", "1.5", "mg/dL", "2026-11-20")
    document, _, _ = plan(told)
    assert unsupported(told, document) == []
    said = [one.text for one in document.statements if one.id in document.top]
    assert "Creatinine rose from 0.9 mg/dL (2026-11-16) to 1.5 mg/dL (2026-11-20)." in said


def test_a_level_within_its_range_with_a_steady_kidney_makes_the_pair_no_high_finding():
    told = transplanted("fluconazole 200 MG Oral Tablet", "7.8", "N", creatinine="1.1")
    _, standing, _ = plan(told)
    assert [one for one in standing if "tacrolimus" in one.message] == []


@pytest.mark.parametrize("told_by", ["order", "fill", "note", "note and fill"])
def test_methotrexate_daily_stands_on_top_with_the_blood_count_and_the_pharmacist_asks_the_same_day(told_by):
    told = somebody("sulfamethoxazole 800 MG / trimethoprim 160 MG Oral Tablet")
    words = "Take 6 tablets by mouth daily" if told_by == "order" else "Take 6 tablets by mouth once a week"
    told.drug("methotrexate 2.5 MG Oral Tablet", words, on="2026-10-01")
    if "fill" in told_by:
        told.fill("METHOTREXATE 2.5 MG TABLET", "2026-11-12", quantity="180", days="30")
    if "note" in told_by:
        told.add(
            "DocumentReference",
            text="Takes six methotrexate tablets every day.",
            on="2026-11-18",
            status="current",
            system="notes",
        )
    document, standing, _ = plan(told)
    assert unsupported(told, document) == []
    assert any("killed" in one.message for one in standing)
    (line,) = [one for one in document.statements if "daily instead of weekly, told on" in one.text]
    assert line.activity.owner == "physician" and line.id in document.top and "blood count" in line.text
    asked = [one for one in document.statements if "the dose of methotrexate with the prescriber" in one.text]
    assert [one.activity.due for one in asked] == [TODAY.isoformat()]


@pytest.mark.parametrize(
    "name", ["sacubitril 49 MG / valsartan 51 MG Oral Tablet", "ENTRESTO 49-51 MG TABLET"]
)
def test_a_combination_that_is_contraindicated_with_a_drug_stands_on_top_and_in_its_sources(name):
    told = somebody("ramipril 10 MG Oral Capsule", name, problems=[("Heart failure", "I50.22")])
    document, _, _ = plan(told)
    assert unsupported(told, document) == []
    on_top = [one for one in document.statements if one.id in document.top]
    (pair,) = [one for one in on_top if "ramipril" in one.text and "sacubitril/valsartan" in one.text]
    assert pair.guideline.id.startswith("hazard:arni-ace:")


def test_a_pregnancy_that_ended_and_one_of_now_stay_two():
    told = somebody(born="1994-02-03")
    told.problem("Normal pregnancy", "72892002", on="2022-03-01", status="resolved")
    told.problem("Normal pregnancy", "72892002", on="2026-11-02")
    told.problem("Infection of kidney in pregnancy", "O23.01", on="2026-11-02")
    found = [one for one in told.record().problems if one.concept == "pregnancy"]
    assert sorted(one.status for one in found if one.name == "Normal pregnancy")[0] == "active"
    assert any("kidney" in one.name for one in found)


def test_who_has_no_high_finding_gets_no_line_more():
    told = somebody("metformin 500 MG Oral Tablet", problems=[("Type 2 diabetes mellitus", "44054006")])
    document, standing, _ = plan(told)
    assert standing == ()
    assert document == draft.write(told.record(), KNOWLEDGE, None, calls=0, answers=Remembered())


def test_a_line_of_next_week_answers_no_high_finding():
    document, (finding,), record = plan(PEOPLE["two anticoagulants"]())
    pen = Pen(record, draft.kind_of("care_plan"), KNOWLEDGE)
    late = [
        replace(one, activity=replace(one.activity, due="2026-12-01")) if one.activity else one
        for one in document.statements
    ]
    assert is_answered(finding, document.statements, pen) and not is_answered(finding, late, pen)


def test_of_several_drugs_a_line_and_a_finding_say_are():
    told = noted(
        "She fell and hit her head.", "apixaban 5 MG Oral Tablet", "warfarin sodium 5 MG Oral Tablet"
    )
    told.problem("Atrial fibrillation", "I48.91", on="2020-01-01")
    told.problem("Repeated falls", "R29.6", on="2026-06-01")
    document, standing, _ = plan(told)
    assert unsupported(told, document) == []
    said = [one.text for one in document.statements] + [one.message for one in standing]
    of_both = [one for one in said if "apixaban and warfarin" in one]
    assert any("apixaban and warfarin are taken" in one for one in of_both)
    assert any(
        "apixaban and warfarin protect against stroke" in one and "and make a fall" in one for one in of_both
    )
    assert not [
        one for one in of_both if "apixaban and warfarin is" in one or "apixaban and warfarin protects" in one
    ]


def physicians(document, drug):
    lines = [one for one in document.statements if one.activity and one.activity.owner == "physician"]
    return [one for one in lines if drug in one.text and one.activity.due <= "2026-12-07"]


def test_what_one_person_decides_and_reviews_about_one_drug_is_one_line_by_the_earlier_day():
    told = kidney()
    told.problem("Type 2 diabetes mellitus", "44054006", on="2020-01-15")
    told.problem("Chronic kidney disease stage 4", "431857002", on="2025-01-15")
    document, standing, record = plan(told)
    (one,) = physicians(document, "metformin")
    assert one.activity.due == TODAY.isoformat() and f"decides by {TODAY}" in one.text
    (renal,) = [each for each in standing if each.rule == "renal"]
    assert set(renal.evidence) <= set(one.citations) and one.guideline is not None
    assert unsupported(told, document) == []
    assert is_answered(renal, document.statements, Pen(record, draft.kind_of("care_plan"), KNOWLEDGE))


def test_two_questions_about_one_drug_stay_two_lines():
    told = somebody("lisinopril 20 MG Oral Tablet")
    told.problem("Essential hypertension", "59621000", on="2020-01-15")
    told.problem("Chronic kidney disease stage 3", "433144002", on="2025-01-15")
    told.lab("2823-3", "Potassium", "5.8", "mmol/L", "2026-11-18")
    told.lab("8480-6", "Systolic blood pressure", "162", "mm[Hg]", "2026-11-18")
    document, _, _ = plan(told)
    asked = [one.text for one in document.statements if one.activity and "lisinopril" in one.text]
    assert any("potassium of 5.8" in one for one in asked) and any("systolic was 162" in one for one in asked)


@pytest.mark.parametrize(
    ("drug", "potassium"),
    [
        ("potassium chloride 20 MEQ Extended Release Oral Tablet", "5.3"),
        ("potassium chloride 20 MEQ Extended Release Oral Tablet", "5.8"),
        ("triamterene 50 MG Oral Capsule", "5.5"),
        ("amiloride 5 MG Oral Tablet", "5.7"),
        ("spironolactone 25 MG Oral Tablet", "5.7"),
        ("losartan 50 MG Oral Tablet", "6.1"),
    ],
)
def test_what_raises_potassium_at_a_potassium_that_forbids_it_is_high_and_has_a_line_of_the_day(
    drug, potassium
):
    told = somebody(drug)
    told.lab("2823-3", "Potassium", potassium, "mmol/L", "2026-11-12")
    document, standing, record = plan(told)
    (high,) = [one for one in standing if one.rule == "renal"]
    assert is_answered(high, document.statements, Pen(record, draft.kind_of("care_plan"), KNOWLEDGE))
    assert unsupported(told, document) == []


def test_potassium_within_its_range_makes_no_finding_of_a_supplement():
    told = somebody("potassium chloride 20 MEQ Extended Release Oral Tablet")
    told.lab("2823-3", "Potassium", "4.9", "mmol/L", "2026-11-12")
    assert [one for one in plan(told)[1] if one.rule == "renal"] == []
