"""Unfiling: a document that was filed in our own chart is taken back, by whoever might have signed it, and everything that followed with it.

Takes    a filed document, a reason from the short list and words, and a person who proved who she is
Gives    the document as entered in error in the chart, with who, when and why; its tasks ended, what waits of it stopped, other systems'
         charts asked to take it back too; and what reached the patient already, named, so that somebody phones
Never    deletes it, takes back what a later signature carries on, or says of something that went out that it didn't
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from careloom.care.access import Permission
from careloom.care.document import Proposal, Reviewer, Tier
from careloom.care.entry import RECORDED_HERE
from careloom.care.kinds import CARE_PLAN
from careloom.care.notices import NoticeKind
from careloom.care.question import QuestionStep
from careloom.care.sending import Sending, State
from careloom.care.unfiled import STATUS, WHYS, Unfiled
from careloom.errors import InputError, NotApproved, NotLicensed
from careloom.pipeline import resting, visiting
from careloom.pipeline.access import REFUSAL, Access
from careloom.pipeline.choosing import Choosing
from careloom.pipeline.delivering import Delivering
from careloom.pipeline.ehr.writing_back import WritingBack
from careloom.pipeline.planned import BACK, outdated, written_from
from careloom.pipeline.tracking import Tracking
from careloom.pipeline.visiting import Visiting
from careloom.review.decisions import AUTOMATIC
from careloom.review.tiers import WHOLE, reach
from careloom.store.opening import Store

LONGEST, SHORTEST = 500, 2
# What went out, or may have.
OUT = frozenset({State.SENT, State.SENDING, State.UNKNOWN})
CARRIED = "a newer document carries signed lines of it on; take that one back first"
PHYSICIAN = "a physician takes this back: a line in it is a physician's"


@dataclass(frozen=True, slots=True)
class Follows:
    """What taking a document back does: how many tasks end and messages wait no more, what went out to the patient already, which
    other charts hold it, which documents were written from it, how many drafts rest on it, and the plan that is in force again.
    `why_not` says why it can't be taken back, "" where it can."""

    proposal: Proposal
    why_not: str
    tasks: int
    waiting: int
    reached: tuple[Sending, ...]
    charts: tuple[str, ...]
    written: tuple[Proposal, ...]
    drafts: int
    before: Proposal | None


