"""Amending, striking and deciding through Django's test client: what becomes of it, and what the server refuses."""

import pytest
from django.test import Client

from careloom.care.document import Action, Verdict
from tests.web.desk import PASSWORD, AdasDesk, form, page, signed_in
from tests.web.people import ENTRIES, PROPOSAL, with_line

PLAN = f"/review/{PROPOSAL.id}"
HTMX = {"HX-Request": "true"}


# ── amending and striking ───────────────────────────────────────────────────────────────────────


def test_a_nurse_sees_what_her_words_would_become_before_they_are_kept(nurse: Client, desk: AdasDesk) -> None:
    sent = {"text": "Knee pain is reported on 5 days, as told on 2026-10-09."}
    shown = nurse.post(f"{PLAN}/lines/s6/preview", sent, headers=HTMX).content.decode()
    assert "<del>most</del>" in shown and "<ins>5</ins>" in shown and "not in its sources" in shown
    assert desk.proposals[PROPOSAL.id] == PROPOSAL


def test_the_preview_works_without_javascript(nurse: Client) -> None:
    shown = nurse.post(f"{PLAN}/lines/s6/preview", {"text": "Knee pain."}).content.decode()
    assert "Keep this wording" in shown and "<html" in shown
    assert 'id="text-s6"' in page(nurse, f"{PLAN}?line=s6&do=amend")


def test_an_amended_line_is_kept_and_everything_on_the_page_follows(nurse: Client, desk: AdasDesk) -> None:
    answer = nurse.post(f"{PLAN}/lines/s6/amend", {"text": " Knee  pain\nis reported. "}, headers=HTMX)
    shown = answer.content.decode()
    line = next(one for one in desk.proposals[PROPOSAL.id].document.statements if one.id == "s6")
    assert (line.text, line.written_by) == ("Knee pain is reported.", "person")
    assert (
        'id="plan"' in shown and 'id="bar"' in shown and 'id="evidence"' in shown and "Line amended" in shown
    )


def test_a_struck_line_is_struck_after_a_sentence_says_what_that_does(nurse: Client, desk: AdasDesk) -> None:
    said = nurse.get(f"{PLAN}/lines/s6/strike", headers=HTMX).content.decode()
    assert "neither signed nor filed" in said and desk.proposals[PROPOSAL.id].struck == ()
    nurse.post(f"{PLAN}/lines/s6/strike", {"reason": "wrong"})
    assert desk.proposals[PROPOSAL.id].struck == ("s6",)


@pytest.mark.parametrize("what", ["amend", "strike", "preview"])
def test_a_nurse_cannot_change_the_physicians_line(nurse: Client, desk: AdasDesk, what: str) -> None:
    shown = page(nurse, f"{PLAN}?line=s2")
    assert "A physician signs this line" in shown and f"lines/s2/{what}" not in shown
    assert nurse.post(f"{PLAN}/lines/s2/{what}", {"text": "Nothing."}).status_code == 403
    assert desk.proposals[PROPOSAL.id] == PROPOSAL


def test_an_amendment_of_a_record_that_moved_is_refused_and_leads_back_to_the_plan(
    nurse: Client, desk: AdasDesk
) -> None:
    desk.stale = True
    answer = nurse.post(f"{PLAN}/lines/s6/amend", {"text": "Knee pain."}, headers=HTMX)
    shown = answer.content.decode()
    assert answer.status_code == 409 and f'href="{PLAN}"' in shown and "renal dose" in shown
    assert desk.proposals[PROPOSAL.id] == PROPOSAL


def test_a_physician_may(physician: Client, desk: AdasDesk) -> None:
    physician.post(f"{PLAN}/lines/s2/strike", {"reason": "wrong"})
    assert desk.proposals[PROPOSAL.id].struck == ("s2",)


def test_a_line_that_is_not_there_is_not_found(nurse: Client) -> None:
    for address in (f"{PLAN}?line=s99", f"{PLAN}/lines/s99/amend"):
        assert nurse.get(address).status_code == 404
    assert nurse.get(f"{PLAN}/evidence/s99", headers=HTMX).status_code == 404


# ── deciding ────────────────────────────────────────────────────────────────────────────────────


def test_a_nurse_signs_hers_with_her_password_and_the_rest_goes_up(nurse: Client, desk: AdasDesk) -> None:
    answer = nurse.post(f"{PLAN}/decide", form(desk, "approve", password=PASSWORD))
    assert answer["Location"] == f"{PLAN}/done"
    shown = page(nurse, answer["Location"])
    assert "Signed 14 lines" in shown and "1 line waits for a physician; then it is filed." in shown
    assert desk.proposals[PROPOSAL.id].status == "draft" and "s2" not in desk.proposals[PROPOSAL.id].released


