"""Releasing: the gate through which a change of what drafts are made with goes, from its plan to its release or its rollback (docs/release.md).

Takes    a candidate with a plan, whose criteria are fixed before anything is measured; two signatures; what becomes of drafts
Gives    which version a patient's draft is made with
Never    lets a criterion that wasn't measured count as met, a change be signed by whoever proposed it, or a draft go on with a version that was rolled back
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from careloom import __version__
from careloom.care.access import Permission
from careloom.care.change import (
    BY_ITSELF,
    BY_NAME,
    OF_SITE,
    Change,
    ChangeKind,
    ChangePlan,
    ChangeState,
    ChangeStep,
    ChangeStepKind,
    Criterion,
    Result,
)
from careloom.care.document import Reviewer
from careloom.care.document import Severity as Level
from careloom.care.safety_event import HARM_FROM
from careloom.draft import earned
from careloom.draft.earned import Table
from careloom.draft.kind import Task
from careloom.errors import InputError, NeedsNewer, NotApproved, NotLicensed
from careloom.improve import gate
from careloom.llm import Opened
from careloom.pipeline.access import Access
from careloom.pipeline.change_plans import kinds_of, must_be_whole, replaces, task_of
from careloom.pipeline.held import digest_of
from careloom.pipeline.holding import Holding
from careloom.review import tiers
from careloom.store.opening import Store

log = structlog.get_logger(__name__)
# One of the two who sign is one of these, with a licence in force.
LICENSED = ("physician", "pharmacist")
LONGEST = 2000
# Alarms of these kinds, and so many of the newest safety events, are asked for a roll-out.
ALARMING, NEWEST = ("model", "safety"), 200
Alarm = Callable[..., object]


@dataclass(frozen=True, slots=True)
class Version:
    """What a draft is made with in a roll-out: the change, the name of the model (None: the site's own), and tasks in other words."""

    change: str
    model: str | None
    instead: Mapping[tuple[str, str], Task]


@dataclass(frozen=True)
class Releasing:
    """The changes of one organisation; `here` is the time in the site's zone. `open` opens a model by its name, `alarm` raises an alarm."""

    store: Store
    access: Access
    here: Callable[[], datetime]
    open: Callable[[str | None], Opened]
    alarm: Alarm
    holding: Holding

    # ── what every draft asks ───────────────────────────────────────────────────────────────────

    def version(self, patient: str, kind: str) -> Version | None:
        """The version that a draft of this kind about a patient is made with; None for the one that is in force for everybody.

        Raises NeedsNewer where it is made with one that this process lacks.
        """
        for one in self.store.changes.in_force():
            if (
                one.plan.kind not in OF_SITE
                and kind in kinds_of(one.plan)
                and one.takes(patient, self._clinics(patient))
            ):
                return self.version_of(one)
        return None

    def of_site(self, patient: str) -> Change | None:
        """The change of the site's files or thresholds in whose roll-out a patient's drafts are made; None for what is in force for everybody.

        Raises NeedsNewer where it needs a release that this process isn't of.
        """
        for one in self.store.changes.in_force():
            if (
                one.plan.kind in OF_SITE
                and one.state is ChangeState.ROLLING
                and one.takes(patient, self._clinics(patient))
            ):
                self.version_of(one)
                return one
        return None

    def _clinics(self, patient: str) -> Callable[[], frozenset[str]]:
        """The systems that send of a patient."""
        return lambda: frozenset(system for system, _ in self.store.patients.said(patient))

    def version_of(self, change: Change) -> Version:
        """A change's version. Raises NeedsNewer where this process lacks it: an older release, or a model that can't be opened with the weights that were measured."""
        if _number(change.release) > _number(__version__):
            raise NeedsNewer(f"this process is of release {__version__}; the change needs {change.release}")
        if change.plan.kind in OF_SITE:
            return Version(change.id, None, {})
        if change.plan.kind not in BY_NAME:
            return Version(change.id, None, {task_of(change.plan)[0]: task_of(change.plan)[1]})
        name = change.plan.candidate["model"]
        opened = self.open(name)
        if opened.model is None or (opened.model.sha256 and opened.model.sha256 != change.plan.sha256):
            raise NeedsNewer(
                "this process can't open the model of the change with the weights that were measured"
            )
        return Version(change.id, name, {})

    def measured(self, change: str) -> tuple[Table, ...]:
        """What was measured of a change's tasks, where it asks them in words of its own."""
        result = self.store.changes.get(change).result(Criterion.TASKS)
        return (earned.parsed(result.table.encode()),) if result and result.table else ()

    def changed(self, change: str) -> tuple[Mapping[tuple[str, str], Task], tuple[Table, ...]]:
        """The tasks of a change in its words, and what was measured of them."""
        found = self.store.changes.get(change)
        if found.plan.kind not in OF_SITE:
            return {} if found.plan.kind in BY_NAME else dict((task_of(found.plan),)), self.measured(change)
        # A draft in the roll-out of a site's files is made with the words that were released before.
        own, measured = dict[tuple[str, str], Task](), list[Table]()
        for one in self.store.changes.in_force():
            if one.plan.kind not in OF_SITE:
                own |= {} if one.plan.kind in BY_NAME else dict((task_of(one.plan),))
                measured += self.measured(one.id)
        return own, tuple(measured)

    # ── the plan ────────────────────────────────────────────────────────────────────────────────

    def every(self, actor: Reviewer | str) -> tuple[Change, ...]:
        """Every change, the newest first. Raises NotLicensed; the operator, who sits at the machine itself, may."""
        self._must(actor, Permission.FAILURES)
        return self.store.changes.all()

    def get(self, actor: Reviewer | str, change: str) -> Change:
        """One change. Raises NotLicensed, InputError for an unknown one."""
        self._must(actor, Permission.FAILURES)
        return self.store.changes.get(change)

    def propose(self, actor: Reviewer | str, plan: ChangePlan) -> str:
        """Keep a plan with its criteria, before anything is measured; the change's id. It can't be edited: another criterion is another change.

        Raises NotLicensed, InputError naming what is wrong.
        """
        self.must_propose(actor)
        must_be_whole(plan)
        at, who = self.here(), _name(actor)
        digest = digest_of(plan, who, at)
        with self.store.transaction():
            made = self.store.changes.add(plan, digest, release=__version__, who=who, at=at)
            self.store.audit.note(who, "propose change", what=f"{made} {digest[:16]}")
        return made

    def must_propose(self, actor: Reviewer | str) -> None:
        """Raises NotLicensed for whoever may not propose a change; the operator may."""
        self._must(actor, Permission.RULES)

    def holds(self, change: Change) -> bool:
        """Whether the plan is the one that was hashed when it was proposed."""
        zone = UTC if change.plan.kind in BY_ITSELF else self.here().tzinfo
        return digest_of(change.plan, change.proposer, change.at.astimezone(zone)) == change.digest

    def keep(self, actor: Reviewer | str, change: str, result: Result) -> None:
        """Keep what was measured of a criterion. What isn't met ends the change: raises NotApproved for one that is signed, refused or over."""
        with self.store.transaction():
            self.store.changes.hold()
            if self.store.changes.get(change).plan.kind is not ChangeKind.UPGRADE:
                self._in(change, ChangeState.PROPOSED)
            self._say(actor, change, ChangeStepKind.RESULT, result=result)

    # ── who signs, and how far it goes ──────────────────────────────────────────────────────────

    def sign(self, actor: Reviewer, change: str) -> Change:
        """Sign a change of which every criterion is met. Two of two roles sign, one of them a physician or pharmacist, neither of them who proposed it.

        Whoever calls has had her prove who she is. Raises NotLicensed, NotApproved, InputError.
        """
        self.access.must(actor, Permission.RULES)
        with self.store.transaction():
            self.store.changes.hold()
            found = self.store.changes.get(change)
            if not found.may_be_signed:
                raise NotApproved("this change stands elsewhere meanwhile; look at it again")
            if actor.user == found.proposer:
                raise NotLicensed("whoever proposed a change doesn't sign it")
            if actor.role in found.signed or actor.user in {one.who for one in found.signed.values()}:
                raise NotApproved("somebody of your role signed it already")
            if actor.role in LICENSED:
                tiers.licensed(actor, self.here().date())
            elif not set(found.signed) & set(LICENSED) and found.signed:
                raise NotApproved("the other signature is a physician's or a pharmacist's")
            if not self.holds(found):
                raise NotApproved("the plan is not the one that was proposed")
            self._say(actor, change, ChangeStepKind.SIGNED)
        return self.store.changes.get(change)

    def go_on(self, actor: Reviewer | str, change: str) -> Change:
        """Begin the roll-out of a signed change, its next stage once this one was watched, or its release after the last. Raises NotLicensed, NotApproved, InputError."""
        self._must(actor, Permission.RULES)
        self.look(change)
        with self.store.transaction():
            self.store.changes.hold()
            found = self.store.changes.get(change)
            if found.state not in (ChangeState.SIGNED, ChangeState.ROLLING):
                raise NotApproved("a change goes on once two have signed it, and while it isn't rolled back")
            if found.until is not None and self.here() < found.until:
                raise NotApproved("this stage isn't watched long enough")
            self._must_be_alone(found)
            if found.stage + 1 < len(found.plan.criteria.stages):
                self._say(actor, change, ChangeStepKind.STAGE, stage=found.stage + 1)
            else:
                for other in self.store.changes.in_force():
                    if other.id != change and replaces(found.plan, other.plan):
                        self._say(actor, other.id, ChangeStepKind.REPLACED)
                self._say(actor, change, ChangeStepKind.RELEASED)
        return self.store.changes.get(change)

    def roll_back(self, actor: Reviewer | str, change: str, why: str) -> None:
        """At once: no draft is made with it any more; one that isn't rolled out is withdrawn. Raises NotLicensed, InputError, NotApproved where it is over."""
        self._must(actor, Permission.RULES)
        words = " ".join(why.split())[:LONGEST]
        if not words:
            raise InputError("say in a few words why", where="why")
        with self.store.transaction():
            self.store.changes.hold()
            found = self.store.changes.get(change)
            if found.plan.kind in BY_ITSELF:
                raise NotApproved("what a release brought goes with it: install the release before")
            if found.state in (ChangeState.ROLLED_BACK, ChangeState.WITHDRAWN, ChangeState.REPLACED):
                raise NotApproved("this change is over already")
            back = ChangeStepKind.ROLLED_BACK if found.began else ChangeStepKind.WITHDRAWN
            self._say(actor, change, back, words=words)
            if found.began:
                self.alarm(
                    "release",
                    f"rollback:{change}",
                    "A change was rolled back.",
                    evidence=change,
                    severity=Level.HIGH,
                    link=f"/studies/changes/{change}",
                )

    def tell_of_upgrade(self, found: Change, criterion: Criterion) -> None:
        """Raise an alarm: what an upgrade brought, which is in force, doesn't meet what is asked of it."""
        self.alarm(
            "release",
            f"upgrade:{found.id}",
            "What an upgrade brought doesn't hold.",
            evidence=f"{found.id} {criterion.value}",
            severity=Level.HIGH,
            link=f"/studies/changes/{found.id}",
        )

    def _must_be_alone(self, found: Change) -> None:
        """Raises NotApproved where what is in force isn't what a change of the site was proposed against, or where another one rolls out beside
        it: of two at once nobody could tell which one a signal is about."""
        if found.plan.kind in OF_SITE and not self.holding.is_of_now(found):
            raise NotApproved("what is in force has changed since this was proposed; propose it anew")
        for other in self.store.changes.in_force():
            if (
                other.id != found.id
                and other.state is ChangeState.ROLLING
                and OF_SITE & {other.plan.kind, found.plan.kind}
            ):
                raise NotApproved("another change rolls out now; this one begins after it")

    def look(self, change: str) -> str:
        """Ask every signal of a roll-out, and roll it back where one holds; the reason, "" where none does."""
        found = self.store.changes.get(change)
        if found.began is None or found.state not in (ChangeState.ROLLING, ChangeState.RELEASED):
            return ""
        why = self.signals(found)
        if why:
            self.roll_back("careloom", change, why)
        return why

    def signals(self, change: Change) -> str:
        """Which signal holds in the drafts that were made with it, in words; "" for none."""
        criteria, drafted = change.plan.criteria, self.store.changes.drafted(change.id)
        ids = [one for one, _, _ in drafted]
        if why := self._stopped(change):
            return why
        if harmed := self.store.changes.harmed(ids):
            return f"a lead judged what was wrong with {harmed} of its drafts to be of high severity"
        decided = [
            status in ("on-hold", "revoked", "entered-in-error")
            for _, status, _ in drafted
            if status != "draft"
        ]
        if gate.went_wrong(decided, criteria.returned):
            return f"{sum(decided)} of {len(decided)} decided drafts were returned, rejected or taken back"
        failed = [self._failed(one) for one in ids]
        asked = [one for one in failed if one is not None]
        if gate.went_wrong(asked, criteria.failed):
            return f"in {sum(asked)} of {len(asked)} drafts an answer did not stand verification"
        return ""

    def _stopped(self, change: Change) -> str:
        """Whether what it is about is stopped, a safety event with harm names a draft of it, or a high alarm about models or safety was raised since it began."""
        stopping = self.store.stops.stopping()
        if stopping.of_model(change.plan.candidate.get("model", "")) or any(
            map(stopping.of_kind, kinds_of(change.plan))
        ):
            return "what it is about was stopped"
        mine = {one for one, _, _ in self.store.changes.drafted(change.id)}
        if any(
            one.reported.document in mine and one.category >= HARM_FROM
            for one in self.store.safety_events.newest(NEWEST)
        ):
            return "a safety event with harm names a draft of it"
        for one in self.store.alarms.open():
            if (
                one.kind in ALARMING
                and one.severity is Level.HIGH
                and change.began
                and one.at >= change.began
            ):
                return "a high alarm about models or safety was raised while it rolled out"
        return ""

    def _failed(self, proposal: str) -> bool | None:
        """Whether an answer of a draft's model failed, or None where it was asked nothing."""
        use = self.store.proposals.revision(proposal, 1).document.model
        return bool(use.fallbacks or use.note) if use.calls or use.fallbacks else None

    def keep_up(self) -> int:
        """Ask every roll-out's signals; how many were rolled back. One change's fault stops no other's look."""
        back, failed = 0, list[Exception]()
        for one in self.store.changes.in_force():
            try:
                back += bool(self.look(one.id))
            except Exception as error:  # told after the others had their turn
                failed.append(error)
        if failed:
            raise failed[0]
        return back

    def _in(self, change: str, state: ChangeState) -> Change:
        found = self.store.changes.get(change)
        if found.state is not state:
            raise NotApproved("this change stands elsewhere meanwhile; look at it again")
        return found

    def _must(self, actor: Reviewer | str, permission: Permission) -> None:
        if isinstance(actor, Reviewer):
            self.access.must(actor, permission)

    def _say(
        self,
        actor: Reviewer | str,
        change: str,
        what: ChangeStepKind,
        *,
        words: str = "",
        result: Result | None = None,
        stage: int = -1,
    ) -> None:
        who, role, licence = _name(actor), "", ""
        if isinstance(actor, Reviewer):
            role = actor.role
            if what is ChangeStepKind.SIGNED and actor.licence:
                licence = f"{actor.licence} until {actor.licence_expiry}"
        step = ChangeStep(
            what=what,
            who=who,
            role=role,
            at=self.here(),
            licence=licence,
            words=words,
            result=result,
            stage=stage,
        )
        self.store.changes.say(change, step)
        self.store.audit.note(who, f"change {what.value}", what=change)


def _number(release: str) -> tuple[int, ...]:
    return tuple(int(part) if part.isdigit() else 0 for part in release.split("."))


def _name(actor: Reviewer | str) -> str:
    return actor if isinstance(actor, str) else actor.user
