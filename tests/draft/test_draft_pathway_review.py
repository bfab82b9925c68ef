"""A pathway review: where a patient stands on the protocols, the next best steps, deviations with their reasons, what is met."""

import re

import pytest

from careloom import check, draft
from careloom.care.entry import SNOMED, Code, Period, Person, when
from careloom.care.kinds import Given
from careloom.draft.pathway_review import steps
from careloom.llm import Remembered
from tests.draft.drafted import nobody, plan, said, texts, unsupported
from tests.draft.people import KNOWLEDGE, Told, ana
from tests.draft.test_draft_clinical_summary import (
    EVERYBODY,
    in_hospice,
    just_out_of_hospital,
    pregnant_and_spanish_speaking,
)


def review(told):
    return draft.write(
        told.record(), KNOWLEDGE, None, kind="pathway_review", given=Given(), calls=0, answers=Remembered()
    )


def of(document, section):
    return [one for one in document.statements if one.section == section]


def with_reasons():
    """A heart attack and diabetes: a statin that hurt, a vaccine declined, a drug that the payer refused, an eye exam done."""
    told = Told(Person(birth_date="1955-05-05", sex="male"))
    told.patient()
    told.problem("Type 2 diabetes mellitus (disorder)", "44054006", on="2012-01-01")
    told.problem("Old myocardial infarction", "I25.2", on="2019-02-01")
    told.problem("Chronic kidney disease stage 3 (disorder)", "433144002", on="2022-01-01")
    told.lab("4548-4", "Hemoglobin A1c", "6.6", "%", "2026-09-20")
    told.lab("98979-8", "eGFR", "44", "mL/min/{1.73_m2}", "2026-09-20")
    told.drug(
        "atorvastatin 40 MG Oral Tablet",
        "Take 1 tablet daily",
        on="2024-03-01",
        status="stopped",
        detail={"intent": "order", "note": "muscle pain with two statins"},
        effective=Period(start=when("2024-03-01"), end=when("2025-01-10")),
    )
    told.add(
        "Immunization",
        on="2026-10-10",
        text="Influenza vaccine",
        codes=(Code("http://hl7.org/fhir/sid/cvx", "140", "Influenza, seasonal, injectable"),),
        status="not-done",
        negated=True,
        detail={"note": "patient declined"},
    )
    told.add(
        "ClaimResponse",
        system="county_health_plan",
        on="2026-10-05",
        text="Prior authorization",
        status="active",
        detail={
            "use": "preauthorization",
            "outcome": "denied",
            "service": "empagliflozin 10 mg tablet",
            "disposition": "Step therapy is not documented.",
        },
    )
    told.drug("lisinopril 10 MG Oral Tablet", "Take 1 tablet by mouth once daily")
    eye = (Code(SNOMED, "252779009", "Dilated retinal eye exam"),)
    told.add("Procedure", on="2026-05-05", text="Dilated retinal eye exam", status="completed", codes=eye)
    order = {"intent": "order", "reason": "knee pain"}
    told.drug("naproxen 220 MG Oral Tablet", "Take 1 tablet twice daily", on="2026-10-09", detail=order)
    return told


@pytest.mark.parametrize("person", [*EVERYBODY, with_reasons])
def test_every_line_is_cited_and_follows_from_what_it_cites(person):
    told = person()
    document = review(told)
    known = told.record().by_id
    assert document.statements
    assert all(one.citations and all(known[c].id == c for c in one.citations) for one in document.statements)
    assert unsupported(told, document) == []


@pytest.mark.parametrize("person", [*EVERYBODY[:-1], with_reasons])
def test_no_line_of_it_is_at_fault(person):
    told = person()
    found = check.check(review(told), told.record(), KNOWLEDGE)
    assert [one for one in found if one.statement or one.rule == "omission"] == []


@pytest.mark.parametrize("person", [*EVERYBODY[:-1], with_reasons])
def test_every_line_is_a_readable_sentence_and_stands_once(person):
    lines = review(person()).statements
    assert len({one.id for one in lines}) == len(lines)
    for one in lines:
        assert one.text[0].isupper() or one.text[:4] == "eGFR"
        assert one.text.endswith(".") and not re.search(r"\(disorder\)|  |\{|\}|_|;;|\.;", one.text)
        assert len(one.text.split()) <= 50


def test_each_step_and_what_is_met_names_its_guideline_with_section_and_year():
    document = review(with_reasons())
    for one in [*of(document, "steps"), *of(document, "met")]:
        assert one.guideline and re.search(r", .+, \d{4}(?: \([^()]+\))?$", one.guideline.source), one.text


def test_steps_stand_by_what_is_at_stake_and_then_by_the_strength_of_their_evidence():
    found = of(review(with_reasons()), "steps")
    assert "naproxen" in found[0].text
    place = {one.guideline.id: place for place, one in enumerate(found)}
    # A 1A recommendation before an ungraded one of the same urgency, though the protocol ranks that one higher.
    sglt2 = next(one for one in found if "SGLT2" in one.text)
    assert "(1A)" in sglt2.guideline.source
    assert place[sglt2.guideline.id] < min(
        place[one] for one in place if one.startswith("t2d-") and "uacr" not in one
    )


