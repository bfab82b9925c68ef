"""Somebody whom a specialist sees already is not referred there anew: the plan asks for the follow-up visit."""

import pytest

from careloom.care.kinds import Given
from careloom.draft import care_plan
from careloom.draft.care_plan.left_out import stopped
from tests.draft.drafted import plan, said, unsupported
from tests.draft.people import KNOWLEDGE, TODAY, Told


def _with_weak_kidneys() -> Told:
    told = Told()
    told.problem("Chronic kidney disease, stage 4", "N18.4", on="2020-01-01")
    told.lab("98979-8", "eGFR", "24", "mL/min/{1.73_m2}", "2026-10-20")
    return told


def _on_the_care_team(told: Told) -> None:
    told.add(
        "CareTeam", on="", status="active", detail={"participants": "Nephrologist: Dr. Jane Doe; nurse: John Roe"}
    )  # fmt: skip


def _two_years_ago(told: Told) -> None:
    told.add("Encounter", on="2024-11-02", status="finished", text="Nephrology clinic visit")


@pytest.mark.parametrize("known", [_on_the_care_team, _two_years_ago])
def test_who_is_known_to_nephrology_gets_a_follow_up_there_and_no_referral(known):
    told = _with_weak_kidneys()
    known(told)
    document = plan(told)
    assert "refers the patient to nephrology" not in said(document)
    assert "The coordinator makes sure by 2026-12-07 that a follow-up visit with nephrology is booked" in said(document)  # fmt: skip
    assert not unsupported(told, document)


def test_a_referral_that_the_care_team_speaks_against_says_so_in_words():
    told = _with_weak_kidneys()
    _on_the_care_team(told)
    _, pen = care_plan.write(told.record(TODAY), KNOWLEDGE, Given())
    assert [one.why for one in stopped(pen, ())] == ["because of care team"]


def test_who_is_not_known_there_is_referred():
    told = _with_weak_kidneys()
    told.add("ServiceRequest", on="2024-11-02", status="active", text="Referral to nephrology")
    told.add("Encounter", on="2024-11-02", status="cancelled", text="Nephrology clinic visit")
    document = plan(told)
    assert "The physician refers the patient to nephrology by 2026-12-07" in said(document)
    assert "a follow-up visit with nephrology" not in said(document)


def test_where_a_visit_is_booked_neither_is_asked():
    told = _with_weak_kidneys()
    _two_years_ago(told)
    told.add("Appointment", on="2026-12-03", status="booked", text="Nephrology visit")
    assert "a follow-up visit with nephrology" not in said(plan(told))
