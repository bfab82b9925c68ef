"""Comparing: the cases of a parallel run: one document by hand, one draft, and who was right where the two differ (docs/parallel.md).

Takes    a participant and a patient of hers, then each side's word that it is finished, then what adjudicators say
Gives    both documents of one record, each with somebody else; the differences as A and B
Never    chooses who writes, reviews or judges but by the run's seed; lets one person do two of the three; files a draft
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256

from careloom.care.access import Permission
from careloom.care.document import Document, Proposal, Reviewer
from careloom.care.parallel import (
    Case,
    CaseStage,
    Choice,
    Grave,
    Judged,
    Right,
    Run,
    RunStage,
    RunStep,
    Side,
)
from careloom.care.record import PatientRecord
from careloom.errors import InputError, NotApproved, NotLicensed
from careloom.llm import Opened
from careloom.pipeline.drafting import Drafting
from careloom.pipeline.enrolling import Enrolling
from careloom.pipeline.paralleling import Paralleling, last_day
from careloom.pipeline.piloting import Who, in_words, name_of
from careloom.pipeline.timing import Timing
from careloom.review.decisions import waiting
from careloom.review.tiers import reach_of
from careloom.study.parallel.blinded import Shown, alike, is_drawn, order, shown
from careloom.study.parallel.items import items_of
from careloom.study.parallel.matched import Compared, compared

FEWEST_WORDS, LONGEST = 2, 1000


@dataclass(frozen=True, slots=True)
class Sheet:
    """What an adjudicator sees of a case: the differences, what both say as (A, B), and what she said so far."""

    case: Case
    differences: tuple[Shown, ...]
    alike: tuple[tuple[str, str], ...]
    said: Mapping[str, Judged]


@dataclass(frozen=True)
class Comparing:
    """The cases of the parallel runs of one organisation. `opened` is the site's model, `clock` the time in UTC."""

    paralleling: Paralleling
    drafting: Drafting
    enrolling: Enrolling
    timing: Timing
    record_of: Callable[[str, date], PatientRecord]
    opened: Callable[[], Opened]
    clock: Callable[[], datetime]

    # ── in ──────────────────────────────────────────────────────────────────────────────────────

    def begin(self, actor: Reviewer, run_id: str, patient: str, kind: str) -> Case | None:
        """Take a patient in: both documents begin from the record as it is now, each with somebody drawn for it; None where she wasn't drawn.

        Raises NotLicensed, NotInCareTeam, NotApproved where no case begins now, InputError for who is in it already, or where nobody can do one part.
        """
        runs, store = self.paralleling, self.paralleling.store
        runs.access.must(actor, Permission.DECIDE)
        runs.access.must_see(actor, patient)
        first, today = store.sameness.first(store.patients.find(patient)), runs.here().date()
        with store.transaction():
            run = store.parallels.held(run_id)
            self._must_take_in(actor, run, first, kind, today)
            seed = store.parallels.seed(run.id)
            if run.plan.choice is Choice.DRAWN and not is_drawn(seed, f"{first} {kind}", run.plan.share):
                store.parallels.add(run, replace(runs.step(actor, RunStep.SKIP), patient=first, kind=kind))
                return None
            record = self.record_of(first, today)
            if record.demographics.deceased:
                raise InputError("nobody is taken in who has died", where="patient")
            name = sha256(f"{run.id} {len(run.steps)} {first}".encode()).hexdigest()[:32]
            people = self._drawn(run, name, first, kind)
            said = {**people, **self._written(record, kind, people)}
            begun = runs.step(actor, RunStep.BEGIN)
            made = store.parallels.add(run, replace(begun, case=name, patient=first, kind=kind, said=said))
            store.audit.note(actor.user, "begin case", patient=first, what=run.id)
        return made.case(name)

    def _must_take_in(self, actor: Reviewer, run: Run, patient: str, kind: str, today: date) -> None:
        """Raises as `begin`."""
        over = last_day(run)
        if run.stage is not RunStage.RUNNING or over is None or today > over:
            raise NotApproved("no case begins in this run now")
        if actor.user not in set(run.plan.participants) - run.left and not self.paralleling.leads(actor):
            raise NotLicensed("whoever takes part in the run, or leads it, takes somebody in")
        if kind not in run.plan.kinds:
            raise InputError("this run compares other kinds of document", where="kind")
        sameness = self.paralleling.store.sameness
        known = [(one.patient, one.kind) for one in run.all(RunStep.BEGIN, RunStep.SKIP)]
        if any(kind == one_kind and sameness.first(one) == patient for one, one_kind in known):
            raise InputError("this patient was taken in, or not drawn, already", where="patient")
        if self.paralleling.open_case(patient, kind) or kind in self.enrolling.allocated(patient):
            raise InputError("another study says how this document is written", where="patient")
        if any(one.document.kind == kind and one.status == "draft" for one in self._drafts(patient)):
            raise InputError(
                "a draft of this kind waits already: whoever writes by hand may have seen it; decide on it first",
                where="patient",
            )

    def _drafts(self, patient: str) -> list[Proposal]:
        return [one for one in self.paralleling.store.proposals.of(patient) if not one.document.by_hand]

    def _drawn(self, run: Run, case: str, patient: str, kind: str) -> dict[str, str]:
        """Who writes, who reviews and who judges, of those in whose care the patient is. Raises InputError where somebody lacks."""
        store, access = self.paralleling.store, self.paralleling.access
        seed = store.parallels.seed(run.id)
        seeing = {one.user for one in access.in_care_of(store.users.all(), patient)} - run.left
        unfiled = {one.id: one.created for one in self._drafts(patient) if one.document.kind == kind}
        saw = {one for people in store.seconds.saw(unfiled, (patient,)).values() for one in people}
        able = [one for one in order(seed, f"{case} part", run.plan.participants) if one in seeing]
        writer = next((one for one in able if one not in saw), "")
        reviewer = next((one for one in able if one != writer), "")
        judges = [one for one in order(seed, f"{case} judge", run.plan.adjudicators) if one in seeing]
        if not writer or not reviewer or not judges:
            raise InputError(
                "in this patient's care team there must be somebody who writes by hand and has seen no draft, somebody else who reviews, and somebody who judges",
                where="patient",
            )
        two = is_drawn(seed, f"{case} second", run.plan.second)
        return {"writer": writer, "reviewer": reviewer, "adjudicators": " ".join(judges[: 2 if two else 1])}

    def _written(self, record: PatientRecord, kind: str, people: Mapping[str, str]) -> dict[str, str]:
        """Both documents, queued for whoever has each; nothing of either is filed by this."""
        drafting, now = self.drafting, self.clock()
        hand = replace(drafting.by_hand(record, kind, now, people["writer"]), assigned_to=people["writer"])
        drafted = replace(drafting.propose(record, kind, self.opened(), now), assigned_to=people["reviewer"])
        if drafting.store.proposals.exists(drafted.id):
            raise InputError(
                "this very draft was made before: whoever writes by hand may have seen it", where="patient"
            )
        return {"hand": drafting.queue(hand, record).id, "draft": drafting.queue(drafted, record).id}

    def taken(self, actor: Who, proposal: Proposal) -> Proposal:
        """A document was made anew: where it is for an open case, it belongs to it from now on. Raises NotApproved as `must_be_hers`."""
        document, runs = proposal.document, self.paralleling
        found = runs.open_case(document.patient, document.kind)
        if found is None or proposal.id in runs.store.parallels.documents():
            return proposal
        run, case = found
        side = Side.HAND if document.by_hand else Side.DRAFT
        step = replace(runs.step(actor, RunStep.AGAIN), case=case.id, side=side, proposal=proposal.id)
        with runs.store.transaction():
            runs.store.parallels.add(run, step)
        return proposal

    # ── done ────────────────────────────────────────────────────────────────────────────────────

    def finish(self, actor: Reviewer, run_id: str, case_id: str) -> Case:
        """Her side of a case is finished as it stands now; what is compared doesn't change any more.

        Raises NotLicensed for anybody else, NotApproved where nothing stands in it, or a line waits that she can sign herself.
        """
        runs, store = self.paralleling, self.paralleling.store
        with store.transaction():
            run, case = self._open(run_id, case_id)
            side = next((one for one in Side if case.side(one).who == actor.user), None)
            if side is None:
                raise NotLicensed("whoever writes or reviews this case says that she is finished")
            if case.side(side).done is not None:
                raise NotApproved("this side is finished already")
            proposals = case.side(side).proposals
            [(proposal, revision)] = store.proposals.newest([proposals[-1]])
            self._must_be_whole(actor, proposal, side)
            told = [found for one in proposals if (found := self.timing.active(actor.user, one)) is not None]
            step = replace(
                runs.step(actor, RunStep.DONE),
                case=case.id,
                side=side,
                proposal=proposal.id,
                revision=revision,
                seconds=sum(told) if told else None,
            )
            made = store.parallels.add(run, step)
            store.audit.note(actor.user, "finish case", patient=case.patient, what=run.id)
        runs.listed_anew((case,))
        return _known(made, case_id)

    def _must_be_whole(self, actor: Reviewer, proposal: Proposal, side: Side) -> None:
        if not _standing(proposal):
            raise NotApproved("nothing stands in it yet")
        reach = reach_of(actor, self.paralleling.here().date())
        if side is Side.DRAFT and proposal.status == "draft":
            left = sum(line.tier <= reach for line in waiting(proposal))
            if left:
                raise NotApproved(f"{left} lines wait that you can sign, amend or strike yourself")

    def drop(self, actor: Who, run_id: str, case_id: str, why: str) -> Case:
        """A case leaves the comparison, since somebody needs what is closed to her for the patient's care, or it can't be finished: from now on
        both documents are open, and the draft is a draft as any other. Raises NotLicensed, NotApproved, InputError without words."""
        runs, store = self.paralleling, self.paralleling.store
        with store.transaction():
            run = store.parallels.held(run_id)
            case = _known(run, case_id)
            hers = {case.hand.who, case.draft.who, *case.adjudicators}
            if isinstance(actor, Reviewer) and actor.user not in hers and not runs.leads(actor):
                runs.access.must(actor, Permission.DECIDE)
                runs.access.must_see(actor, case.patient)
            if case.stage in (CaseStage.DROPPED, CaseStage.JUDGED):
                raise NotApproved("this case is compared and judged, or left the comparison already")
            step = replace(runs.step(actor, RunStep.DROP), case=case.id, why=in_words(why))
            made = store.parallels.add(run, step)
            store.audit.note(name_of(actor), "drop case", patient=case.patient, what=run.id, why=step.why)
        runs.listed_anew((case,))
        return _known(made, case_id)

    # ── judged ──────────────────────────────────────────────────────────────────────────────────

    def to_judge(self, actor: Reviewer) -> tuple[tuple[Run, Case], ...]:
        """The cases that she has still to judge, the oldest first."""
        return tuple(
            (run, case)
            for run in reversed(self.paralleling.store.parallels.all())
            for case in run.cases
            if case.stage is CaseStage.COMPARED and actor.user in set(case.adjudicators) - case.finished
        )

    def sheet(self, actor: Reviewer, run_id: str, case_id: str) -> Sheet:
        """The two documents of a case as A and B. Raises NotLicensed for whoever doesn't judge it, NotApproved before both are finished."""
        run = self.paralleling.store.parallels.get(run_id)
        case = _known(run, case_id)
        self._must_judge(actor, case)
        seed, found = self.paralleling.store.parallels.seed(run.id), self.compared(case)
        self.paralleling.store.audit.note(actor.user, "read as A and B", patient=case.patient, what=run.id)
        return Sheet(
            case, shown(found, seed, case.id), alike(found, seed, case.id), case.judged.get(actor.user, {})
        )

    def judge(self, actor: Reviewer, run_id: str, case_id: str, said: Mapping[str, Judged]) -> Case:
        """Keep what she says of some differences, or of all that are left; with the last one the case is judged by her, and stays so.

        Raises NotLicensed, NotApproved, InputError for a difference that there isn't, or without a reason where more than wording differs.
        """
        runs, store = self.paralleling, self.paralleling.store
        with store.transaction():
            run = store.parallels.held(run_id)
            case = _known(run, case_id)
            self._must_judge(actor, case)
            known = {one.id for one in self.compared(case).differences}
            kept = {name: _said(name, judged, known) for name, judged in said.items()}
            every = known <= {*case.judged.get(actor.user, {}), *kept}
            if not kept and not every:
                raise InputError("say of at least one difference who was right")
            step = replace(
                runs.step(actor, RunStep.JUDGE),
                case=case.id,
                judged=kept,
                said={"all": "yes"} if every else {},
            )
            made = store.parallels.add(run, step)
            store.audit.note(actor.user, "judge case", patient=case.patient, what=run.id)
        return _known(made, case_id)

    def compared(self, case: Case) -> Compared:
        """Both documents as they were finished, line by line. Raises NotApproved before they are."""
        hand, drafted = (self._finished(case, side) for side in Side)
        knowledge = self.drafting.knowledge
        return compared(items_of(*hand, knowledge), items_of(*drafted, knowledge))

    def _finished(self, case: Case, side: Side) -> tuple[Document, frozenset[str]]:
        """One document as it was finished, and the lines that don't stand in it."""
        done = case.side(side).done
        if done is None:
            raise NotApproved("both documents of a case are finished before they are compared")
        proposal = self.paralleling.store.proposals.revision(done.proposal, done.revision)
        return proposal.document, frozenset({*proposal.struck, *proposal.sent_back})

    def _must_judge(self, actor: Reviewer, case: Case) -> None:
        self.paralleling.access.must(actor, Permission.DECIDE)
        self.paralleling.access.must_see(actor, case.patient)
        if actor.user not in case.adjudicators:
            raise NotLicensed("whoever was drawn for it judges this case")
        if case.stage is not CaseStage.COMPARED or actor.user in case.finished:
            raise NotApproved("there is nothing to judge here now")

    def _open(self, run_id: str, case_id: str) -> tuple[Run, Case]:
        """In a transaction: a case of which a side isn't finished. Raises NotApproved, InputError."""
        run = self.paralleling.store.parallels.held(run_id)
        case = _known(run, case_id)
        if case.stage is not CaseStage.OPEN:
            raise NotApproved("this case isn't open any more")
        return run, case


def _known(run: Run, case_id: str) -> Case:
    """Raises InputError where there is no such case."""
    found = run.case(case_id)
    if found is None:
        raise InputError("there is no such case", where="case")
    return found


def _standing(proposal: Proposal) -> Sequence[str]:
    return [one.id for one in proposal.document.statements if one.id not in proposal.struck]


def _said(name: str, judged: Judged, known: frozenset[str] | set[str]) -> Judged:
    """One judgement, cleaned. Raises InputError."""
    if name not in known:
        raise InputError("there is no such difference", where=name)
    why = " ".join(judged.why.split())[:LONGEST]
    if judged.grave is not Grave.NONE and len(why.split()) < FEWEST_WORDS:
        raise InputError("say in a few words why, where more than wording differs", where=name)
    return Judged(Right(judged.right), Grave(judged.grave), why)
