"""Minutes: how many fewer (or more) active minutes a case takes with a draft, on the log scale, with an interval that covers.

Takes    cases with provider, patient, arm and minutes, allocated as their design says
Gives    the ratio of geometric means, the mean minutes saved, and a sentence that says what was shown and what wasn't
Never    says a number for fewer than FEWEST cases in an arm, calls "no difference shown" an effect, or drops a case without naming it

Which method, and why (docs/statistics.md): with two or three providers the spread between providers can't be estimated, so providers are fixed:
each is compared with herself, the interval is about *these* providers, and its degrees of freedom are Welch-Satterthwaite's. From MANY on,
providers are random with their own effects, and the interval is about providers like them. Patients who come more than once are random always.

Source   stratified difference: Neyman 1923 (Stat Sci 1990, 5:465-472), Miratrix, Sekhon & Yu 2013, J R Stat Soc B 75:369-396; unequal spread:
         Welch 1947, Biometrika 34:28-35; randomisation test: Fisher 1935; logarithms: Bland & Altman 1996, BMJ 312:1079
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING, Any, Literal

from careloom.study.statistics.cases import Case, LeftOut, Sorted, far_out, usable
from careloom.study.statistics.estimate import LEVEL, Estimate, NotSaid
from careloom.study.statistics.mixed import MOST, fitted
from careloom.study.statistics.strata import between, permuted, within

if TYPE_CHECKING:
    from numpy.typing import NDArray

USUAL, DRAFT = ARMS = ("usual", "draft")
# So few in an arm say nothing; from so many providers on they are a sample of providers.
FEWEST, MANY = 10, 8
Verdict = Literal["less", "more", "no_difference_shown"]


@dataclass(frozen=True, slots=True)
class Minutes:
    """How minutes compare.

    `ratio` is the geometric mean of minutes with a draft by that without (0.8: a fifth less), `saved` the mean minutes saved a case (None where only
    the ratio is identified), `p` two-sided and of one piece with the interval, `p_chance` that of re-allocating by chance (None: not
    allocated, or too many cases). `method` and `reason` say what was
    done and why, `words` what was shown, `caveats` what speaks against it; `far` are cases far from the others, and `without_far` the ratio without.
    `unadjusted` is the ratio before the time trend was taken out, where one was.
    """

    ratio: Estimate
    saved: Estimate | None
    number: Mapping[str, int]
    providers: int
    p: float
    p_chance: float | None
    method: str
    reason: str
    caveats: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    far: tuple[str, ...] = ()
    without_far: Estimate | None = None
    unadjusted: Estimate | None = None

    @property
    def verdict(self) -> Verdict:
        """Whether the whole interval lies below 1, above it, or holds it."""
        return "less" if self.ratio.high < 1 else "more" if self.ratio.low > 1 else "no_difference_shown"

    @property
    def words(self) -> str:
        """The finding as a sentence with its interval, an absent one included."""
        return said(self.ratio, self.verdict)


def said(ratio: Estimate, verdict: Verdict) -> str:
    """A ratio of minutes in words."""
    span = f"{ratio.level:.0%} interval {_percent(ratio.low)} to {_percent(ratio.high)}"
    if verdict == "less":
        return f"Cases took {_percent(ratio.value)} of the minutes with a draft ({span})."
    if verdict == "more":
        return f"Cases took more minutes with a draft: {_percent(ratio.value)} of those without ({span})."
    return f"No difference was shown: {_percent(ratio.value)} of the minutes with a draft ({span}); neither less nor more is excluded."


def by_arm(cases: Sequence[Case], seed: str, level: float = LEVEL) -> Minutes | NotSaid:
    """Compare arms allocated by chance case by case within providers. `seed` is for the randomisation test.

    Raises InputError where a case stands twice or has another arm.
    """
    all_rows = usable(cases, ARMS)
    rows = too_few(all_rows.counted) or _comparable(all_rows)
    if isinstance(rows, NotSaid):
        return rows
    few = too_few(rows.counted)
    if few is not None:
        return few
    found = _compared(rows, level)
    if isinstance(found, NotSaid):
        return found
    ratio, p, method, reason = found
    far = far_out(rows.counted)
    rest = Sorted(tuple(case for case in rows.counted if case.id not in far))
    again = _compared(rest, level) if far and too_few(rest.counted) is None else None
    return Minutes(
        ratio=ratio,
        saved=_saved(rows.counted, level),
        number=numbers(rows.counted),
        providers=len({case.provider for case in rows.counted}),
        p=p,
        p_chance=permuted(
            rows.logs,
            [case.provider for case in rows.counted],
            [case.arm == DRAFT for case in rows.counted],
            seed,
        ),
        method=method,
        reason=reason,
        caveats=_caveats(rows, far),
        left_out=rows.left_out,
        far=far,
        without_far=again[0] if again is not None and not isinstance(again, NotSaid) else None,
    )


def too_few(cases: Sequence[Case]) -> NotSaid | None:
    """Why these cases can't be compared at all, if so."""
    number = numbers(cases)
    least = min(number.values())
    if least >= FEWEST:
        return None
    if not least and max(number.values()):
        return NotSaid(
            "one_arm",
            "All cases that can be counted are in one arm: there is nothing to compare them with.",
            0,
            FEWEST,
        )
    sentence = f"{number[USUAL]} cases without and {number[DRAFT]} with a draft are too few to say anything: it takes {FEWEST} of each."
    return NotSaid("too_few", sentence, least, FEWEST)


