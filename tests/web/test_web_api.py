"""The JSON API: the command line's contract over HTTP, with the pages' sign-in and rules."""

import json
from typing import Any

from django.test import Client

from tests.web.desk import PASSWORD, AdasDesk, signed_in
from tests.web.people import PROPOSAL, STATEMENTS

ONE = f"/api/proposals/{PROPOSAL.id}"


def send(client: Client, body: dict[str, Any]) -> Any:
    return client.post(f"{ONE}/decide", json.dumps(body), content_type="application/json")


def issue(answer: Any) -> dict[str, str]:
    found = answer.json()
    assert found["resourceType"] == "OperationOutcome"
    issue: dict[str, str] = found["issue"][0]
    return issue


def test_the_queue_is_the_contracts(nurse: Client) -> None:
    (row,) = nurse.get("/api/queue").json()["proposals"]
    assert row["id"] == PROPOSAL.id and row["tier"] == "physician"
    assert row["findings"] == {"high": 1, "moderate": 1, "low": 1}


def test_a_proposal_is_the_contracts_and_says_which_lines_are_hers(nurse: Client) -> None:
    found = nurse.get(ONE).json()
    assert [line["id"] for line in found["statements"]] == [line.id for line in STATEMENTS]
    second = found["statements"][1]
    assert (second["class"], second["tier"], second["verdict"]) == (
        "medication_change",
        "physician",
        "supported",
    )
    assert second["guideline"]["source"].startswith("An invented guideline")
    assert found["top"] == ["s1", "s2", "s3"] and "s2" not in found["may"] and "s1" in found["may"]
    assert "content_class" not in second


def test_nobody_asks_without_signing_in(desk: AdasDesk) -> None:
    answer = Client().get("/api/queue")
    assert answer.status_code == 401 and issue(answer)["code"] == "login"


def test_an_unknown_proposal_is_an_operation_outcome(nurse: Client) -> None:
    answer = nurse.get(f"/api/proposals/{'0' * 32}")
    assert answer.status_code == 404 and issue(answer)["code"] == "not-found"


def test_a_word_with_a_nul_is_an_operation_outcome(nurse: Client) -> None:
    answer = nurse.get("/api/queue?kind=%00")
    assert answer.status_code == 400
    assert answer.json()["issue"][0]["diagnostics"] == "no word may hold a NUL"


def test_approving_needs_the_signers_password(nurse: Client, desk: AdasDesk) -> None:
    answer = send(nurse, {"action": "approve", "password": "wrong"})
    assert answer.status_code == 403 and issue(answer)["code"] == "forbidden" and not desk.decisions
    found = send(
        nurse, {"action": "approve", "password": PASSWORD, "stamp": nurse.get(ONE).json()["stamp"]}
    ).json()
    assert len(found["released"]) == 14 and found["status"] == "draft"


def test_what_was_not_read_is_not_signed(nurse: Client, desk: AdasDesk) -> None:
    read = nurse.get(ONE).json()["stamp"]
    signed_in("osei").post(f"/review/{PROPOSAL.id}/lines/s6/amend", {"text": "Other words."})
    answer = send(nurse, {"action": "approve", "password": PASSWORD, "stamp": read})
    assert answer.status_code == 409 and "stamp" in issue(answer)["diagnostics"]


def test_a_coordinator_is_refused_by_the_server(coordinator: Client) -> None:
    read = coordinator.get(ONE).json()["stamp"]
    answer = send(coordinator, {"action": "approve", "password": PASSWORD, "stamp": read})
    assert answer.status_code == 403 and "signs nothing clinical" in issue(answer)["diagnostics"]


def test_returning_without_a_reason_is_invalid(nurse: Client) -> None:
    answer = send(nurse, {"action": "return"})
    assert answer.status_code == 422 and issue(answer)["code"] == "invalid"


def test_a_body_that_does_not_fit_names_the_place(nurse: Client) -> None:
    answer = send(nurse, {"action": "applaud"})
    assert answer.status_code == 422 and "action" in issue(answer)["diagnostics"]


def test_a_record_that_moved_is_a_conflict(nurse: Client, desk: AdasDesk) -> None:
    desk.stale = True
    read = nurse.get(ONE).json()["stamp"]
    answer = send(nurse, {"action": "approve", "password": PASSWORD, "stamp": read})
    assert answer.status_code == 409 and "renal_dose" in issue(answer)["diagnostics"]
    assert issue(answer)["code"] == "conflict"


def test_a_nurse_cannot_amend_the_physicians_line(nurse: Client, desk: AdasDesk) -> None:
    for body in ({"edits": {"s2": "Nothing."}}, {"struck": ["s2"]}):
        assert send(nurse, {"action": "amend", **body}).status_code == 403
    assert desk.proposals[PROPOSAL.id] == PROPOSAL


def test_another_sites_page_cannot_decide(desk: AdasDesk) -> None:
    browser = signed_in("rosa")
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    assert send(strict, {"action": "return", "reason": "forged"}).status_code == 403
    assert not desk.decisions


def test_a_request_without_its_token_is_an_outcome_too(desk: AdasDesk) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in("rosa").cookies
    answer = strict.post(f"{ONE}/undo")
    assert answer.status_code == 403 and issue(answer)["code"] == "forbidden"
