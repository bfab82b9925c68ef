"""Results: what each metric of a pilot came to, by arm, with its uncertainty, or why nothing is said."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

from careloom.care.pilot import Arm, Design, Pilot, Step
from careloom.study.pilot.cases import CaseRow
from careloom.study.pilot.looking import as_cases
from careloom.study.pilot.surveyed import score
from careloom.study.statistics import minutes as compared
from careloom.study.statistics.cases import Case
from careloom.study.statistics.designs import before_after, by_step
from careloom.study.statistics.estimate import Estimate, NotSaid
from careloom.study.statistics.learning import Curve, learning
from careloom.study.statistics.proportions import Count, difference, share

# Fewer in an arm are counted and not compared.
FEWEST = compared.FEWEST
EVENTS = ("minor", "serious")


@dataclass(frozen=True, slots=True)
class Shares:
    """A metric that is a share: how many of how many in each arm that has it, its interval, and the difference draft less hand (None: one arm alone)."""

    metric: str
    counts: Mapping[Arm, Count]
    shares: Mapping[Arm, Estimate | NotSaid]
    apart: Estimate | NotSaid | None


@dataclass(frozen=True, slots=True)
class Timed:
    """Minutes: how many cases and their median in each arm, the comparison as allocated, and that of the cases that were written as allocated alone."""

    number: Mapping[Arm, int]
    medians: Mapping[Arm, float | None]
    found: compared.Minutes | NotSaid
    adhered: compared.Minutes | NotSaid
    curve: Curve | NotSaid


@dataclass(frozen=True, slots=True)
class Survey:
    """The participants' answers: whether each would go on, and the scores' mean, lowest and highest; `of` is how many take part."""

    of: int
    answered: int
    again: Mapping[str, int]
    mean: float | None
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that a report tells: the minutes, the shares by metric, the survey, and how the rule and the reviewer's word agree on drafts."""

    timed: Timed
    shares: tuple[Shares, ...]
    survey: Survey
    agree: Mapping[str, int]


def results(pilot: Pilot, rows: Sequence[CaseRow], steps: Mapping[str, int]) -> Results:
    """The results of a pilot that has started; `steps` as `allocating.steps` gives them."""
    assert pilot.began is not None
    return Results(
        timed(pilot, rows, pilot.began, steps),
        (
            _drafts("revised", rows, lambda one: one.revision.substantial if one.revision else None),
            _drafts("marked", rows, lambda one: one.marked),
            _both("appointments", rows, lambda one: one.kept, lambda one: one.kept + one.missed),
            _both(
                "patients",
                rows,
                lambda one: int((one.rated or 0) >= 4),
                lambda one: int(one.rated is not None),
            ),
            _both("events", rows, lambda one: int(any(one.events.get(name) for name in EVENTS)), lambda _: 1),
            _both("near_misses", rows, lambda one: int(bool(one.events.get("near_miss"))), lambda _: 1),
        ),
        _survey(pilot),
        _agree(rows),
    )


def timed(pilot: Pilot, rows: Sequence[CaseRow], began: date, steps: Mapping[str, int]) -> Timed:
    """Minutes by arm. Cases are compared as they were allocated."""
    done = [one for one in rows if one.finished is not None]
    values = {
        arm: [
            one.minutes.minutes for one in done if one.arm is arm and one.minutes and not one.minutes.left_out
        ]
        for arm in Arm
    }
    cases = as_cases(pilot.protocol, done, began)
    kept = as_cases(pilot.protocol, [one for one in done if one.adhered], began)
    return Timed(
        {arm: len(found) for arm, found in values.items()},
        {arm: median(found) if len(found) >= FEWEST else None for arm, found in values.items()},
        _compared(pilot, cases, steps),
        _compared(pilot, kept, steps),
        learning(cases),
    )


def _compared(pilot: Pilot, cases: Sequence[Case], steps: Mapping[str, int]) -> compared.Minutes | NotSaid:
    """The comparison that the design asks for; `steps` are those of the participants, where they were allocated and not their cases."""
    protocol, level = pilot.protocol, 1 - pilot.protocol.expected.alpha
    if protocol.design is Design.RANDOMISED:
        return compared.by_arm(cases, pilot.id, level)
    if protocol.design is Design.BEFORE_AFTER:
        return before_after(cases, level)
    return by_step(cases, steps, pilot.id, level)


def _drafts(metric: str, rows: Sequence[CaseRow], said: Callable[[CaseRow], bool | None]) -> Shares:
    """A share of drafts alone: there is no other arm."""
    known = [found for one in rows if (found := said(one)) is not None]
    count = Count(sum(known), len(known))
    return Shares(metric, {Arm.DRAFT: count}, {Arm.DRAFT: share(count)}, None)


def _both(
    metric: str, rows: Sequence[CaseRow], hits: Callable[[CaseRow], int], of: Callable[[CaseRow], int]
) -> Shares:
    counts = {
        arm: Count(
            sum(hits(one) for one in rows if one.arm is arm and of(one)),
            sum(of(one) for one in rows if one.arm is arm),
        )
        for arm in Arm
    }
    least = min(one.number for one in counts.values())
    apart = (
        difference(counts[Arm.DRAFT], counts[Arm.HAND])
        if least >= FEWEST
        else NotSaid(
            "too_few", f"{least} in an arm are too few to compare: it takes {FEWEST}.", least, FEWEST
        )
    )
    return Shares(metric, counts, {arm: share(one) for arm, one in counts.items()}, apart)


def _survey(pilot: Pilot) -> Survey:
    newest = {one.who: one for one in pilot.all(Step.SURVEY)}
    scores = [score(one.said) for one in newest.values()]
    again = {
        word: sum(one.said["again"] == word for one in newest.values()) for word in ("yes", "unsure", "no")
    }
    # Of fewer than two the sum would be one person's answer.
    whole = len(newest) >= 2
    return Survey(
        len(pilot.protocol.participants),
        len(newest),
        again if whole else {},
        sum(scores) / len(scores) if whole else None,
        tuple(sorted(one.why for one in newest.values() if one.why)) if whole else (),
    )


def _agree(rows: Sequence[CaseRow]) -> Mapping[str, int]:
    """Of drafts with both: how often the rule and the reviewer say substantial, only one of them, or neither."""
    both = [(one.revision.substantial, one.marked) for one in rows if one.revision and one.marked is not None]
    return {
        "both": both.count((True, True)),
        "rule": both.count((True, False)),
        "reviewer": both.count((False, True)),
        "neither": both.count((False, False)),
    }
