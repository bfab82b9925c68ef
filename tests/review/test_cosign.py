"""A pharmacist stands beside the nurse's signature of the medicines, and takes the place of nobody's."""

from dataclasses import replace

import pytest

from careloom.care.document import Action, Activity, Reviewer, Tier
from careloom.errors import NotApproved, NotLicensed
from careloom.review.cosign import cosign, to_cosign
from careloom.review.decisions import decide, ready_to_file, strike, waiting
from tests.review.test_decisions import NURSE, TODAY, decision, line, proposal

PHARMACIST = Reviewer("ito", "pharmacist", "MA:PH1", "2027-01-01", "P. Ito")
MEDICINE = replace(line("a"), section="medication_management")
NEED = replace(line("b"), section="needs")
COUNSEL = replace(line("c"), activity=Activity("dietitian", "2027-01-01"))
PLAN = proposal(MEDICINE, NEED, COUNSEL)


@pytest.mark.parametrize(
    ("role", "lines"),
    [
        ("pharmacist", ["a"]),
        ("social_worker", ["b"]),
        ("dietitian", ["c"]),
        ("registered_nurse", []),
        ("", []),
    ],
)
def test_each_profession_co_signs_the_lines_of_its_field(role: str, lines: list[str]) -> None:
    assert [one.id for one in to_cosign(PLAN, role)] == lines


def test_a_co_signature_releases_no_line_and_holds_up_none() -> None:
    after = cosign(PLAN, ("a",), PHARMACIST, TODAY)
    assert dict(after.cosigned) == {"a": "ito"} and after.released == {}
    assert [one.id for one in waiting(after)] == ["a", "b", "c"] and not ready_to_file(after)
    assert ready_to_file(decide(PLAN, decision(Action.APPROVE), NURSE, TODAY))
    assert [one.tier for one in after.document.statements] == [Tier.NURSE] * 3


def test_outside_her_field_twice_or_without_a_licence_in_force_she_co_signs_nothing() -> None:
    once = cosign(PLAN, ("a",), PHARMACIST, TODAY)
    for plan, lines, who, error in (
        (PLAN, ("a", "b"), PHARMACIST, NotLicensed),
        (once, ("a",), PHARMACIST, NotLicensed),
        (PLAN, (), PHARMACIST, NotApproved),
        (PLAN, ("a",), replace(PHARMACIST, licence_expiry="2026-01-01"), NotLicensed),
        (PLAN, ("a",), replace(PHARMACIST, licence=""), NotLicensed),
        (replace(PLAN, status="active"), ("a",), PHARMACIST, NotLicensed),
    ):
        with pytest.raises(error):
            cosign(plan, lines, who, TODAY)


def test_a_line_that_is_struck_loses_her_name() -> None:
    assert strike(cosign(PLAN, ("a",), PHARMACIST, TODAY), ("a",), Tier.NURSE).cosigned == {}
