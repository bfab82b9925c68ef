"""A payer is asked for sacubitril/valsartan while an ACE inhibitor is taken: that it ends 36 hours before, plan and letter say."""

from careloom import check, draft
from careloom.care.kinds import Given
from careloom.llm import Remembered
from tests.draft.drafted import plan, said, unsupported
from tests.draft.people import KNOWLEDGE, Told

POLICY = "Approval criteria\nAll of the following must be met:\n1. Diagnosis of heart failure\n"


def _refused(drug: str) -> Told:
    told = Told()
    told.patient()
    told.problem("Chronic systolic heart failure", "I50.22", on="2022-03-01")
    told.drug(drug, "Take 1 tablet daily")
    told.add(
        "ClaimResponse",
        system="county_health_plan",
        on="2026-10-05",
        status="active",
        detail={"use": "preauthorization", "outcome": "denied", "service": "sacubitril-valsartan 24-26 mg"},
    )
    return told


def _letter(told: Told):
    given = Given({"policy": POLICY, "service": "Entresto 24-26 mg tablet", "payer": "Acme Health"})
    return draft.write(
        told.record(),
        KNOWLEDGE,
        None,
        kind="prior_auth_letter",
        given=given,
        calls=0,
        answers=Remembered(),
    )


def test_the_plan_asks_how_the_ace_inhibitor_ends_first():
    told = _refused("lisinopril 20 MG Oral Tablet")
    document = plan(told)
    assert "The physician decides by 2026-12-07 how lisinopril ends first" in said(document)
    assert "at least 36 hours" in said(document)
    assert not unsupported(told, document)


def test_nothing_has_to_end_where_no_ace_inhibitor_is_taken():
    told = _refused("losartan 50 MG Oral Tablet")
    assert "36 hours" not in said(plan(told))


def test_the_letter_is_held_up_by_the_ace_inhibitor_that_is_taken():
    told = _refused("lisinopril 20 MG Oral Tablet")
    document = _letter(told)
    found, _ = check.examine(document, told.record(), KNOWLEDGE)
    held = [one.message for one in found if one.rule == "interaction" and one.severity == "high"]
    assert any("36 hours" in one for one in held), found
