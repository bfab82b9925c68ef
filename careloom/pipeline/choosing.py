"""Choosing: which decisions are read by a second person, who may be that person, and what is held until she has.

Takes    a decision as it is taken, inside its transaction
Gives    a second reading where the policy asks for one, with somebody whose it is; whether a document may be filed yet
Never    chooses whoever decided, whoever saw what was decided, or somebody outside the care team; lets go of a held document
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from careloom.care.access import Permission, may
from careloom.care.document import Action, Proposal, Reviewer, Tier
from careloom.care.progress import Progress
from careloom.care.second import Happened, LineSaid, Mode, Reading, SecondReading, Stage, Step, Wanted
from careloom.care.unfiled import STATUS
from careloom.care.worklist import Load
from careloom.errors import NotApproved
from careloom.pipeline.access import Access
from careloom.review import second as rules
from careloom.review.tiers import reach_of
from careloom.store.opening import Store

OURS = "careloom"
LATELY = timedelta(days=7)
WHY_NOT = "you are its second reader: what you find is said in your reading, and a third person settles what differs"


@dataclass(frozen=True)
class Choosing:
    """The second readings of one organisation, as far as decisions meet them. `here` is the time in the site's zone, `later` counts
    working hours, `loads` is everybody's work with what each decided since a time."""

    store: Store
    access: Access
    here: Callable[[], datetime]
    later: Callable[[datetime, float], datetime]
    loads: Callable[[datetime], Mapping[str, Load]]

    def decided(self, actor: Reviewer, proposal: Proposal, action: Action) -> None:
        """A decision was taken and stored: choose the document for a second reading, open it, or compare what both say now."""
        second = self.store.seconds.of(proposal.id)
        if second is None and action in rules.CHOOSES:
            second = self._chosen(actor, proposal)
        if second is None or not rules.decided_in_whole(proposal):
            return
        if rules.stage(second) is Stage.CHOSEN:
            self._open(second, proposal)
        elif second.reading is not None:
            second = self.compared(second, proposal)
            if self.agrees(second):
                self.agreed(second, proposal, OURS)

    def foresees(self, actor: Reviewer, proposal: Proposal) -> Wanted | None:
        """Whether her first decision about a waiting document would hold it for a second reader; None where not."""
        policy = self.store.seconds.policy()
        if Mode.HOLD not in policy.modes.values() or proposal.status != "draft":
            return None
        wanted = rules.second_read(proposal, self.store.seconds.decided_by(actor.user, proposal.id), policy)
        return wanted if wanted is not None and wanted.mode is Mode.HOLD else None

    def held(self, proposal: Proposal) -> bool:
        """Whether a document waits for a second reader before it may be filed, or is the draft of a parallel run's case, which never is."""
        return self.access.is_compared(proposal.id) or rules.holds(
            self.store.seconds.of(proposal.id), proposal
        )

    def must_not_read(self, actor: Reviewer, proposal_id: str) -> None:
        """Raises NotApproved for whoever is its second reader: she decides nothing about it."""
        second = self.store.seconds.of(proposal_id)
        if second is not None and (second.reader == actor.user or self.blind(actor, second)):
            raise NotApproved(WHY_NOT)

    def blind(self, actor: Reviewer, second: SecondReading | None) -> bool:
        """Whether this person reads it and hasn't said yet what she thinks of it, or may still become its reader while it is held: who saw what
        was decided reads nothing a second time, and what was taken back out of the chart nobody does."""
        if second is None or rules.stage(second) is not Stage.WAITS:
            return False
        if self.store.proposals.get(second.proposal).status == STATUS:
            return False
        return second.reader == actor.user or (second.mode is Mode.HOLD and bool(self.able(second, [actor])))

    def reader(self, proposal_id: str) -> str:
        """Who reads or read a document a second time (a user's id), "" for nobody."""
        second = self.store.seconds.of(proposal_id)
        return second.reader if second is not None else ""

    def open_blind(self, actor: Reviewer, proposal_id: str, statements: Sequence[str]) -> None:
        """Remember which folded lines its second reader opened; the document is as it was."""

        def opening(before: Progress) -> Progress:
            return replace(before, opened=tuple(dict.fromkeys((*before.opened, *statements))))

        self.store.unfinished.change(proposal_id, actor.user, opening)

    def base(self, second: SecondReading, progress: Progress) -> Proposal:
        """The draft as it was before anybody decided, with the folded lines that its second reader opened herself."""
        base = self.store.proposals.revision(second.proposal, second.base)
        known = {line.id for line in base.document.statements}
        opened = (*base.opened, *(one for one in progress.opened if one in known))
        return replace(base, opened=tuple(dict.fromkeys(opened)), assigned_to=None, due=second.due)

    def able(self, second: SecondReading, people: Iterable[Reviewer] | None = None) -> tuple[Reviewer, ...]:
        """Those (of these people, else of everybody) who may be its second reader."""
        known = self._known([second])[second.proposal]
        found = [
            one for one in (known.everybody if people is None else people) if self._fits(one, second, known)
        ]
        return self._seeing(second.proposal, found)

    def able_third(self, second: SecondReading, *, to_choose: bool = False) -> tuple[Reviewer, ...]:
        """Those who may settle where the two differ: physicians by licence, and whom a lead chose; neither of the two. With `to_choose`,
        those whom a lead may choose."""
        known = self._known([second])[second.proposal]
        found = [one for one in known.everybody if self._settles(one, second, known, to_choose=to_choose)]
        return self._seeing(second.proposal, found)

    def hers(self, actor: Reviewer, seconds: Sequence[SecondReading]) -> frozenset[str]:
        """Those documents of which she may be the second reader, or settle where two differ, whichever each waits for.

        The questions to the database don't grow with them.
        """
        every, found = self._known(seconds), []
        for one in seconds:
            fits = self._settles if rules.stage(one) is Stage.THIRD else self._fits
            if fits(actor, one, every[one.proposal]):
                found.append(one.proposal)
        cared = self.access.cares_for(actor, {every[one].patient for one in found})
        return frozenset(
            one for one in found if every[one].patient in cared and self.access.may_read(actor, one)
        )

    def _known(self, seconds: Sequence[SecondReading]) -> Mapping[str, "_Known"]:
        """What says who may read each of them, by document."""
        ids = [one.proposal for one in seconds]
        about, decided = self.store.proposals.about(ids), self.store.proposals.deciders(ids)
        patients = {one: patient for one, (patient, _) in about.items()}
        saw = self.store.seconds.saw({one.proposal: one.at for one in seconds}, patients.values())
        everybody = self.store.users.all()
        return {one: _Known(patients[one], decided[one], saw[one], everybody) for one in ids}

    def _fits(self, one: Reviewer, second: SecondReading, known: "_Known") -> bool:
        """Whether she may be its second reader, as far as her licence and what she decided and saw say."""
        return known.is_none_of(one, {second.first, *known.deciders, *known.saw}) and self._licensed(
            one, Tier(second.reach)
        )

    def _settles(
        self, one: Reviewer, second: SecondReading, known: "_Known", *, to_choose: bool = False
    ) -> bool:
        asked = second.last(Step.THIRD)
        chosen = to_choose or (asked is not None and one.user == asked.whom)
        return known.is_none_of(one, {second.first, second.reader, *known.deciders}) and self._licensed(
            one, Tier(second.reach) if chosen else Tier.PHYSICIAN
        )

    def compared(self, second: SecondReading, proposal: Proposal) -> SecondReading:
        """Both readings side by side, kept; where they differ in what matters a third one is asked."""
        reading = second.reading
        if reading is None:
            raise NotApproved("its second reader has not said yet what she thinks of it")
        base = self.store.proposals.revision(second.proposal, second.base)
        decisions = self.store.proposals.decisions(proposal.id)
        pairs = rules.both(base, proposal, reading, decisions, second.first)
        second = self._add(second, Step.COMPARE, pairs=pairs)
        if rules.matters(pairs, reading):
            self._learn(proposal, reading)
            second = self.differs(second, OURS)
        return second

    def agrees(self, second: SecondReading) -> bool:
        """Whether the newest comparison of a held document says the same of everything."""
        last, reading = second.steps[-1], second.reading
        if last.what is not Step.COMPARE or reading is None or rules.stage(second) is not Stage.MINOR:
            return False
        return rules.agree(last.pairs, reading)

    def agreed(self, second: SecondReading, proposal: Proposal, who: str, why: str = "") -> SecondReading:
        """What it says now was agreed on; a held document may be filed as it is."""
        return self._add(second, Step.AGREE, who, digest=rules.digest_of(proposal), why=why)

    def differs(self, second: SecondReading, who: str, why: str = "") -> SecondReading:
        """A third reader is asked, by a time."""
        return self._add(second, Step.DIFFER, who, due=self.due(second.policy), why=why)

    def assign_by_load(self, second: SecondReading) -> SecondReading:
        """Give it to whoever may read it and has the least to do; nobody's where there is nobody who is here."""
        today = self.here().date()
        away = {one.who for one in self.store.turns.absences(today)}
        able = [one for one in self.able(second) if one.user not in away]
        if not able:
            return second
        waiting = [one for one in self.store.seconds.unfinished() if rules.stage(one) is Stage.WAITS]
        loads = self.loads(self.here() - LATELY)

        def load(one: Reviewer) -> tuple[int, int, int, str]:
            readings = sum(other.reader == one.user for other in waiting)
            documents = loads[one.user].waiting if one.user in loads else 0
            return int(reach_of(one, today)), readings, documents, one.user

        return self._add(second, Step.ASSIGN, whom=min(able, key=load).user)

    def again(self, second: SecondReading) -> SecondReading:
        """A reading whose reader may no longer read it, or is away when it is overdue, goes to her cover, else by load."""
        now, reader = self.here(), second.reader
        absent = {one.who: one.cover for one in self.store.turns.absences(now.date())}
        able = {one.user for one in self.able(second)}
        late = second.due is not None and second.due < now
        if not reader or (reader in able and not (late and reader in absent)):
            return second
        with self.store.transaction():
            cover = absent.get(reader, "")
            if cover in able and cover not in absent:
                given = self._add(second, Step.ASSIGN, whom=cover)
            else:
                given = self.assign_by_load(second)
            if given is not second:
                self._note("second reading given", second.proposal)
            elif reader not in able:
                given = self._add(second, Step.RELEASE)
                self._note("second reading release", second.proposal)
        return given

    def _chosen(self, actor: Reviewer, proposal: Proposal) -> SecondReading | None:
        policy = self.store.seconds.policy()
        if not policy.modes:
            return None
        decisions = self.store.proposals.decisions(proposal.id)
        base = rules.base_of(decisions, proposal.document.by_hand)
        before = self.store.proposals.revision(proposal.id, base)
        wanted = rules.second_read(before, self.store.seconds.decided_by(actor.user, proposal.id), policy)
        if wanted is None:
            return None
        now = self.here()
        reach = rules.reach_needed(wanted, before, reach_of(actor, now.date()))
        made = SecondReading(
            id="",
            proposal=proposal.id,
            first=actor.user,
            grounds=wanted.grounds,
            mode=wanted.mode,
            policy=policy.version,
            reach=int(reach),
            base=base,
            at=now,
        )
        self._note("second reading", proposal.id)
        return self.store.seconds.choose(made)

    def _open(self, second: SecondReading, proposal: Proposal) -> None:
        opened = self._add(second, Step.OPEN, due=self.due(second.policy))
        given = self.assign_by_load(opened)
        if given is not opened:
            self._note("second reading given", proposal.id)

    def _learn(self, proposal: Proposal, reading: Reading) -> None:
        """What a second reader would not have let out goes to whoever improves the drafts."""
        said = {line: word.value for line, word in reading.lines.items() if word is not LineSaid.APPROVE}
        words = {"reason": reading.reason, "high": reading.high, "whole": reading.whole.value}
        self.store.improvement.add(proposal, {"code": "second reading", **words, **said})

    def due(self, version: int) -> datetime:
        """When something is due that begins now, by the policy of a version."""
        found = [one for one in self.store.seconds.policies() if one.version == version]
        return self.later(self.here(), found[0].hours if found else 24)

    def _licensed(self, one: Reviewer, reach: Tier) -> bool:
        return may(one.role, Permission.DECIDE) and reach_of(one, self.here().date()) >= reach

    def _seeing(self, proposal_id: str, people: Iterable[Reviewer]) -> tuple[Reviewer, ...]:
        """Those of them in whose care the patient is, and who may read what the document rests on."""
        patient = self.store.proposals.patient(proposal_id)
        closed = self.access.is_closed(proposal_id)
        return tuple(
            one
            for one in self.access.in_care_of(people, patient)
            if (not closed or may(one.role, Permission.PART2)) and not self.access.withheld(one, proposal_id)
        )

    def _add(self, second: SecondReading, what: Step, who: str = OURS, **told: Any) -> SecondReading:
        return self.store.seconds.add(second, Happened(what=what, who=who, at=self.here(), **told))

    def _note(self, action: str, proposal: str) -> None:
        self.store.audit.note(OURS, action, patient=self.store.proposals.patient(proposal), what=proposal)


@dataclass(frozen=True, slots=True)
class _Known:
    """Of a document that is read a second time: whom it is about, who decided on it, who saw what was decided; and everybody."""

    patient: str
    deciders: frozenset[str]
    saw: frozenset[str]
    everybody: tuple[Reviewer, ...]

    def is_none_of(self, one: Reviewer, people: Set[str]) -> bool:
        """Whether somebody is none of these people, nor one of them under another account with the same licence."""
        licences = {other.licence for other in self.everybody if other.licence and other.user in people}
        return one.user not in people and one.licence not in licences
