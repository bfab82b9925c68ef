"""Payback: in which month what a draft saves reaches what setting up cost, with the interval of the minutes saved.

Takes    a site's own costs, minutes saved a case as a study measured them, cases a month, an hour's wage, and what a month's programmes pay
Gives    what a month brings less what running costs, and the months until it has paid back, at the middle and at both ends of the interval
Never    takes minutes that no study measured, guesses a price, or says a month where the interval holds "never"; mixes programme revenue into what drafts save
"""

from dataclasses import dataclass

from careloom.study.statistics.estimate import Estimate, NotSaid

HOUR = 60
DEFINITION = (
    "Numerator: the set-up cost. Denominator: a month's minutes saved (a case's, as a pilot measured them, times filed documents from a draft a month) at the wage of those "
    "who took part, less a month's running cost. Programme revenue stands beside it: that it came of drafts isn't known."
)


@dataclass(frozen=True, slots=True)
class Monthly:
    """An amount a month: at the middle and at the ends of the interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Payback:
    """What a month brings, and the months until the set-up is paid back: the middle, the fewest and the most (None: never at that end)."""

    monthly: Monthly
    months: float | None
    fewest: float | None
    most: float | None


def payback(
    set_up: float | None,
    running: float | None,
    saved: Estimate | NotSaid,
    cases: float,
    wage: float | None,
    revenue: float = 0.0,
) -> Payback | NotSaid:
    """The payback of minutes `saved` a case over so many `cases` a month at an hour's `wage`; with a month's programme `revenue` where it is to be beside."""
    if isinstance(saved, NotSaid):
        return saved
    if set_up is None or running is None or wage is None:
        lacking = [
            words
            for words, there in (
                ("what setting up cost (set_up)", set_up),
                ("what a month's running costs (running)", running),
                ("the wage of those who took part (wages)", wage),
            )
            if there is None
        ]
        return NotSaid("not_measured", f"The site hasn't said {', '.join(lacking)}.")
    if not cases:
        return NotSaid("not_measured", "No document from a draft was filed in this time.")

    def brings(minutes: float) -> float:
        return minutes * cases * wage / HOUR + revenue - running

    def until(amount: float) -> float | None:
        return set_up / amount if amount > 0 else None

    monthly = Monthly(brings(saved.value), brings(saved.low), brings(saved.high))
    return Payback(monthly, until(monthly.value), until(monthly.high), until(monthly.low))
