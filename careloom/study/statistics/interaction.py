"""Interaction: whether minutes with a draft differ from group to group (language, age, payer) by more than chance, told without small cells.

Never    tells two groups apart because one interval holds 1 and the other doesn't: only their difference counts

Source   Altman & Bland 2003, BMJ 326:219 (interaction); Cochran 1954, Biometrics 10:101-129 (Q)
Misses   groups that differ by a little: a pilot that is large enough for its effect takes about four times the cases for an interaction as large
         (Brookes et al. 2004, J Clin Epidemiol 57:229-236)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log

from careloom.study.statistics.cases import Case, usable
from careloom.study.statistics.estimate import LEVEL, NotSaid, normal
from careloom.study.statistics.minutes import ARMS, Minutes, by_arm
from careloom.study.statistics.subgroups import FEWEST, suppressed


@dataclass(frozen=True, slots=True)
class ByGroup:
    """The comparison in each group (None: hidden, since small, or since it would give a small one away), and `p`, that groups differ by more than chance.

    `p` is None where fewer than two groups can be told.
    """

    groups: Mapping[str, Minutes | NotSaid | None]
    p: float | None
    words: str


def by_group(
    cases: Sequence[Case], group_of: Mapping[str, str], seed: str, fewest: int = FEWEST, level: float = LEVEL
) -> ByGroup:
    """Compare arms in each group of one dimension; `group_of` has the group of each case by its id (none: "unknown")."""
    groups: dict[str, list[Case]] = {}
    for case in usable(cases, ARMS).counted:
        groups.setdefault(group_of.get(case.id, "unknown"), []).append(case)
    table = {
        name: {arm: sum(case.arm == arm for case in rows) for arm in ARMS}
        for name, rows in sorted(groups.items())
    }
    hidden = {name for name, _ in suppressed(table, fewest)}
    found = {
        name: None if name in hidden else by_arm(groups[name], f"{seed} {name}", level) for name in table
    }
    # Dividing half an interval of t by the normal quantile makes the error a little too large, so that chance is never underrated.
    told = [
        (log(one.ratio.value), log(one.ratio.high / one.ratio.low) / (2 * normal(level)))
        for one in found.values()
        if isinstance(one, Minutes)
    ]
    p = heterogeneity(told) if len(told) > 1 else None
    if p is None:
        words = "Fewer than two groups are large enough to be compared."
    elif p < 1 - level:
        words = f"Drafts help groups differently, by more than chance does (p = {p:.2g})."
    else:
        words = f"No difference between groups was shown (p = {p:.2g}); that isn't proof that there is none."
    return ByGroup(found, p, words)


def heterogeneity(effects: Sequence[tuple[float, float]]) -> float:
    """The p that effects (each with its standard error) differ by chance alone: Cochran's Q by chi-squared."""
    from scipy.stats import chi2

    weights = [1 / error**2 for _, error in effects]
    middle = sum(weight * value for weight, (value, _) in zip(weights, effects, strict=True)) / sum(weights)
    q = sum(weight * (value - middle) ** 2 for weight, (value, _) in zip(weights, effects, strict=True))
    return float(chi2.sf(q, len(effects) - 1))