def numbers(cases: Sequence[Case]) -> dict[str, int]:
    """How many cases each arm has."""
    return {arm: sum(case.arm == arm for case in cases) for arm in ARMS}


def estimate(
    value: float, error: float, freedom: float, method: str, number: int, level: float = LEVEL
) -> tuple[Estimate, float]:
    """A log ratio with standard error and degrees of freedom as a ratio with its interval, and its two-sided p."""
    from scipy.stats import t

    half = float(t.ppf((1 + level) / 2, freedom)) * error
    p = float(2 * t.sf(abs(value) / error, freedom)) if error else 1.0
    return Estimate(exp(value), exp(value - half), exp(value + half), level, method, number), p


def _comparable(rows: Sorted) -> Sorted | NotSaid:
    """Only providers with two cases in each arm can be compared with themselves; the others are named."""
    counts = {(case.provider, case.arm): 0 for case in rows.counted}
    for case in rows.counted:
        counts[case.provider, case.arm] += 1
    lone = {
        case.provider for case in rows.counted if min(counts.get((case.provider, arm), 0) for arm in ARMS) < 2
    }
    if lone == {case.provider for case in rows.counted}:
        sentence = "No provider has cases in both arms: the difference between arms can't be told from that between providers."
        return NotSaid("not_identified", sentence)
    why = "its provider has fewer than two cases in one of the arms"
    left = tuple(LeftOut(case.id, case.arm, why) for case in rows.counted if case.provider in lone)
    return Sorted(tuple(case for case in rows.counted if case.provider not in lone), rows.left_out + left)


def _compared(rows: Sorted, level: float) -> tuple[Estimate, float, str, str] | NotSaid:
    providers = len({case.provider for case in rows.counted})
    again = len({case.patient for case in rows.counted}) < len(rows.counted)
    if len(set(rows.logs)) == 1:
        return NotSaid("no_spread", "All cases took the same minutes, so nothing can be said about chance.")
    if (providers >= MANY or again) and len(rows.counted) <= MOST:
        return _by_model(rows, level, providers)
    who, drafted = [case.provider for case in rows.counted], [case.arm == DRAFT for case in rows.counted]
    if providers >= MANY:
        total, method = (
            between(rows.logs, who, drafted),
            "mean of providers' differences of mean logarithms, t",
        )
        reason = f"{providers} providers are a sample of providers; more than {MOST} cases are too many for a mixed model"
    else:
        total = within(rows.logs, who, drafted)
        method = "difference of mean logarithms within providers, Welch-Satterthwaite t"
        reason = f"{providers} provider{'s' * (providers > 1)}: too few to estimate how providers differ, so each is compared with herself"
    ratio, p = estimate(total.value, total.error, total.freedom, method, len(rows.counted), level)
    return ratio, p, method, reason


