"""Samuel's copy is written from what somebody signed, waits for a person as every clinical text does, and only then may be sent."""

from datetime import date

import pytest

from careloom.care.document import Action, Reviewer, Tier
from careloom.errors import NotApproved, Refused
from careloom.pipeline import Pipeline
from tests.flow.test_deciding import SAMUEL, desk, every, physician

__all__ = ["desk", "physician"]

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def test_a_copy_needs_a_signed_plan_and_a_person(desk: Pipeline, physician: Reviewer) -> None:
    who, fields = desk.find(SAMUEL), {"recipient": "patient"}
    with pytest.raises(Refused, match="sign one first"):
        desk.propose("test", who, kind="patient_copy", as_of=TODAY, model="none", given=fields)
    plan = desk.propose("test", who, as_of=TODAY, model="none")
    assert desk.decide(physician, plan.id, Action.APPROVE, opened=every(plan)).status == "active"
    copy = desk.propose("test", who, kind="patient_copy", as_of=TODAY, model="none", given=fields)
    assert copy.status == "draft" and copy.tier > Tier.AUTO
    assert {one.verdict for one in copy.document.statements} == {"supported"}
    again = desk.propose("test", who, kind="patient_copy", as_of=TODAY, model="none", given=fields)
    assert again.id == copy.id
    with pytest.raises(NotApproved):
        desk.delivering.queue("test", copy.id, "portal")
    assert desk.decide(physician, copy.id, Action.APPROVE, opened=every(copy)).status == "active"
