"""What a fact says beside a guideline, of a reason that nobody wrote, and of a class of drugs that nobody takes."""

from dataclasses import replace

from careloom.care.document import Guideline, Verdict
from careloom.care.entry import LOINC, Code, Component
from careloom.verify import Index, judge_with
from tests.draft.people import KNOWLEDGE, Told


def told():
    one = Told()
    one.patient()
    one.problem("Type 2 diabetes mellitus (disorder)", "44054006", on="2012-01-01")
    one.lab("4548-4", "Hemoglobin A1c", "8.9", "%", "2026-09-20")
    one.drug("lisinopril 10 MG Oral Tablet", "Take 1 tablet by mouth once daily")
    one.drug("naproxen 220 MG", "twice daily", detail={"intent": "order", "reason": "knee pain"})
    return one


def verdict(text, kinds, rule="", record=None):
    known = record or told().record()
    cited = [entry for entry in known.entries if entry.kind in kinds]
    found = KNOWLEDGE.protocols.rule(rule) if rule else None
    guideline = Guideline(found.id, found.cited_as, found.says) if found else None
    return judge_with(Index(known, KNOWLEDGE), text, cited, guideline).verdict


DIABETES = ("Patient", "Condition")


def test_that_no_reason_is_recorded_is_so_where_no_cited_entry_has_one():
    text = "No dilated eye exam is recorded; no reason is recorded."
    assert verdict(text, DIABETES) is Verdict.SUPPORTED
    assert verdict(text, (*DIABETES, "MedicationRequest")) is not Verdict.SUPPORTED


def test_that_no_drug_of_a_class_is_listed_is_so_where_none_is_current():
    cited = (*DIABETES, "MedicationRequest")
    assert verdict("No statin is listed as a current medication.", cited) is Verdict.SUPPORTED
    assert verdict("No GLP-1 receptor agonist is listed as a current medication.", cited) is Verdict.SUPPORTED
    assert verdict("No ACE inhibitor is listed as a current medication.", cited) is not Verdict.SUPPORTED


def test_a_record_of_which_a_part_is_closed_says_of_no_class_that_nobody_takes_it():
    record = told().record()
    closed = replace(record, whole=record)
    text = "No statin is listed as a current medication."
    assert verdict(text, DIABETES, record=closed) is not Verdict.SUPPORTED


def test_a_fact_may_name_the_guideline_that_asks_for_what_is_missing():
    text = "No dilated eye exam is recorded; no reason is recorded."
    assert verdict(text, DIABETES, "t2d-eye-exam") is Verdict.SUPPORTED
    assert verdict(text, DIABETES, "hf-weight-due") is not Verdict.SUPPORTED


def test_a_fact_may_name_the_guideline_that_it_meets_and_lends_nothing_from_it():
    fact = "HbA1c was 8.9 % on 2026-09-20."
    assert verdict(fact, (*DIABETES, "Observation"), "t2d-hba1c-due") is Verdict.SUPPORTED
    # What is met is asked of nobody.
    asked = "The nurse arranges an HbA1c by 2026-12-07; none is recorded."
    assert verdict(asked, (*DIABETES, "Observation"), "t2d-hba1c-due") is not Verdict.SUPPORTED
    assert verdict(fact, ("Observation",), "ckd-egfr-due") is not Verdict.SUPPORTED


def test_a_machines_pressure_may_be_said_rounded_and_no_other():
    one = told()
    parts = one.add("Observation", on="2026-09-20", status="final", text="Blood pressure")
    high, low = ("8480-6", "158.66349351292294"), ("8462-4", "95.96966219640271")
    parts = replace(parts, components=tuple(_part(code, digits) for code, digits in (high, low)))
    one.entries[-1] = parts
    record = one.record()
    for words, so in (("158.7/96.0", True), ("159/96", True), ("158.7/95.0", False), ("160/100", False)):
        found = judge_with(
            Index(record, KNOWLEDGE), f"Blood pressure was {words} mmHg on 2026-09-20.", [parts]
        )
        assert (found.verdict is Verdict.SUPPORTED) is so, words


def _part(code, digits):
    return Component(codes=(Code(LOINC, code, ""),), value=digits, unit="mm[Hg]")


def test_a_visit_is_named_by_what_it_was_for():
    one = Told()
    one.patient()
    one.problem("Moderate persistent asthma", "427295004", on="2015-01-01")
    one.add(
        "Encounter",
        text="Emergency department visit",
        on="2026-11-14",
        status="finished",
        detail={"class": "emergency", "reason": "Asthma exacerbation"},
    )
    rest = "; a severe one in the last year is a risk for the next, even with few symptoms."

    def judged(day):
        said = f"An asthma exacerbation was recorded on {day}{rest}"
        return verdict(said, ("Condition", "Encounter"), "asthma-exacerbation", one.record())

    assert judged("2026-11-14") is Verdict.SUPPORTED
    assert judged("2026-11-12") is Verdict.CONTRADICTED


def test_what_a_note_is_called_is_nobodys_health():
    one = Told()
    one.patient()
    one.add(
        "DocumentReference",
        text="His wife is health care proxy and at home all day. His brother has diabetes.",
        on="2026-11-22",
        status="current",
        detail={"title": "Home health note"},
    )
    known, cited = one.record(), ("DocumentReference",)
    told = "A new note is recorded on 2026-11-22, from lakeside_clinic: home health note."
    assert verdict(told, cited, record=known) is Verdict.SUPPORTED
    assert verdict("Diabetes is recorded on 2026-11-22.", cited, record=known) is Verdict.CONTRADICTED