@dataclass(frozen=True)
class Unfiling:
    """What takes filed documents of one organisation back. `delivering` is put together when something waits to be sent."""

    store: Store
    access: Access
    choosing: Choosing
    tracking: Tracking
    visiting: Visiting
    writing_back: WritingBack
    delivering: Callable[[], Delivering]
    clock: Callable[[], datetime]

    def look(self, actor: Reviewer, proposal_id: str) -> Follows:
        """What would follow, and whether this person may. Raises NotLicensed, NotInCareTeam, InputError."""
        proposal = self._seen(actor, proposal_id)
        sendings = [
            sending for one in self._documents(proposal) for sending in self.store.sendings.of(one.id)
        ]
        before = self._before(proposal)
        return Follows(
            proposal=proposal,
            why_not=self._why_not(actor, proposal),
            tasks=self._open_tasks(proposal, before),
            waiting=sum(one.state is State.QUEUED for one in sendings),
            reached=tuple(one for one in sendings if one.state in OUT),
            charts=tuple(
                dict.fromkeys(
                    one.system for one in self.store.writings.of(proposal.id) if one.sent or one.unanswered
                )
            ),
            written=self.written(proposal),
            drafts=len(self._drafts(proposal)),
            before=before,
        )

    def take_back(self, actor: Reviewer, proposal_id: str, why: str, words: str) -> Unfiled:
        """Take it back; whoever calls vouches that she proved who she is. `why` is a key of WHYS.

        Raises InputError for another reason or without words, NotApproved with the words of `why_not`, NotLicensed, NotInCareTeam,
        StaleRecord where somebody else decides, sends or writes of it at this very moment; nothing is changed then.
        """
        if why not in WHYS:
            raise InputError(f"is one of {', '.join(WHYS)}", where="why")
        words = " ".join(words.split())[:LONGEST]
        if len(words.split()) < SHORTEST:
            raise InputError("say in a few words why it is taken back", where="words")
        self._seen(actor, proposal_id)
        with self.store.transaction():
            first = self.store.sameness.first(self.store.proposals.patient(proposal_id))
            # Whoever signs meanwhile what rests on it is found, or finds it taken back: one waits for the other.
            self.store.rulings.hold(first)
            self.store.proposals.hold(proposal_id)
            proposal = self.store.proposals.get(proposal_id)
            if said := self._why_not(actor, proposal):
                raise (NotLicensed if said == PHYSICIAN else NotApproved)(said)
            patient = proposal.document.patient
            back = Unfiled(proposal.id, patient, why, words, actor.user, actor.name, actor.role, self.clock())
            before, written = self._before(proposal), self._documents(proposal)
            self.store.proposals.replace(proposal, replace(proposal, status=STATUS, assigned_to=None))
            self.store.chart.take_back(back)
            self.writing_back.taken_back(actor.user, proposal.id, back.reason)
            self.tracking.unfollow(actor, proposal, f"the document was taken back: {back.reason}", before)
            self._send_no_more(actor, written)
            self._unsay(actor, proposal)
            self._tell(actor, proposal)
            learned = {"code": f"taken back: {why}", "reason": back.reason, "reviewer": actor.user}
            self.store.improvement.add(proposal, learned)
            self.store.audit.note(
                actor.user, "take back document", patient=patient, what=proposal.id, why=f"{why}: {words}"
            )
        return back

    def reached(self, proposal: Proposal) -> tuple[Sending, ...]:
        """What of a document that was taken back, or of what was written from it, went out to the patient before that."""
        return went_out(self.store, proposal)

    def written(self, proposal: Proposal) -> tuple[Proposal, ...]:
        """The documents in the chart that were written from it."""
        return self._documents(proposal)[1:]

    def unfounded(self, proposal: Proposal) -> bool:
        """Whether the care plan that a document in the chart was written from was taken back, and the document wasn't."""
        return proposal.status == "active" and outdated(self.store, proposal) == BACK

    # ── who may, and when not ───────────────────────────────────────────────────────────────────

    def _seen(self, actor: Reviewer, proposal_id: str) -> Proposal:
        self.access.must(actor, Permission.DECIDE)
        self.access.must_see(actor, self.store.proposals.patient(proposal_id))
        self.choosing.must_not_read(actor, proposal_id)
        if not self.access.may_read(actor, proposal_id):
            raise NotLicensed(REFUSAL[Permission.PART2])
        return self.store.proposals.get(proposal_id)

    def _why_not(self, actor: Reviewer, proposal: Proposal) -> str:
        """Why this person can't take it back, in words. Raises NotLicensed for whoever signs nothing at all."""
        if proposal.status == STATUS:
            return "this document was taken back already"
        if proposal.status != "active":
            return "only what is filed in the chart is taken back"
        if reach(actor, self._today) < _tier(proposal):
            return PHYSICIAN
        patient = self.store.sameness.first(proposal.document.patient)
        every = self.store.proposals.of(patient)
        if any(one.status == "active" and proposal.id in one.carried.values() for one in every):
            return CARRIED
        own = resting.reported(self.store, proposal.document.patient, self._contact(proposal))
        return resting.why_not(self.store, patient, own, proposal.id)

    @property
    def _today(self) -> date:
        return self.clock().astimezone().date()

    # ── what follows ────────────────────────────────────────────────────────────────────────────

    def _before(self, proposal: Proposal) -> Proposal | None:
        """The care plan that is in force again once this one is taken back; None for another kind, or where this one isn't in force."""
        if proposal.document.kind != CARE_PLAN:
            return None
        plans = [
            one
            for one in self.store.proposals.of(proposal.document.patient)
            if one.document.kind == CARE_PLAN and one.status == "active"
        ]
        return plans[-2] if len(plans) > 1 and plans[-1].id == proposal.id else None

    def _documents(self, proposal: Proposal) -> tuple[Proposal, ...]:
        return documents_of(self.store, proposal)

    def _drafts(self, proposal: Proposal) -> Sequence[Proposal]:
        every = self.store.proposals.of(proposal.document.patient)
        return [
            one
            for one in every
            if one.status == "draft" and (one.since == proposal.id or proposal.id in one.carried.values())
        ]

    def _open_tasks(self, proposal: Proposal, before: Proposal | None) -> int:
        kept = before.released if before is not None else {}
        standing = self.store.tasks.standing(proposal.document.patient)
        return sum(
            one.proposal == proposal.id
            and one.status in ("requested", "in-progress")
            and one.statement not in kept
            for one in standing
        )

    def _send_no_more(self, actor: Reviewer, documents: Sequence[Proposal]) -> None:
        for document in documents:
            for sending in self.store.sendings.of(document.id):
                if sending.state is State.QUEUED:
                    self.delivering().cancel(actor.user, sending.id, why="the document was taken back")

    def _unsay(self, actor: Reviewer, proposal: Proposal) -> None:
        """What was reported in the contact that a note tells of never was, and its questions wait for nobody."""
        if contact := self._contact(proposal):
            self.visiting.withdraw(actor, proposal.document.patient, contact)
        for question in self.store.questions.of_note(proposal.id):
            if question.open:
                self.store.questions.step(question, QuestionStep("withdrawn", actor.user, self.clock()))
                self.store.audit.note(
                    actor.user, "question withdrawn", patient=question.patient, what=question.id
                )
            elif question.answer is not None:
                told = {(question.answer.who, NoticeKind.CALL_BACK): 1}
                self.store.notices.add((), told, self.clock())

    def _contact(self, proposal: Proposal) -> str:
        """The name under which the contact of a note stands in the record; "" for any other document."""
        if proposal.document.kind != visiting.KIND:
            return ""
        frozen = self.store.proposals.frozen(proposal.id)
        met = (
            frozen[cited]
            for line in proposal.document.statements
            if line.section == "contact"
            for cited in line.citations
            if cited in frozen
        )
        names = (
            one.source.resource.partition("/")[2].removesuffix("-contact")
            for one in met
            if one.kind == "Encounter" and one.source.system == RECORDED_HERE
        )
        return next(names, "")

    def _tell(self, actor: Reviewer, proposal: Proposal) -> None:
        """Those who signed it, and are not the one who takes it back, are told."""
        signed = dict.fromkeys(
            one for one in proposal.released.values() if one not in (AUTOMATIC, actor.user)
        )
        if signed:
            told = {(one, NoticeKind.TAKEN_BACK): 1 for one in signed}
            self.store.notices.add((), told, self.clock())


def documents_of(store: Store, proposal: Proposal) -> tuple[Proposal, ...]:
    """A document, and those in the chart that were written from it."""
    is_plan = proposal.document.kind == CARE_PLAN
    return (proposal, *(written_from(store, proposal) if is_plan else ()))


def went_out(store: Store, proposal: Proposal) -> tuple[Sending, ...]:
    """What of a document, or of what was written from it, went out to the patient, or may have."""
    every = (one for document in documents_of(store, proposal) for one in store.sendings.of(document.id))
    return tuple(one for one in every if one.state in OUT)


def _tier(proposal: Proposal) -> Tier:
    """Whose it is to take back: the highest tier of what was signed in it, a nurse's at least."""
    if WHOLE in proposal.released:
        return Tier.PHYSICIAN
    signed = (line.tier for line in proposal.document.statements if line.id in proposal.released)
    return max((Tier.NURSE, *signed))
