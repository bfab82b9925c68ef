"""Missing: how much wasn't measured, in which arm, and whether the finding would stand in the worst case.

Source   National Research Council 2010, The Prevention and Treatment of Missing Data in Clinical Trials (sensitivity analyses); worst case: Hollis & Campbell 1999,
         BMJ 319:670-674
Misses   nothing that is missing is guessed: the truth lies somewhere between the two ends, which can be far apart
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import quantiles

from careloom.study.statistics.cases import Case, usable
from careloom.study.statistics.estimate import LEVEL, Estimate, NotSaid
from careloom.study.statistics.minutes import ARMS, DRAFT, Minutes, by_arm
from careloom.study.statistics.proportions import Count, difference, share


@dataclass(frozen=True, slots=True)
class Missing:
    """Of an arm: how many cases, of how many it wasn't measured, and that share (None: no case)."""

    number: int
    missing: int
    share: Estimate | None


@dataclass(frozen=True, slots=True)
class Ends:
    """A difference of shares (draft less usual): as measured, and if whatever is missing had gone as badly, or as well, for drafts as it can."""

    measured: Estimate | NotSaid
    worst: Estimate | NotSaid
    best: Estimate | NotSaid

    @property
    def stands(self) -> bool:
        """Whether all three intervals lie on the same side of 0, or all hold it."""
        sides = {
            _side(one.low, one.high, 0.0) if isinstance(one, Estimate) else None
            for one in (self.measured, self.worst, self.best)
        }
        return len(sides) == 1


@dataclass(frozen=True, slots=True)
class MinutesEnds:
    """The comparison of minutes with the missing ones set against drafts (`worst`) and for them (`best`); `stands`: both say what was measured."""

    worst: Minutes | NotSaid
    best: Minutes | NotSaid
    stands: bool
    words: str


def missing(measured: Sequence[tuple[str, bool]], level: float = LEVEL) -> Mapping[str, Missing]:
    """By arm, from rows of (arm, whether it was measured)."""
    found = {}
    for arm in sorted({arm for arm, _ in measured}):
        number = sum(one == arm for one, _ in measured)
        lost = sum(one == arm and not there for one, there in measured)
        counted = share(Count(lost, number), level)
        found[arm] = Missing(number, lost, counted if isinstance(counted, Estimate) else None)
    return found


def worst_shares(usual: Count, draft: Count, lost: tuple[int, int], level: float = LEVEL) -> Ends:
    """A difference of shares of what is good, where `lost` (usual, draft) weren't measured: counted as all good in one arm and none in the other."""
    without, with_draft = lost
    good = (
        Count(usual.hits + without, usual.number + without),
        Count(draft.hits + with_draft, draft.number + with_draft),
    )
    bad = Count(usual.hits, usual.number + without), Count(draft.hits, draft.number + with_draft)
    return Ends(
        difference(draft, usual, level),
        difference(bad[1], good[0], level),
        difference(good[1], bad[0], level),
    )


def worst_minutes(cases: Sequence[Case], seed: str, level: float = LEVEL) -> MinutesEnds | NotSaid:
    """Set missing minutes to the ninth and first decile of all that were measured: first against drafts, then for them."""
    rows = usable(cases, ARMS)
    if len(rows.counted) < 2:
        return NotSaid("not_measured", "No minutes were measured.")
    deciles = quantiles([case.minutes or 0.0 for case in rows.counted], n=10)
    low, high = deciles[0], deciles[-1]
    lost = {one.id for one in rows.left_out}

    def filled(draft: float, usual: float) -> Minutes | NotSaid:
        return by_arm(
            [
                replace(case, minutes=draft if case.arm == DRAFT else usual) if case.id in lost else case
                for case in cases
            ],
            seed,
            level,
        )

    now, worst, best = by_arm(cases, seed, level), filled(high, low), filled(low, high)
    stands = len({one.verdict if isinstance(one, Minutes) else None for one in (now, worst, best)}) == 1
    words = f"{len(lost)} cases without minutes set to {low:.0f} or {high:.0f} minutes (first and ninth decile), against drafts and for them: "
    return MinutesEnds(
        worst,
        best,
        stands,
        words + ("the finding stands." if stands else "the finding doesn't stand in the worst case."),
    )


def _side(low: float, high: float, nothing: float) -> int:
    return 1 if low > nothing else -1 if high < nothing else 0
