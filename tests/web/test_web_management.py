"""The page of a patient's care management: who records, who attests by proving who she is, what is refused in words."""

from typing import Any

import pytest
from django.test import Client

from careloom.care.management import TOLD
from careloom.pipeline import Pipeline
from careloom.store.models import ManagementStep
from tests.connect.made import body, bundle, coded, patient
from tests.record.sources import condition, icd
from tests.web.desk import PASSWORD, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def her(real: Pipeline, tmp_path: Any) -> str:
    """An invented patient with hypertension on her problem list."""
    listed = {"category": [coded("problem-list-item")], "recordedDate": "2026-03-01"}
    told = {**condition(icd("I10", "Essential (primary) hypertension"), **listed), "id": "c1"}
    told["subject"] = {"reference": "Patient/m1"}
    file = tmp_path / "m1.json"
    file.write_bytes(body(bundle(patient("m1", name=[{"family": "Marsh", "given": ["Ines"]}]), told)))
    (found,) = real.connect([file], source="mercy").patients
    return found


def consent(real: Pipeline, **more: Any) -> dict[str, Any]:
    osei = real.store.users.reviewer("osei").user
    return {
        "what": "consent", "programme": "ccm", "way": "verbal", "by": "the patient", "told": list(TOLD),
        "practitioner": osei, "day": "2026-11-02",
    } | more  # fmt: skip


def shown(client: Client, her: str) -> str:
    answer = client.get(f"/patients/{her}/management")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_a_nurse_records_a_consent_and_reads_what_still_lacks(real: Pipeline, her: str) -> None:
    rosa = signed_in("rosa")
    assert "No programme is in force." in shown(rosa, her)
    assert f'/patients/{her}/management"' in rosa.get(f"/patients/{her}").content.decode()
    refused = rosa.post(f"/patients/{her}/management/say", consent(real, told=["available"]))
    kept = refused.content.decode()
    assert refused.status_code == 422 and "only after the patient was told" in kept
    assert 'value="the patient"' in kept and 'value="2026-11-02"' in kept and kept.count(" checked") == 1
    assert '</legend><span class="wrong" id="refused-field">A consent holds only after' in kept
    kept = rosa.post(f"/patients/{her}/management/say", consent(real))
    assert kept.status_code == 302
    page = shown(rosa, her)
    assert "In force: Chronic care management" in page and "an initiating visit, or why" in page
    # What a practitioner attests isn't offered to her, and not taken from her.
    assert "Attest the month" not in page
    sent = {"what": "month", "month": "2026-11", "complexity": "high", "password": PASSWORD}
    assert rosa.post(f"/patients/{her}/management/say", sent).status_code == 403
    assert ManagementStep.objects.count() == 1


def test_a_physician_attests_by_proving_who_she_is(real: Pipeline, her: str) -> None:
    osei = signed_in("osei")
    assert "Essential (primary) hypertension" in shown(osei, her)
    sent = {"what": "attest", "day": f"{real.today}", "condition": ["hypertension"], "lasting": "1"}
    sent |= {"at_risk": "1"}
    unproved = osei.post(f"/patients/{her}/management/say", sent)
    assert unproved.status_code == 403 and ManagementStep.objects.count() == 0
    wrong = osei.post(f"/patients/{her}/management/say", {**sent, "password": "wrong"})
    kept = wrong.content.decode()
    assert wrong.status_code == 403 and "Nothing was recorded" in kept
    assert kept.count(" checked") == 3 and 'value="wrong"' not in kept
    assert osei.post(f"/patients/{her}/management/say", {**sent, "password": PASSWORD}).status_code == 302
    (said,) = real.store.management.of(her)
    assert (said.what, said.role, [one.concept for one in said.conditions]) == (
        "attest", "physician", ["hypertension"],
    )  # fmt: skip


def test_what_was_said_is_taken_back_with_a_reason_and_stays_to_be_seen(real: Pipeline, her: str) -> None:
    rosa = signed_in("rosa")
    rosa.post(f"/patients/{her}/management/say", consent(real))
    (said,) = real.store.management.of(her)
    back = f"/patients/{her}/management/back"
    assert rosa.post(back, {"said": said.id, "why": " "}).status_code == 422
    assert rosa.post(back, {"said": said.id, "why": "it was another patient"}).status_code == 302
    page = shown(rosa, her)
    assert "taken back" in page and "No programme is in force." in page
    assert rosa.post(back, {"said": said.id, "why": "it was another patient"}).status_code == 422


@pytest.mark.parametrize("sent", [{}, {"what": "back"}, {"what": "visit", "day": "soon"}, {"what": "<b>"}])
def test_a_form_that_says_nothing_is_refused_in_words(real: Pipeline, her: str, sent: dict[str, str]) -> None:
    answer = signed_in("rosa").post(f"/patients/{her}/management/say", sent)
    assert answer.status_code == 422 and 'role="alert"' in answer.content.decode()
    assert ManagementStep.objects.count() == 0
