"""A fall with a blow to the head, in somebody whose blood clots less, reaches a person."""

import pytest

from careloom.care.entry import Entry, Period, when
from careloom.check.head_injury import rule
from tests.check.records import SOURCE, a_drug, a_record, found

FALL = "She fell in the kitchen and hit her head."


def noted(text: str, on: str = "2026-11-22") -> Entry:
    return Entry(
        id="note",
        kind="DocumentReference",
        source=SOURCE,
        text=text,
        status="current",
        effective=Period(when(on)),
    )


@pytest.mark.parametrize("drug", ["Warfarin 5 MG", "Apixaban 5 MG", "Enoxaparin 40 MG", "Clopidogrel 75 MG"])
@pytest.mark.parametrize(
    "text",
    [
        FALL,
        "He slipped and struck the back of his head on the step.",
        "Minor head injury after a fall yesterday.",
        "Se cayó en la cocina y se golpeó la cabeza.",
    ],
)
def test_a_blow_to_the_head_of_somebody_on_a_blood_thinner_is_high(drug: str, text: str) -> None:
    (finding,) = found(rule, a_record(a_drug(drug), noted(text)))
    assert (finding.severity, finding.statement) == ("high", None)
    assert set(finding.evidence) == {"note", drug}
    assert "NICE NG232" in finding.message


def test_without_such_a_drug_with_aspirin_alone_or_long_ago_it_is_none() -> None:
    assert found(rule, a_record(a_drug("Lisinopril 20 MG"), noted(FALL))) == []
    assert found(rule, a_record(a_drug("Aspirin 81 MG"), noted(FALL))) == []
    assert found(rule, a_record(a_drug("Warfarin 5 MG"), noted(FALL, "2026-10-01"))) == []
    assert found(rule, a_record(a_drug("Warfarin 5 MG", current=False), noted(FALL))) == []


@pytest.mark.parametrize(
    "text",
    [
        "She fell but did not hit her head.",
        "Denies head injury.",
        "Past Medical History:\nHead injury 2011.",
        "Call if you hit your head. Head injury instructions given.",
        "Fell and hit her hip.",
    ],
)
def test_what_is_denied_long_over_or_taught_is_none(text: str) -> None:
    assert found(rule, a_record(a_drug("Warfarin 5 MG"), noted(text))) == []
