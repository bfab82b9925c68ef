"""Tracking: what becomes of the activities that somebody signed, until each is done or somebody says why not.

Takes    a filed care plan, and what people say of its activities
Gives    tasks, by whose they are and by when
Never    says itself that something was done; forgets an activity because a newer plan left its line folded
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from careloom.care.access import CLINICAL_ROLES
from careloom.care.document import Proposal, Reviewer, Statement
from careloom.care.kinds import CARE_PLAN
from careloom.care.question import Question
from careloom.care.task import OPEN, REASONS, Task, TaskSaid, TaskStatus, kept
from careloom.errors import InputError, NotLicensed, StaleRecord
from careloom.store.opening import Store

SOFTWARE = "careloom"
# The section of a visit note in which a question to the physician stands; what she answers yes to is the nurse's to do.
QUESTION = "question"
GONE = "not in the plan that was signed after it"


@dataclass(frozen=True)
class Tracking:
    """The tasks of one organisation's patients."""

    store: Store
    clock: Callable[[], datetime]
    # Told of a patient whose tasks have changed.
    changed: Callable[[str], object] = lambda _: None

    def follow(self, filed: Proposal) -> None:
        """A plan was filed: its signed activities are to be done, and those of older plans that it no longer has are not.

        Steps that came of a call are no plan's, and stay. An activity that stands in both goes on as it stood; one that was done is asked for again where the new plan wants it by a
        later day than the one it was done on.
        """
        document = filed.document
        if document.kind != CARE_PLAN:
            return
        before = {one.statement: one for one in self.store.tasks.standing(document.patient)}
        lines = {line.id: line for line in document.statements if line.kind == "activity"}
        for line in lines.values():
            if line.id in filed.released:
                self._ask(line, before.get(line.id), filed, SOFTWARE)
        for said in before.values():
            dropped = said.statement not in lines or said.statement in filed.struck
            if dropped and said.status in OPEN and self._is_a_plans(said):
                self.store.tasks.add(self._next(said, "cancelled", SOFTWARE, GONE, said.proposal))

    def unfollow(self, actor: Reviewer, document: Proposal, why: str, before: Proposal | None) -> int:
        """A filed document was taken back: what it asked for is not to be done, for that reason; how much that is.

        What the plan `before` it, which is in force again, asks for too goes on as it stands, and what was dropped for the newer plan
        alone is asked for again. What was done stays done.
        """
        asked = before.released if before is not None else {}
        old, ended = before.id if before is not None else "", 0
        for said in self.store.tasks.standing(document.document.patient):
            again = said.statement in asked
            if said.proposal == document.id and said.status in OPEN:
                ended += not again
                past = self.store.tasks.history(said.patient, said.statement)
                stood = next((one for one in reversed(past) if one.proposal == old), said)
                kept = said if stood.status in OPEN else stood
                self.store.tasks.add(
                    self._next(said, kept.status, kept.who, kept.why, old)
                    if again
                    else self._next(said, "cancelled", actor.user, why, said.proposal)
                )
            elif again and (said.status, said.who, said.why) == ("cancelled", SOFTWARE, GONE):
                self.store.tasks.add(self._next(said, "requested", SOFTWARE, "", old))
        self.store.audit.note(
            actor.user, "tasks ended", patient=document.document.patient, what=f"{document.id} {ended}"
        )
        self.changed(document.document.patient)
        return ended

    def begin(self, actor: Reviewer, note: Proposal) -> int:
        """The steps that were agreed on in a contact are to be done from now on, whoever signs its note; how many they are.

        Raises NotLicensed for somebody outside the care team.
        """
        _must_care(actor)
        patient = note.document.patient
        before = {one.statement: one for one in self.store.tasks.standing(patient)}
        lines = [line for line in note.document.statements if line.kind == "activity"]
        for line in lines:
            self._ask(line, before.get(line.id), note, actor.user)
        return len(lines)

    def do_as_answered(self, actor: Reviewer, question: Question, words: str) -> None:
        """A physician answered yes: whoever asked is to do what was asked for."""
        why = f"answered yes{f': {words}' if words else ''}"
        said = TaskSaid(
            question.patient, question.statement, question.note, "requested", actor.user, self.clock(), why
        )
        self.store.tasks.add(said)

    def not_as_answered(self, actor: Reviewer, question: Question) -> None:
        """The yes was taken back. Raises InputError where the task was begun."""
        past = self.store.tasks.history(question.patient, question.statement)
        if not past or past[-1].status != "requested":
            raise InputError("what it asks for is begun or closed already: call whoever asked")
        self.store.tasks.add(
            self._next(past[-1], "cancelled", actor.user, "the answer was taken back", question.note)
        )

    def not_after_all(self, actor: Reviewer, note: Proposal, why: str) -> None:
        """What a note asked for is not to be done after all, as far as nobody has begun it."""
        for said in self.store.tasks.standing(note.document.patient):
            if said.proposal == note.id and said.status == "requested":
                self._add(actor, self._next(said, "cancelled", actor.user, why, note.id), "cancelled")

    def _is_a_plans(self, said: TaskSaid) -> bool:
        return self.store.proposals.get(said.proposal).document.kind == CARE_PLAN

    def _ask(self, line: Statement, before: TaskSaid | None, filed: Proposal, who: str) -> None:
        if before is None:
            first = TaskSaid(filed.document.patient, line.id, filed.id, "requested", who, self.clock(), "")
            self.store.tasks.add(first)
        elif before.status in OPEN:
            self.store.tasks.add(self._next(before, before.status, before.who, before.why, filed.id))
        elif (due := _due(line)) and due > before.at.date():
            self.store.tasks.add(self._next(before, "requested", SOFTWARE, "", filed.id))

    def of(self, actor: str, patient: str) -> tuple[Task, ...]:
        """A patient's tasks, done ones too: what is late first, then by day. `actor` is a user's id."""
        self.store.audit.note(actor, "read", patient=patient, what="tasks")
        return self._tasks(self.store.tasks.standing(patient))

    def open(self, actor: str) -> tuple[Task, ...]:
        """What is to be done for anybody: what is late first, then by day. `actor` is a user's id."""
        self.store.audit.note(actor, "read", what="tasks")
        return self._tasks(one for one in self.store.tasks.standing() if one.status in OPEN)

    def find(self, task_id: str) -> Task:
        """A task by its id, or one that it had by an older plan. Raises InputError for an unknown one."""
        proposal, _, statement = task_id.rpartition("-")
        patient = self.store.proposals.get(self.store.proposals.find(proposal)).document.patient
        found = [one for one in self.store.tasks.standing(patient) if one.statement == statement]
        if not found:
            raise InputError("unknown task")
        return self._tasks(found)[0]

    def say(self, actor: Reviewer, task_id: str, status: TaskStatus, why: str = "") -> Task:
        """Say that a task is begun, done, or not to be done and why (a key of REASONS, or words of one's own).

        Raises NotLicensed for somebody outside the care team, InputError where no reason is given or nothing is open.
        """
        _must_care(actor)
        task = self.find(task_id)
        if not task.open:
            raise InputError(f"this task is {task.said.status} already; take that back first")
        if status == "requested":
            raise InputError("a task is begun, done or not to be done")
        why = REASONS.get(why.strip(), why.strip()) if why.strip() != "other" else ""
        if status == "cancelled" and not why:
            raise InputError("say why it is not done", where="why")
        return self._add(actor, self._next(task.said, status, actor.user, why, task.said.proposal), status)

    def take_back(self, actor: Reviewer, task_id: str) -> Task:
        """Undo one's own last word on a task; it stands again as before.

        Raises NotLicensed where somebody else said it last, InputError where there is nothing to take back.
        """
        _must_care(actor)
        task = self.find(task_id)
        past = kept(self.store.tasks.history(task.said.patient, task.said.statement))
        if len(past) < 2 or past[-1].who == SOFTWARE:
            raise InputError("there is nothing to take back")
        if past[-1].who != actor.user:
            raise NotLicensed("somebody else said that; only that person takes it back")
        before = self._next(past[-2], past[-2].status, past[-2].who, past[-2].why, task.said.proposal)
        return self._add(actor, replace(before, back=True), "take back")

    def _add(self, actor: Reviewer, said: TaskSaid, word: str) -> Task:
        with self.store.transaction():
            self.store.tasks.add(said)
            what = f"{said.proposal} {said.statement}"
            self.store.audit.note(actor.user, f"task {word}", patient=said.patient, what=what)
            self.changed(said.patient)
        return self._tasks([said])[0]

    def _next(self, before: TaskSaid, status: TaskStatus, who: str, why: str, proposal: str) -> TaskSaid:
        at = self.clock()
        if at < before.at:
            raise StaleRecord("somebody said something of this task meanwhile; look at it again")
        return replace(before, status=status, who=who, why=why, proposal=proposal, at=at, back=False)

    def _tasks(self, said: Iterable[TaskSaid]) -> tuple[Task, ...]:
        plans: dict[str, dict[str, Statement]] = {}
        found = []
        for one in said:
            if one.proposal not in plans:
                lines = self.store.proposals.get(one.proposal).document.statements
                plans[one.proposal] = {line.id: line for line in lines}
            if line := plans[one.proposal].get(one.statement):
                asked = "nurse" if line.section == QUESTION else ""
                owner = line.activity.owner if line.activity else asked
                found.append(Task(one, line.text, owner, _due(line)))
        return tuple(sorted(found, key=lambda task: (not task.open, task.due or date.max, task.id)))


def _due(line: Statement) -> date | None:
    return date.fromisoformat(line.activity.due[:10]) if line.activity and line.activity.due else None


def _must_care(actor: Reviewer) -> None:
    if actor.role not in CLINICAL_ROLES:
        raise NotLicensed("tasks are the care team's")