def test_a_physician_who_read_everything_files_the_plan(physician: Client, desk: AdasDesk) -> None:
    for section in ("goals", "medication_management", "caregiver", "review"):
        physician.post(f"{PLAN}/opened", {"section": section})
    physician.post(f"{PLAN}/decide", form(desk, "approve", password=PASSWORD))
    assert desk.proposals[PROPOSAL.id].status == "active"
    assert "filed in the chart" in page(physician, f"{PLAN}/done")


def test_without_her_own_password_nothing_is_signed(nurse: Client, desk: AdasDesk) -> None:
    for password in ("", "wrong"):
        answer = nurse.post(f"{PLAN}/decide", form(desk, "approve", password=password))
        assert answer.status_code == 403 and "That is not your password" in answer.content.decode()
    assert not desk.decisions


def test_a_coordinator_who_sends_the_form_anyway_is_refused(coordinator: Client, desk: AdasDesk) -> None:
    answer = coordinator.post(f"{PLAN}/decide", form(desk, "approve", password=PASSWORD))
    assert answer.status_code == 403 and "signs nothing clinical" in answer.content.decode()
    assert not desk.decisions


def test_what_is_signed_is_what_was_seen(nurse: Client, desk: AdasDesk) -> None:
    seen = form(desk, "approve", password=PASSWORD)
    signed_in("osei").post(f"{PLAN}/lines/s6/amend", {"text": "Other words."})
    answer = nurse.post(f"{PLAN}/decide", seen)
    assert answer.status_code == 409 and "The plan changed since you opened it" in answer.content.decode()
    assert [one.action for one in desk.decisions] == [Action.AMEND]


def test_an_unsupported_line_blocks_signing_until_it_is_resolved(nurse: Client, desk: AdasDesk) -> None:
    desk.proposals[PROPOSAL.id] = with_line("s6", verdict=Verdict.CONTRADICTED)
    shown = page(nurse, PLAN)
    assert "1 line says more than its source does" in shown and 'name="password"' not in shown
    answer = nurse.post(f"{PLAN}/decide", form(desk, "approve", password=PASSWORD))
    assert answer.status_code == 403 and "Amend or strike first" in answer.content.decode()


@pytest.mark.parametrize("action", ["return", "reject"])
def test_a_reason_from_the_list_and_words_are_needed(
    nurse: Client, physician: Client, desk: AdasDesk, action: str
) -> None:
    nurse = physician if action == "reject" else nurse
    for reason, words in (("", "words"), ("wrong", "  "), ("invented", "words")):
        answer = nurse.post(f"{PLAN}/decide", form(desk, action, reason=reason, words=words))
        assert answer.status_code == 422 and "Choose a reason" in answer.content.decode()
    assert not desk.decisions
    nurse.post(f"{PLAN}/decide", form(desk, action, reason="wrong", words="the dose"))
    (decision,) = desk.decisions
    assert decision.reason == "Something in it is wrong: the dose"
    assert decision.feedback == {"code": "wrong", "words": "the dose"}
    assert page(nurse, f"{PLAN}/done").count("Returned" if action == "return" else "Rejected")


def test_a_record_that_moved_is_a_sentence_with_what_is_new_and_a_way_on(
    nurse: Client, desk: AdasDesk
) -> None:
    desk.stale, desk.new_entries = True, (ENTRIES[2].id,)
    answer = nurse.post(f"{PLAN}/decide", form(desk, "approve", password=PASSWORD))
    shown = answer.content.decode()
    assert answer.status_code == 409 and "renal dose" in shown and "38 mL/min/1.73 m²" in shown
    assert "Check again" in shown and not desk.decisions
    assert "1 new entry since this draft" in page(nurse, PLAN)


def test_checking_again_drafts_anew_and_returns_the_old_draft(nurse: Client, desk: AdasDesk) -> None:
    answer = nurse.post(f"{PLAN}/again")
    assert answer["Location"] == f"/review/{'6' * 32}"
    assert desk.proposals[PROPOSAL.id].status == "on-hold"


def test_a_decision_that_there_is_not_is_an_input_error(nurse: Client, desk: AdasDesk) -> None:
    answer = nurse.post(f"{PLAN}/decide", form(desk, "applaud"))
    assert answer.status_code == 422 and "does not fit" in answer.content.decode()
