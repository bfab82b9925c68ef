"""Whatever a plan says of an allergy that sources dispute, or that speaks against a drug that is taken, is signed by a physician."""

from datetime import UTC, datetime

import pytest

from careloom import draft
from careloom.care.document import Statement, Tier
from careloom.check import examine
from careloom.llm import Remembered
from careloom.review.tiers import propose
from tests.record.people import KNOWLEDGE, an_allergy, an_order, the_record


def told(*entries) -> list[Statement]:
    """The lines of a care plan that speak of an allergy or an intolerance and ask nobody for one."""
    record = the_record(*entries)
    plan = draft.write(record, KNOWLEDGE, None, calls=0, answers=Remembered())
    found, verdicts = examine(plan, record, KNOWLEDGE)
    proposal = propose(
        plan, found, record, KNOWLEDGE, proposal_id="1", created=datetime(2026, 11, 23, tzinfo=UTC), verdicts=verdicts,
    )  # fmt: skip
    spoken = [one for one in proposal.document.statements if "llerg" in one.text or "ntoleran" in one.text]
    return [
        one
        for one in spoken
        if one.kind != "activity" or "sources differ" in one.text or "goes on" in one.text
    ]


@pytest.mark.parametrize(
    "entries",
    [
        (an_allergy("codeine", kind="intolerance", reaction="nausea"), an_allergy("codeine", source="clinic")),
        (an_allergy("aspirin"), an_allergy("aspirin", status="resolved", source="clinic")),
        (an_allergy("Shellfish", kind="intolerance"), an_allergy("Shellfish", source="clinic")),
    ],
    ids=["intolerance or allergy", "there or over", "of a food"],
)  # fmt: skip
def test_what_makes_less_of_a_disputed_allergy_is_the_physicians(entries) -> None:
    lines = told(*entries)
    assert {one.kind for one in lines} >= {"fact", "concern", "activity"}
    stands = [one for one in lines if one.text.startswith("An allergy to")]
    assert {one.tier for one in lines if one not in stands} == {Tier.PHYSICIAN}
    assert any(one.kind == "fact" for one in lines if one not in stands)
    assert {one.tier for one in stands} == {Tier.NURSE}


@pytest.mark.parametrize(
    ("allergy", "drug"),
    [
        (an_allergy("amoxicillin", kind="intolerance", reaction="nausea"), "Amoxicillin 500 MG Oral Capsule"),
        (an_allergy("lisinopril", kind="intolerance", reaction="cough"), "Lisinopril 20 MG Oral Tablet"),
        (an_allergy("penicillin", reaction="hives"), "Ampicillin 500 MG Oral Capsule"),
    ],
    ids=["nausea", "cough", "hives"],
)
def test_a_drug_against_an_allergy_or_an_intolerance_is_the_physicians(allergy, drug: str) -> None:
    both = [one for one in told(allergy, an_order(drug)) if len(one.citations) > 1]
    assert {one.kind for one in both} >= {"concern", "activity"}
    assert {one.tier for one in both} == {Tier.PHYSICIAN}


def test_an_allergy_that_nobody_disputes_is_told_by_a_nurse() -> None:
    for entries in (
        (an_allergy("latex"),),
        (an_allergy("penicillin", reaction="hives"), an_order("Metformin 500 MG Oral Tablet")),
    ):
        facts = [one for one in told(*entries) if one.kind == "fact"]
        assert facts and {one.tier for one in facts} == {Tier.NURSE}