@pytest.mark.parametrize(
    ("grade", "strength"),
    [
        ("COR 1, LOE A", 0),
        ("COR I, LOE C", 0),
        ("COR 3: Harm, LOE B-NR", 0),
        ("1A", 0),
        ("1C", 0),
        ("A", 0),
        ("Strong recommendation, moderate certainty", 0),
        ("Category A, evidence type 4", 0),
        ("COR 2a, LOE B-R", 1),
        ("COR IIa", 1),
        ("B", 1),
        ("A or B", 1),
        ("Category B, evidence type 3", 1),
        ("", 2),
        ("COR 2b, LOE B-NR", 3),
        ("COR IIb, LOE B-R", 3),
        ("2C", 3),
        ("conditional recommendation; low-certainty evidence", 3),
        ("C", 3),
    ],
)
def test_a_grade_is_read_as_its_guideline_means_it(grade, strength):
    assert steps.strength(grade) == strength


def test_every_grade_of_our_own_protocols_is_one_that_is_known():
    grades = {rule.grade for rule in KNOWLEDGE.protocols.all if rule.grade}
    assert {grade for grade in grades if steps.strength(grade) == 2} == set()


def test_a_deviation_gives_the_reason_that_the_record_has():
    lines = texts(review(with_reasons()), "deviations")
    for line in (
        "No statin is listed as a current medication; the reason (2025-01-10): “muscle pain with two statins”.",
        "No influenza vaccine is recorded; the reason (2026-10-10): “patient declined”.",
    ):
        assert line in lines
    [refused] = [one for one in lines if one.startswith("No SGLT2 inhibitor")]
    assert "denied on 2026-10-05: “Step therapy is not documented”" in refused
    [harm] = [one for one in lines if one.startswith("Naproxen is taken with chronic kidney disease")]
    assert harm.endswith("; the recorded reason is “knee pain”.")


def test_a_deviation_of_which_nobody_wrote_a_reason_says_so():
    lines = texts(review(with_reasons()), "deviations")
    assert "No comprehensive foot exam is recorded; no reason is recorded." in lines
    lines = texts(review(ana()), "deviations")
    assert any(
        one.startswith("Ibuprofen is taken with") and one.endswith("no reason is recorded.") for one in lines
    )


def test_a_drug_that_nobody_asks_for_is_no_deviation():
    # That she takes no anticoagulant is why an antiplatelet drug is asked for; nobody asks for an anticoagulant.
    assert "anticoagulant" not in said(review(with_reasons()))


def test_what_is_done_is_met_and_no_step():
    document = review(with_reasons())
    met = texts(document, "met")
    assert "Dilated retinal eye exam is recorded on 2026-05-05." in met
    assert "HbA1c was measured on 2026-09-20: 6.6 %." in met
    assert not any("eye exam" in one for one in texts(document, "steps"))


def test_a_drug_that_nobody_fills_meets_nothing():
    told = Told()
    told.patient()
    told.problem("Type 2 diabetes mellitus (disorder)", "44054006", on="2012-01-01")
    told.drug("atorvastatin 40 MG Oral Tablet", "Take 1 tablet daily", on="2026-01-10")
    told.fill("atorvastatin 40 MG Oral Tablet", "2026-01-12")
    told.fill("metformin 500 MG Oral Tablet", "2026-11-02")
    document = review(told)
    assert not any("torvastatin" in one for one in texts(document, "met"))
    [line] = [one for one in texts(document, "deviations") if "torvastatin" in one]
    assert "fill seen" in line and line.endswith("; no reason is recorded.")
    assert unsupported(told, document) == []


def test_a_drug_that_harms_her_is_the_first_step_whether_a_protocol_names_it_or_not():
    document = review(pregnant_and_spanish_speaking())
    assert "lisinopril" in texts(document, "steps")[0]
    assert any("lisinopril while normal pregnancy" in one for one in texts(document, "deviations"))


def test_a_critical_potassium_comes_before_everything():
    document = review(just_out_of_hospital())
    assert "potassium 6.4 mmol/L" in texts(document, "steps")[0]
    assert document.top[0] == of(document, "steps")[0].id
    assert not any("npatient" in one for one in texts(document, "met"))


def test_what_is_critical_stands_first_and_is_no_deviation():
    told = Told()
    told.patient()
    told.problem("Hypertension", "I10", on="2015-01-01")
    told.lab("2823-3", "Potassium", "6.9", "mmol/L", "2026-11-20")
    document = review(told)
    assert "a critical result" in texts(document, "standing")[0]
    assert not any("critical" in one for one in texts(document, "deviations"))


def test_why_somebody_came_to_a_visit_is_no_reason_for_a_deviation():
    told = ana()
    told.add(
        "Encounter",
        on="2026-11-01",
        status="finished",
        text="visit",
        detail={"class": "emergency", "reason": "a fall"},
    )
    assert not any("a fall" in one for one in texts(review(told), "deviations"))


def test_what_does_not_apply_is_left_out_with_the_reason():
    document = review(in_hospice())
    assert of(document, "steps") == [] and len(document.left_out) > 2
    assert all(one.why and one.evidence for one in document.left_out)


def test_where_no_problem_is_recorded_the_review_says_so():
    assert "No active problem is recorded." in texts(review(nobody()), "standing")


def test_a_step_is_the_care_plans_own_so_that_it_becomes_one_task():
    told = ana()
    ids = {one.id for one in plan(told).statements if one.kind == "activity"}
    assert {one.id for one in of(review(told), "steps")} <= ids
