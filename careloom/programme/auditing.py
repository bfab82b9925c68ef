"""The monthly audit of clinical accuracy: a random sample of the month's drafts, read line by line by people who didn't decide on them.

Takes    the drafts that were made in the month, a seed whose hash was kept before, and what readers say of each line
Gives    the list (drawn once, appended, drawn again by anybody), the readings, and shares with definition, numerator, denominator and interval
Never    changes a list, lets somebody read what she decided on, counts what nobody read, or says a share of nothing

Accurate is a document, as it was drafted, in which the reader found no high or moderate fault: a line that is wrong, a line that its sources
don't support, or something that was left out.
"""

import hashlib
import secrets
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from careloom.care.access import Permission, may
from careloom.care.document import Proposal, Reviewer, Severity
from careloom.care.programme import Period, ProgrammeStep, StepKind
from careloom.errors import CareloomError, InputError, NotApproved
from careloom.measure.agreement import agreement
from careloom.pipeline import Pipeline
from careloom.record import people
from careloom.study import accuracy
from careloom.study.statistics.estimate import Estimate
from careloom.study.statistics.proportions import Count, share

# The interval that is wanted (half of its width), the share that is expected (the widest interval), how many of each stratum at least, and how
# large a share is read twice. Ours, with no source.
HALF, EXPECTED, LEAST, DOUBLE = 0.10, 0.5, 2, 0.2
LINE_SAID = ("correct", "wrong", "unsupported")
SEVERE = (Severity.HIGH.value, Severity.MODERATE.value)
MOST_OMITTED = 50


