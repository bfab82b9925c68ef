"""A sentence about Ruth is supported by what it cites, or it is not."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from careloom.care.document import Guideline, Verdict
from careloom.care.entry import Period, when
from careloom.knowledge import load
from careloom.verify import Index, Judgement, judge, judge_with
from tests.verify.ruth import AS_OF, BY_ID, RECORD

KNOWLEDGE = load()
INDEX = Index(RECORD, KNOWLEDGE)


def said(text: str, citations: str) -> Judgement:
    """The judgement on a sentence that cites entries of Ruth's, by their ids."""
    return judge_with(INDEX, text, [BY_ID[one] for one in citations.split()])


SUPPORTED = (
    ("Type 2 diabetes mellitus without complications has been active since 2015-03-02.", "diabetes"),
    ("HbA1c was 8.2 % on 2026-10-09.", "a1c"),
    ("HbA1c was 8.2% on October 9, 2026.", "a1c"),
    ("HbA1c was high at 8.2 % (9 Oct 2026).", "a1c"),
    ("HbA1c rose from 7.4 % (2025-10-20) to 8.2 % (2026-10-09).", "a1c-old a1c"),
    ("HbA1c rose by 0.8 % to 8.2 % on 2026-10-09.", "a1c-old a1c"),
    ("eGFR fell from 52 to 38 mL/min/1.73 m2 between 2025-10-20 and 2026-10-09.", "egfr-old egfr"),
    ("eGFR was 38 mL/min/1.73 m2 and HbA1c was 8.2 % on 2026-10-09.", "egfr a1c"),
    ("Metformin 500 mg is prescribed twice daily, ordered on 2026-02-03.", "metformin"),
    ("Metformin is prescribed. No fill seen in Corner Pharmacy between 2026-02-03 and 2026-10-30.", "metformin fill"),
    ("Lisinopril 10 mg is prescribed once daily and was last filled on 2026-10-30.", "lisinopril fill"),
    ("Metformin is prescribed with eGFR 38 mL/min/1.73 m2 (2026-10-09).", "metformin egfr"),
    ("Glipizide 5 mg was stopped on 2025-01-15.", "glipizide"),
    ("No caregiver assessment is recorded.", "patient"),
    ("The nurse arranges a caregiver assessment, since none is recorded.", "patient"),
    ("No urine albumin result is recorded since 2024-03-01.", "patient diabetes"),
    ("An allergy to penicillin is active, with hives as reaction, recorded on 2011-07-07.", "penicillin"),
    ("Pneumonia was resolved on 2019-02-20.", "pneumonia"),
    ("Type 2 diabetes mellitus and past pneumonia are recorded.", "diabetes pneumonia"),
    ("Lupus was refuted.", "lupus"),
    ("Breast cancer is recorded in the mother.", "mother"),
    ("Blood pressure was 154/88 mmHg on 2026-10-09.", "pressure"),
    ("Systolic blood pressure was 154 mmHg on 2026-10-09.", "pressure"),
    ("Body weight was 81.4 kg on 2026-10-09.", "weight"),
    ("HbA1c of 8.2 % is above the range of 4.0 to 5.6 %.", "a1c"),
    ("A note of 2026-11-02 reports a need with transport: “She has no car and missed two visits”.", "ride"),
    ("The patient takes ibuprofen 400 mg.", "note"),
    ("The patient is 58 years old, and an interpreter for Spanish is needed.", "patient"),
    ("The care team reviews this plan together with the patient at the next visit.", "patient"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "citations"), SUPPORTED)
def test_what_ruths_record_says_may_be_said(text: str, citations: str) -> None:
    found = said(text, citations)
    assert found.verdict is Verdict.SUPPORTED, found.faults


