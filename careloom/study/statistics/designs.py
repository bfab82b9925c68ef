"""Designs: minutes where arms weren't given case by case: the same case twice, before and after, and providers who begin one after another.

Never    tells a before/after comparison without saying that it proves nothing alone, or an effect that the design can't tell from time or provider

Source   paired: Bland & Altman 1996, BMJ 312:1079 (logarithms); before and after: EPOC Resources 2017, "what study designs"; stepped wedge: Hussey & Hughes
         2007, Contemp Clin Trials 28:182-191, by the provider-period means so that what a period does to a provider is part of the error (as Hayes &
         Moulton 2017, Cluster Randomised Trials, 2nd ed., chapter 10); its test by all orders: Ji, Fink, Robyn & Small 2017, Ann Appl Stat 11:1-20
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import factorial, isfinite, log
from statistics import fmean
from typing import TYPE_CHECKING, Any

from careloom.errors import InputError
from careloom.study.statistics.allocation import exposed
from careloom.study.statistics.cases import Case, LeftOut, Sorted, far_out, usable
from careloom.study.statistics.chance import uniforms
from careloom.study.statistics.estimate import LEVEL, Estimate, NotSaid
from careloom.study.statistics.minutes import (
    ARMS,
    DRAFT,
    FEWEST,
    MANY,
    USUAL,
    Minutes,
    columns,
    estimate,
    modelled,
    numbers,
    too_few,
)
from careloom.study.statistics.mixed import fitted
from careloom.study.statistics.strata import combined

if TYPE_CHECKING:
    from numpy.typing import NDArray

# Up to so many orders of providers each one is tried; above, so many are drawn.
ALL_ORDERS, DRAWN = 5_040, 1_999
ALONE = "Before and after alone proves nothing: whatever else changed meanwhile is in it, and only a straight trend was taken out."


@dataclass(frozen=True, slots=True)
class Pair:
    """One case that was done twice, by hand and with a draft: minutes above 0, None where not measured."""

    id: str
    provider: str
    by_hand: float | None
    by_draft: float | None


def paired(pairs: Sequence[Pair], level: float = LEVEL) -> Minutes | NotSaid:
    """Compare the two minutes of each case, within providers (fewer than MANY) or over providers' means. Raises InputError for a case twice."""
    if len({pair.id for pair in pairs}) < len(pairs):
        raise InputError("a case stands twice", "pairs")
    whole = [pair for pair in pairs if _both(pair)]
    groups: dict[str, list[float]] = {}
    for pair in whole:
        groups.setdefault(pair.provider, []).append(log(pair.by_draft or 1) - log(pair.by_hand or 1))
    lone = {who for who, values in groups.items() if len(values) < 2}
    left = [
        LeftOut(pair.id, "both", "one of its minutes was not measured, or isn't above 0")
        for pair in pairs
        if not _both(pair)
    ]
    left += [
        LeftOut(pair.id, "both", "it is the only pair of its provider")
        for pair in whole
        if pair.provider in lone
    ]
    kept = {who: values for who, values in sorted(groups.items()) if who not in lone}
    number = sum(map(len, kept.values()))
    if number < FEWEST:
        return NotSaid(
            "too_few", f"{number} pairs are too few to say anything: it takes {FEWEST}.", number, FEWEST
        )
    if len(kept) >= MANY:
        total, method = (
            combined([(1, [fmean(values) for values in kept.values()])]),
            "mean of providers' mean log ratios, t",
        )
        reason = f"{len(kept)} providers are a sample of providers"
    else:
        total = combined((len(values) / number, values) for values in kept.values())
        method, reason = (
            "mean log ratio of pairs within providers, Welch-Satterthwaite t",
            f"{len(kept)} providers are fixed because they are few",
        )
    if not total.error:
        return NotSaid("no_spread", "All pairs have the same ratio, so nothing can be said about chance.")
    ratio, p = estimate(total.value, total.error, total.freedom, method, number, level)
    saved = combined(_saved(whole, kept, number))
    span, _ = _plain(saved.value, saved.error, saved.freedom, number, level)
    caveats = [
        "Whoever does a case a second time knows it already: half of the cases should be done by draft first."
    ]
    if left:
        caveats.append(f"{len(left)} pairs don't count.")
    return Minutes(
        ratio,
        span,
        {USUAL: number, DRAFT: number},
        len(kept),
        p,
        None,
        method,
        reason,
        tuple(caveats),
        tuple(left),
    )