@dataclass(frozen=True)
class Auditing:
    """The audits of one site."""

    pipeline: Pipeline
    here: Callable[[], datetime]
    span: Callable[[Period], tuple[datetime, datetime]]

    def commit(self, period: Period) -> None:
        """Keep a seed for a period, and the hash by which anybody checks it later; once."""
        if self._newest(period, StepKind.COMMITTED) is not None:
            return
        seed = secrets.token_hex(32)
        body = {"seed": seed, "hash": hash_of(seed)}
        step = ProgrammeStep(what=StepKind.COMMITTED, at=self.here(), body=body)
        self._say_once(period, step)

    def ready(self, period: Period, today: date) -> bool:
        """Draw the sample where it isn't drawn yet; whether its report is to be made: all is read, it is due, or there is nothing to read."""
        drawn = self._drawn(period)
        read = self.readings(period)
        owed = [one for one in drawn["sample"] if len(read.get(one["id"], ())) < 1 + one["twice"]]
        return not owed or today > period.due

    def _drawn(self, period: Period) -> Mapping[str, Any]:
        if (step := self._newest(period, StepKind.DRAWN)) is not None:
            return step.body
        self.commit(period)
        committed = self._newest(period, StepKind.COMMITTED)
        assert committed is not None
        frame = self._frame(period)
        body = draw(committed.body["seed"], frame)
        before = committed.at < self.span(period)[1]
        step = ProgrammeStep(what=StepKind.DRAWN, at=self.here(), body={**body, "committed_before": before})
        self._say_once(period, step)
        newest = self._newest(period, StepKind.DRAWN)
        assert newest is not None
        return newest.body

    def _frame(self, period: Period) -> list[tuple[str, str]]:
        """The drafts of a month that nobody wrote by hand, each with its stratum: tier, kind and language."""
        store, languages = self.pipeline.store, dict[str, str]()
        found = []
        for proposal, patient, kind, tier in store.programmes.drafted(*self.span(period)):
            if store.proposals.revision(proposal, 1).document.by_hand:
                continue
            if patient not in languages:
                languages[patient] = self._language(patient, period.last)
            found.append((proposal, f"{tier}/{kind}/{languages[patient]}"))
        return found

    def _language(self, patient: str, day: date) -> str:
        try:
            return people.language(self.pipeline.weaving.entries(patient, day)) or "unknown"
        except CareloomError:
            return "unknown"

    # ── reading ─────────────────────────────────────────────────────────────────────────────────

    def waiting(self, actor: Reviewer, period: Period) -> list[str]:
        """The documents of a sample that this person may read and that still need a reader."""
        step = self._newest(period, StepKind.DRAWN)
        if step is None or not may(actor.role, Permission.DECIDE):
            return []
        read = self.readings(period)
        owed = [
            one["id"]
            for one in step.body["sample"]
            if len(read.get(one["id"], ())) < 1 + one["twice"]
            and actor.user not in {reading.who for reading in read.get(one["id"], ())}
        ]
        about = self.pipeline.store.proposals.about(owed)
        seen = self.pipeline.access.seen(actor, {patient for patient, _ in about.values()})
        deciders = self.pipeline.store.proposals.deciders(owed)
        return [
            one for one in owed if about[one][0] in seen and actor.user not in deciders.get(one, frozenset())
        ]

    def document(self, actor: Reviewer, period: Period, proposal: str) -> Proposal:
        """A document of the sample as it was drafted. Raises NotLicensed, NotApproved for one that she doesn't read."""
        self.pipeline.access.must(actor, Permission.DECIDE)
        if proposal not in self.waiting(actor, period):
            raise NotApproved("this document isn't yours to read, or it was read")
        patient = self.pipeline.store.proposals.patient(proposal)
        self.pipeline.access.must_see(actor, patient)
        self.pipeline.access.must_read(actor, proposal)
        self.pipeline.store.audit.note(actor.user, "read", patient=patient, what="documents")
        return self.pipeline.store.proposals.revision(proposal, 1)

    def read(
        self,
        actor: Reviewer,
        period: Period,
        proposal: str,
        lines: Mapping[str, tuple[str, str]],
        omitted: Mapping[str, int],
    ) -> None:
        """What she found: of each line by id one of LINE_SAID and how severe ("" for a correct one), and how much of each severity is left out.

        Raises NotLicensed, NotApproved, InputError where a line lacks or something doesn't fit.
        """
        document = self.document(actor, period, proposal)
        for line in document.document.statements:
            said, severity = lines.get(line.id, ("", ""))
            if said not in LINE_SAID or (said != "correct") != (severity in {one.value for one in Severity}):
                raise InputError(
                    "say of each line what it is, and how severe where it isn't correct", line.id
                )
        if any(not 0 <= number <= MOST_OMITTED for number in omitted.values()):
            raise InputError("say how many things were left out", where="omitted")
        body = {
            "lines": {one.id: list(lines[one.id]) for one in document.document.statements},
            "omitted": {one.value: int(omitted.get(one.value, 0)) for one in Severity},
        }
        step = ProgrammeStep(what=StepKind.READ, at=self.here(), who=actor.user, about=proposal, body=body)
        store = self.pipeline.store
        with store.transaction():
            store.programmes.hold()
            if proposal not in self.waiting(actor, period):
                raise NotApproved("this document isn't yours to read, or it was read")
            store.programmes.say(period.item, period.name, step)
            store.audit.note(
                actor.user, "audit reading", patient=store.proposals.patient(proposal), what=proposal
            )

    def readings(self, period: Period) -> Mapping[str, tuple[ProgrammeStep, ...]]:
        """The readings of a period by document, each in their order."""
        found: dict[str, list[ProgrammeStep]] = defaultdict(list)
        for one in self._steps(period):
            if one.what is StepKind.READ:
                found[one.about].append(one)
        return {about: tuple(steps) for about, steps in found.items()}

    # ── what it came to ─────────────────────────────────────────────────────────────────────────

    def report(self, period: Period) -> dict[str, Any]:
        """The audit's result as JSON has it; shares from 0 to 1, null where nothing was read."""
        drawn, read = self._drawn(period), self.readings(period)
        sample = drawn["sample"]
        first = {one: steps[0].body for one, steps in read.items()}
        hits: dict[str, tuple[int, int]] = dict.fromkeys(drawn["strata"], (0, 0))
        lines: Counter[str] = Counter()
        for one in sample:
            if one["id"] in first:
                good, number = hits[one["stratum"]]
                hits[one["stratum"]] = (good + is_accurate(first[one["id"]]), number + 1)
                lines.update(said for said, _ in first[one["id"]]["lines"].values())
        told = accuracy.weighted(hits, drawn["strata"])
        correct = share(Count(lines["correct"], lines.total()))
        pairs = [pair for one in sample if one["twice"] for pair in _pairs(read.get(one["id"], ()))]
        both = agreement(pairs, ("correct", "fault"))
        again = draw(drawn["seed"], [(one, stratum) for one, stratum in drawn["frame"]])
        return {
            "frame": len(drawn["frame"]),
            "sample": len(sample),
            "read": len(first),
            "unread": [one["id"] for one in sample if one["id"] not in first],
            "twice": sum(one["twice"] for one in sample),
            "read_twice": sum(len(read.get(one["id"], ())) > 1 for one in sample),
            "accurate": {
                "value": told.value, "low": told.low, "high": told.high, "hits": told.hits,
                "number": told.number, "of": told.of, "effective": told.effective, "unread": list(told.unread),
            } if told else None,
            "lines": dict(lines),
            "correct": [correct.value, correct.low, correct.high] if isinstance(correct, Estimate) else None,
            "omitted": dict(sum((Counter(one["omitted"]) for one in first.values()), Counter())),
            "kappa": {"pairs": both.number, "observed": both.observed, "kappa": both.kappa, "low": both.low,
                      "high": both.high, "ac1": both.ac1} if both else None,
            "strata": [
                {"stratum": one, "frame": number, "sample": drawn["sizes"].get(one, 0), "read": hits[one][1],
                 "accurate": hits[one][0]}
                for one, number in drawn["strata"].items()
            ],
            "seed": drawn["seed"],
            "hash": hash_of(drawn["seed"]),
            "committed_before": drawn["committed_before"],
            "drawn_again": again["sample"] == sample,
            "half": HALF, "expected": EXPECTED, "least": LEAST, "double": DOUBLE,
        }  # fmt: skip

    def _newest(self, period: Period, what: StepKind) -> ProgrammeStep | None:
        return next((one for one in reversed(self._steps(period)) if one.what is what), None)

    def _steps(self, period: Period) -> tuple[ProgrammeStep, ...]:
        found = self.pipeline.store.programmes.steps(period.item, period.name)
        return found.get((period.item, period.name), ())

    def _say_once(self, period: Period, step: ProgrammeStep) -> None:
        store = self.pipeline.store
        with store.transaction():
            store.programmes.hold()
            if self._newest(period, step.what) is None:
                store.programmes.say(period.item, period.name, step)


