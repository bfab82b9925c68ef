"""Seconding: what second and third readers do, and what a lead does about second readings.

Takes    a person, a document that is read a second time, and what she says of it
Gives    both readings side by side once both are there; a held document filed when they agree; a third reader where they don't
Never    lets a second reader see what was decided before she said what she thinks, writes what she says into the chart, or undoes
         silently what was filed
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypedDict, Unpack

from careloom.care.access import Permission, may
from careloom.care.document import Action, Decision, Proposal, Reviewer, Tier
from careloom.care.progress import Progress
from careloom.care.second import (
    Happened,
    LineSaid,
    Mode,
    Policy,
    Reading,
    SecondReading,
    Stage,
    Step,
    WholeSaid,
)
from careloom.errors import InputError, NotApproved, NotLicensed, StaleRecord
from careloom.pipeline.choosing import Choosing
from careloom.pipeline.deciding import Desk
from careloom.pipeline.stopping import must_release
from careloom.review import second as rules
from careloom.review.tiers import reach
from careloom.review.vigilance import to_open

LONGEST = 2000
MOST_HOURS = 24 * 30


class _Told(TypedDict, total=False):
    """What a step may say besides who did what when."""

    whom: str
    due: datetime | None
    reading: Reading
    digest: str
    outcome: str
    why: str


@dataclass(frozen=True)
class Seconding:
    """The second readings of one organisation, for people; `here` is the time in the site's zone."""

    desk: Desk
    choosing: Choosing
    here: Callable[[], datetime]

    # ── whose it is ─────────────────────────────────────────────────────────────────────────────

    def claim(self, actor: Reviewer, proposal_id: str) -> SecondReading:
        """Take a reading that nobody has, or of somebody for whom she stands in today.

        Raises NotLicensed for who may not be its second reader, NotApproved where it waits for none.
        """
        second = self._waiting(actor, proposal_id)
        stands_in = second.reader in self.choosing.store.turns.covered_by(actor.user, self.here().date())
        if second.reader and not stands_in:
            raise NotApproved("somebody has this second reading already")
        self._must_be_able(second, actor)
        return self._step(second, actor, Step.CLAIM, whom=actor.user)

    def release(self, actor: Reviewer, proposal_id: str) -> SecondReading:
        """Give a reading back (a lead anybody's): whoever may read it claims it. What she had begun is gone. Raises NotLicensed, NotApproved."""
        second = self._waiting(actor, proposal_id)
        if second.reader != actor.user and not may(actor.role, Permission.LEAD):
            raise NotLicensed("it is somebody else's to read")
        gone = second.reader
        with self.desk.store.transaction():
            self.desk.store.unfinished.forget(proposal_id, gone)
            return self._step(second, actor, Step.RELEASE)

    def assign(self, actor: Reviewer, proposal_id: str, user: str) -> SecondReading:
        """A lead gives a reading to somebody (a user name or id) who may be its second reader. Raises NotLicensed, InputError."""
        self.desk.choosing.access.must(actor, Permission.LEAD)
        second = self._waiting(actor, proposal_id)
        whom = self.desk.store.users.reviewer(user)
        if not self.choosing.able(second, [whom]):
            raise InputError("this person may not be its second reader", where="user")
        return self._step(second, actor, Step.ASSIGN, whom=whom.user)

    def choose_third(self, actor: Reviewer, proposal_id: str, user: str) -> SecondReading:
        """A lead says who settles where the two differ. Raises NotLicensed, InputError, NotApproved."""
        self.desk.choosing.access.must(actor, Permission.LEAD)
        second = self._at(actor, proposal_id, Stage.THIRD, "nothing is to be settled here")
        whom = self.desk.store.users.reviewer(user)
        if whom.user not in {one.user for one in self.choosing.able_third(second, to_choose=True)}:
            raise InputError("this person may not settle it", where="user")
        return self._step(second, actor, Step.THIRD, whom=whom.user)

    # ── the reading ─────────────────────────────────────────────────────────────────────────────

    def rate(self, actor: Reviewer, proposal_id: str, line: str, said: str) -> Progress:
        """What she would do with a line, kept until she gives her reading; "" takes it back. Raises NotLicensed, InputError."""
        _, base = self._mine(actor, proposal_id)
        if line not in rules.to_read(base):
            raise InputError("this line isn't read a second time", where=line)
        if said and said not in {one.value for one in LineSaid}:
            raise InputError("a line is approved, amended, struck or sent back", where=line)

        def rated(before: Progress) -> Progress:
            kept = {name: word for name, word in before.rated.items() if name != line}
            return replace(before, rated={**kept, **({line: said} if said else {})})

        return self.desk.store.unfinished.change(proposal_id, actor.user, rated)

    def read(self, actor: Reviewer, proposal_id: str, given: Reading) -> SecondReading:
        """Give her reading: from then on both are side by side, and a held document on which both agree is filed.

        Lines of which she said nothing count as approved where she approves the whole. Raises NotLicensed, NotApproved while a high finding
        is unopened, InputError without a reason where she wouldn't let it out, Stopped where the document may not be filed.
        """
        self.desk.may_decide(actor)
        second, base = self._mine(actor, proposal_id)
        must_release(self.desk.store, base.document)
        self._must_be_able(second, actor)
        self._must_have_read(base, actor, given)
        lines = rules.to_read(base)
        said = {line: word for line, word in given.lines.items() if line in lines}
        if given.whole is WholeSaid.APPROVE:
            said = dict.fromkeys(lines, LineSaid.APPROVE) | said
        kept = replace(given, lines=said, reason=_words(given.reason), high=_words(given.high))
        store = self.desk.store
        with store.transaction():
            # Who decides anew at this moment either sees this reading or is seen by it: one of the two compares.
            store.proposals.hold(proposal_id)
            second = self._step(second, actor, Step.READ, reading=kept)
            store.unfinished.forget(proposal_id, actor.user)
            proposal = store.proposals.get(proposal_id)
            if not rules.decided_in_whole(proposal):
                return second
            second = self.choosing.compared(second, proposal)
        return self._file_if_agreed(second, proposal)

    def look(self, actor: Reviewer, proposal_id: str, *, agrees: bool, why: str = "") -> SecondReading:
        """The second reader saw what was signed, and agrees to it as it is, or leaves it to a third.

        Raises NotLicensed for anybody else, NotApproved where nothing is held for her, StaleRecord where the record moved.
        """
        second = self._at(actor, proposal_id, Stage.MINOR, "nothing is held for your word")
        if second.reader != actor.user:
            raise NotLicensed("the second reader says this")
        reach(actor, self.here().date())
        proposal = self._decided(proposal_id)
        with self.desk.store.transaction():
            if not agrees:
                return self._noted(self.choosing.differs(second, actor.user, _words(why)), actor, Step.DIFFER)
            self.desk.fresh(proposal, self.here().date())
            second = self.choosing.agreed(second, proposal, actor.user, _words(why))
            self._noted(second, actor, Step.AGREE)
            self.desk.file(proposal)
        return second

    def settle(self, actor: Reviewer, proposal_id: str, outcome: str, why: str) -> SecondReading:
        """A third reader says whose reading stands: the first's (a held document is filed) or the second's (a held one is returned; of one that
        was released a correction is due). Raises NotLicensed, NotApproved, InputError without a reason, StaleRecord."""
        second = self._at(actor, proposal_id, Stage.THIRD, "nothing is to be settled here")
        if actor.user not in {one.user for one in self.choosing.able_third(second)}:
            raise NotLicensed("a physician settles this, or whom the lead chose; neither of the two readers")
        if outcome not in (rules.FIRST, rules.SECOND) or not why.strip():
            raise InputError("say whose reading stands, and why in a few words", where="why")
        proposal, today, held = self._decided(proposal_id), self.here().date(), second.mode is Mode.HOLD
        upholds, store = outcome == rules.FIRST, self.desk.store
        words, digest = _words(why), rules.digest_of(proposal) if upholds else ""
        whose = second.first if upholds else second.reader
        due = None if upholds or held else self.choosing.due(second.policy)
        with store.transaction():
            if upholds and held and proposal.status == "draft":
                self.desk.fresh(proposal, today)
            second = self._step(
                second, actor, Step.SETTLE, whom=whose, due=due, outcome=outcome, why=words, digest=digest
            )
            if not upholds:
                store.improvement.add(
                    proposal, {"code": "second reading", "reason": words, "reviewer": actor.user}
                )
            if held and proposal.status == "draft":
                self._release(actor, proposal, upholds=upholds, why=words)
        return second

    def correct(self, actor: Reviewer, proposal_id: str, why: str) -> SecondReading:
        """The first reader, the third or a lead says how what was released wrongly was put right. Raises NotLicensed, InputError."""
        second = self._at(actor, proposal_id, Stage.CORRECT, "no correction is due")
        settled = second.last(Step.SETTLE)
        who = {second.first, settled.who if settled is not None else ""}
        if actor.user not in who and not may(actor.role, Permission.LEAD):
            raise NotLicensed("the first reader, the third or a lead says this")
        if len(why.split()) < 2:
            raise InputError("say in a few words how it was put right", where="why")
        return self._step(second, actor, Step.CORRECT, why=_words(why))

    # ── what waits ──────────────────────────────────────────────────────────────────────────────

    def waiting(self, actor: Reviewer) -> tuple[tuple[SecondReading, Stage], ...]:
        """What waits of second readings that concerns this person: hers, what she may claim or settle, her corrections; a lead sees all.

        Raises NotLicensed.
        """
        self.choosing.access.must(actor, Permission.SEE)
        store = self.desk.store
        every = [(one, rules.stage(one)) for one in store.seconds.unfinished()]
        about = store.proposals.about(one.proposal for one, _ in every)
        seen = self.choosing.access.seen(actor, {patient for patient, _ in about.values()})
        found = [
            (one, stage) for one, stage in every if stage is not Stage.DONE and about[one.proposal][0] in seen
        ]
        if not may(actor.role, Permission.LEAD):
            covered = store.turns.covered_by(actor.user, self.here().date())
            asked = [
                one
                for one, stage in found
                if stage is Stage.THIRD
                or (stage is Stage.WAITS and (not one.reader or one.reader in covered))
            ]
            hers = self.choosing.hers(actor, asked)
            found = [
                (one, stage)
                for one, stage in found
                if one.proposal in hers or self._is_hers(actor, one, stage)
            ]
        store.audit.note(actor.user, "read", what="second readings")
        return tuple(found)

    def number(self, actor: Reviewer) -> int | None:
        """How many second readings are hers to do; of a lead, how many aren't finished; None where the site has nothing read again."""
        seconds = self.desk.store.seconds
        if may(actor.role, Permission.LEAD):
            return sum(rules.stage(one) is not Stage.DONE for one in seconds.unfinished())
        return len(seconds.reads(actor.user)) if seconds.policy().version else None

    @staticmethod
    def _is_hers(actor: Reviewer, second: SecondReading, stage: Stage) -> bool:
        """Whether it waits for this very person: as its second reader, or to put right what she released."""
        if stage in (Stage.WAITS, Stage.MINOR):
            return second.reader == actor.user
        return stage is Stage.CORRECT and second.first == actor.user

    # ── the policy ──────────────────────────────────────────────────────────────────────────────

    def decree(self, actor: Reviewer, policy: Policy, *, was: int) -> Policy:
        """A lead says what is read a second time from now on. Raises NotLicensed, InputError, StaleRecord."""
        self.choosing.access.must(actor, Permission.LEAD)
        if not 0 <= policy.share <= 100:
            raise InputError("a share is from 0 to 100 percent", where="share")
        if not 0 <= policy.first <= 10_000:
            raise InputError("from 0 to 10000 documents", where="first")
        if not 0 < policy.hours <= MOST_HOURS:
            raise InputError(f"more than 0 and at most {MOST_HOURS} hours", where="hours")
        said = replace(policy, who=actor.user, why=_words(policy.why))
        with self.desk.store.transaction():
            made = self.desk.store.seconds.decree(said, self.here(), was=was)
            self.desk.store.audit.note(actor.user, "second reading policy", what=f"version {made.version}")
        return made

    # ── inside ──────────────────────────────────────────────────────────────────────────────────

    def _file_if_agreed(self, second: SecondReading, proposal: Proposal) -> SecondReading:
        """A held document on which both say the same is filed, unless the record moved: then it stays held until somebody says more."""
        if not self.choosing.agrees(second):
            return second
        try:
            with self.desk.store.transaction():
                self.desk.fresh(proposal, self.here().date())
                second = self.choosing.agreed(second, proposal, second.reader)
                self.desk.file(proposal)
        except StaleRecord:
            return self.desk.store.seconds.get(proposal.id)
        return second

    def _release(self, actor: Reviewer, proposal: Proposal, *, upholds: bool, why: str) -> None:
        if upholds:
            self.desk.file(proposal)
            return
        decision = Decision(
            action=Action.RETURN,
            reviewer=actor.user,
            role=actor.role,
            at=self.here(),
            reason=f"A third reader upheld the second: {why}",
            name=actor.name,
        )
        self.desk.decide(actor, proposal.id, decision, self.here().date())

    def _must_have_read(self, base: Proposal, actor: Reviewer, given: Reading) -> None:
        progress = self.desk.store.unfinished.of(base.id, actor.user)
        if missing := to_open(base, progress):
            raise NotApproved(f"open first what the rules found ({len(missing)} high)")
        if given.whole is not WholeSaid.APPROVE and not given.reason.strip():
            raise InputError("say in a few words why you would not let it out", where="reason")

    def _mine(self, actor: Reviewer, proposal_id: str) -> tuple[SecondReading, Proposal]:
        second = self._waiting(actor, proposal_id)
        if second.reader != actor.user:
            raise NotLicensed("this second reading isn't yours")
        progress = self.desk.store.unfinished.of(proposal_id, actor.user)
        return second, self.choosing.base(second, progress)

    def _must_be_able(self, second: SecondReading, actor: Reviewer) -> None:
        """Raises NotLicensed where her licence, her care team or what she has seen no longer lets her read it."""
        if reach(actor, self.here().date()) < Tier(second.reach):
            raise NotLicensed("your licence doesn't reach as far as the first reader's")
        if not self.choosing.able(second, [actor]):
            raise NotLicensed(
                "you decided on it, saw what was decided, or aren't in the patient's care team: somebody else reads it"
            )

    def _waiting(self, actor: Reviewer, proposal_id: str) -> SecondReading:
        return self._at(actor, proposal_id, Stage.WAITS, "it waits for no second reader")

    def _at(self, actor: Reviewer, proposal_id: str, stage: Stage, otherwise: str) -> SecondReading:
        store = self.desk.store
        self.choosing.access.must_see(actor, store.proposals.patient(proposal_id))
        second = store.seconds.get(proposal_id)
        if rules.stage(second) is not stage:
            raise NotApproved(otherwise)
        return second

    def _decided(self, proposal_id: str) -> Proposal:
        proposal = self.desk.store.proposals.get(proposal_id)
        if not rules.decided_in_whole(proposal):
            raise NotApproved(
                "a decision about it was taken back meanwhile; it waits until it is decided again"
            )
        return proposal

    def _step(
        self, second: SecondReading, actor: Reviewer, what: Step, **told: Unpack[_Told]
    ) -> SecondReading:
        happened = Happened(what=what, who=actor.user, at=self.here(), **told)
        with self.desk.store.transaction():
            return self._noted(self.desk.store.seconds.add(second, happened), actor, what)

    def _noted(self, second: SecondReading, actor: Reviewer, what: Step) -> SecondReading:
        patient = self.desk.store.proposals.patient(second.proposal)
        action = f"second reading {what.value}"
        self.desk.store.audit.note(actor.user, action, patient=patient, what=second.proposal)
        return second


def _words(text: str) -> str:
    return " ".join(text.split())[:LONGEST]


def reading_of(whole: str, lines: Mapping[str, str], reason: str, high: str) -> Reading:
    """A reading from words of a form or of the API. Raises InputError for a word that is none."""
    try:
        said = {line: LineSaid(word) for line, word in lines.items()}
        return Reading(whole=WholeSaid(whole), lines=said, reason=reason, high=high)
    except ValueError:
        raise InputError("choose what you would do with the whole", where="whole") from None
