"""Uncalling: an ended call is taken back, with all that came of it, by whoever ended it and as long as nothing rests on it.

Takes    the person who called, her call, and why
Gives    its note rejected, what it reported as entered in error, its tasks that nobody has begun closed, its question withdrawn, or whoever
         answered it told; all of it or nothing
Never    takes back what somebody signed or settled upon, a task that was begun, the minutes that were worked, or what was told as urgent
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from careloom.care.call import Call
from careloom.care.document import Action, Decision, Proposal, Reviewer
from careloom.care.notices import NoticeKind
from careloom.care.unfiled import STATUS
from careloom.errors import InputError, NotApproved
from careloom.pipeline import resting
from careloom.pipeline.calling import Calling
from careloom.store.opening import Store

LONGEST, SHORTEST = 300, 2


@dataclass(frozen=True)
class Uncalling:
    """What takes calls of one organisation back; `here` is the time in the site's zone."""

    store: Store
    calling: Calling
    here: Callable[[], datetime]

    def why_not(self, actor: Reviewer, call_id: str) -> str:
        """Why this call can't be taken back, in words; "" where it can. Raises InputError, NotLicensed, NotInCareTeam."""
        call = self.calling.get(actor, call_id)
        if call.ended is None or not call.note:
            return "only a call that has ended, and of which something came, is taken back"
        if call.back is not None:
            return "this call was taken back already"
        note = self.store.proposals.get(call.note)
        if note.status == STATUS:
            return "its note was taken back already, with what was reported"
        if note.status == "active":
            return "its note is filed: take the note back"
        if note.released or note.cosigned:
            return "its note is signed: what is wrong with it is said in a new one"
        own = resting.reported(self.store, call.patient, self.calling.name_of(call))
        return resting.why_not(self.store, self._first(call), own)

    def take_back(self, actor: Reviewer, call_id: str, why: str) -> Call:
        """Take it back. Raises InputError without a reason, NotApproved with the words of `why_not`, NotLicensed, NotInCareTeam, StaleRecord
        where somebody decides on its note at this moment."""
        why = " ".join(why.split())[:LONGEST]
        if len(why.split()) < SHORTEST:
            raise InputError("say in a few words why it is taken back", where="why")
        with self.store.transaction():
            call = self.calling.get(actor, call_id)
            # Whoever settles or signs meanwhile either is found, or finds it taken back.
            self.store.rulings.hold(self._first(call))
            if call.note:
                self.store.proposals.hold(call.note)
            if said := self.why_not(actor, call_id):
                raise NotApproved(said)
            now, note = self.here(), self.store.proposals.get(call.note)
            after = self.store.calls.change(call.id, lambda before: replace(before, back=now, why=why))
            self._reject(actor, note, f"The call was taken back: {why}")
            self.calling.visiting.withdraw(actor, call.patient, self.calling.name_of(call))
            self.calling.tracking.not_after_all(actor, note, f"the call was taken back: {why}")
            self._ask_no_more(actor, call)
            self.store.audit.note(
                actor.user,
                "take back call",
                patient=call.patient,
                what=f"{call.id} {note.id}",
                why="reason given",
            )
        return after

    def _reject(self, actor: Reviewer, note: Proposal, reason: str) -> None:
        if note.status != "draft":
            return
        revision = self.store.proposals.replace(note, replace(note, status="revoked", assigned_to=None))
        decision = Decision(
            action=Action.REJECT,
            reviewer=actor.user,
            role=actor.role,
            at=self.here(),
            reason=reason,
            name=actor.name,
            revision=revision,
        )
        self.store.proposals.add_decision(note.id, decision)
        self.store.unfinished.decided(note.id, actor.user, over=True, done=())

    def _ask_no_more(self, actor: Reviewer, call: Call) -> None:
        question = self.store.questions.of_call(call.id)
        if question is None or question.withdrawn:
            return
        if question.open:
            self.calling.questioning.withdraw(actor, question.id)
        elif question.answer is not None:
            self.store.notices.add((), {(question.answer.who, NoticeKind.CALL_BACK): 1}, self.here())

    def _first(self, call: Call) -> str:
        return self.store.sameness.first(call.patient)
