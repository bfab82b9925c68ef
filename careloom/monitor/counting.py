"""Counting: the day counts of drafts, of what people decided, and of what waits; no word of any, and nobody's name.

Takes    the drafts and decisions of a day, as they were stored
Gives    its day counts, each with strata where what people do is counted: how much drafts lack, and how ill whom they are about is
Never    keeps anything about one document or one person
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache

from careloom.care.watched import DayCount, Decided, Drafted, ModelWork
from careloom.monitor.series import HOURS, PART, SECONDS, TOKENS, name, step_of

# How days are counted; a higher number where they are counted otherwise, so that they are counted again.
COUNTING = 2
# A draft lacks little, some or much by its lines about gaps; whom it is about is ill by the concerns that it tells.
FEW, SOME = 1, 3
LESS, MORE = 3, 6
STRATA = {
    (lacks, ill): f"{lacks}{PART}{ill}"
    for lacks in ("few", "some", "many")
    for ill in ("less", "more", "much")
}
BACK, CHANGES, SIGNS, UNDONE = ("reject", "return", "send_back"), "amend", "approve", "undo"


@dataclass(frozen=True, slots=True)
class Brief:
    """What is remembered of a draft until somebody decides about it: its kind, which drafts it is alike, when it was made, how many findings it has, and
    (rule, line) of those that a line has."""

    kind: str
    stratum: str
    created: datetime
    number: int
    findings: tuple[tuple[str, str], ...]
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What was decided of one document on a day: its first decision's time, and all that stand."""

    at: datetime
    decided: list[Decided]


class _Share:
    """Cases and hits by stratum."""

    __slots__ = ("strata",)

    def __init__(self) -> None:
        self.strata: dict[str, list[float]] = {}

    def add(self, stratum: str, number: float, hits: float) -> None:
        held = self.strata.get(stratum)
        if held is None:
            self.strata[stratum] = [float(number), float(hits)]
            return
        held[0] += number
        held[1] += hits


@dataclass
class Day:
    """A day while it is counted. `asked` are the names of rules that any draft so far had a finding of: one that found nothing counts, too."""

    day: date
    asked: frozenset[str] = frozenset()
    shares: defaultdict[str, _Share] = field(default_factory=lambda: defaultdict(_Share))
    bins: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    drafts: Counter[str] = field(default_factory=Counter)
    rules: Counter[tuple[str, str]] = field(default_factory=Counter)
    findings: int = 0
    looked: int = 0
    asked_of: int = 0
    reviewers: set[str] = field(default_factory=set)

    def draft(self, one: Drafted, created: datetime) -> Brief:
        """Count a draft, and say what is remembered of it; what people wrote by hand is none."""
        document = one.document
        stratum, wrote = _read(one)
        findings = tuple([(each.rule, each.statement) for each in one.findings if each.statement])
        brief = Brief(document.kind, stratum, created, len(one.findings), findings, document.by_hand)
        if document.by_hand:
            return brief
        self.drafts[stratum] += 1
        self.findings += len(one.findings)
        if one.findings:
            for rule in {each.rule for each in one.findings}:
                self.rules[rule, stratum] += 1
        for part, version in document.knowledge.items():
            self.bins[name("knowledge", part)][version] += 1
        if document.model.name != "none":
            self._model(document.model, wrote)
        return brief

    def _model(self, model: ModelWork, wrote: int) -> None:
        self.bins["model"][_named(model.name, model.sha256)] += 1
        if tried := wrote + model.fallbacks:
            self.shares["fallbacks"].add("", tried, model.fallbacks)
        if model.heard:
            self.shares["unverified"].add("", model.heard, model.unverified)
            self.shares["refused"].add("", model.heard, model.refusals)
        if model.calls:
            self.shares["trouble"].add("", 1, bool(model.note))
            self.bins["seconds"][step_of(model.seconds / model.calls, SECONDS)] += 1
            self.bins["tokens"][step_of(model.completion_tokens / model.calls, TOKENS)] += 1

    def decided(self, drafted: Brief, taken: Taken) -> None:
        """Count what was decided of one document that day."""
        kind, stratum, every = drafted.kind, drafted.stratum, taken.decided
        if not every or drafted.by_hand:
            return
        self.asked_of += drafted.number
        hours = (taken.at - drafted.created).total_seconds() / 3600
        self.bins["decided"][step_of(hours, HOURS)] += 1
        back = changed = False
        for one in every:
            if one.edits or one.struck or one.action == CHANGES:
                changed = True
            if one.action in BACK:
                back = True
                if code := one.feedback.get("code"):
                    self.bins["reasons"][code] += 1
        self.shares[name("edited", kind)].add(stratum, 1, changed)
        self.shares[name("sent_back", kind)].add(stratum, 1, back)
        for rule, statement in drafted.findings:
            if back or any(statement in one.edits or statement in one.struck for one in every):
                self.shares[name("overridden", rule)].add(stratum, 1, 0)
            elif any(one.action == SIGNS and statement in one.statements for one in every):
                self.shares[name("overridden", rule)].add(stratum, 1, 1)

    @property
    def fired(self) -> frozenset[str]:
        """The rules that are known by now."""
        return self.asked | {rule for rule, _ in self.rules}

    def counts(self) -> list[DayCount]:
        """The day counts."""
        shares = {series: one.strata for series, one in self.shares.items()}
        for rule in self.fired if self.drafts else ():
            shares[name("fired", rule)] = {
                stratum: [number, self.rules[rule, stratum]] for stratum, number in self.drafts.items()
            }
        found = [_share(series, self.day, strata) for series, strata in sorted(shares.items())]
        found += [
            DayCount(series=series, day=self.day, number=bins.total(), bins=dict(bins))
            for series, bins in sorted(self.bins.items())
        ]
        if self.drafts:
            found.append(
                DayCount(series="findings", day=self.day, number=self.drafts.total(), hits=self.findings)
            )
        if self.reviewers:
            number = len(self.reviewers)
            found.append(DayCount(series="read", day=self.day, number=number, hits=self.looked))
            found.append(DayCount(series="burden", day=self.day, number=number, hits=self.asked_of))
        return found