def draw(seed: str, frame: list[tuple[str, str]]) -> dict[str, Any]:
    """The sample of a frame of (document's id, stratum), with all that it follows from: the same for the same seed and frame."""
    strata = Counter(stratum for _, stratum in frame)
    wanted = accuracy.size(len(frame), HALF, EXPECTED)
    sizes = accuracy.allotted(strata, wanted, LEAST)
    sample = accuracy.drawn(bytes.fromhex(seed), frame, sizes, DOUBLE)
    return {
        "seed": seed,
        "frame": [list(one) for one in sorted(frame)],
        "strata": dict(sorted(strata.items())),
        "wanted": wanted,
        "sizes": dict(sizes),
        "sample": [{"id": one.id, "stratum": one.stratum, "twice": one.twice} for one in sample],
    }


def hash_of(seed: str) -> str:
    """SHA-256 of a seed's hexadecimal digits, by which a committed seed is checked."""
    return hashlib.sha256(seed.encode()).hexdigest()


def is_accurate(body: Mapping[str, Any]) -> bool:
    """Whether a reading found no high or moderate fault."""
    wrong = any(severity in SEVERE for _, severity in body["lines"].values())
    return not wrong and not any(body["omitted"].get(one, 0) for one in SEVERE)


def _pairs(steps: tuple[ProgrammeStep, ...]) -> list[tuple[str, str]]:
    """What two readers said of each line: correct, or a fault."""
    if len(steps) < 2:
        return []
    one, other = steps[0].body["lines"], steps[1].body["lines"]
    return [(_short(one[line][0]), _short(other[line][0])) for line in one if line in other]


def _short(said: str) -> str:
    return "correct" if said == "correct" else "fault"