NUMBERS = (
    ("HbA1c was 2.8 % on 2026-10-09.", "a1c"),
    ("HbA1c was eight % on 2026-10-09.", "a1c"),
    ("HbA1c was 82 % on 2026-10-09.", "a1c"),
    ("HbA1c was 5.6 % on 2026-10-09.", "a1c"),
    ("Potassium was 38 mmol/L on 2026-10-12.", "potassium egfr"),
    ("eGFR was 5.1 mL/min/1.73 m2 on 2026-10-09.", "potassium egfr"),
    ("Systolic blood pressure was 88 mmHg on 2026-10-09.", "pressure"),
    ("Blood pressure was 88/154 mmHg on 2026-10-09.", "pressure"),
    ("Body weight was 84.1 kg on 2026-10-09.", "weight"),
    ("The patient is 85 years old.", "patient"),
    ("Metformin 500 mg is prescribed three times daily.", "metformin"),
    ("eGFR fell from 38 to 52 mL/min/1.73 m2 between 2025-10-20 and 2026-10-09.", "egfr-old egfr"),
    ("HbA1c rose from 8.2 % (2025-10-20) to 7.4 % (2026-10-09).", "a1c-old a1c"),
)


@pytest.mark.parametrize(("text", "citations"), NUMBERS)
def test_another_number_is_contradicted(text: str, citations: str) -> None:
    assert said(text, citations).verdict is Verdict.CONTRADICTED


UNITS = (
    ("HbA1c was 8.2 mmol/mol on 2026-10-09.", "a1c"),
    ("Metformin 500 mcg is prescribed.", "metformin"),
    ("Blood pressure was 154/88 kPa on 2026-10-09.", "pressure"),
    ("Body weight was 81.4 lb on 2026-10-09.", "weight"),
    ("The patient is 58 months old.", "patient"),
)


@pytest.mark.parametrize(("text", "citations"), UNITS)
def test_another_unit_is_a_fault_of_the_unit(text: str, citations: str) -> None:
    found = said(text, citations)
    assert {fault.kind for fault in found.faults} & {"unit", "number"}
    assert found.verdict is Verdict.CONTRADICTED


DATES = (
    ("HbA1c was 8.2 % on 2026-09-10.", "a1c"),
    ("HbA1c was 8.2 % on 10 Oct 2026.", "a1c"),
    ("HbA1c was 8.2 % on 09/10/2026.", "a1c"),
    ("HbA1c was 7.4 % on 2026-10-09.", "a1c-old a1c"),
    ("HbA1c rose from 7.4 % (2026-10-09) to 8.2 % (2025-10-20).", "a1c-old a1c"),
    ("Pneumonia was resolved on 2019-01-10.", "pneumonia"),
    ("Lisinopril was last filled on 2026-02-03.", "lisinopril fill"),
    ("No urine albumin result is recorded since 2015-03-02.", "patient diabetes"),
)


@pytest.mark.parametrize(("text", "citations"), DATES)
def test_another_date_is_a_fault_of_the_date(text: str, citations: str) -> None:
    assert "date" in {fault.kind for fault in said(text, citations).faults}


DENIALS = (
    ("Type 2 diabetes mellitus with complications has been active since 2015-03-02.", "diabetes"),
    ("Type 2 diabetes mellitus has not been active since 2015-03-02.", "diabetes"),
    ("Type 2 diabetes mellitus is no longer active.", "diabetes"),
    ("HbA1c wasn't 8.2 % on 2026-10-09.", "a1c"),
    ("A caregiver assessment is recorded.", "patient"),
    ("Caregiver assessment is recorded.", "patient"),
    ("No caregiver assessment is not recorded.", "patient"),
    ("The nurse does not arrange a caregiver assessment.", "patient"),
    ("The nurse never arranges a caregiver assessment, since none is recorded.", "patient"),
    ("The nurse arranges a caregiver assessment, since one is recorded.", "patient"),
    ("A urine albumin result is recorded since 2024-03-01.", "patient diabetes"),
    ("No allergy to penicillin is active, with hives as reaction.", "penicillin"),
    ("An allergy to penicillin is active, without hives as reaction.", "penicillin"),
    (
        "Metformin is not prescribed. No fill seen in Corner Pharmacy between 2026-02-03 and 2026-10-30.",
        "metformin fill",
    ),
    (
        "Metformin is prescribed. A fill is seen in Corner Pharmacy between 2026-02-03 and 2026-10-30.",
        "metformin fill",
    ),
    ("Lisinopril is prescribed and was never filled on 2026-10-30.", "lisinopril fill"),
    ("A note of 2026-11-02 reports no need with transport.", "ride"),
    ("The patient's language is Spanish, and no interpreter is needed.", "patient"),
    ("The care team reviews this plan together without the patient.", "patient"),
)


