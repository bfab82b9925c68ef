"""Writing back: from a filed document to the chart of another system that the whole team reads, once.

Takes    a document that was filed, the systems that the site writes to, and a destination for each way of writing
Gives    what became of each writing, step by step; what a person must see is told with its reason
Never    writes what isn't filed or what a newer plan replaced, tells a system of a substance-use programme without a consent that names
         it, or sends anything again before it was looked for there (docs/writeback.md)
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from careloom.care.document import Proposal
from careloom.care.entry import Entry
from careloom.care.kinds import CARE_PLAN
from careloom.care.system import SourceSystem
from careloom.care.unfiled import STATUS
from careloom.care.writing import AGAIN, CHANGED, GIVEN_UP, OPEN, STUCK, State, Step, There, Writing
from careloom.chart.parts import Filed
from careloom.errors import (
    ConfigError,
    ExternalError,
    InputError,
    NotApproved,
    StaleRecord,
    WriteBackError,
    WriteBackUnknown,
)
from careloom.pipeline.ehr.destination import Destination, Job
from careloom.pipeline.stopping import must_go
from careloom.record.segments import Programmes
from careloom.store.once import reading
from careloom.store.opening import Store

# Minutes until what may pass is tried again; the last one again and again, until it was tried for so long.
PAUSES = (1, 5, 15, 60, 240)
LONGEST = timedelta(days=7)
# For so long whoever hands something over may be at it; sooner it is asked for again only where its worker is known to have died.
IN_HAND = timedelta(minutes=15)
# So long a system that asks to be left alone is, at the most.
LEFT_ALONE = timedelta(days=1)
# A writing that waits for so long is told to those who lead.
TOLD_AFTER = timedelta(hours=24)
ASKED_AGAIN = "asked for again"
NEWER = "a newer plan was signed since; it goes in place of this one"
BACK = "the document was taken back here"
UNTOLD = (
    "it rests on something that may be told to this system only with a consent that names it as a recipient"
)


@dataclass(frozen=True)
class WritingBack:
    """What one organisation writes back. `filed_of` gives a filed document with its record, from which `closed` leaves out what
    substance-use programmes sent, and which is `bare` of what it lacks; `entries_of` what may be used of a patient on a day.
    """

    store: Store
    systems: Callable[[], Mapping[str, SourceSystem]]
    destinations: Mapping[str, Destination]
    programmes: Callable[[], Programmes]
    filed_of: Callable[[str, datetime, bool, bool], Filed]
    entries_of: Callable[[str, date], Sequence[Entry]]
    clock: Callable[[], datetime]

    def as_filed(self, proposal: Proposal) -> int:
        """Queue what was filed just now for every system that gets such documents; how many. In the transaction in which it is filed."""
        patient = self.store.sameness.first(proposal.document.patient)
        queued = 0
        for system in self._written_to():
            assert system.write is not None
            if proposal.document.kind in system.write.kinds:
                way = system.write.way
                queued += self.store.writings.add(proposal.id, patient, system.name, way, at=self.clock())
        return queued

    def queue(self, actor: str, proposal_id: str, system_name: str) -> Writing:
        """Have a filed document written to a system; the same again is the same writing.

        Raises NotApproved for what isn't filed, ConfigError for a system that isn't written to.
        """
        proposal = self.store.proposals.get(self.store.proposals.find(proposal_id))
        if proposal.status != "active":
            raise NotApproved(
                f"this document is {proposal.status}; only what was signed and filed is written"
            )
        system = self.system(system_name)
        assert system.write is not None
        patient = self.store.sameness.first(proposal.document.patient)
        with self.store.transaction():
            new = self.store.writings.add(
                proposal.id, patient, system.name, system.write.way, at=self.clock(), by=actor
            )
            if new:
                self.store.audit.note(actor, "queue writing", patient=patient, what=proposal.id)
        return next(one for one in self.store.writings.of(proposal.id) if one.system == system.name)

    def work(self, writing_id: str) -> Writing:
        """Write, or take back, what may go now. Whatever happens stands in its steps; harmless when it is done twice. Raises Stopped where what is to be
        written is of a kind that is stopped: it stays as it is, and what is to be taken back goes on."""
        writing = self.store.writings.get(writing_id)
        if writing.state not in OPEN or writing.not_before > self.clock():
            return writing
        try:
            with reading():
                destination, job = self._job(writing)
                withdrawn = self.store.proposals.get(writing.proposal).status == STATUS
                replaced = self._is_replaced(writing)
            if withdrawn and not writing.undoing:
                state = State.LEAVING if writing.sent else State.CANCELLED
                return self._say(writing, state, BACK, not_before=self.clock())
            if replaced and not writing.undoing:
                return self._say(writing, State.CANCELLED, NEWER)
            return self._hand_over(writing, destination, job)
        except StaleRecord:
            return self.store.writings.get(writing.id)  # another worker has it
        except ExternalError as failure:
            return self._refused(self.store.writings.get(writing.id), failure)
        except (ConfigError, NotApproved) as refusal:
            return self._say(self.store.writings.get(writing.id), State.REFUSED, str(refusal))

    def _hand_over(self, writing: Writing, destination: Destination, job: Job) -> Writing:
        undoing = writing.undoing
        handed = [writing]

        def about_to(there: There) -> None:
            # Durable before anything goes out: whoever finds it after a crash knows that it may have gone, and what.
            state = State.TAKING if undoing else State.SENDING
            wait = self.clock() + IN_HAND
            with self.store.transaction():
                if not undoing:
                    must_go(self.store, job.filed.proposal.document.kind)
                handed[0] = self._say(handed[0], state, "", there=there, not_before=wait)

        act = destination.take_back if undoing else destination.write
        there = act(job, about_to)
        did = "take back writing" if undoing else "write back"
        with self.store.transaction(), reading():
            ended = self._say(handed[0], State.GONE if undoing else State.WRITTEN, "", there=there)
            if handed[0] is not writing:
                # The accounting of disclosures tells it: to whom, and on which ground.
                ground = "part2-consent" if job.filed.record.notice else "treatment"
                why = f"{ground} {writing.system}"
                self.store.audit.note("careloom", did, patient=writing.patient, what=writing.id, why=why)
            if not undoing and job.filed.form is None and self._tasks(writing.patient) != job.tasks:
                # Something became of a task while it was handed over: whoever said so found nothing written to bring up to date.
                return self._say(ended, State.QUEUED, CHANGED, not_before=self.clock())
        return ended

    def _refused(self, writing: Writing, failure: ExternalError) -> Writing:
        if failure.permanent:
            return self._say(writing, State.REFUSED, str(failure))
        begun = writing.begun
        tried = sum(step.why.startswith(AGAIN) for step in writing.steps[begun:])
        if self.clock() - writing.steps[begun].at > LONGEST:
            return self._say(writing, State.FAILED, str(failure))
        pause = timedelta(minutes=PAUSES[min(tried, len(PAUSES) - 1)])
        asked = failure.after if isinstance(failure, WriteBackError) else 0.0
        later = self.clock() + max(pause, min(timedelta(seconds=min(asked, 1e6)), LEFT_ALONE))
        waits = State.LEAVING if writing.undoing else State.QUEUED
        state = State.UNKNOWN if isinstance(failure, WriteBackUnknown) and not writing.undoing else waits
        return self._say(writing, state, f"{AGAIN}{failure}", not_before=later)

    # ── what is written, and what not ───────────────────────────────────────────────────────────

    def _job(self, writing: Writing) -> tuple[Destination, Job]:
        """Raises ConfigError where the system is no longer written to, WriteBackError for what may not be told to it."""
        system = self.system(writing.system)
        destination = self.destinations.get(writing.way)
        if destination is None:
            raise ConfigError(f"{writing.system}.write.way is none of {', '.join(self.destinations)}")
        proposal = self.store.proposals.get(writing.proposal)
        patient = self.store.sameness.first(writing.patient)
        others = [one for one in self.store.writings.beside(writing) if one.sent]
        beside = [one for one in others if one.state is not State.GONE]
        job = Job(
            writing=writing,
            system=system,
            filed=self._told(writing, proposal, system),
            said=self.store.patients.said(patient),
            at=self.clock(),
            beside=beside,
            older=self._older(writing, proposal, beside),
            gone=[one for one in others if one.state is State.GONE],
            tasks=self._tasks(writing.patient),
        )
        return destination, job

    def _tasks(self, patient: str) -> dict[str, str]:
        """The status of every task of a patient, by statement."""
        standing = self.store.tasks.standing(self.store.sameness.first(patient))
        return {one.statement: one.status for one in standing}

    def _told(self, writing: Writing, proposal: Proposal, system: SourceSystem) -> Filed:
        """The document with what may be told of its record. What a programme of 42 CFR Part 2 sent stays out of what goes along; a document
        that itself tells of it goes only where a consent names the system. Raises WriteBackError.
        """
        assert system.write is not None
        lines = (line for line in proposal.document.statements if line.id in proposal.released)
        cited = {one for line in lines for one in line.citations}
        programme = self.programmes().programme
        # No resource tells what the record lacks; a printed document does.
        bare = system.write.way == "fhir"
        frozen = self.store.proposals.frozen(proposal.id)
        telling = {one for one in cited if one in frozen and programme(frozen[one])}
        if not telling or writing.undoing:
            return self.filed_of(proposal.id, self._filed_at(proposal), True, bare)
        today = self.clock().astimezone().date()
        open_here = self.entries_of(writing.patient, today)
        there = replace(self.programmes(), recipients=system.write.named).apart(open_here, today)
        if not telling <= {one.id for one in there.open}:
            raise WriteBackError(UNTOLD, permanent=True)
        closed = {one.id for one in there.restricted}
        filed = self.filed_of(proposal.id, self._filed_at(proposal), False, bare)
        record = filed.record
        kept = replace(
            record,
            entries=tuple(one for one in record.entries if one.id not in closed),
            problems=tuple(one for one in record.problems if closed.isdisjoint(one.entries)),
            needs=tuple(one for one in record.needs if closed.isdisjoint(one.entries)),
        )
        return replace(filed, record=kept)

    def _filed_at(self, proposal: Proposal) -> datetime:
        filed = dict(self.store.chart.of(proposal.document.patient))
        if proposal.id not in filed:
            raise NotApproved("this document is not in the chart")
        return filed[proposal.id]

    def _older(self, writing: Writing, proposal: Proposal, beside: Sequence[Writing]) -> tuple[Writing, ...]:
        """What the system holds of older care plans, where this is one."""
        if proposal.document.kind != CARE_PLAN:
            return ()
        return tuple(one for one in beside if one.created <= writing.created and self._is_plan(one))

    def _is_plan(self, writing: Writing) -> bool:
        return self.store.proposals.kind(writing.proposal) == CARE_PLAN

    def _is_replaced(self, writing: Writing) -> bool:
        """Whether a newer care plan stands in the chart."""
        if not self._is_plan(writing):
            return False
        last = self.store.proposals.last_filed(writing.patient, CARE_PLAN)
        return last is not None and last.id != writing.proposal

    def _written_to(self) -> tuple[SourceSystem, ...]:
        return tuple(one for one in self.systems().values() if one.write is not None)

    def system(self, name: str) -> SourceSystem:
        """A system that is written to. Raises ConfigError for any other."""
        found = next((one for one in self._written_to() if one.name == name), None)
        if found is None:
            raise ConfigError(f"sources.toml has no [{name}.write]: nothing is written to that system")
        return found

    # ── what people do ──────────────────────────────────────────────────────────────────────────

    def again(self, actor: str, writing_id: str) -> Writing:
        """Try what is stuck or waits once more, now. Raises NotApproved for what was written, taken back or given up."""
        writing = self.store.writings.get(writing_id)
        if writing.state not in (*STUCK, State.QUEUED, State.UNKNOWN, State.LEAVING, State.CANCELLED):
            raise NotApproved(f"this is {writing.state.value}; there is nothing to try again")
        state = State.LEAVING if writing.undoing else State.QUEUED
        state = State.UNKNOWN if writing.state is State.UNKNOWN else state
        return self._by_hand(actor, writing, state, ASKED_AGAIN, "write again")

    def cancel(self, actor: str, writing_id: str, *, why: str) -> Writing:
        """Give up what isn't there. Raises NotApproved for what is there or may be, InputError without a reason."""
        writing = self.store.writings.get(writing_id)
        if not why.strip():
            raise InputError("say in a few words why", where="why")
        if not writing.can_be_given_up:
            raise NotApproved("this is in the other chart, or may be: take it back there instead")
        return self._by_hand(actor, writing, State.CANCELLED, GIVEN_UP, "cancel writing", why)

    def undo(self, actor: str, writing_id: str, *, why: str) -> Writing:
        """Take back what was written, as far as the other system lets us. Raises NotApproved where nothing is there, InputError without a reason."""
        writing = self.store.writings.get(writing_id)
        if not why.strip():
            raise InputError("say in a few words why", where="why")
        if writing.undoing:
            raise NotApproved("it is taken back there already, or is going to be")
        if writing.sent is None:
            raise NotApproved("there is nothing of it in the other chart")
        return self._by_hand(actor, writing, State.LEAVING, "to be taken back", "undo writing", why)

    def taken_back(self, actor: str, proposal: str, why: str) -> int:
        """A document was taken back here: what waits isn't written, and what is there, or may be, is taken back there as far as the system
        lets us; how many. Part of the transaction around the call. Raises StaleRecord where a worker is at it in this very moment."""
        asked = 0
        for writing in self.store.writings.of(proposal):
            if writing.undoing or writing.state in (State.CANCELLED, State.GONE):
                continue
            if writing.sent is None:
                self._by_hand(actor, writing, State.CANCELLED, BACK, "cancel writing", why)
            else:
                self.undo(actor, writing.id, why=why)
            asked += 1
        return asked

    def tasks_changed(self, patient: str) -> int:
        """Something became of a patient's tasks: what stands written of the newest plan is brought up to date; how many."""
        asked = 0
        for writing in self.store.writings.to(patient):
            if writing.state is State.WRITTEN and self._is_plan(writing) and not self._is_replaced(writing):
                self._say(writing, State.QUEUED, CHANGED, not_before=self.clock())
                asked += 1
        return asked

    def stuck(self) -> tuple[Writing, ...]:
        """What did not arrive and waits for a person, or has waited for long, the newest first."""
        waiting = (one for one in self.store.writings.last(500, OPEN) if self.is_late(one))
        found = (*self.store.writings.last(500, STUCK), *waiting)
        return tuple(sorted(found, key=lambda one: one.created, reverse=True))

    def undelivered(self) -> int:
        """How many there are of these."""
        waiting = self.store.writings.last(500, OPEN)
        return self.store.writings.count(STUCK) + sum(map(self.is_late, waiting))

    def is_late(self, writing: Writing) -> bool:
        """Whether it has waited for so long that those who lead are told."""
        return writing.state in OPEN and self.clock() - writing.steps[writing.begun].at > TOLD_AFTER

    def _by_hand(
        self, actor: str, writing: Writing, state: State, said: str, did: str, why: str = ""
    ) -> Writing:
        with self.store.transaction():
            self.store.audit.note(actor, did, patient=writing.patient, what=writing.id, why=why)
            return self._say(writing, state, said, by=actor, not_before=self.clock())

    def _say(
        self,
        writing: Writing,
        state: State,
        why: str,
        *,
        by: str = "careloom",
        there: There | None = None,
        not_before: datetime | None = None,
    ) -> Writing:
        step = Step(state, self.clock(), why, by, there)
        return self.store.writings.step(writing, step, not_before=not_before)
