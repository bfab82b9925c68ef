"""A disease told of another kind than the record has (type, stage, ejection fraction) is contradicted; its own is not."""

from dataclasses import replace

import pytest

from careloom.care.document import Verdict
from careloom.care.entry import ICD10, LOINC, Code, Entry, Period, when
from careloom.care.record import PatientRecord
from careloom.knowledge import load
from careloom.verify import Index, Judgement, judge_with
from tests.verify.ruth import DIABETES, EGFR, NOTE, RECORD

KNOWLEDGE = load()


def _condition(name: str, text: str, code: str) -> Entry:
    return replace(DIABETES, id=name, text=text, codes=(Code(ICD10, code, text),))


REDUCED = _condition("reduced", "Chronic systolic (congestive) heart failure", "I50.22")
PRESERVED = _condition("preserved", "Heart failure with preserved ejection fraction", "I50.32")
STAGE_4 = _condition("stage-4", "Chronic kidney disease, stage 4 (severe)", "N18.4")
STAGE_3A = _condition("stage-3a", "Chronic kidney disease, stage 3a", "N18.31")
# Her source writes the type in the code alone.
CODED = replace(DIABETES, text="Diabetes mellitus", codes=(Code(ICD10, "E11.9", "Diabetes mellitus"),))


def said(text: str, *entries: Entry, also: tuple[Entry, ...] = (), by_person: bool = False) -> Judgement:
    """The judgement on a sentence that cites these entries, of a record that holds them, `also` and no other diagnosis."""
    kept = [one for one in RECORD.entries if one.kind in ("Patient", "MedicationRequest")]
    record: PatientRecord = replace(
        RECORD, entries=(*kept, *entries, *also), problems=(), trends=(), gaps=(), conflicts=()
    )
    return judge_with(Index(record, KNOWLEDGE), text, entries, by_person=by_person)


OTHERS = (
    ("Type 1 diabetes is active.", DIABETES),
    ("Type one diabetes is active.", DIABETES),
    ("T1DM is active.", DIABETES),
    ("Diabetes type I is active.", DIABETES),
    ("T1D is active.", CODED),
    ("HFpEF is active.", REDUCED),
    ("Heart failure with preserved ejection fraction is active.", REDUCED),
    ("Diastolic heart failure is active.", REDUCED),
    ("HFrEF is active.", PRESERVED),
    ("Chronic kidney disease stage 3 is active.", STAGE_4),
    ("CKD stage 2 is active.", STAGE_4),
    ("CKD 3b is active.", STAGE_3A),
)


@pytest.mark.parametrize("by_person", [False, True])
@pytest.mark.parametrize(("text", "held"), OTHERS)
def test_another_kind_than_the_records_is_contradicted(text: str, held: Entry, *, by_person: bool) -> None:
    assert said(text, held, by_person=by_person).verdict is Verdict.CONTRADICTED


OWN = (
    ("Type 2 diabetes mellitus is active.", DIABETES, ()),
    ("T2DM is active.", CODED, ()),
    ("Systolic heart failure is active.", REDUCED, ()),
    ("Chronic heart failure is active.", PRESERVED, ()),
    ("CKD stage 4 is active.", STAGE_4, ()),
    ("Chronic kidney disease stage 3 is active.", STAGE_3A, ()),
    ("Chronic kidney disease is active.", STAGE_4, ()),
    # The record has both, and neither is held against the other.
    ("HFpEF is active.", REDUCED, (PRESERVED,)),
    ("CKD stage 4 is active.", STAGE_3A, (STAGE_4,)),
    # Asked, denied, of a relative, or of both in one sentence.
    ("The physician decides whether HFpEF is active.", REDUCED, ()),
    ("No HFpEF is recorded.", REDUCED, ()),
    ("HFpEF is recorded in the mother.", REDUCED, ()),
    ("HFrEF, HFpEF.", REDUCED, ()),
    # The newest result shows the stage that is told (KDIGO 2024: 38 is G3b).
    ("CKD stage 3b is active.", STAGE_3A, (EGFR,)),
)


@pytest.mark.parametrize("by_person", [False, True])
@pytest.mark.parametrize(("text", "held", "also"), OWN)
def test_the_records_own_kind_and_what_nobody_claims_is_no_other(
    text: str, held: Entry, also: tuple[Entry, ...], *, by_person: bool
) -> None:
    assert "named" not in {
        fault.kind for fault in said(text, held, also=also, by_person=by_person).faults if fault.contradicts
    }


def test_a_kind_that_a_cited_note_tells_is_not_contradicted_by_the_problem_list() -> None:
    note = replace(NOTE, text="Cardiology: she has HFpEF.")
    faults = said("HFpEF is active.", REDUCED, note).faults
    assert not any(fault.contradicts for fault in faults if fault.kind == "named")


def test_combined_heart_failure_is_neither_the_one_nor_the_other() -> None:
    combined = _condition("combined", "Chronic combined systolic and diastolic heart failure", "I50.42")
    faults = said("Diastolic heart failure is active.", combined).faults
    assert not any(fault.contradicts for fault in faults if fault.kind == "named")


def test_what_ended_is_held_against_nobody() -> None:
    ended = replace(REDUCED, status="resolved", effective=Period(when("2015-03-02"), when("2020-01-01")))
    faults = said("HFpEF is active.", ended).faults
    assert not any(fault.contradicts for fault in faults if fault.kind == "named")


def test_an_ejection_fraction_that_fits_what_is_told_contradicts_nothing() -> None:
    fraction = replace(
        EGFR, id="lvef", codes=(Code(LOINC, "10230-1", "Left ventricular Ejection fraction"),), value="57", unit="%"
    )  # fmt: skip
    faults = said("HFpEF is active.", REDUCED, also=(fraction,)).faults
    assert not any(fault.contradicts for fault in faults if fault.kind == "named")