@pytest.mark.parametrize(("text", "citations"), DENIALS)
def test_a_flipped_negation_is_found(text: str, citations: str) -> None:
    found = said(text, citations)
    assert found.verdict is Verdict.CONTRADICTED
    assert "negation" in {fault.kind for fault in found.faults}


STATUSES = (
    ("Type 2 diabetes mellitus has been resolved since 2015-03-02.", "diabetes"),
    ("Pneumonia is active.", "pneumonia"),
    ("Past pneumonia and past type 2 diabetes mellitus are recorded.", "diabetes pneumonia"),
    ("Pneumonia was recorded on 2019-01-10.", "pneumonia"),
    ("Lupus is active.", "lupus"),
    ("Lupus was confirmed.", "lupus"),
    ("Lisinopril is stopped.", "lisinopril fill"),
    ("Glipizide 5 mg is active.", "glipizide"),
    ("An allergy to penicillin is resolved.", "penicillin"),
    ("HbA1c fell from 7.4 % (2025-10-20) to 8.2 % (2026-10-09).", "a1c-old a1c"),
    ("HbA1c was low at 8.2 % on 2026-10-09.", "a1c"),
    ("HbA1c of 8.2 % is below the range of 4.0 to 5.6 %.", "a1c"),
)


@pytest.mark.parametrize(("text", "citations"), STATUSES)
def test_another_status_or_direction_is_found(text: str, citations: str) -> None:
    assert said(text, citations).verdict is Verdict.CONTRADICTED


def test_a_relatives_cancer_is_not_ruths() -> None:
    found = said("Breast cancer is recorded.", "mother")
    assert {fault.kind for fault in found.faults} == {"family"}


@pytest.mark.parametrize("drug", ["Glipizide", "insulin glargine", "Januvia", "sitagliptin"])
def test_another_drug_of_the_class_is_found(drug: str) -> None:
    found = said(f"{drug} 500 mg is prescribed twice daily.", "metformin")
    assert "drug" in {fault.kind for fault in found.faults}


@pytest.mark.parametrize(
    ("text", "citations"),
    [
        ("Stop metformin.", "metformin"),
        ("The nurse stops glipizide.", "glipizide"),
        ("Continue metformin.", "metformin"),
        ("The patient lives with her brother.", "note"),
        ("The patient agreed to this plan.", "patient"),
        ("HbA1c was 8.2 % on 2026-10-09 and asthma is a concern.", "a1c"),
        ("HbA1c was 8.2 % last year.", "a1c"),
    ],
)
def test_words_that_no_source_has_are_found(text: str, citations: str) -> None:
    assert said(text, citations).verdict is not Verdict.SUPPORTED


def test_a_quotation_is_verbatim() -> None:
    found = said("A note reports a need with transport: “She has a car and missed two visits”.", "ride")
    assert [fault.kind for fault in found.faults] == ["quotation"]


def test_a_quotation_may_not_leave_out_its_no() -> None:
    found = said("A note reports a need with transport: “car and missed two visits”.", "ride")
    assert [(fault.kind, fault.contradicts) for fault in found.faults] == [("quotation", True)]


def test_a_sentence_without_citations_is_not_addressed() -> None:
    found = judge("Hypertension is active.", [], RECORD, None, KNOWLEDGE)
    assert found.verdict is Verdict.NOT_ADDRESSED
    assert "citation" in {fault.kind for fault in found.faults}


