"""Paralleling: a parallel run from its first written plan to its end (docs/parallel.md).

Takes    a person who may write plans (or whoever runs the machine), and what she says
Gives    the run with one more step
Never    starts what lacks something, changes a locked plan but by a dated amendment with a reason, or switches anything by itself
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from careloom import draft
from careloom.care.access import Permission, may
from careloom.care.document import Reviewer
from careloom.care.parallel import Case, CaseStage, Happened, Run, RunPlan, RunStage, RunStep, Side
from careloom.errors import InputError, NotApproved, NotLicensed, StaleRecord
from careloom.pipeline.access import Access
from careloom.pipeline.piloting import Who, about, in_words, name_of
from careloom.store.opening import Store
from careloom.study.parallel.blinded import order
from careloom.study.parallel.written import Problem, problems
from careloom.study.statistics.allocation import commitment

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Paralleling:
    """The parallel runs of one organisation; `here` is the time in the site's zone."""

    store: Store
    access: Access
    here: Callable[[], datetime]

    # ── the plan ────────────────────────────────────────────────────────────────────────────────

    def write(self, actor: Who, plan: RunPlan, run_id: str = "") -> Run:
        """A new plan, or the next wording of one that isn't locked. Raises NotLicensed, NotApproved for a locked one, InputError."""
        self._may_write(actor)
        with self.store.transaction():
            if not run_id:
                made = self.store.parallels.begin(plan, self.step(actor, RunStep.WRITE))
            else:
                made = self._at(run_id, RunStage.WRITTEN, "this plan is locked; it is amended")
                if made.plan != plan:
                    made = self.store.parallels.add(made, replace(self.step(actor, RunStep.WRITE), plan=plan))
            self.store.audit.note(name_of(actor), "write plan", what=made.id)
        return made

    def lacks(self, plan: RunPlan) -> tuple[Problem, ...]:
        """Why a plan can't be locked; nothing where it can."""
        return problems(plan, self.able(), self.kinds())

    def able(self) -> frozenset[str]:
        """The users who decide on documents here."""
        return frozenset(one.user for one in self.store.users.all() if may(one.role, Permission.DECIDE))

    @staticmethod
    def kinds() -> tuple[str, ...]:
        """The kinds of document that are written by hand, too."""
        return tuple(name for name in draft.KINDS if draft.kind_of(name).by_hand)

    def lock(self, actor: Who, run_id: str) -> Run:
        """Lock it and start it today. Raises NotLicensed, NotApproved, InputError naming the first thing that it lacks."""
        self._may_write(actor)
        with self.store.transaction():
            run = self._at(run_id, RunStage.WRITTEN, "this plan is locked already")
            for one in self.lacks(run.plan):
                raise InputError(one.words, where=one.where)
            sealed = self.commitment(run_id)
            told = replace(self.step(actor, RunStep.LOCK), said={"commitment": sealed})
            made = self.store.parallels.add(run, replace(told, digest=self._digest(run.plan, sealed, told)))
            self.store.audit.note(name_of(actor), "lock plan", what=f"{run.id} {made.digest[:16]}")
        return made

    def amend(self, actor: Who, run_id: str, plan: RunPlan, why: str, *, was: str) -> Run:
        """Amend a locked plan, dated, with a reason, hashed over what holds now (`was` is that hash).

        Raises NotLicensed, NotApproved, InputError for what can't be amended any more, StaleRecord where somebody else amended it meanwhile.
        """
        self._may_write(actor)
        with self.store.transaction():
            run = self._at(run_id, RunStage.RUNNING, "this run isn't running")
            if run.digest != was:
                raise StaleRecord("somebody else amended this plan meanwhile; look at it again")
            _must_be_amendable(run.plan, plan)
            for one in self.lacks(plan):
                raise InputError(one.words, where=one.where)
            told = replace(self.step(actor, RunStep.AMEND), plan=plan, why=in_words(why))
            made = self.store.parallels.add(run, replace(told, digest=self._digest(plan, run.digest, told)))
            self.store.audit.note(
                name_of(actor), "amend plan", what=f"{run.id} {made.digest[:16]}", why=told.why
            )
        return made

    def holds(self, run: Run) -> bool:
        """Whether every hash of its plan is that of what is stored."""
        before, plan = "", None
        for one in run.all(RunStep.WRITE, RunStep.LOCK, RunStep.AMEND):
            plan = one.plan or plan
            if one.what is RunStep.WRITE:
                continue
            before = before or one.said.get("commitment", "")
            if plan is None or one.digest != self._digest(plan, before, one):
                return False
            before = one.digest
        return True

    def commitment(self, run_id: str) -> str:
        """The seed's own hash, printed while the run goes on: the seed that is opened afterwards is shown to be the same."""
        return commitment(self.store.parallels.seed(run_id))

    def end(self, actor: Who, run_id: str, why: str) -> Run:
        """It is over: no case begins, and what isn't finished leaves the comparison. Raises NotLicensed, NotApproved, InputError."""
        self._may_write(actor)
        with self.store.transaction():
            run = self._at(run_id, RunStage.RUNNING, "this run isn't running")
            said = in_words(why)
            left = [one for one in run.cases if one.stage is CaseStage.OPEN]
            steps = [
                replace(self.step(actor, RunStep.DROP), case=one.id, why="the run ended") for one in left
            ]
            made = self.store.parallels.add(run, *steps, replace(self.step(actor, RunStep.END), why=said))
            self.store.audit.note(name_of(actor), "end run", what=run.id, why=said)
        self.listed_anew(left)
        return made

    def leave(self, actor: Who, run_id: str, user: str, why: str) -> Run:
        """Somebody does no more of it: she says so herself, or whoever writes plans.

        A case of which her side isn't finished leaves the comparison, since nobody can go on with it unseen; what she has still to judge goes to the next of
        those who judge, where two were drawn to the other alone, else the case leaves it too. What she finished stays. Raises NotLicensed, NotApproved, InputError.
        """
        if not isinstance(actor, Reviewer) or actor.user != user:
            self._may_write(actor)
        with self.store.transaction():
            run = self._at(run_id, RunStage.RUNNING, "this run isn't running")
            if user not in (*run.plan.participants, *run.plan.adjudicators) or user in run.left:
                raise InputError("this person does no cases of it", where="user")
            after = [step for case in run.cases for step in self._without(run, case, user, actor)]
            dropped = [one.case for one in after if one.what is RunStep.DROP]
            said = {"user": user, "dropped": str(len(dropped)), "passed": str(len(after) - len(dropped))}
            told = replace(self.step(actor, RunStep.LEAVE), why=in_words(why), said=said)
            made = self.store.parallels.add(run, told, *after)
            self.store.audit.note(name_of(actor), "leave run", what=run.id, why=told.why)
        self.listed_anew(one for one in run.cases if one.id in dropped)
        return made

    def _without(self, run: Run, case: Case, user: str, actor: Who) -> Iterator[Happened]:
        """What becomes of a case when somebody leaves; nothing where she has no more to do in it."""
        if case.stage not in (CaseStage.OPEN, CaseStage.COMPARED):
            return
        gone = replace(self.step(actor, RunStep.DROP), case=case.id, why="somebody left the run")
        if any(one.who == user and one.done is None for one in (case.hand, case.draft)):
            yield gone
        elif user in set(case.adjudicators) - case.finished:
            able = set(run.plan.adjudicators) - run.left - {user, *case.adjudicators}
            seeing = self.access.in_care_of(self.store.users.all(), case.patient)
            drawn = order(self.store.parallels.seed(run.id), f"{case.id} judge", run.plan.adjudicators)
            to = next((one for one in drawn if one in able & {each.user for each in seeing}), "")
            passed = replace(self.step(actor, RunStep.GIVE), case=case.id, said={"by": user, "to": to})
            yield passed if to or len(case.adjudicators) > 1 else gone

    def seed(self, actor: Who, run_id: str) -> str:
        """The seed of its draws, when it is over and everything is judged. Raises NotLicensed, NotApproved while it would tell draws that are to come, or which document is A."""
        self._may_write(actor)
        run = self.store.parallels.get(run_id)
        if run.stage is not RunStage.ENDED or any(one.stage is CaseStage.COMPARED for one in run.cases):
            raise NotApproved("the seed is opened when the run is over and all that is compared is judged")
        self.store.audit.note(name_of(actor), "open seed", what=run_id)
        return self.store.parallels.seed(run_id).decode()

    # ── who sees what ───────────────────────────────────────────────────────────────────────────

    def seen(self, actor: Reviewer) -> tuple[Run, ...]:
        """The runs that somebody may open: all of them for whoever writes plans or audits, those in which she takes part once they run."""
        self.access.must(actor, Permission.STUDIES)
        return tuple(one for one in self.store.parallels.all() if self.may_see(actor, one))

    def get(self, actor: Who, run_id: str) -> Run:
        """One of them. Raises NotLicensed for whoever has nothing to do with it, InputError where there is none."""
        run = self.store.parallels.get(run_id)
        if isinstance(actor, Reviewer) and not self.may_see(actor, run):
            raise NotLicensed("a parallel run is seen by whoever takes part in it or leads it")
        return run

    def may_see(self, actor: Reviewer, run: Run) -> bool:
        """Whether it is hers to see."""
        return self.leads(actor) or (run.began is not None and actor.user in everybody(run))

    def may_see_results(self, actor: Reviewer, run: Run) -> bool:
        """Whether she sees what it comes to: whoever takes part does when it is over, so that nobody writes or judges by it."""
        return self.leads(actor) or (run.stage is RunStage.ENDED and actor.user in everybody(run))

    @staticmethod
    def leads(actor: Reviewer) -> bool:
        """Whether she writes plans or audits."""
        return may(actor.role, Permission.PROTOCOL) or may(actor.role, Permission.AUDIT)

    # ── what the desk asks ──────────────────────────────────────────────────────────────────────

    def open_case(self, patient: str, kind: str) -> tuple[Run, Case] | None:
        """The case of a running run in which a document of this kind is being written twice about a patient; None where there is none."""
        if not self.store.parallels.documents():
            return None
        first = self.store.sameness.first(self.store.patients.find(patient))
        for run in self.store.parallels.all():
            for case in run.cases if run.stage is RunStage.RUNNING else ():
                same = case.kind == kind and self.store.sameness.first(case.patient) == first
                if same and case.stage is CaseStage.OPEN:
                    return run, case
        return None

    def of_patient(self, actor: Reviewer, patient: str) -> tuple[tuple[Run, str, str], ...]:
        """For the page on which documents of a patient are asked for: each run and kind with the open case (an id) of it, or "" where she may take
        the patient in."""
        found = []
        for run in self.store.parallels.all():
            last = last_day(run)
            if run.stage is not RunStage.RUNNING or last is None:
                continue
            takes_in = actor.user in set(run.plan.participants) - run.left and self.here().date() <= last
            known = {one.kind: one for one in run.cases if self._same(one.patient, patient)}
            skipped = {one.kind for one in run.all(RunStep.SKIP) if self._same(one.patient, patient)}
            for kind in run.plan.kinds:
                if kind in known and known[kind].stage is CaseStage.OPEN:
                    found.append((run, kind, known[kind].id))
                elif kind not in known and kind not in skipped and takes_in:
                    found.append((run, kind, ""))
        return tuple(found)

    def _same(self, one: str, other: str) -> bool:
        return self.store.sameness.first(one) == self.store.sameness.first(other)

    def must_be_hers(self, actor: Who, patient: str, kind: str, *, by_hand: bool) -> None:
        """Raises NotApproved where a case is open whose document of this sort is somebody else's, or is finished: there is one of each, and what is
        filed meanwhile stays out of the draft."""
        found = self.open_case(patient, kind)
        if found is None:
            return
        run, case = found
        side = case.side(Side.HAND if by_hand else Side.DRAFT)
        way = "written by hand" if by_hand else "drafted"
        if side.who != name_of(actor) or side.done is not None:
            raise NotApproved(
                f"this is a case of the parallel run “{run.plan.title}”: what is {way} for it is another person's, or finished; whoever needs it for the patient takes the case out of the comparison"
            )
        filed = any(self.store.proposals.get(one).status == "active" for one in case.hand.proposals)
        if not by_hand and filed:
            raise NotApproved(
                "what was written by hand for this case is filed: a draft made now would carry its words; take the case out of the comparison"
            )

    def listed_anew(self, cases: Iterable[Case]) -> None:
        """List what waits of these cases' patients anew."""
        for patient in {one.patient for one in cases}:
            self.store.work_lists.arrived(patient)

    # ── inside ──────────────────────────────────────────────────────────────────────────────────

    def step(self, actor: Who, what: RunStep) -> Happened:
        """A step that happens now; what is told with it is put in by `replace`."""
        at = self.here()
        return Happened(what=what, who=name_of(actor), at=at, day=at.date())

    def _may_write(self, actor: Who) -> None:
        if isinstance(actor, Reviewer):
            self.access.must(actor, Permission.PROTOCOL)

    def _at(self, run_id: str, stage: RunStage, words: str) -> Run:
        run = self.store.parallels.held(run_id)
        if run.stage is not stage:
            raise NotApproved(words)
        return run

    def _digest(self, plan: RunPlan, before: str, one: Happened) -> str:
        return self.store.pilots.digest(plan, before, about(one))


