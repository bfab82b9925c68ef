"""Low glucose of the past month reaches a person though a newer value is high, and so does fainting on insulin or a sulfonylurea."""

from dataclasses import replace

import pytest

from careloom.care.entry import LOINC, Code, Entry, Period, when
from careloom.check import danger_sign
from careloom.check.hypoglycemia import rule
from tests.check.records import SOURCE, a_drug, a_problem, a_record, found
from tests.check.test_check_head_injury import noted

DRUGS = [
    "Insulin glargine 100 UNT/ML",
    "Glipizide 5 MG",
    "Glyburide 5 MG",
    "Repaglinide 1 MG",
    "Insulin lispro 100 UNT/ML",
]


def glucose(value: str, on: str, *, unit: str = "mg/dL", code: str = "2345-7") -> Entry:
    return Entry(
        id=f"glucose {value} {on}", kind="Observation", source=SOURCE, codes=(Code(LOINC, code, "Glucose"),),
        value=value, unit=unit, effective=Period(when(on)), status="final",
    )  # fmt: skip


@pytest.mark.parametrize("drug", DRUGS)
def test_a_level_2_low_counts_though_a_newer_value_is_high(drug: str) -> None:
    record = a_record(a_drug(drug), glucose("48", "2026-11-10"), glucose("310", "2026-11-20"))
    (finding,) = found(rule, record)
    assert (finding.severity, finding.statement) == ("high", None)
    assert finding.message.startswith(
        "Glucose was below 54 mg/dL (level 2) in the last 30 days: 48 mg/dL (2026-11-10), and "
    )
    assert "ADA Standards of Care in Diabetes, Section 6, 2026" in finding.message
    assert set(finding.evidence) == {drug, "glucose 48 2026-11-10"}


def test_every_low_of_the_month_is_in_one_finding_and_older_ones_are_not() -> None:
    lows = [
        glucose("62", "2026-11-02"),
        glucose("51", "2026-11-08"),
        glucose("66", "2026-11-20"),
        glucose("44", "2026-10-20"),
    ]
    (finding,) = found(rule, a_record(a_drug(DRUGS[0]), *lows))
    assert "51 mg/dL (2026-11-08), 62 mg/dL (2026-11-02), 66 mg/dL (2026-11-20), and" in finding.message
    assert "44" not in finding.message
    assert len(finding.evidence) == 4
    assert found(rule, a_record(a_drug(DRUGS[0]), lows[3])) == []


@pytest.mark.parametrize(
    ("value", "unit", "severity"),
    [("53", "mg/dL", "high"), ("54", "mg/dL", "moderate"), ("69", "mg/dL", "moderate"), ("70", "mg/dL", None), ("2.9", "mmol/L", "high"), ("3.5", "mmol/L", "moderate")],
)  # fmt: skip
def test_the_levels_are_the_guidelines(value: str, unit: str, severity: str | None) -> None:
    code = "14749-6" if unit == "mmol/L" else "2345-7"
    told = found(
        rule, a_record(a_drug("Glimepiride 4 MG"), glucose(value, "2026-11-20", unit=unit, code=code))
    )
    assert [one.severity for one in told] == ([severity] if severity else [])


@pytest.mark.parametrize(
    "text",
    [
        "Last week she fainted and her daughter gave her juice.",
        "La semana pasada se desmayó y su hija le dio jugo.",
        "He passed out at the bus stop on Tuesday.",
        "Found confused and sweaty by her neighbor.",
        "EMS found her unresponsive; given glucagon.",
        "Her son says she was disoriented before lunch.",
        "Estaba confundida por la mañana.",
        "Sugar was 41 this morning, drank juice.",
        "Blood glucose of 48 at 3 am.",
        "Tuvo el azúcar en 45 el lunes.",
        "Low sugar at night, husband gave her orange juice.",
        "She had a seizure on Sunday.",
    ],
)
@pytest.mark.parametrize("drug", DRUGS[:2])
def test_what_a_note_tells_is_high_and_is_not_told_twice(text: str, drug: str) -> None:
    record = a_record(a_drug(drug), noted(text))
    (finding,) = found(rule, record)
    assert (finding.severity, finding.message.split(" tells")[0]) == ("high", "A note (clinic, 2026-11-22)")
    assert set(finding.evidence) == {"note", drug}
    assert found(danger_sign.rule, record) == []


@pytest.mark.parametrize(
    "text", ["Had a few low sugars last week.", "Glucose was 66 before supper.", "Refiere bajones de azúcar."]
)
def test_a_low_without_a_grave_sign_is_moderate(text: str) -> None:
    (finding,) = found(rule, a_record(a_drug(DRUGS[1]), noted(text)))
    assert finding.severity == "moderate"


@pytest.mark.parametrize(
    "text",
    [
        "Denies fainting, confusion or low sugars.",
        "No hypoglycemia since the last visit.",
        "Taught the signs of low sugar: confusion, sweating. Call 911 if she faints.",
        "Her husband passed out at dinner.",
        "Niega desmayos.",
        "Not confused, alert and oriented.",
        "Walks 45 minutes; sugar free drinks.",
        "Goal glucose below 54 never.",
        "Fasting glucose 142 and 168.",
        "Family history of seizures.",
    ],
)
def test_what_is_denied_taught_or_anothers_is_none(text: str) -> None:
    assert found(rule, a_record(a_drug(DRUGS[0]), noted(text))) == []


def test_without_such_a_drug_it_is_none_and_fainting_stays_a_danger_sign() -> None:
    fainted = noted("He passed out at the bus stop on Tuesday.")
    for drug in (a_drug("Metformin 500 MG"), a_drug("Insulin glargine 100 UNT/ML", current=False)):
        assert found(rule, a_record(drug, glucose("48", "2026-11-20"), fainted)) == []
        assert len(found(danger_sign.rule, a_record(drug, fainted))) == 1
    assert (
        found(rule, a_record(a_drug(DRUGS[0]), replace(fainted, effective=Period(when("2026-10-01"))))) == []
    )


def test_confusion_in_dementia_is_asked_about_less_gravely() -> None:
    dementia = a_problem("Dementia", "dementia")
    (finding,) = found(rule, a_record(a_drug(DRUGS[1]), dementia, noted("She was confused this morning.")))
    assert finding.severity == "moderate"