def _by_model(rows: Sorted, level: float, providers: int) -> tuple[Estimate, float, str, str]:
    ratio, p, method = modelled(rows, level)
    reason = f"{providers} providers" + (
        " are a sample of providers" if providers >= MANY else ", fixed because they are few"
    )
    if "patient" in method:
        reason += "; some patients come more than once"
    return ratio, p, method, reason


def modelled(rows: Sorted, level: float, *beside: Sequence[float]) -> tuple[Estimate, float, str]:
    """The ratio by a linear model of logarithms, its p and its method: providers are fixed when few, else random with their own effect of the draft;
    patients are random where any comes twice; of more than MOST cases nothing is random. `beside` are further fixed columns (a trend).
    Raises ValueError where the arm can't be told from the rest.
    """
    import numpy as np

    cases = rows.counted
    arm = np.array([1.0 if case.arm == DRAFT else 0.0 for case in cases])
    by_provider = columns([case.provider for case in cases])
    random, parts, fits = [], [], len(cases) <= MOST
    if by_provider.shape[1] >= MANY and fits:
        fixed = np.column_stack([arm, np.ones(len(cases)), *beside])
        # The effect's own spread is coded around 0, so that it doesn't go with the spread of levels.
        random += [by_provider, by_provider * (arm - arm.mean())[:, None]]
        parts.append("provider and provider's effect")
    else:
        fixed = np.column_stack([arm, by_provider, *beside])
    patients = [case.patient for case in cases]
    if len(set(patients)) < len(patients) and fits:
        random.append(columns(patients))
        parts.append("patient")
    model = fitted(np.array(rows.logs), fixed, random)
    contrast = [1.0] + [0.0] * (fixed.shape[1] - 1)
    method = (
        f"mixed model of logarithms (random: {', '.join(parts)}; REML), Satterthwaite t"
        if parts
        else "linear model of logarithms, t"
    )
    ratio, p = estimate(
        float(model.beta[0]), model.error(contrast), model.freedom(contrast), method, len(cases), level
    )
    return ratio, p, method


def columns(names: Sequence[str]) -> "NDArray[Any]":
    """One column a name with 1 where a row has it (n x names, in the order of the alphabet)."""
    import numpy as np

    kinds, places = np.unique(np.array(names), return_inverse=True)
    found = np.zeros((len(names), len(kinds)))
    found[np.arange(len(names)), places] = 1
    return found


def _saved(cases: Sequence[Case], level: float) -> Estimate:
    """Mean minutes without less mean minutes with a draft, within providers: what adds up to a day's work."""
    from scipy.stats import t

    total = within(
        [case.minutes or 0.0 for case in cases],
        [case.provider for case in cases],
        [case.arm == USUAL for case in cases],
    )
    half = float(t.ppf((1 + level) / 2, total.freedom)) * total.error
    method = "difference of mean minutes within providers, Welch-Satterthwaite t"
    return Estimate(total.value, total.value - half, total.value + half, level, method, len(cases))


def _caveats(rows: Sorted, far: Sequence[str]) -> tuple[str, ...]:
    found = []
    missing = {arm: sum(one.arm == arm for one in rows.left_out) for arm in ARMS}
    if rows.left_out:
        found.append(
            f"{missing[USUAL]} cases without and {missing[DRAFT]} with a draft don't count; the worst case is told beside it."
        )
    if far:
        found.append(f"{len(far)} cases lie far from the others; the ratio without them is told beside it.")
    if len({case.provider for case in rows.counted}) < MANY:
        found.append("The interval is about these providers, and says nothing of others.")
    return tuple(found)


def _percent(value: float) -> str:
    return f"{100 * value:.0f} %"
