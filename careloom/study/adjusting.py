"""Adjusting: values as they would be if all patients had the same risks, and the same comparisons made of them.

Takes    values of an outcome, each patient's risks on a day, and which values are from before drafts or from panels without them
Gives    the trend and the panels compared again, on values less what risks explain; or in words why not
Never    learns what risks explain from values that drafts may have changed

Source   what was observed less what is expected: Iezzoni 2013, Risk Adjustment for Measuring Health Care Outcomes, 4th ed.; at least ten patients
         a risk, of shares and rates ten with it and ten without: Peduzzi et al. 1996, J Clin Epidemiol 49:1373-1379
Misses   risks that nobody recorded, and bends in what they do (a straight line each); intervals leave out that the expected value is estimated
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean

from careloom.measure.outcomes.noun import Outcome, Taken
from careloom.study.statistics.estimate import NotSaid

# Patients (and of shares and rates events and their absence) a risk.
EVENTS = 10
Risks = Callable[[Taken], Mapping[str, float] | None]


@dataclass(frozen=True, slots=True)
class Levelled:
    """Values less what risks explain, around the mean of those from which that was learned. `risks` is how much one more of each goes with, as the
    outcome is told; `explained` the share of the spread; `left` how many values lacked a risk."""

    taken: tuple[Taken, ...]
    risks: Mapping[str, float]
    explained: float
    left: int


def levelled(
    outcome: Outcome, taken: Sequence[Taken], risks: Risks, untouched: Callable[[Taken], bool]
) -> Levelled | NotSaid:
    """The values as if risks were alike; `untouched` says which of them drafts can't have changed."""
    known = [(one, told) for one in taken if (told := risks(one)) is not None]
    learned = [(one, told) for one, told in known if untouched(one)]
    names = [name for name in (known[0][1] if known else ()) if len({told[name] for _, told in learned}) > 1]
    if not names:
        return NotSaid("not_measured", "Nobody's age and sex are known, or all have the same risks.")
    need = EVENTS * len(names)
    have = len({one.patient for one, _ in learned})
    if outcome.scale != "mean":
        hits = sum(one.value > 0 for one, _ in learned)
        have = min(hits, len(learned) - hits)
    if have < need:
        of = "patients" if outcome.scale == "mean" else "events (or values without one)"
        return NotSaid(
            "too_few",
            f"{have} {of} before drafts are too few for {len(names)} risks: it takes {need}.",
            have,
            need,
        )
    import numpy as np

    def rows(
        some: Sequence[tuple[Taken, Mapping[str, float]]],
    ) -> "np.ndarray[tuple[int, int], np.dtype[np.float64]]":
        return np.array([[1.0, *(told[name] for name in names)] for _, told in some], float)

    design, values = rows(learned), np.array([one.value for one, _ in learned], float)
    beta, _, rank, _ = np.linalg.lstsq(design, values, rcond=None)
    if rank < len(names) + 1:
        return NotSaid("not_identified", "Two risks say the same of everybody: one of them tells nothing.")
    middle, spread = fmean(values), float(((values - values.mean()) ** 2).sum())
    rest = float(((values - design @ beta) ** 2).sum())
    expected = rows(known) @ beta
    found = tuple(
        replace(one, value=one.value - float(each) + middle)
        for (one, _), each in zip(known, expected, strict=True)
    )
    told = {name: float(one) * outcome.times for name, one in zip(names, beta[1:], strict=True)}
    return Levelled(found, told, 1 - rest / spread if spread else 0.0, len(taken) - len(known))