def before_after(cases: Sequence[Case], level: float = LEVEL) -> Minutes | NotSaid:
    """Compare cases before (arm usual) with those after (arm draft), providers fixed or random, a straight trend over days taken out.

    `unadjusted` is the ratio with the trend left in: where the two differ, something was changing anyway.
    """
    rows = usable(cases, ARMS)
    few = too_few(rows.counted)
    if few is not None:
        return few
    days = [case.day for case in rows.counted]
    last = max(case.day for case in rows.counted if case.arm == USUAL)
    if any(case.arm == DRAFT and case.day < last for case in rows.counted):
        raise InputError(
            "a case with a draft comes before a case without: that is no before and after", "cases"
        )
    middle, span = fmean(days), max(days) - min(days) or 1
    try:
        ratio, p, method = modelled(rows, level, [(day - middle) / span for day in days])
        plain, _, _ = modelled(rows, level)
    except ValueError:
        return NotSaid("not_identified", "The cases' days don't tell a trend from what came with drafts.")
    far = far_out(rows.counted)
    caveats = [
        ALONE,
        f"Without the trend taken out the ratio would be {plain.value:.2f} instead of {ratio.value:.2f}.",
    ]
    if rows.left_out:
        caveats.append(f"{len(rows.left_out)} cases don't count.")
    if far:
        caveats.append(f"{len(far)} cases lie far from the others.")
    providers = len({case.provider for case in rows.counted})
    reason = "nobody was allocated by chance: a straight trend over days is taken out, which costs four times the cases"
    return Minutes(
        ratio,
        None,
        numbers(rows.counted),
        providers,
        p,
        None,
        f"{method}, with a trend",
        reason,
        tuple(caveats),
        rows.left_out,
        far,
        unadjusted=plain,
    )


def by_step(
    cases: Sequence[Case], starts: Mapping[str, int], seed: str, level: float = LEVEL
) -> Minutes | NotSaid:
    """Compare periods with and without drafts where providers begin one after another (waiting list, stepped wedge), as they were allocated.

    `starts` is the period from which each provider was to work with drafts; what cases really had doesn't matter (intention to treat), and how many
    differ is told. Raises InputError for a provider without a start.
    """
    rows = usable(cases, ARMS)
    if {case.provider for case in rows.counted} - set(starts):
        raise InputError("a provider was not allocated to a step", "starts")
    meant = [DRAFT if exposed(starts[case.provider], case.period) else USUAL for case in rows.counted]
    number = {arm: meant.count(arm) for arm in ARMS}
    if min(number.values()) < FEWEST:
        sentence = f"{number[USUAL]} cases without and {number[DRAFT]} with a draft are too few to say anything: it takes {FEWEST} of each."
        return NotSaid("too_few", sentence, min(number.values()), FEWEST)
    cells = _cells(rows)
    providers = sorted({who for who, _ in cells})
    fit = _stepped(cells, starts)
    if isinstance(fit, NotSaid):
        return fit
    value, error, freedom = fit
    method = "provider-period means of logarithms, providers and periods fixed, t"
    ratio, p = estimate(value, error, freedom, method, len(rows.counted), level)
    chance, smallest = _orders(cells, {who: starts[who] for who in providers}, value, seed)
    crossed = sum(case.arm != arm for case, arm in zip(rows.counted, meant, strict=True))
    caveats = [f"The smallest p that re-allocating these providers can give is {smallest:.2g}."]
    if len(providers) < MANY:
        caveats.append("Few providers: the interval holds where their minutes drift alike.")
    if crossed:
        caveats.append(
            f"{crossed} cases had another arm than their provider's step said; they count as allocated."
        )
    if rows.left_out:
        caveats.append(f"{len(rows.left_out)} cases don't count.")
    reason = "providers were allocated, not cases: what a period does to a provider is part of the error"
    return Minutes(
        ratio,
        None,
        number,
        len(providers),
        p,
        chance,
        method,
        reason,
        tuple(caveats),
        rows.left_out,
        far_out(rows.counted),
    )


