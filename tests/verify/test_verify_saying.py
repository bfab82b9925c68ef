"""What Ruth's record says may be said in other words: rounded, converted, counted, as a trend, by a time without a date."""

from dataclasses import replace
from typing import Any

import pytest

from careloom.care.document import Verdict
from careloom.care.entry import Entry, Period, when
from careloom.knowledge import load
from careloom.verify import Index, Judgement, judge_with
from careloom.verify.tokens import Sort
from tests.verify.ruth import BY_ID, EHR, ENTRIES, RECORD


def _entry(entry_id: str, kind: str, text: str, day: str = "", **more: Any) -> Entry:
    effective = Period(when(day)) if day else Period()
    return Entry(id=entry_id, kind=kind, source=EHR, text=text, effective=effective, **more)


def _stay(entry_id: str, first: str, last: str, kind: str = "inpatient") -> Entry:
    found = _entry(
        entry_id, "Encounter", "Visit", status="finished", detail={"class": kind, "reason": "Dizziness"}
    )
    return replace(found, effective=Period(when(first), when(last)))


MORE = (
    _stay("stay-1", "2026-03-01", "2026-03-06"),
    _stay("stay-2", "2026-08-14", "2026-08-16"),
    _stay("stay-0", "2025-01-08", "2025-01-12"),
    _stay("emergency", "2026-09-20", "2026-09-20", "emergency"),
    _entry("knee", "Procedure", "Replacement of right knee joint", "2021-04-13", status="completed"),
    _entry("other-knee", "Condition", "Osteoarthritis of left knee", "2019", status="active", certainty="confirmed"),
    _entry("attack", "FamilyMemberHistory", "father: Myocardial infarction", status="completed", subject="family"),
    _entry("story", "DocumentReference", "Quit smoking in 2015. Brother has memory loss. Lives with her sister.",
           recorded=when("2026-11-02"), status="current"),
    _entry("statin", "MedicationRequest", "Atorvastatin 40 mg tablet", "2026-02-03", status="active"),
    _entry("ordered", "Appointment", "Nephrology visit", "2026-12-15", status="booked"),
)  # fmt: skip
KNOWLEDGE = load()
INDEX = Index(replace(RECORD, entries=(*ENTRIES, *MORE)), KNOWLEDGE)
ENTRY = BY_ID | {entry.id: entry for entry in MORE}


def said(text: str, citations: str) -> Judgement:
    """The judgement on a sentence that cites entries of Ruth's, by their ids."""
    return judge_with(INDEX, text, [ENTRY[one] for one in citations.split()])


