"""Counting: the day counts of drafts, of what people decided, and of what waits; no word of any, and nobody's name.

Takes    the drafts and decisions of a day, as they were stored
Gives    its day counts, each with strata where what people do is counted: how much drafts lack, and how ill whom they are about is
Never    keeps anything about one document or one person
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from careloom.care.watched import DayCount, Decided, Drafted
from careloom.monitor.series import HOURS, PART, SECONDS, TOKENS, name, step_of

Key = TypeVar("Key", bound=Hashable)
# A draft lacks little, some or much by its lines about gaps; whom it is about is ill by the concerns that it tells.
FEW, SOME = 1, 3
LESS, MORE = 3, 6
BACK, CHANGES, SIGNS, UNDONE = ("reject", "return", "send_back"), "amend", "approve", "undo"


@dataclass(frozen=True, slots=True)
class Brief:
    """What is remembered of a draft until somebody decides about it: its kind, which drafts it is alike, and (rule, line) of its findings."""

    kind: str
    stratum: str
    findings: tuple[tuple[str, str], ...]
    by_hand: bool = False


@dataclass
class _Share:
    strata: dict[str, list[float]] = field(default_factory=dict)

    def add(self, stratum: str, hit: bool, number: float = 1) -> None:
        held = self.strata.get(stratum)
        if held is None:
            held = self.strata[stratum] = [0.0, 0.0]
        held[0] += number
        if hit:
            held[1] += number


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
    reviewers: set[str] = field(default_factory=set)

    def draft(self, one: Drafted) -> Brief:
        """Count a draft, and say what is remembered of it; what people wrote by hand is none."""
        document = one.document
        stratum = stratum_of(one)
        findings = tuple((each.rule, each.statement) for each in one.findings if each.statement)
        brief = Brief(document.kind, stratum, findings, document.by_hand)
        if document.by_hand:
            return brief
        self.drafts[stratum] += 1
        self.findings += len(one.findings)
        for rule in {each.rule for each in one.findings}:
            self.rules[rule, stratum] += 1
        for part, version in document.knowledge.items():
            self.bins[name("knowledge", part)][version] += 1
        if document.model.name != "none":
            self._model(one)
        return brief

    def _model(self, one: Drafted) -> None:
        model = one.document.model
        self.bins["model"][f"{model.name} {model.sha256[:12]}".strip()] += 1
        wrote = sum(line.written_by == "model" for line in one.document.statements)
        if tried := wrote + model.fallbacks:
            share = self.shares["fallbacks"]
            share.add("", True, model.fallbacks)
            share.add("", False, tried - model.fallbacks)
        if model.calls:
            self.shares["trouble"].add("", bool(model.note))
            self.bins["seconds"][step_of(model.seconds / model.calls, SECONDS)] += 1
            self.bins["tokens"][step_of(model.completion_tokens / model.calls, TOKENS)] += 1

    def decided(self, drafted: Brief, every: Sequence[Decided]) -> None:
        """Count what was decided of one document that day."""
        kind, stratum = drafted.kind, drafted.stratum
        if not every or drafted.by_hand:
            return
        back = [one for one in every if one.action in BACK]
        touched = {key for one in every for key in (*one.edits, *one.struck)}
        signed = {key for one in every if one.action == SIGNS for key in one.statements}
        changed = bool(touched) or any(one.action == CHANGES for one in every)
        self.shares[name("edited", kind)].add(stratum, changed)
        self.shares[name("sent_back", kind)].add(stratum, bool(back))
        for one in back:
            if code := one.feedback.get("code"):
                self.bins["reasons"][code] += 1
        for rule, statement in drafted.findings:
            if back or statement in touched:
                self.shares[name("overridden", rule)].add(stratum, False)
            elif statement in signed:
                self.shares[name("overridden", rule)].add(stratum, True)

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
            found.append(DayCount(series="read", day=self.day, number=len(self.reviewers), hits=self.looked))
        return found


def of_decisions(day: Day, taken: Iterable[tuple[Key, str, Decided]]) -> Mapping[Key, list[Decided]]:
    """By document what stands of the day's decisions (what was undone that day doesn't); who decided and how many findings they opened is counted."""
    found: defaultdict[Key, list[Decided]] = defaultdict(list)
    for document, reviewer, one in taken:
        day.reviewers.add(reviewer)
        day.looked += len(one.looked)
        if one.action != UNDONE:
            found[document].append(one)
        elif found[document]:
            found[document].pop()
    return found


def stratum_of(one: Drafted) -> str:
    """Which drafts a draft is alike: how much it lacks, and how many concerns it tells."""
    kinds = [line.kind for line in one.document.statements]
    gaps, concerns = kinds.count("gap"), kinds.count("concern")
    lacks = "few" if gaps <= FEW else "some" if gaps <= SOME else "many"
    ill = "less" if concerns <= LESS else "more" if concerns <= MORE else "much"
    return f"{lacks}{PART}{ill}"


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