def of_decisions(day: Day, taken: Iterable[tuple[str, str, datetime, Decided]]) -> Mapping[str, Taken]:
    """By document what stands of the day's decisions (what was undone that day doesn't); who decided and how many findings they opened is counted."""
    found: dict[str, Taken] = {}
    for document, reviewer, at, one in taken:
        day.reviewers.add(reviewer)
        day.looked += len(one.looked)
        held = found.get(document)
        if held is None:
            held = found[document] = Taken(at, [])
        if one.action != UNDONE:
            held.decided.append(one)
        elif held.decided:
            held.decided.pop()
    return found


@cache
def _named(model: str, sha256: str) -> str:
    return f"{model} {sha256[:12]}".strip()


def _read(one: Drafted) -> tuple[str, int]:
    """Which drafts a draft is alike (how much it lacks, and how many concerns it tells), and how many of its lines a model wrote."""
    gaps = concerns = wrote = 0
    for line in one.document.statements:
        if line.kind == "gap":
            gaps += 1
        elif line.kind == "concern":
            concerns += 1
        if line.written_by == "model":
            wrote += 1
    lacks = "few" if gaps <= FEW else "some" if gaps <= SOME else "many"
    ill = "less" if concerns <= LESS else "more" if concerns <= MORE else "much"
    return STRATA[lacks, ill], wrote


def waiting(day: date, queued: Iterable[tuple[datetime, datetime | None]], now: datetime) -> list[DayCount]:
    """What waits now: how long it has, by steps, and how much of it is over due."""
    ages: Counter[str] = Counter()
    late = 0
    for created, due in queued:
        ages[step_of((now - created).total_seconds() / 3600, HOURS)] += 1
        late += due is not None and due < now
    if not ages:
        return []
    return [
        DayCount(series="waiting", day=day, number=ages.total(), bins=dict(ages)),
        DayCount(series="overdue", day=day, number=ages.total(), hits=late),
    ]


def _share(series: str, day: date, strata: Mapping[str, list[float]]) -> DayCount:
    held = {label: (number, hits) for label, (number, hits) in strata.items()}
    number, hits = sum(one for one, _ in held.values()), sum(one for _, one in held.values())
    alike = {} if set(held) == {""} else held
    return DayCount(series=series, day=day, number=number, hits=hits, strata=alike)
