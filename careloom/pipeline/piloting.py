"""Piloting: a pilot from its first written protocol to its end.

Takes    a person who may write protocols (or whoever runs the machine), and what she says
Gives    the pilot with one more step
Never    starts what lacks something, changes a locked protocol but by a dated amendment with a reason, or goes on after a stop rule
         held without the word of a person
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime

from careloom.care.access import Permission, may
from careloom.care.document import Reviewer
from careloom.care.notices import NoticeKind
from careloom.care.parallel import Happened as RunHappened
from careloom.care.pilot import Design, Happened, Pilot, PilotProtocol, Stage, Step
from careloom.errors import InputError, NotApproved, NotLicensed, StaleRecord
from careloom.knowledge import Knowledge
from careloom.pipeline.access import Access
from careloom.store.opening import Store
from careloom.study.pilot.written import Problem, problems
from careloom.study.statistics.allocation import commitment

FEWEST_WORDS = 2
LONGEST = 2000
Who = Reviewer | str


@dataclass(frozen=True)
class Piloting:
    """The pilots of one organisation; `here` is the time in the site's zone."""

    store: Store
    access: Access
    knowledge: Knowledge
    here: Callable[[], datetime]

    # ── the protocol ────────────────────────────────────────────────────────────────────────────

    def write(self, actor: Who, protocol: PilotProtocol, pilot_id: str = "") -> Pilot:
        """A new protocol, or the next wording of one that isn't locked. Raises NotLicensed, NotApproved for a locked one, InputError."""
        who = self._may_write(actor)
        with self.store.transaction():
            if not pilot_id:
                made = self.store.pilots.begin(protocol, who=who, at=self.here())
            else:
                made = self._at(pilot_id, Stage.WRITTEN, "this protocol is locked; it is amended")
                if made.protocol != protocol:
                    said = Happened(what=Step.WRITE, who=who, at=self.here(), protocol=protocol)
                    made = self.store.pilots.add(made, said)
            self.store.audit.note(who, "write protocol", what=made.id)
        return made

    def lacks(self, protocol: PilotProtocol) -> tuple[Problem, ...]:
        """Why a protocol can't be locked; nothing where it can."""
        found = problems(protocol, self.able(), self.knowledge.conditions.by_concept)
        if protocol.monitor and protocol.monitor not in self._active():
            found += (Problem("monitor", "whoever watches over it has no account here that is in use"),)
        return found

    def able(self) -> frozenset[str]:
        """The users who write and decide on documents here."""
        return frozenset(one.user for one in self.store.users.all() if may(one.role, Permission.DECIDE))

    def lock(self, actor: Who, pilot_id: str) -> Pilot:
        """Lock it and start it today. Raises NotLicensed, NotApproved, InputError naming the first thing that it lacks."""
        who = self._may_write(actor)
        with self.store.transaction():
            pilot = self._at(pilot_id, Stage.WRITTEN, "this protocol is locked already")
            for one in self.lacks(pilot.protocol):
                raise InputError(one.words, where=one.where)
            at = self.here()
            sealed = self.commitment(pilot_id)
            told = Happened(what=Step.LOCK, who=who, at=at, day=at.date(), said={"commitment": sealed})
            digest = self.store.pilots.digest(pilot.protocol, sealed, about(told))
            made = self.store.pilots.add(pilot, replace(told, digest=digest))
            self.store.audit.note(who, "lock protocol", what=f"{pilot.id} {digest[:16]}")
        return made

    def amend(self, actor: Who, pilot_id: str, protocol: PilotProtocol, why: str, *, was: str) -> Pilot:
        """Amend a locked protocol, dated, with a reason, hashed over what holds now (`was` is that hash).

        Raises NotLicensed, NotApproved, InputError for what can't be amended any more, StaleRecord where somebody else amended it meanwhile.
        """
        who = self._may_write(actor)
        with self.store.transaction():
            pilot = self._running(pilot_id)
            if pilot.digest != was:
                raise StaleRecord("somebody else amended this protocol meanwhile; look at it again")
            self._must_be_amendable(pilot.protocol, protocol)
            for one in self.lacks(protocol):
                raise InputError(one.words, where=one.where)
            told = Happened(
                what=Step.AMEND,
                who=who,
                at=self.here(),
                day=self.here().date(),
                protocol=protocol,
                why=in_words(why),
            )
            digest = self.store.pilots.digest(protocol, pilot.digest, about(told))
            made = self.store.pilots.add(pilot, replace(told, digest=digest))
            self.store.audit.note(who, "amend protocol", what=f"{pilot.id} {digest[:16]}", why=told.why)
        return made

    def holds(self, pilot: Pilot) -> bool:
        """Whether every hash of it is that of what it says, one over the other, and its seed is the one that was committed to."""
        before, protocol = "", None
        for one in pilot.steps:
            if one.what is Step.WRITE:
                protocol = one.protocol
            elif one.what is Step.LOCK:
                before = one.said.get("commitment", "")
                if before != self.commitment(pilot.id):
                    return False
            if one.what is Step.AMEND:
                protocol = one.protocol
            if one.what in (Step.LOCK, Step.AMEND):
                if protocol is None or one.digest != self.store.pilots.digest(protocol, before, about(one)):
                    return False
                before = one.digest
        return True

    def commitment(self, pilot_id: str) -> str:
        """What is printed of the seed when the protocol is locked, so that nobody can choose another one afterwards."""
        return commitment(self.store.pilots.seed(pilot_id).encode())

    def seed(self, actor: Who, pilot_id: str) -> str:
        """The seed, once nobody is enrolled any more. Raises NotLicensed, NotApproved while it would tell allocations that are to come."""
        who = self._may_write(actor)
        if self.store.pilots.get(pilot_id).stage not in (Stage.STOPPED, Stage.ENDED):
            raise NotApproved("the seed is opened when the pilot is over")
        self.store.audit.note(who, "open seed", what=pilot_id)
        return self.store.pilots.seed(pilot_id)

    # ── what becomes of it ──────────────────────────────────────────────────────────────────────

    def leave(self, actor: Who, pilot_id: str, user: str, why: str) -> Pilot:
        """A participant does no more cases: she says so herself, or whoever writes protocols. Her cases stay and are counted. Raises NotLicensed, InputError."""
        if not isinstance(actor, Reviewer) or actor.user != user:
            self._may_write(actor)
        with self.store.transaction():
            pilot = self._running(pilot_id)
            if user not in pilot.protocol.participants or user in pilot.left:
                raise InputError("this person does no cases of it", where="user")
            said = Happened(
                what=Step.LEAVE,
                who=name_of(actor),
                at=self.here(),
                day=self.here().date(),
                why=in_words(why),
                said={"user": user},
            )
            made = self.store.pilots.add(pilot, said)
            self.store.audit.note(name_of(actor), "leave pilot", what=pilot.id, why=said.why)
        return made

    def hold(self, pilot: Pilot, why: str, who: str) -> Pilot:
        """In a transaction: nobody is enrolled until the monitor has decided, and she is told. What is held already stays as it is."""
        if pilot.stage is not Stage.RUNNING:
            return pilot
        made = self.store.pilots.add(pilot, Happened(what=Step.HOLD, who=who, at=self.here(), why=why))
        self.remind(made)
        self._tell(made, {who, *self._decides(made)})
        self.store.audit.note(who, "hold pilot", what=pilot.id, why=why)
        return made

    def remind(self, pilot: Pilot) -> None:
        """Whoever decides on a held pilot is told that it waits for her: its monitor and who locked it, or, where neither's account is in use any more, everybody
        who writes protocols."""
        self.store.notices.add((), {(one, NoticeKind.PILOT): 1 for one in self._decides(pilot)}, self.here())

    def decide(self, actor: Who, pilot_id: str, *, go_on: bool, why: str) -> Pilot:
        """The monitor, or whoever writes protocols, says that it goes on or stops. Raises NotLicensed, NotApproved, InputError without words."""
        self._may_decide(actor, pilot_id)
        with self.store.transaction():
            pilot = self._running(pilot_id)
            if go_on and pilot.stage is not Stage.HELD:
                raise NotApproved("it isn't held: it goes on anyway")
            step = Step.RESUME if go_on else Step.STOP
            return self._over(pilot, actor, step, why, "resume pilot" if go_on else "stop pilot")

    def end(self, actor: Who, pilot_id: str, why: str) -> Pilot:
        """It is over as planned: nobody is enrolled any more, and its seed can be opened. Raises NotLicensed, NotApproved, InputError."""
        self._may_decide(actor, pilot_id)
        with self.store.transaction():
            return self._over(self._running(pilot_id), actor, Step.END, why, "end pilot")

    # ── who sees what ───────────────────────────────────────────────────────────────────────────

    def seen(self, actor: Reviewer) -> tuple[Pilot, ...]:
        """The pilots that somebody may open: all of them for whoever writes protocols or audits, those in which she takes part or over which she watches."""
        self.access.must(actor, Permission.STUDIES)
        return tuple(one for one in self.store.pilots.all() if self.may_see(actor, one))

    def get(self, actor: Who, pilot_id: str) -> Pilot:
        """One of them. Raises NotLicensed for whoever has nothing to do with it, InputError where there is none."""
        pilot = self.store.pilots.get(pilot_id)
        if isinstance(actor, Reviewer) and not self.may_see(actor, pilot):
            raise NotLicensed("a pilot is seen by whoever takes part in it, watches over it or leads it")
        return pilot

    @staticmethod
    def may_see(actor: Reviewer, pilot: Pilot) -> bool:
        """Whether it is hers to see."""
        leads = may(actor.role, Permission.PROTOCOL) or may(actor.role, Permission.AUDIT)
        protocol = pilot.protocol
        taken = {one for step in pilot.steps if step.protocol for one in step.protocol.participants}
        return leads or actor.user == protocol.monitor or (actor.user in taken and pilot.began is not None)

    # ── inside ──────────────────────────────────────────────────────────────────────────────────

    def _may_write(self, actor: Who) -> str:
        if isinstance(actor, Reviewer):
            self.access.must(actor, Permission.PROTOCOL)
        return name_of(actor)

    def _may_decide(self, actor: Who, pilot_id: str) -> None:
        if isinstance(actor, Reviewer) and actor.user != self.store.pilots.get(pilot_id).protocol.monitor:
            self.access.must(actor, Permission.PROTOCOL)

    def _at(self, pilot_id: str, stage: Stage, words: str) -> Pilot:
        pilot = self.store.pilots.held(pilot_id)
        if pilot.stage is not stage:
            raise NotApproved(words)
        return pilot

    def _running(self, pilot_id: str) -> Pilot:
        """A pilot that has started and isn't over, to which nobody else writes. Raises NotApproved."""
        pilot = self.store.pilots.held(pilot_id)
        if pilot.stage not in (Stage.RUNNING, Stage.HELD):
            raise NotApproved("this pilot doesn't run")
        return pilot

    def _over(self, pilot: Pilot, actor: Who, step: Step, why: str, did: str) -> Pilot:
        at = self.here()
        said = Happened(what=step, who=name_of(actor), at=at, day=at.date(), why=in_words(why))
        made = self.store.pilots.add(pilot, said)
        self._tell(made, {said.who})
        self.store.audit.note(name_of(actor), did, what=pilot.id, why=said.why)
        return made

    def _active(self) -> dict[str, Reviewer]:
        return {one.user: one for one in self.store.users.all()}

    def _decides(self, pilot: Pilot) -> frozenset[str]:
        """Who is told that a held pilot waits for a decision; never nobody while somebody here may decide."""
        active = self._active()
        locked = {one.who for one in pilot.all(Step.LOCK)}
        named = {one for one in locked if one in active and may(active[one].role, Permission.PROTOCOL)}
        if pilot.protocol.monitor in active:
            named.add(pilot.protocol.monitor)
        return frozenset(named or {one.user for one in active.values() if may(one.role, Permission.PROTOCOL)})

    def _tell(self, pilot: Pilot, known: Collection[str]) -> None:
        """Whoever takes part or decides, and doesn't know it already, is told that the pilot was held, goes on or is over."""
        people = {one for one in pilot.protocol.participants if one not in pilot.left} | self._decides(pilot)
        told = {(one, NoticeKind.PILOT_TURN): 1 for one in people & self._active().keys() if one not in known}
        self.store.notices.add((), told, self.here())

    @staticmethod
    def _must_be_amendable(before: PilotProtocol, after: PilotProtocol) -> None:
        """Raises InputError for what the allocation and the cases that there are rest on."""
        if before == after:
            raise InputError("nothing was changed")
        if (before.design, before.kind, before.primary) != (after.design, after.kind, after.primary):
            raise InputError(
                "design, kind of document and primary metric stay as they were locked", where="design"
            )
        if not set(before.participants) <= set(after.participants):
            raise InputError(
                "whoever began stays in the protocol; say on its page that somebody leaves",
                where="participants",
            )
        by_person = before.design in (Design.WAITING_LIST, Design.STEPPED_WEDGE)
        if by_person and (before.participants, before.weeks) != (after.participants, after.weeks):
            raise InputError(
                "who begins when was settled for these participants and weeks", where="participants"
            )
        if before.design is Design.BEFORE_AFTER and before.weeks != after.weeks:
            raise InputError("the middle was settled with these weeks", where="weeks")


def about(one: Happened | RunHappened) -> str:
    """What is hashed with a protocol or a plan: who locked or amended it, when, and why."""
    return "\x1f".join((one.what.value, one.who, one.at.isoformat(), one.why))


def name_of(actor: Who) -> str:
    """A user's id, or whoever runs the machine."""
    return actor.user if isinstance(actor, Reviewer) else actor


def in_words(text: str) -> str:
    """Somebody's own words, cleaned. Raises InputError where they are too few."""
    said = " ".join(text.split())[:LONGEST]
    if len(said.split()) < FEWEST_WORDS:
        raise InputError("say in a few words why", where="why")
    return said
