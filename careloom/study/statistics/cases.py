"""Cases: one row of a study, which of them can be counted, and why the others can't.

Never    leaves a case out without its reason
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite, log
from statistics import median

from careloom.errors import InputError

# A case so many times the middle spread (of the logarithms) from the quartiles is named as far from the others (Tukey 1977: "far out").
FAR_OUT = 3.0


@dataclass(frozen=True, slots=True)
class Case:
    """One case: its id, who worked on it, whose it is, its arm, the active minutes (None: not measured), and when.

    `order` counts the cases of a provider from 1, `day` the days of the study from 0, `period` the periods of a stepped wedge from 0.
    """

    id: str
    provider: str
    patient: str
    arm: str
    minutes: float | None
    order: int = 0
    day: int = 0
    period: int = 0


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A case that doesn't count in a comparison, and why in words."""

    id: str
    arm: str
    why: str


@dataclass(frozen=True, slots=True)
class Sorted:
    """What counts, and what was left out."""

    counted: tuple[Case, ...]
    left_out: tuple[LeftOut, ...] = field(default=())

    @property
    def logs(self) -> list[float]:
        """The logarithms of the minutes that count, in order."""
        return [log(case.minutes) for case in self.counted if case.minutes]


def usable(cases: Sequence[Case], arms: Sequence[str]) -> Sorted:
    """The cases with minutes above 0 in one of these arms; raises InputError where a case stands twice or has an arm that isn't one."""
    twice = [name for name, number in Counter(case.id for case in cases).items() if number > 1]
    if twice:
        raise InputError(f"enrolled twice: {', '.join(sorted(twice)[:5])}", "cases")
    strange = {case.arm for case in cases} - set(arms)
    if strange:
        raise InputError(f"{len(strange)} arms that the protocol doesn't have", "cases")
    counted, left = [], []
    for case in cases:
        if case.minutes is None:
            left.append(LeftOut(case.id, case.arm, "its minutes were not measured"))
        elif not isfinite(case.minutes) or case.minutes <= 0:
            left.append(LeftOut(case.id, case.arm, "its minutes are not above 0"))
        else:
            counted.append(case)
    return Sorted(tuple(counted), tuple(left))


def far_out(cases: Sequence[Case]) -> tuple[str, ...]:
    """The ids of cases whose minutes lie far from the others of their arm (a clock that ran all night); nothing is done about them here."""
    found: list[str] = []
    for arm in sorted({case.arm for case in cases}):
        group = sorted((log(case.minutes), case.id) for case in cases if case.arm == arm and case.minutes)
        if len(group) < 8:
            continue
        half = len(group) // 2
        low, high = median(one for one, _ in group[:half]), median(one for one, _ in group[-half:])
        reach = FAR_OUT * (high - low)
        found.extend(name for value, name in group if reach and not low - reach <= value <= high + reach)
    return tuple(sorted(found))
