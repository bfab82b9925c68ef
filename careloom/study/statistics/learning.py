"""Learning: how minutes with a draft change from a provider's first draft to her next, and what of it is not just time passing.

Source   the power law of practice: Wright 1936, J Aeronaut Sci 3:122-128 (a constant factor each time the number done doubles); in health care: Ramsay et al.
         2001, Health Technol Assess 5(12)
Misses   a learning that ends: a straight line on the log-log scale goes on for ever, so nothing is said beyond the cases done
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log2
from statistics import fmean

from careloom.study.statistics.cases import Case, Sorted, usable
from careloom.study.statistics.estimate import LEVEL, Estimate, NotSaid
from careloom.study.statistics.minutes import ARMS, DRAFT, FEWEST, USUAL, columns, estimate
from careloom.study.statistics.mixed import fitted
from careloom.study.statistics.strata import combined

# Providers with fewer drafts tell no slope of their own.
SLOPE = 4


@dataclass(frozen=True, slots=True)
class Curve:
    """How minutes with a draft change each time a provider's drafts double (`doubling`, a ratio), her slopes apart.

    `by_hand` is the same for her cases by hand over the same time (None: there are too few), `net` the one divided by the other: what time alone doesn't explain.
    `first` and `last` are fitted geometric means at the first draft and at number `reached`, the least that every provider has done.
    """

    doubling: Estimate
    by_hand: Estimate | None
    net: Estimate | None
    first: float
    last: float
    reached: int
    words: str


def learning(cases: Sequence[Case], level: float = LEVEL) -> Curve | NotSaid:
    """Fit log minutes on the logarithm of each provider's case number (`order`, counted over both arms as they came, is counted anew in each arm)."""
    rows = usable(cases, ARMS).counted
    drafts = _numbered([case for case in rows if case.arm == DRAFT])
    if len(drafts) < FEWEST:
        return NotSaid(
            "too_few",
            f"{len(drafts)} cases with a draft are too few for a learning curve: it takes {FEWEST}.",
            len(drafts),
            FEWEST,
        )
    with_draft = _slope(drafts, level)
    by_hand = _slope(_numbered([case for case in rows if case.arm == USUAL]), level)
    if with_draft is None:
        return NotSaid("too_few", f"No provider has {SLOPE} cases with a draft: there is no curve.", 0, SLOPE)
    (doubling, slope, error, freedom), reached = with_draft, min(_counts(drafts).values())
    net = None
    if by_hand is not None:
        _, other, spread, rest = by_hand
        total = error**2 + spread**2
        together = total**2 / (error**4 / freedom + spread**4 / rest)
        net, _ = estimate(
            slope - other, total**0.5, together, "difference of slopes, Welch t", len(rows), level
        )
    middle = fmean(Sorted(tuple(case for case, _ in drafts)).logs) - slope * fmean(
        log2(place) for _, place in drafts
    )
    verdict = "faster" if doubling.high < 1 else "slower" if doubling.low > 1 else ""
    words = f"each time a provider's drafts double, minutes become {100 * doubling.value:.0f} % ({100 * doubling.low:.0f} % to {100 * doubling.high:.0f} %)."
    words = f"Work with drafts becomes {verdict}: {words}" if verdict else f"No learning was shown: {words}"
    return Curve(
        doubling,
        by_hand[0] if by_hand else None,
        net,
        exp(middle),
        exp(middle + slope * log2(reached)),
        reached,
        words,
    )


def _numbered(cases: Sequence[Case]) -> list[tuple[Case, int]]:
    done: dict[str, int] = {}
    found = []
    for case in sorted(cases, key=lambda one: (one.order, one.day, one.id)):
        done[case.provider] = done.get(case.provider, 0) + 1
        found.append((case, done[case.provider]))
    return found


def _counts(numbered: Sequence[tuple[Case, int]]) -> dict[str, int]:
    return {case.provider: place for case, place in numbered}


def _slope(numbered: Sequence[tuple[Case, int]], level: float) -> tuple[Estimate, float, float, float] | None:
    """The slope on log2 of the case number: providers fixed; its spread between providers counts where three or more tell a slope of their own."""
    import numpy as np

    enough = {who for who, number in _counts(numbered).items() if number >= SLOPE}
    rows = [(case, place) for case, place in numbered if case.provider in enough]
    if len(rows) < FEWEST:
        return None
    logs, places = (
        np.array(Sorted(tuple(case for case, _ in rows)).logs),
        np.array([log2(place) for _, place in rows]),
    )
    names = [case.provider for case, _ in rows]
    if len(enough) >= 3:
        own = [
            np.polyfit(places[np.array(names) == who], logs[np.array(names) == who], 1)[0]
            for who in sorted(enough)
        ]
        total = combined([(1, [float(one) for one in own])])
        value, error, freedom, method = (
            total.value,
            total.error,
            total.freedom,
            "mean of providers' slopes, t",
        )
    else:
        model = fitted(logs, np.column_stack([places, columns(names)]))
        contrast = [1.0] + [0.0] * len(enough)
        value, error, freedom, method = (
            float(model.beta[0]),
            model.error(contrast),
            model.freedom(contrast),
            "common slope within providers, t",
        )
    if not error:
        return None
    return estimate(value, error, freedom, method, len(rows), level)[0], value, error, freedom
