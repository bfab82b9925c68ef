"""Deciding: the review, a reviewer's decision, and the filing after it.

A decision is taken on the record as it is now: a cited entry that changed, or a new high or moderate
finding, refuses it (StaleRecord) and shows what is new; anything else new is shown and goes along.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from careloom import check, review
from careloom.care.document import (
    Action,
    ContentClass,
    Decision,
    Document,
    Finding,
    Proposal,
    Reviewer,
    Severity,
    Tier,
)
from careloom.care.record import PatientRecord
from careloom.care.texts import Site
from careloom.care.unfiled import STATUS
from careloom.chart.parts import Filed
from careloom.chart.people import NOBODY, Custodian
from careloom.errors import InputError, NotApproved, NotTrained, Refused, StaleRecord
from careloom.knowledge import Knowledge
from careloom.pipeline.amending import amended, key_of
from careloom.pipeline.choosing import Choosing
from careloom.pipeline.filing import form_of, with_frozen
from careloom.pipeline.memories import Memories
from careloom.pipeline.planned import BACK, outdated
from careloom.pipeline.seconded import told_of
from careloom.pipeline.shown import Preview, Review
from careloom.pipeline.stopping import must_release
from careloom.pipeline.tracking import Tracking
from careloom.review.accepted import every
from careloom.review.carrying import gone, moved
from careloom.review.cosign import cosign
from careloom.review.decisions import AUTOMATIC, waiting, with_whole
from careloom.review.tiers import lapsed, reach_of
from careloom.review.vigilance import doubts
from careloom.review.who import signers
from careloom.store.opening import Store

# What is signed is what the record says at that moment.
SIGNS = frozenset({Action.APPROVE, Action.AMEND, Action.COSIGN})
# So many documents are kept with what was made of them.
SHOWN = 32


@dataclass(frozen=True)
class Desk:
    """Where people decide. `known` is knowledge with the site's own rules as they are now, `record_of` assembles a patient's record as of a day, `sent` queues a filed message that is to go out."""

    store: Store
    known: Callable[[], Knowledge]
    record_of: Callable[[str, date], PatientRecord]
    clock: Callable[[], datetime]
    choosing: Choosing
    raised: Mapping[ContentClass, Tier] = field(default_factory=dict)
    part2_roles: frozenset[str] = frozenset()
    site: Callable[[], Site] = Site
    sent: Callable[[Proposal], None] = lambda _: None
    custodian: Custodian = NOBODY
    # Raises NotTrained for whoever is asked to pass the training before real cases; what follows from a signature for her own training.
    may_decide: Callable[[Reviewer], None] = lambda _: None
    has_signed: Callable[[Reviewer], None] = lambda _: None
    # What was made of the documents that people read at the same time.
    _shown: Memories[str] = field(
        default_factory=lambda: Memories(SHOWN), init=False, repr=False, compare=False
    )

    def review(self, actor: Reviewer, proposal_id: str, today: date) -> Review:
        """The proposal with its record as it is now, and what this person may do with each line."""
        proposal = self.store.proposals.get(proposal_id)
        patient = proposal.document.patient
        progress = self.store.unfinished.of(proposal_id, actor.user)
        second = self.store.seconds.of(proposal_id)
        blind = second is not None and self.choosing.blind(actor, second)
        if second is not None and blind:
            proposal = self.choosing.base(second, progress)
        self.store.audit.note(
            actor.user, "read blind" if blind else "read", patient=patient, what=proposal_id
        )
        record, shown = self.record_now(proposal, today), self._shown.of(proposal_id)
        reach = reach_of(actor, today)
        previous = self._previous(proposal, blind=blind)
        decisions = () if blind else self.store.proposals.decisions(proposal_id)
        return Review(
            proposal=proposal,
            record=record,
            may={line.id: line.tier <= reach and not blind for line in proposal.document.statements},
            who=shown.part(signers, proposal.document.statements, proposal.findings),
            decisions=decisions,
            previous=previous.document if previous and previous.id != proposal_id else None,
            new_entries=self._new_entries(proposal_id, record),
            undo=self._undo_of(proposal, decisions, actor),
            restricted=self._restricted(actor, proposal.document, record),
            merges=self.store.sameness.merges_of(patient),
            looks=tuple(one.id for one in self.store.sameness.looks(patient)),
            role=actor.role,
            lapsed=lapsed(actor, today),
            untrained=proposal.status == "draft" and self._untrained(actor),
            gone=gone(previous, proposal),
            doubts=shown.part(doubts, proposal.document.statements, record),
            progress=progress,
            second=told_of(self.choosing, actor, second, proposal, progress),
            back=self.store.chart.taken_back_as(proposal_id) if proposal.status == STATUS else None,
        )

    def _untrained(self, actor: Reviewer) -> bool:
        try:
            self.may_decide(actor)
        except NotTrained:
            return True
        return False

    def _new_entries(self, proposal_id: str, record: PatientRecord) -> tuple[str, ...]:
        """The entries that neither stood in the record from which it was drafted nor are cited by it; none where that isn't known."""
        drafted = self.store.proposals.seen_entries(proposal_id)
        fresh = [entry.id for entry in record.entries if entry.id not in drafted] if drafted else []
        if not fresh:
            return ()
        known = {entry.id for entry in self.store.proposals.frozen(proposal_id).values()}
        return tuple(one for one in fresh if one not in known)

    def _previous(self, proposal: Proposal, *, blind: bool) -> Proposal | None:
        """The document in the chart beside a draft; for a blind reader the one that it was drafted beside, which tells nothing of what was
        decided since."""
        if not blind:
            return self.store.proposals.last_filed(proposal.document.patient, proposal.document.kind)
        return self.store.proposals.get(proposal.since) if proposal.since else None

    def _restricted(self, actor: Reviewer, document: Document, record: PatientRecord) -> tuple[Finding, ...]:
        """What medication checks find in restricted entries, where this role may read it; the reading is audited."""
        if actor.role not in self.part2_roles:
            return ()
        found = check.restricted.hidden(document, record, self.known())
        if found:
            self.store.audit.note(actor.user, "read", patient=document.patient, what="restricted findings")
        return found

    def open_lines(self, actor: Reviewer, proposal_id: str, statements: Sequence[str]) -> None:
        """Remember that folded lines were opened; a plan that is decided stays what was decided."""
        old = self.store.proposals.get(proposal_id)
        if unknown := set(statements) - {line.id for line in old.document.statements}:
            raise InputError("there is no such line", where=", ".join(sorted(unknown)))
        if self.choosing.blind(actor, self.store.seconds.of(proposal_id)):
            self.choosing.open_blind(actor, proposal_id, statements)
            return
        opened = tuple(dict.fromkeys((*old.opened, *statements)))
        if old.status != "draft":
            return
        if opened != old.opened:
            self.store.proposals.replace(old, with_whole(old, replace(old, opened=opened)))
            self.store.audit.note(actor.user, "open", patient=old.document.patient, what=proposal_id)

    def preview(self, actor: Reviewer, proposal_id: str, statement: str, text: str) -> Preview:
        """A changed line, checked and classed; nothing is stored."""
        del actor
        proposal = self.store.proposals.get(proposal_id)
        record = self.record_of(proposal.document.patient, proposal.document.as_of)
        edited = self.amended_in(proposal, {statement: text}, record)
        line = next(one for one in edited.document.statements if one.id == statement)
        return Preview(line, review.findings_of(line, edited.findings))

    def decide(
        self, actor: Reviewer, proposal_id: str, decision: Decision, today: date, seen: Proposal | None = None
    ) -> Proposal:
        """Take a decision; files the document when nothing waits any more. `seen` is the proposal as it was read, if it was.

        Raises StaleRecord where it is no longer that, NotTrained for whoever is asked to pass the training first, Stopped.
        """
        self.may_decide(actor)
        self.choosing.must_not_read(actor, proposal_id)
        old = self.store.proposals.get(proposal_id)
        if seen is not None and seen != old:
            raise StaleRecord(f"proposal {old.id} was changed by somebody else; look at it again")
        settled = self._settled(old)
        proposal, decision = self._judged(actor, old, decision, today)
        proposal = replace(proposal, assigned_to=_next_assignee(proposal, actor, today))
        with self.store.transaction():
            if decision.action in SIGNS:
                self._must_stand(old, settled)
            revision = self.store.proposals.replace(old, proposal)
            self.store.proposals.add_decision(proposal_id, replace(decision, revision=revision))
            self._noted(actor, proposal, decision)
            self.choosing.decided(actor, proposal, decision.action)
            if review.ready_to_file(proposal) and not self.choosing.held(proposal):
                proposal = self.file(proposal)
        if decision.action is Action.APPROVE:
            self.has_signed(actor)
        return proposal

    def _judged(
        self, actor: Reviewer, old: Proposal, decision: Decision, today: date
    ) -> tuple[Proposal, Decision]:
        """The proposal as this decision leaves it, and the decision with the lines that it signed. Raises as `decide`."""
        proposal = self.fresh(old, today) if decision.action in SIGNS else old
        if decision.action is Action.COSIGN:
            return cosign(proposal, decision.statements, actor, today), decision
        if decision.action in SIGNS and decision.edits:
            review.reach(actor, today)
            proposal = self.amended_in(proposal, decision.edits, self.record_now(old, today))
        proposal = review.decide(proposal, decision, actor, today)
        if decision.action is not Action.SEND_BACK:
            signed = (line for line, user in proposal.released.items() if old.released.get(line) != user)
            looked = self.store.unfinished.of(proposal.id, actor.user).looked
            decision = replace(decision, statements=tuple(signed), looked=looked)
        return proposal, decision

    def _noted(self, actor: Reviewer, proposal: Proposal, decision: Decision) -> None:
        """What goes with a decision: the audit event, what is learned from it, and that whoever had it open is done with it."""
        why, patient = "reason given" if decision.reason else "", proposal.document.patient
        self.store.audit.note(actor.user, decision.action.value, patient=patient, what=proposal.id, why=why)
        if decision.action in (Action.RETURN, Action.REJECT) or decision.feedback:
            told = {"reviewer": actor.user, "reason": decision.reason, **decision.feedback}
            self.store.improvement.add(proposal, told)
        done = (*decision.statements, *decision.edits, *decision.struck)
        over = proposal.status != "draft" or review.ready_to_file(proposal)
        but = self.choosing.reader(proposal.id)
        self.store.unfinished.decided(proposal.id, actor.user, over=over, done=done, but=but)
        if decision.action is not Action.AMEND:
            self.store.turns.leave(proposal.id, actor.user)

    def _settled(self, proposal: Proposal) -> tuple[int, ...]:
        """How often something of the patient was settled, or taken back: a ruling, a filed document, what somebody reported."""
        first = self.store.sameness.first(proposal.document.patient)
        return (
            self.store.rulings.number(first),
            self.store.chart.times_taken_back(first),
            self.store.entries.withdrawn(first),
        )

    def _must_stand(self, proposal: Proposal, settled: tuple[int, ...]) -> None:
        """In a transaction: nothing of the patient is settled or taken back, and nothing stopped, until it ends. Raises StaleRecord, Stopped."""
        must_release(self.store, proposal.document)
        self.store.rulings.hold(self.store.sameness.first(proposal.document.patient))
        if self._settled(proposal) != settled:
            raise StaleRecord(
                "something of this patient was settled or taken back meanwhile; look at it again"
            )

    def undo(self, actor: Reviewer, proposal_id: str) -> Proposal:
        """Take back this reviewer's own last decision; the proposal as it was before it.

        Raises NotApproved or NotLicensed where that can't be, StaleRecord where somebody decides meanwhile.
        """
        self.choosing.must_not_read(actor, proposal_id)
        stored = self.store.proposals
        with self.store.transaction():
            old = stored.get(proposal_id)
            last = self._to_undo(old, stored.decisions(proposal_id), actor)
            before = stored.revision(proposal_id, last.revision - 1)
            new = review.undone(old, before, stored.revision(proposal_id, last.revision))
            decision = Decision(
                action=Action.UNDO,
                reviewer=actor.user,
                role=actor.role,
                at=self.clock(),
                statements=last.statements,
                name=actor.name,
                revision=stored.replace(old, new),
            )
            stored.add_decision(proposal_id, decision)
            self.store.audit.note(actor.user, "undo", patient=old.document.patient, what=proposal_id)
            if last.action in (Action.RETURN, Action.REJECT) or last.feedback:
                self.store.improvement.add(new, {"taken_back": last.action.value})
        return new

    def _to_undo(self, proposal: Proposal, decisions: Sequence[Decision], actor: Reviewer) -> Decision:
        """What this person may take back. Raises as `undo`: with a call that is taken back its note stays rejected."""
        last = review.to_undo(proposal, decisions, actor.user)
        call = self.store.calls.of_note(proposal.id) if last.action is Action.REJECT else None
        if call is not None and call.back is not None:
            raise NotApproved("its call was taken back, and what was reported in it is no more")
        return last

    def _undo_of(self, proposal: Proposal, decisions: Sequence[Decision], actor: Reviewer) -> Decision | None:
        try:
            return self._to_undo(proposal, decisions, actor)
        except Refused:
            return None

    def released(self, proposal: Proposal) -> Proposal:
        """File what nobody has to read: a message of which every line is automatic; anything else waits as it is."""
        if proposal.status != "draft" or not review.is_automatic(proposal):
            return proposal
        lines = (line.id for line in proposal.document.statements)
        automatic = replace(proposal, released=dict.fromkeys(lines, AUTOMATIC))
        with self.store.transaction():
            self.store.proposals.replace(proposal, automatic)
            return self.file(automatic)

    def file(self, proposal: Proposal) -> Proposal:
        """Write a released document to the chart. Raises NotApproved while a line waits, Stopped where it may not be filed."""
        if not review.ready_to_file(proposal):
            raise NotApproved("a line still waits for its signature")
        if self.choosing.held(proposal):
            raise NotApproved(
                "a second reader must agree before it is filed; of a case of a parallel run the draft never is"
            )
        filed = replace(proposal, status="active")
        with self.store.transaction():
            must_release(self.store, proposal.document)
            self.store.proposals.replace(proposal, filed)
            self.store.chart.file(filed, self.clock())
            Tracking(self.store, self.clock).follow(filed)
            self.sent(filed)
            self.store.audit.note("careloom", "file", patient=filed.document.patient, what=filed.id)
        return filed

    def filed(
        self, row: tuple[str, datetime], record_of: Callable[[str, date], PatientRecord] | None = None
    ) -> Filed:
        """A filed document with who decided and the record it was drafted from, as frozen then (by `record_of`, where it is told to others)."""
        proposal_id, at = row
        proposal = self.store.proposals.get(proposal_id)
        patient, read = proposal.document.patient, record_of or self.record_of
        record = read(patient, proposal.document.as_of)
        decisions = self.store.proposals.decisions(proposal_id)
        for origin in dict.fromkeys(proposal.carried.values()):
            decisions = (*self.store.proposals.decisions(origin), *decisions)
        return Filed(
            proposal,
            decisions,
            with_frozen(record, self.store.proposals.frozen(proposal_id)),
            at.isoformat(timespec="seconds"),
            {one.statement: one for one in self.store.tasks.standing(patient) if one.proposal == proposal_id},
            form_of(proposal.document.kind),
            self.store.chart.taken_back_as(proposal_id) if proposal.status == STATUS else None,
            self.custodian,
        )

    def record_now(self, proposal: Proposal, today: date) -> PatientRecord:
        """The record as of today, named by the draft's own day, from which its due dates are counted.

        A draft made for an earlier day than the one it was made on is judged by that day's record.
        """
        drafted_for = proposal.document.as_of
        day = today if drafted_for >= proposal.created.date() else drafted_for
        found = self.record_of(proposal.document.patient, max(day, drafted_for))
        return (
            found
            if found.as_of == drafted_for
            else self._shown.of(proposal.id).part(_named_by, found, drafted_for)
        )

    def fresh(self, proposal: Proposal, today: date) -> Proposal:
        """The proposal, if the record did not move under it. Raises StaleRecord naming lines and rules."""
        if not self.store.proposals.is_of_today(proposal.id):
            raise StaleRecord("who this patient is was decided anew since it was drafted; draft it again")
        back = self.store.chart.taken_back(proposal.document.patient)
        if proposal.since in back or not back.keys().isdisjoint(proposal.carried.values()):
            raise StaleRecord("the care plan beside which it was drafted was taken back; draft it again")
        if why := outdated(self.store, proposal):
            raise StaleRecord(
                f"{BACK}; draft it again"
                if why == BACK
                else "a newer care plan was signed since this copy of one was drafted; draft it again"
            )
        record = self.record_now(proposal, today)
        frozen = self.store.proposals.frozen(proposal.id)
        cited = {citation for line in proposal.document.statements for citation in line.citations}
        changed = sorted(one for one in cited if one in frozen and moved(frozen[one], record.by_id.get(one)))
        if changed:
            raise StaleRecord(
                f"entries that this draft cites have changed: {', '.join(changed)}; draft it again"
            )
        findings, _ = check.examine(proposal.document, record, self.known(), self.site())
        known = {key_of(finding) for finding in every(proposal)}
        new = [one for one in findings if one.severity is not Severity.LOW and key_of(one) not in known]
        if new:
            rules = ", ".join(sorted({finding.rule for finding in new}))
            raise StaleRecord(f"new entries give new findings ({rules}); draft it again")
        return proposal

    def amended_in(self, proposal: Proposal, edits: Mapping[str, str], record: PatientRecord) -> Proposal:
        """The proposal with other words in some lines, each checked and classed against this record. Raises InputError."""
        return amended(proposal, edits, record, self.known(), (self.raised, self.site()))


def _named_by(record: PatientRecord, day: date) -> PatientRecord:
    return replace(record, as_of=day)


def _next_assignee(proposal: Proposal, actor: Reviewer, today: date) -> str | None:
    """Whoever it is assigned to; nobody in particular once no line is left that this very person may sign."""
    if proposal.assigned_to != actor.user or any(
        line.tier <= reach_of(actor, today) for line in waiting(proposal)
    ):
        return proposal.assigned_to
    return None


__all__ = ["Desk", "Preview", "Review"]