# What is so, what it cites, and what is not so with the same citations.
SAYINGS = (
    ("HbA1c was about 8 %.", "a1c", "HbA1c was about 9 %."),
    ("HbA1c was 66 mmol/mol.", "a1c", "HbA1c was 62 mmol/mol."),
    ("Body weight is 180 lb.", "weight", "Body weight is 170 lb."),
    ("Body weight is 81 kg.", "weight", "Body weight is 18 kg."),
    ("She weighs 81 kg.", "weight", "She weighs 81 lb."),
    ("HbA1c is 8.2.", "a1c", "HbA1c is 2.8."),
    ("eGFR is between 35 and 40.", "egfr", "eGFR is between 45 and 50."),
    ("eGFR is below 45 mL/min/1.73 m2.", "egfr", "eGFR is above 45 mL/min/1.73 m2."),
    ("HbA1c is above the normal range.", "a1c", "HbA1c is below the normal range."),
    ("HbA1c rose from 7.4 to 8.2.", "a1c-old a1c", "HbA1c fell from 7.4 to 8.2."),
    ("HbA1c went from 7.4 to 8.2.", "a1c-old a1c", "HbA1c went from 8.2 to 7.4."),
    ("HbA1c worsened from 7.4 to 8.2.", "a1c-old a1c", "HbA1c improved from 7.4 to 8.2."),
    ("eGFR dropped by 14 mL/min/1.73 m2.", "egfr-old egfr", "eGFR dropped by 24 mL/min/1.73 m2."),
    ("HbA1c was 8.2 % last month.", "a1c", "HbA1c was 8.2 % last week."),
    ("HbA1c was 8.2 % six weeks ago.", "a1c", "HbA1c was 8.2 % six months ago."),
    ("HbA1c was 8.2 % in October.", "a1c", "HbA1c was 8.2 % in July."),
    ("Potassium was 5.1 mmol/L on 10/12.", "potassium", "Potassium was 5.1 mmol/L on 12/10."),
    ("Diabetes was diagnosed in early 2015.", "diabetes", "Diabetes was diagnosed in late 2015."),
    ("She has had diabetes for 11 years.", "diabetes", "She has had diabetes for 21 years."),
    ("Two admissions this year.", "stay-1 stay-2", "Three admissions this year."),
    ("She was admitted twice in 2026.", "stay-1 stay-2", "She was admitted once in 2026."),
    ("One admission in 2025.", "stay-0", "One admission in 2026."),
    ("She was in hospital for five days.", "stay-1", "She was in hospital for nine days."),
    ("She went to the ER two months ago.", "emergency", "She went to the ER two weeks ago."),
    ("Her father had a heart attack.", "attack", "She had a heart attack."),
    ("The right knee was replaced in 2021.", "knee", "The left knee was replaced in 2021."),
    (
        "Right knee replacement; osteoarthritis of the left knee.",
        "knee other-knee",
        "Right knee replacement; osteoarthritis of the right knee.",
    ),
    ("She quit smoking in 2015.", "story", "She smokes."),
    ("Her brother has memory loss.", "story", "She has memory loss."),
    ("She lives with her sister.", "story", "She lives with her brother."),
    ("She takes a statin.", "statin", "She takes a beta blocker."),
    ("She takes Lipitor 40 mg.", "statin", "She takes Lipitor 80 mg."),
    ("HbA1c was 8.2 % at the beginning of October.", "a1c", "HbA1c was 8.2 % at the end of October."),
    ("HbA1c rose within a year.", "a1c-old a1c", "HbA1c rose within a month."),
    ("The nephrology visit is in three weeks.", "ordered", "The nephrology visit is in three months."),
    ("She takes metformin BID.", "metformin", "She takes metformin TID."),
    ("Two admissions between March and August.", "stay-1 stay-2", "Three admissions between March and August."),
    ("Lupus was ruled out.", "lupus", "Lupus is active."),
    ("She spent five days in hospital for dizziness.", "stay-1", "She spent a month in hospital for dizziness."),
    ("She is allergic to penicillin.", "penicillin", "She takes penicillin."),
    ("A nephrology visit is booked for December 15.", "ordered", "A nephrology visit occurred on December 15."),
)  # fmt: skip


@pytest.mark.parametrize(("text", "citations"), [(so, citations) for so, citations, _ in SAYINGS])
def test_what_is_so_may_be_said_in_other_words(text: str, citations: str) -> None:
    found = said(text, citations)
    assert found.verdict is Verdict.SUPPORTED, found.faults


@pytest.mark.parametrize(("text", "citations"), [(wrong, citations) for _, citations, wrong in SAYINGS])
def test_what_is_not_so_is_contradicted(text: str, citations: str) -> None:
    assert said(text, citations).verdict is Verdict.CONTRADICTED


def test_two_admissions_are_not_all_when_the_record_has_three() -> None:
    assert said("One admission this year.", "stay-1").verdict is Verdict.CONTRADICTED


def test_another_drugs_brand_is_no_name_of_hers() -> None:
    assert said("She takes Zocor 40 mg.", "statin").verdict is Verdict.NOT_ADDRESSED


def test_a_doses_number_is_never_rounded() -> None:
    assert said("She takes about 450 mg of metformin.", "metformin").verdict is Verdict.CONTRADICTED


WAYS = (
    "three months ago", "a couple of weeks ago", "a few months ago", "half a year ago", "two weeks earlier", "over the past decade", "for six years", "a 10-year history", "last Tuesday",
    "next weekend", "spring 2025", "in the fall", "mid-2024", "late in March 2024", "at the end of October", "the start of 2026",
    "within ten days", "earlier this month", "yesterday", "tomorrow", "on 10/9",
)  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_say_when_becomes_a_day_or_a_span(way: str) -> None:
    dates = [token for token in INDEX.parse(f"She was seen {way}.").tokens if token.sort is Sort.DATE]
    assert len(dates) == 1, way
