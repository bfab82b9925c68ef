"""Training: drills on invented people, what somebody's drills come to, and who may decide on real cases.

Takes    who learns, and what she says of a drill's lines; what the administrator asks of whom
Gives    her drills without their keys, explanations of what she answered, her score, her certificate; groups of five or more for leads
Never    makes a proposal, files or sends anything of a drill, tells a key before its line is answered, or tells anybody another one's score
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from careloom import draft
from careloom.care.access import Permission, may
from careloom.care.document import Action, Reviewer
from careloom.care.drill import Answered, Drill, FaultKind, Key, Standing, TrainingStep
from careloom.check import check
from careloom.errors import ConfigError, InputError, NotTrained
from careloom.improve.people import people
from careloom.knowledge import Knowledge
from careloom.llm.answers import Remembered
from careloom.pipeline.access import Access
from careloom.store.opening import Store
from careloom.study.statistics.estimate import Estimate, NotSaid
from careloom.study.statistics.proportions import Count
from careloom.study.training import PEOPLE
from careloom.study.training.certifying import (
    HOLDS,
    LATELY,
    WITHIN,
    Lacks,
    Slips,
    State,
    habits,
    kinds_met,
    lacks,
    newest,
    slips,
    state,
)
from careloom.study.training.drilling import Drafted, Learner, drill
from careloom.study.training.scoring import Judged, Score, judged, score

# Who needs a certificate before real cases: nobody, those of whom it is said (people who are added from now on), or everybody who decides.
OFF, NEW, ALL = "off", "new", "all"
ASKED = (OFF, NEW, ALL)
# What isn't one's own is shown of so many together.
FEWEST_TOGETHER = 5
MACHINE = "careloom"
# What is done by somebody who is refused, or by whoever runs the site.
HOW = (
    "real cases come after the training: until its certificate nothing that this person signs, amends, returns or rejects is taken. "
    "On the page Training (/training of careloom serve): seven or eight drills of ten lines, some five minutes each. "
    "Whoever runs the site may excuse somebody for up to 31 days (careloom training --excuse USER --day DATE --why TEXT), "
    "or ask nobody (CARELOOM_TRAINING=off)"
)


@dataclass(frozen=True, slots=True)
class Practice:
    """A drill as its learner may see it: its lines, what she answered of them, and the keys of the lines that she answered (None: nothing is wrong)."""

    drill: Drill
    answers: dict[str, Answered]
    keys: dict[str, Key | None]

    @property
    def over(self) -> bool:
        """Whether every line is answered."""
        return len(self.answers) == len(self.drill.lines)


@dataclass(frozen=True, slots=True)
class Mine:
    """How it stands with somebody: what is asked of her, her score over the lines that count, what she lacks for the certificate, why she is asked to
    practise again, how many of her real signatures of late were given faster than anybody reads, and her open drill ("" for none)."""

    state: State
    score: Score
    lacks: tuple[Lacks, ...]
    slips: tuple[Slips, ...]
    hasty: Count
    drills: int
    open: str


@dataclass(frozen=True)
class Training:
    """The training of one organisation's people; `asked` is one of ASKED, `demo` a site of invented patients, where nothing is asked."""

    store: Store
    access: Access
    knowledge: Knowledge
    here: Callable[[], datetime]
    asked: str
    demo: bool
    _drafts: list[Drafted] = field(default_factory=list, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.asked not in ASKED:
            raise ConfigError(f"CARELOOM_TRAINING must be {', '.join(ASKED[:-1])} or {ASKED[-1]}")

    # ── practising ──────────────────────────────────────────────────────────────────────────────

    def begin(self, actor: Reviewer) -> Drill:
        """A new drill; the one that isn't finished, where there is one."""
        drills = self.store.drills.of(actor.user)
        lines = self._judged(drills)
        unfinished = self._unfinished(drills)
        if unfinished is not None:
            return unfinished
        learner = Learner("", actor.user, self.here(), kinds_met(lines))
        made = drill(learner, self.drafts(), self.knowledge, secrets.randbits(62))
        self.store.audit.note(actor.user, "begin drill")
        return self.store.drills.add(made)

    def practice(self, actor: Reviewer, name: str) -> Practice:
        """One of her own drills. Raises InputError for another's as for none."""
        found = self.store.drills.get(name)
        if found.who != actor.user:
            raise InputError("unknown drill")
        answers = {one.line: one for one in self.store.drills.answers([found.id])}
        return Practice(found, answers, {line: found.keys.get(line) for line in answers})

    def answer(self, actor: Reviewer, name: str, line: str, kind: FaultKind | None) -> Practice:
        """What she says of a line; only what she says first counts. The practice with the explanation. Raises InputError for no such line."""
        found = self.practice(actor, name)
        if line not in {one.id for one in found.drill.lines}:
            raise InputError("there is no such line", where=line)
        self.store.drills.say(Answered(found.drill.id, line, kind, self.here()))
        after = self.practice(actor, name)
        if after.over and not found.over:
            self._finished(actor)
        return after

    def _finished(self, actor: Reviewer) -> None:
        """After a drill: the certificate, where she passes and hers doesn't hold much longer; or a refresher, where she slips."""
        mine, today = self.mine(actor), self.here().date()
        soon = mine.state.until is None or mine.state.until - today <= timedelta(days=60)
        if not mine.lacks and (soon or mine.state.refresher is not None):
            self._step(actor.user, Standing.CERTIFIED, today + HOLDS, MACHINE, "")
        elif mine.slips and mine.state.until is not None and mine.state.refresher is None:
            why = ", ".join(one.value for one in mine.slips)
            self._step(actor.user, Standing.REFRESHER, today + WITHIN, MACHINE, why)

    def drafts(self) -> list[Drafted]:
        """The checked drafts of the invented people, made once a process."""
        if not self._drafts:
            for one in people(self.knowledge, PEOPLE):
                document = draft.write(one.record, self.knowledge, None, calls=0, answers=Remembered())
                found = check(document, one.record, self.knowledge)
                self._drafts.append(Drafted(one.record, document, tuple(found)))
        return self._drafts

    # ── how it stands ───────────────────────────────────────────────────────────────────────────

    def mine(self, actor: Reviewer) -> Mine:
        """How it stands with her, told to nobody else."""
        today, drills = self.here().date(), self.store.drills.of(actor.user)
        lines = self._judged(drills)
        since = self.here() - LATELY
        found = score(newest(lines))
        unfinished = self._unfinished(drills)
        hasty = self._hasty(actor.user, since)
        return Mine(
            self.state(actor, today),
            found,
            lacks(found),
            slips([one for one in lines if one.at >= since], hasty),
            hasty,
            len(drills),
            unfinished.id if unfinished else "",
        )

    def state(self, actor: Reviewer, today: date) -> State:
        """What is asked of her, and whether her certificate holds."""
        if self.demo or self.asked == OFF or not may(actor.role, Permission.DECIDE):
            return State(must=False)
        return state(self.store.drills.steps(actor.user), today, everybody=self.asked == ALL)

    def must_be_trained(self, actor: Reviewer) -> None:
        """Raises NotTrained where she needs a certificate before real cases and none holds."""
        if not self.state(actor, self.here().date()).may:
            raise NotTrained(HOW)

    def look_after(self, actor: Reviewer) -> None:
        """After a real signature: where of late most were given faster than anybody reads, she is asked to practise again, with a day."""
        now = self.state(actor, self.here().date())
        if now.until is None or now.refresher is not None:
            return
        if Slips.PACE in slips([], self._hasty(actor.user, self.here() - LATELY)):
            day = self.here().date() + WITHIN
            self._step(actor.user, Standing.REFRESHER, day, MACHINE, Slips.PACE.value)

    def _hasty(self, user: str, since: datetime) -> Count:
        signed = [
            one.pace
            for one in self.store.proposals.decided_by(user, since, Action.APPROVE)
            if "seconds" in one.pace and "least" in one.pace
        ]
        return Count(sum("went_on" in pace for pace in signed), len(signed))

    # ── what the site asks ──────────────────────────────────────────────────────────────────────

    def added(self, user: str, role: str, by: str) -> bool:
        """Somebody was added: where the site asks it of new people, she needs a certificate from her first day on; whether she does."""
        asked = not self.demo and self.asked != OFF and may(role, Permission.DECIDE)
        if asked:
            self._step(user, Standing.REQUIRED, self.here().date(), by, "")
        return asked

    def require(self, actor: Reviewer | str, user: str, day: date) -> None:
        """From a day on she needs a certificate. Raises NotLicensed, InputError for a day that is over."""
        self._administers(actor)
        if day < self.here().date():
            raise InputError("the day is over", where="day")
        self._step(user, Standing.REQUIRED, day, _name(actor), "")

    def excuse(self, actor: Reviewer | str, user: str, day: date, why: str) -> None:
        """Up to a day she decides without one, with a reason; 31 days at most. Raises NotLicensed, InputError."""
        self._administers(actor)
        today = self.here().date()
        if not today <= day <= today + timedelta(days=31):
            raise InputError("the day is within the next 31 days", where="day")
        if len(why.split()) < 2:
            raise InputError("say why, in some words", where="why")
        self._step(user, Standing.EXCUSED, day, _name(actor), why.strip())

    def standings(self, actor: Reviewer | str) -> dict[str, State]:
        """Of everybody who decides: what is asked, and whether a certificate holds; no score. For who runs the site and leads."""
        if not isinstance(actor, str) and not may(actor.role, Permission.LEAD):
            self.access.must(actor, Permission.ADMINISTER)
        today = self.here().date()
        every = [one for one in self.store.users.all() if may(one.role, Permission.DECIDE)]
        return {one.user: self.state(one, today) for one in every}

    def together(self, actor: Reviewer | str) -> Score | None:
        """The score of everybody's drills of the last 90 days together; None of fewer than five people. For who runs the site and leads."""
        if not isinstance(actor, str) and not may(actor.role, Permission.LEAD):
            self.access.must(actor, Permission.ADMINISTER)
        drills = self.store.drills.everybody(self.here() - LATELY)
        lines = {who: self._judged(of) for who, of in drills.items()}
        some = {who: found for who, found in lines.items() if found}
        if len(some) < FEWEST_TOGETHER:
            return None
        return score([one for found in some.values() for one in found])

    def _administers(self, actor: Reviewer | str) -> None:
        if not isinstance(actor, str):
            self.access.must(actor, Permission.ADMINISTER)

    def _judged(self, drills: tuple[Drill, ...]) -> list[Judged]:
        return judged(drills, self.store.drills.answers(one.id for one in drills))

    def _unfinished(self, drills: tuple[Drill, ...]) -> Drill | None:
        answered = [one.drill for one in self.store.drills.answers(one.id for one in drills)]
        return next((one for one in drills if answered.count(one.id) < len(one.lines)), None)

    def _step(self, who: str, what: Standing, day: date, by: str, why: str) -> None:
        with self.store.transaction():
            self.store.drills.step(TrainingStep(who, what, day, by, why, self.here()))
            self.store.audit.note(by, f"training {what.value}", what=who)


def _name(actor: Reviewer | str) -> str:
    return actor if isinstance(actor, str) else actor.user


def as_json(mine: Mine) -> dict[str, Any]:
    """One's own score as the command prints it; a number of too few lines is null."""
    found, held = mine.score, mine.state
    return {
        "drills": mine.drills,
        "faulty": {"caught": found.faulty.hits, "of": found.faulty.number},
        "fine": {"called_faulty": found.alarms.hits, "of": found.alarms.number},
        "sensitivity": _number(found.sensitivity),
        "false_alarms": _number(found.false_alarms),
        "named": _number(found.named),
        "automation_bias": _number(found.bias),
        "kinds": {kind.value: {"caught": one.hits, "of": one.number} for kind, one in found.by_kind.items()},
        "certificate": standing_json(held),
        "judges": None if (told := habits(found)) is None else [one.value for one in told],
        "lacks": [one.value for one in mine.lacks],
        "slips": [one.value for one in mine.slips],
    }


def standing_json(held: State) -> dict[str, Any]:
    """What is asked of somebody, and whether a certificate holds."""
    days = {"until": held.until, "refresher_by": held.refresher, "excused_to": held.excused}
    return {"asked": held.must, "may_decide": held.may} | {
        name: one.isoformat() if one else None for name, one in days.items()
    }


def _number(one: Estimate | NotSaid) -> dict[str, float] | None:
    return {"value": one.value, "low": one.low, "high": one.high} if isinstance(one, Estimate) else None