def _cells(rows: Sorted) -> dict[tuple[str, int], float]:
    found: dict[tuple[str, int], list[float]] = {}
    for case, value in zip(rows.counted, rows.logs, strict=True):
        found.setdefault((case.provider, case.period), []).append(value)
    return {cell: fmean(values) for cell, values in sorted(found.items())}


def _fixed(cells: Mapping[tuple[str, int], float]) -> "NDArray[Any]":
    """Columns of providers and of periods but the first."""
    import numpy as np

    periods = columns([f"{period:06}" for _, period in cells])
    return np.column_stack([columns([who for who, _ in cells]), periods[:, 1:]])


def _stepped(
    cells: Mapping[tuple[str, int], float], starts: Mapping[str, int]
) -> tuple[float, float, float] | NotSaid:
    import numpy as np

    arm = np.array([float(exposed(starts[who], period)) for who, period in cells])
    if len({who for who, _ in cells}) < 3:
        return NotSaid(
            "one_cluster",
            "With fewer than three providers the draft can't be told from what a period did to one of them.",
            2,
            3,
        )
    try:
        model = fitted(np.array(list(cells.values())), np.column_stack([arm, _fixed(cells)]))
    except ValueError:
        return NotSaid(
            "not_identified", "These steps and periods don't tell the draft from time and provider."
        )
    contrast = [1.0] + [0.0] * (len(model.beta) - 1)
    if not model.error(contrast) > 1e-12:
        return NotSaid("no_spread", "All cells fit without any spread, so nothing can be said about chance.")
    return float(model.beta[0]), model.error(contrast), model.freedom(contrast)


def _orders(
    cells: Mapping[tuple[str, int], float], starts: Mapping[str, int], observed: float, seed: str
) -> tuple[float, float]:
    """The randomisation test's p over orders of providers, and the smallest that it can give."""
    import numpy as np

    names, places = list(starts), list(starts.values())
    fixed = _fixed(cells)
    project = np.eye(len(cells)) - fixed @ np.linalg.pinv(fixed)
    values = project @ np.array(list(cells.values()))
    if factorial(len(places)) <= ALL_ORDERS:
        orders = sorted(set(permutations(places)))
    else:
        keys = uniforms(seed, "orders", DRAWN * len(places)).reshape(DRAWN, len(places))
        orders = [tuple(places), *(tuple(places[one] for one in row) for row in np.argsort(keys, axis=1))]
    further = 0
    for order in orders:
        step = dict(zip(names, order, strict=True))
        arm = project @ np.array([float(exposed(step[who], period)) for who, period in cells])
        size = float(arm @ arm)
        further += size > 1e-9 and abs(float(arm @ values) / size) >= abs(observed) - 1e-9
    return further / len(orders), 1 / len(orders)


def _both(pair: Pair) -> bool:
    return all(
        minutes is not None and isfinite(minutes) and minutes > 0 for minutes in (pair.by_hand, pair.by_draft)
    )


def _saved(
    pairs: Sequence[Pair], kept: Mapping[str, Sequence[float]], number: int
) -> list[tuple[float, list[float]]]:
    differences = {
        who: [(pair.by_hand or 0) - (pair.by_draft or 0) for pair in pairs if pair.provider == who]
        for who in kept
    }
    if len(kept) >= MANY:
        return [(1, [fmean(values) for values in differences.values()])]
    return [(len(values) / number, values) for values in differences.values()]


def _plain(value: float, error: float, freedom: float, number: int, level: float) -> tuple[Estimate, float]:
    from scipy.stats import t

    half = float(t.ppf((1 + level) / 2, freedom)) * error
    return Estimate(
        value, value - half, value + half, level, "difference of mean minutes of pairs, t", number
    ), half
