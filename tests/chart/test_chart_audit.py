"""An audit event as FHIR R4: valid, with ids alone, and with the codes of DICOM and IHE."""

from datetime import UTC, datetime
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle

from careloom import chart
from careloom.care.audited import AuditedEvent, Outcome, Purpose, Whence
from careloom.chart.audit import DCM, KINDS

ADA, ROSA = "019ac000-0000-7000-8000-00000000000a", "019ac000-0000-7000-8000-00000000000b"


def event(action: str, **given: Any) -> AuditedEvent:
    told = {
        "id": "019ac0000000700080000000000000e1",
        "at": datetime(2026, 11, 23, 8, 12, tzinfo=UTC),
        "actor": ROSA,
        "patient": ADA,
        "what": "record",
        "why": "her own words",
        "whence": Whence("203.0.113.7", "session 9f2c", Purpose.TREATMENT),
        "outcome": Outcome.DONE,
    }
    return AuditedEvent(action=action, **(told | given))


def fhir(one: AuditedEvent) -> dict[str, Any]:
    bundle = chart.audit_events([one], "demo")
    Bundle.model_validate(bundle)
    resource: dict[str, Any] = bundle["entry"][0]["resource"]
    return resource


@pytest.mark.parametrize("action", [*KINDS, "task completed"])
def test_every_action_is_a_valid_event(action: str) -> None:
    for one in (event(action), event(action, patient="", what="", whence=Whence())):
        assert fhir(one)["subtype"][-1]["code"] == action.replace(" ", "-")


def test_a_read_says_who_of_whom_from_where_what_for_and_how_it_ended() -> None:
    found = fhir(event("read"))
    assert found["type"] == {"system": DCM, "code": "110110", "display": "Patient Record"}
    assert (found["action"], found["outcome"], found["recorded"]) == ("R", "0", "2026-11-23T08:12:00+00:00")
    (agent,) = found["agent"]
    assert agent["who"]["identifier"]["value"] == ROSA and agent["altId"] == "session 9f2c"
    assert agent["network"] == {"address": "203.0.113.7", "type": "2"}
    assert found["purposeOfEvent"][0]["coding"][0]["code"] == "TREAT"
    assert found["entity"][0]["what"]["reference"] == f"Patient/{ADA}"
    assert "her own words" not in str(found)


def test_what_was_refused_or_opened_in_an_emergency_says_so() -> None:
    refused = fhir(event("refused", outcome=Outcome.REFUSED, what="GET review: NotInCareTeam"))
    assert (refused["outcome"], refused["outcomeDesc"]) == ("8", "GET review: NotInCareTeam")
    opened = fhir(event("break glass", whence=Whence(purpose=Purpose.EMERGENCY)))
    assert opened["subtype"][0]["code"] == "110127"
    assert opened["purposeOfEvent"][0]["coding"][0]["code"] == "ETREAT"


def test_what_left_is_an_export_and_a_disclosure() -> None:
    for action in ("send message", "disclose", "told in an emergency"):
        found = fhir(event(action))
        assert (found["type"]["code"], found["subtype"][0]["code"]) == ("110106", "disclose")