def everybody(run: Run) -> frozenset[str]:
    """Everybody (users' ids) who takes part, or did before an amendment."""
    plans = [step.plan for step in run.steps if step.plan]
    return frozenset(one for plan in plans for one in (*plan.participants, *plan.adjudicators))


def last_day(run: Run) -> date | None:
    """The last day on which a case begins; None before it runs."""
    return run.began + run.plan.weeks * WEEK - timedelta(days=1) if run.began else None


def _must_be_amendable(before: RunPlan, after: RunPlan) -> None:
    """Raises InputError for what the cases that there are rest on, and for criteria: what is asked of a draft isn't changed once it is seen."""
    if before == after:
        raise InputError("nothing was changed")
    if before.criteria != after.criteria:
        raise InputError("the criteria stay as they were locked", where="criteria")
    if not set(before.kinds) <= set(after.kinds):
        raise InputError("kinds that were locked stay", where="kinds")
    if (before.choice, before.share) != (after.choice, after.share):
        raise InputError("how cases are chosen stays as it was locked", where="choice")
    moved = set(before.participants) & set(after.adjudicators) or set(before.adjudicators) & set(
        after.participants
    )
    if moved:
        raise InputError(
            "whoever wrote or reviewed judges nothing, and the other way round", where="adjudicators"
        )
