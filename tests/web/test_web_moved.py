"""What happens when somebody or something else was faster: another reviewer, a new result, the clock."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from django.test import Client
from pytest_django import Settings

from careloom.care.document import Action, Proposal, Reviewer
from careloom.errors import StaleRecord
from careloom.store import Store
from careloom.web.present.plan import stamp
from tests.web.desk import PASSWORD, AdasDesk, signed_in
from tests.web.people import ENTRIES, PROPOSAL, STATEMENTS

PLAN = f"/review/{PROPOSAL.id}"
HTMX = {"HX-Request": "true"}
OSEI = Reviewer("u9", "physician", "MA:MD1", "2031-06-30", "Dr. Osei")


def form(desk: AdasDesk) -> dict[str, str]:
    return {"action": "approve", "stamp": stamp(desk.proposals[PROPOSAL.id]), "password": PASSWORD}


class BusyDesk(AdasDesk):
    """A desk at which Dr. Osei strikes a line in the very moment in which somebody else signs."""

    def decide(
        self,
        actor: Reviewer,
        proposal_id: str,
        action: Action,
        *,
        statements: Sequence[str] = (),
        edits: Mapping[str, str] | None = None,
        struck: Sequence[str] = (),
        opened: Sequence[str] = (),
        reason: str = "",
        feedback: Mapping[str, str] | None = None,
    ) -> Proposal:
        super().decide(OSEI, proposal_id, Action.AMEND, struck=("s6",))
        raise StaleRecord(f"proposal {proposal_id} was changed by somebody else; look at it again")


def test_whoever_loses_a_race_is_told_who_was_faster_and_loses_no_draft(
    store: Store, nurse: Client, settings: Settings
) -> None:
    busy = BusyDesk(store)
    settings.CARELOOM_PIPELINE = lambda _: busy
    answer = nurse.post(f"{PLAN}/decide", form(busy))
    shown = answer.content.decode()
    assert answer.status_code == 409 and "The plan changed since you opened it" in shown
    assert "Dr. Osei struck 1 line" in shown and "/again" not in shown


def test_a_form_sent_twice_says_what_the_first_one_did(nurse: Client, desk: AdasDesk) -> None:
    sent = form(desk)
    assert nurse.post(f"{PLAN}/decide", sent).status_code == 302
    again = nurse.post(f"{PLAN}/decide", sent)
    assert again.status_code == 409 and "You signed 14 lines" in again.content.decode()
    assert len(desk.decisions) == 1


def test_what_is_newer_than_the_draft_is_shown_on_the_plan(nurse: Client, desk: AdasDesk) -> None:
    desk.new_entries = (ENTRIES[2].id, ENTRIES[9].id)
    shown = nurse.get(PLAN).content.decode()
    notice = shown[shown.index("2 new entries since this draft") : shown.index("Top three")]
    assert "38 mL/min/1.73 m²" in notice and "2026-11-12" in notice and "Northgate EHR" in notice
    desk.new_entries = tuple(one.id for one in ENTRIES) * 2
    assert "and 12 more" in nurse.get(PLAN).content.decode()


@pytest.mark.parametrize("what", ["decide", "lines/s6/strike", "undo"])
def test_what_is_sent_after_the_session_ended_leads_back_to_the_plan_and_says_that_it_was_not_done(
    desk: AdasDesk, what: str
) -> None:
    gone = Client()
    answer = gone.post(f"{PLAN}/{what}", form(desk))
    assert answer["Location"] == f"/sign-in?away=1&sent=1&next=%2Freview%2F{PROPOSAL.id}"
    assert "What you pressed last was not done" in gone.get(answer["Location"]).content.decode()
    back = gone.post(answer["Location"], {"username": "rosa", "password": PASSWORD, "next": PLAN})
    assert back["Location"] == PLAN and not desk.decisions


def test_a_nurse_who_sends_the_physicians_line_reads_whose_it_is(nurse: Client, desk: AdasDesk) -> None:
    answer = nurse.post(f"{PLAN}/lines/s2/strike", headers=HTMX)
    assert answer.status_code == 403
    assert "A physician signs this line: it changes or instructs about a drug." in answer.content.decode()
    desk.proposals[PROPOSAL.id] = replace(PROPOSAL, released={"s6": "u9"})
    answer = nurse.post(f"{PLAN}/lines/s6/strike", headers=HTMX)
    assert "This line is signed; undo that before it is changed." in answer.content.decode()


def test_the_same_words_are_no_amendment(nurse: Client, desk: AdasDesk) -> None:
    same = {"text": f" {STATEMENTS[5].text} "}
    answer = nurse.post(f"{PLAN}/lines/s6/amend", same, headers=HTMX)
    assert "nothing was changed" in answer.content.decode() and not desk.decisions


def test_words_that_another_reviewer_wrote_meanwhile_are_not_overwritten_unseen(
    nurse: Client, physician: Client, desk: AdasDesk
) -> None:
    line = f"{PLAN}/lines/s6"
    kept = nurse.post(f"{line}/preview", {"text": "Knee pain."}, headers=HTMX).content.decode()
    was = {"was": kept.split('name="was" value="')[1].split('"')[0]}
    struck = nurse.get(f"{line}/strike", headers=HTMX).content.decode()
    assert was["was"] in struck
    physician.post(f"{line}/amend", {"text": "Knee pain on stairs."})
    for what in ("amend", "strike"):
        answer = nurse.post(f"{line}/{what}", {"text": "Knee pain.", **was}, headers=HTMX)
        assert answer.status_code == 409 and "Somebody changed this line meanwhile" in answer.content.decode()
    assert [one.reviewer for one in desk.decisions] == [desk.store.users.reviewer("osei").user]


def test_too_many_wrong_passwords_lead_back_to_the_plan(nurse: Client, desk: AdasDesk) -> None:
    wrong = {**form(desk), "password": "not hers"}
    answers = [nurse.post(f"{PLAN}/decide", wrong) for _ in range(5)]
    shown = answers[-1].content.decode()
    assert [one.status_code for one in answers] == [403] * 4 + [429]
    assert "nothing was done" in shown and f'href="{PLAN}"' in shown
    assert nurse.post(f"{PLAN}/decide", form(desk)).status_code == 429 and not desk.decisions


def test_two_nurses_read_the_same_plan_and_only_what_each_saw_is_signed(desk: AdasDesk) -> None:
    first, second = signed_in("rosa"), signed_in("osei")
    seen = form(desk)
    second.post(f"{PLAN}/opened", {"section": "goals"})
    answer = first.post(f"{PLAN}/decide", seen)
    assert answer.status_code == 409 and not desk.proposals[PROPOSAL.id].released
    assert "Look at the plan as it is now" in answer.content.decode()