def test_a_sentence_of_plain_words_cites_the_patient_and_no_result() -> None:
    text = "The care team reviews this plan together with the patient."
    assert said(text, "patient").verdict is Verdict.SUPPORTED
    assert said(text, "potassium").verdict is Verdict.NOT_ADDRESSED


def test_an_unknown_guideline_is_a_fault() -> None:
    invented = Guideline("no-such-rule", "A guideline, 2025")
    found = judge_with(INDEX, "HbA1c was 8.2 % on 2026-10-09.", [BY_ID["a1c"]], invented)
    assert [fault.kind for fault in found.faults] == ["guideline"]


def test_a_text_of_endless_length_is_refused_and_not_read() -> None:
    found = said("HbA1c was 8.2 % on 2026-10-09. " * 5_000, "a1c")
    assert found.verdict is Verdict.NOT_ADDRESSED


def test_an_age_is_counted_as_of_the_records_day() -> None:
    assert AS_OF.isoformat() == "2026-11-23"
    assert said("The patient is 58 years old.", "patient").verdict is Verdict.SUPPORTED
    assert said("The patient is 58 years old.", "a1c").verdict is Verdict.CONTRADICTED


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_any_text_gets_a_judgement(text: str) -> None:
    found = said(text, "patient a1c note")
    assert (found.verdict is Verdict.SUPPORTED) == (not found.faults)
    assert all(0 <= fault.start <= fault.end <= len(text) for fault in found.faults)


@settings(max_examples=60, deadline=None)
@given(st.decimals(min_value=0, max_value=999, places=1).filter(lambda value: value != 8 + 2 / 10))
def test_no_other_number_is_ever_ruths_hba1c(value: object) -> None:
    found = said(f"HbA1c was {value} % on 2026-10-09.", "a1c")
    assert (found.verdict is Verdict.SUPPORTED) == (str(value) == "8.2")


@pytest.mark.parametrize(
    ("quotation", "verbatim"),
    [
        ("lives with her daughter …, who works nights", True),
        ("her son (…) drives her", True),
        ("her daughter … works nights", False),
        ("lives with her …, who works nights", False),
    ],
)
def test_what_stands_behind_a_name_that_is_left_out_is_still_quoted(quotation: str, verbatim: bool) -> None:
    text = "Ruth lives with her daughter Lucia, who works nights; her son (Peter Brandt) drives her."
    note = replace(BY_ID["note"], text=text)
    found = judge(f"A note of 2026-11-02 says: “{quotation}”.", [note], RECORD, None, KNOWLEDGE)
    assert ("quotation" not in {fault.kind for fault in found.faults}) is verbatim


@pytest.mark.parametrize(
    ("quotation", "verbatim"),
    [
        ("… lives with her sister", True),
        ("lives … sister", False),
        ("She has … car and missed two visits", False),
    ],
)
def test_only_names_may_be_left_out_of_a_quotation(quotation: str, verbatim: bool) -> None:
    found = said(f"A note of 2026-11-02 says: “{quotation}”.", "note")
    assert ("quotation" not in {fault.kind for fault in found.faults}) is verbatim


@pytest.mark.parametrize(
    ("text", "supported"),
    [
        ("Depression has been active since 2026-05-11.", False),
        ("A provisional diagnosis is recorded on 2026-05-11: depression.", True),
        ("Depression is suspected.", True),
    ],
)
def test_a_guess_is_no_diagnosis(text: str, supported: bool) -> None:
    guess = replace(BY_ID["diabetes"], id="guess", codes=(), text="Depression", certainty="provisional")
    guess = replace(guess, effective=Period(when("2026-05-11")))
    record = replace(RECORD, entries=(*RECORD.entries, guess))
    assert (judge(text, [guess], record, None, KNOWLEDGE).verdict is Verdict.SUPPORTED) is supported
