"""A renewal at an EHR's hook: what somebody signed a plan over stays quiet there too, and a changed dose speaks."""

import json
from datetime import timedelta

import pytest

from careloom.care.alert import Card, HookAsked, Sent
from careloom.pipeline.ehr.hook_plans import Asker
from careloom.review.accepted import QUIET_DAYS
from tests.flow.test_accepted import MET, Ridge
from tests.flow.test_accepted import ridge as ridge

pytestmark = pytest.mark.django_db
EHR = Asker("ehr", "ridge")


def of_interactions(ridge: Ridge, drug: str, dose: str) -> list[Card]:
    """The cards about interactions on an order of a drug for Vera."""
    draft = {
        "resourceType": "MedicationRequest",
        "id": "d1",
        "status": "draft",
        "intent": "order",
        "subject": {"reference": "Patient/1"},
        "medicationCodeableConcept": {"text": drug},
        "dosageInstruction": [{"text": dose}],
    }
    asked = HookAsked(
        patient="1",
        drafts=(Sent("MedicationRequest", "d1", json.dumps(draft).encode()),),
    )
    cards = ridge.desk.hooking.orders(EHR, "careloom-order-sign", asked)
    return [one for one in cards if one.rule == "interaction"]


def test_a_renewal_of_what_was_signed_over_is_quiet_until_the_dose_or_ninety_days_change_it(
    ridge: Ridge,
) -> None:
    dose = MET["warfarin"]
    assert "ibuprofen" in of_interactions(ridge, "warfarin", dose)[0].summary.lower()
    ridge.sign(ridge.draft())
    assert of_interactions(ridge, "warfarin", dose) == []
    assert of_interactions(ridge, "warfarin", "7.5 mg by mouth daily") != []
    ridge.now += timedelta(days=QUIET_DAYS)
    assert of_interactions(ridge, "warfarin", dose) != []


def test_a_nurses_signature_quiets_no_high_finding_at_a_hook(ridge: Ridge) -> None:
    ridge.sign(ridge.draft(), "nora")
    assert of_interactions(ridge, "warfarin", MET["warfarin"]) != []


def test_a_new_drug_is_told_whatever_was_signed_over(ridge: Ridge) -> None:
    ridge.sign(ridge.draft())
    assert of_interactions(ridge, "naproxen", "500 mg twice daily") != []
