"""Certifying: whether somebody's drills are enough for real cases, and when she is asked to practise again.

The limits are ours: no published threshold for judging drafts is known to us. They ask for enough lines that chance alone doesn't pass: who calls every
line faulty, or none, never does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from careloom.care.drill import FaultKind, Standing, TrainingStep
from careloom.study.statistics.estimate import Estimate
from careloom.study.statistics.proportions import Count, wilson
from careloom.study.training.scoring import Judged, Score, score

# The newest lines that count, so that nobody drags a beginner's faults along.
NEWEST = 60
FEWEST, KINDS = 30, 8
# Of faulty lines at least so many are caught (the interval's lower limit), of fine ones at most so many called faulty (its upper limit).
CAUGHT, ALARMED = 0.70, 0.30
MOST_BIAS = 0.25
HOLDS = timedelta(days=365)
# What is looked at for a refresher, and within how long it is done.
LATELY, WITHIN = timedelta(days=90), timedelta(days=14)
SOME = 20


class Lacks(StrEnum):
    """What is still missing for the certificate."""

    FAULTY = "faulty"
    FINE = "fine"
    KINDS = "kinds"
    CAUGHT = "caught"
    ALARMED = "alarmed"
    BIAS = "bias"


class Slips(StrEnum):
    """Why somebody is asked to practise again."""

    CAUGHT = "caught"
    BIAS = "bias"
    PACE = "pace"


class Habit(StrEnum):
    """What a score says of a way of judging; each is said where chance alone hardly makes it."""

    MARK = "mark"
    PASSES = "passes"
    SUSPECTS = "suspects"
    READS = "reads"


@dataclass(frozen=True, slots=True)
class State:
    """How it stands with somebody. `must`: she needs a certificate before real cases; `until`: hers holds to that day (None: she has none that holds);
    `refresher`: she is asked to practise again by that day; `excused` to that day."""

    must: bool
    until: date | None = None
    refresher: date | None = None
    excused: date | None = None

    @property
    def may(self) -> bool:
        """Whether she may decide on real cases."""
        return not self.must or self.until is not None or self.excused is not None


def newest(lines: Sequence[Judged]) -> list[Judged]:
    """The lines that count for a certificate: the NEWEST faulty and the NEWEST fine ones."""
    faulty, fine = [one for one in lines if one.kind], [one for one in lines if one.kind is None]
    return [*faulty[-NEWEST:], *fine[-NEWEST:]]


def lacks(found: Score) -> tuple[Lacks, ...]:
    """What is missing for the certificate; nothing where she passes."""
    kinds = sum(count.number > 0 for count in found.by_kind.values())
    caught, alarms, bias = found.sensitivity, found.false_alarms, found.bias
    missing = {
        Lacks.FAULTY: found.faulty.number < FEWEST,
        Lacks.FINE: found.alarms.number < FEWEST,
        Lacks.KINDS: kinds < KINDS,
        Lacks.CAUGHT: not isinstance(caught, Estimate) or caught.low < CAUGHT,
        Lacks.ALARMED: not isinstance(alarms, Estimate) or alarms.high > ALARMED,
        Lacks.BIAS: not isinstance(bias, Estimate) or bias.value > MOST_BIAS,
    }
    return tuple(one for one, is_missing in missing.items() if is_missing)


def habits(found: Score) -> tuple[Habit, ...] | None:
    """How somebody judges, as far as her lines say it: she goes by the mark (the whole interval of the index above 0), lets faults pass (that of what
    she catches below CAUGHT), calls much faulty that is fine (that of false alarms above ALARMED); or tells faulty lines from fine ones as the
    certificate asks. () where it lies in between, None of fewer than SOME lines with a fault or without."""
    caught, alarms, bias = found.sensitivity, found.false_alarms, found.bias
    few = min(found.faulty.number, found.alarms.number) < SOME
    if few or not isinstance(caught, Estimate) or not isinstance(alarms, Estimate):
        return None
    told = {
        Habit.MARK: isinstance(bias, Estimate) and bias.low > 0,
        Habit.PASSES: caught.high < CAUGHT,
        Habit.SUSPECTS: alarms.low > ALARMED,
        Habit.READS: not {Lacks.CAUGHT, Lacks.ALARMED, Lacks.BIAS}.intersection(lacks(found)),
    }
    return tuple(one for one, is_so in told.items() if is_so)


def slips(lines: Sequence[Judged], hasty: Count) -> tuple[Slips, ...]:
    """Why she is asked to practise again: of her drills of late (`lines`) fewer are caught or the label leads her, beyond chance; or of her real signatures
    of late (`hasty`: those given faster than anybody reads) it is most. A few say nothing."""
    found, why = score(lines), []
    caught, bias = found.sensitivity, found.bias
    if found.faulty.number >= SOME and isinstance(caught, Estimate) and caught.high < CAUGHT + 0.1:
        why.append(Slips.CAUGHT)
    if isinstance(bias, Estimate) and bias.low > 0:
        why.append(Slips.BIAS)
    fast = wilson(hasty)
    if hasty.number >= SOME and isinstance(fast, Estimate) and fast.low > 0.5:
        why.append(Slips.PACE)
    return tuple(why)


def state(steps: Sequence[TrainingStep], today: date, *, everybody: bool) -> State:
    """How it stands by what was said of her, in its order. `everybody`: the site asks it of whoever decides, else of those of whom it was said.

    A certificate holds to its day, or to that of a refresher that nobody answered by passing again.
    """
    must, until, refresher, excused = everybody, None, None, None
    for one in steps:
        if one.what is Standing.REQUIRED:
            must = one.day <= today
        elif one.what is Standing.EXCUSED:
            excused = one.day if one.day >= today else None
        elif one.what is Standing.CERTIFIED:
            until, refresher = one.day, None
        else:
            refresher = one.day
    holds = until is not None and until >= today and (refresher is None or refresher >= today)
    return State(must, until if holds else None, refresher, excused)


def kinds_met(lines: Sequence[Judged]) -> dict[FaultKind, int]:
    """How often she met each kind of fault."""
    return {kind: sum(one.kind is kind for one in lines) for kind in FaultKind}
