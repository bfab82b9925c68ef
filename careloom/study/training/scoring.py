"""Scoring: how well somebody tells faulty lines from fine ones, and how far a label leads her.

Takes    drills with their keys, and what was said first of each line
Gives    sensitivity, false-alarm rate and what was named rightly, each with its interval, by kind and by level; the automation-bias index
Never    counts a line twice, or one that wasn't answered

The automation-bias index is the share of faulty lines accepted where the page said that the software found them supported, minus that share
where it said nothing: errors of commission that come of the label alone, since it stands by chance (0: the label leads her nowhere).

Source   errors of commission: Skitka, Mosier & Burdick 1999, Int J Hum Comput Stud 51:991-1006; Goddard, Roudsari & Wyatt 2012, J Am Med Inform Assoc
         19:121-127 (erroneous advice raises the risk of a wrong decision); intervals: careloom/study/statistics/proportions.py
Misses   that lines of one drill aren't independent: the intervals are narrower than they should be
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from careloom.care.drill import Answered, Drill, FaultKind, Level
from careloom.study.statistics.estimate import Estimate, NotSaid
from careloom.study.statistics.proportions import Count, difference, share

# Fewer lines with and without the label than this say nothing of an index.
FEWEST_FOR_BIAS = 8


@dataclass(frozen=True, slots=True)
class Judged:
    """One line as it was judged: what is wrong with it (None: nothing), how hard that is to see, whether it was labelled, and what was said."""

    kind: FaultKind | None
    level: Level | None
    labelled: bool
    said: FaultKind | None
    at: datetime

    @property
    def right(self) -> bool:
        """Whether a faulty line was called faulty (of whatever kind), or a fine one fine."""
        return (self.kind is None) == (self.said is None)


@dataclass(frozen=True, slots=True)
class Score:
    """How somebody judged some lines. `sensitivity` is of faulty lines those called faulty, `false_alarms` of fine lines those called faulty,
    `named` of the caught those whose kind was named, `bias` the automation-bias index; each an estimate, or why none is said."""

    faulty: Count
    alarms: Count
    sensitivity: Estimate | NotSaid
    false_alarms: Estimate | NotSaid
    named: Estimate | NotSaid
    bias: Estimate | NotSaid
    by_kind: Mapping[FaultKind, Count]
    by_level: Mapping[Level, Count]

    @property
    def lines(self) -> int:
        """How many lines were judged."""
        return self.faulty.number + self.alarms.number


def judged(drills: Iterable[Drill], answers: Iterable[Answered]) -> list[Judged]:
    """Every line that was answered, in the order of the answers; only what was said first of a line counts."""
    known = {one.id: one for one in drills}
    seen: set[tuple[str, str]] = set()
    found = []
    for one in sorted(answers, key=lambda answer: answer.at):
        drill = known.get(one.drill)
        line = next((line for line in drill.lines if line.id == one.line), None) if drill else None
        if drill is None or line is None or (one.drill, one.line) in seen:
            continue
        seen.add((one.drill, one.line))
        key = drill.keys.get(one.line)
        found.append(
            Judged(key.kind if key else None, key.level if key else None, line.labelled, one.kind, one.at)
        )
    return found


def score(lines: Iterable[Judged]) -> Score:
    """The score of some judged lines."""
    every = list(lines)
    faulty, fine = [one for one in every if one.kind], [one for one in every if one.kind is None]
    caught = [one for one in faulty if one.right]
    # The last line of a drill, which says what the plan covers, never bears a label.
    could = [one for one in faulty if one.kind is not FaultKind.OMISSION]
    with_label = [one for one in could if one.labelled]
    without = [one for one in could if not one.labelled]
    hits, alarms = _count(faulty), Count(sum(not one.right for one in fine), len(fine))
    return Score(
        hits,
        alarms,
        share(hits),
        share(alarms),
        share(Count(sum(one.said is one.kind for one in caught), len(caught))),
        _bias(with_label, without),
        {kind: _count(one for one in faulty if one.kind is kind) for kind in FaultKind},
        {level: _count(one for one in faulty if one.level is level) for level in Level},
    )


def _count(faulty: Iterable[Judged]) -> Count:
    every = list(faulty)
    return Count(sum(one.right for one in every), len(every))


def _bias(labelled: list[Judged], bare: list[Judged]) -> Estimate | NotSaid:
    have = min(len(labelled), len(bare))
    if have < FEWEST_FOR_BIAS:
        words = (
            f"The index needs {FEWEST_FOR_BIAS} faulty lines with the label and {FEWEST_FOR_BIAS} without."
        )
        return NotSaid("too_few", words, have, FEWEST_FOR_BIAS)
    return difference(_accepted(labelled), _accepted(bare))


def _accepted(faulty: list[Judged]) -> Count:
    return Count(sum(not one.right for one in faulty), len(faulty))
