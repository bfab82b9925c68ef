"""What a case costs: minutes at the site's wages, the model's tokens, the machine's hours. Amounts in the site's currency.

Takes    active minutes by role, tokens and machine hours by case, and the site's prices
Gives    the cost of each case by part, and the mean with how many cases it is of
Never    guesses a price: a case with a part that has no price has no cost, and is counted apart
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import fmean, median

HOUR = 60


@dataclass(frozen=True, slots=True)
class Spent:
    """What went into a case: active minutes by role, tokens read and written by model (0 of an embedded one's price is a price), and machine hours."""

    case: str
    minutes: Mapping[str, float]
    read: Mapping[str, int]
    written: Mapping[str, int]
    machine_hours: float = 0.0


@dataclass(frozen=True, slots=True)
class Prices:
    """Wages an hour by role (with what an employer pays on top), a million tokens read and written by model, and a machine's hour."""

    wages: Mapping[str, float]
    read: Mapping[str, float]
    written: Mapping[str, float]
    machine_hour: float


@dataclass(frozen=True, slots=True)
class Cost:
    """What a case cost: people, model and machine; `unpriced` names the roles and models that have no price, and then it has none."""

    case: str
    people: float
    model: float
    machine: float
    unpriced: tuple[str, ...] = ()

    @property
    def whole(self) -> float | None:
        """All of it; None where a part has no price."""
        return None if self.unpriced else self.people + self.model + self.machine


@dataclass(frozen=True, slots=True)
class Costs:
    """The cost of several cases: mean and median of those that have one (None for none), how many those are, and who has no price."""

    mean: float | None
    middle: float | None
    priced: int
    unpriced: int
    lacking: tuple[str, ...]


def cost_of(one: Spent, prices: Prices) -> Cost:
    """What a case cost."""
    lacking = {role for role, minutes in one.minutes.items() if minutes and role not in prices.wages}
    for used, priced in ((one.read, prices.read), (one.written, prices.written)):
        lacking |= {model for model, tokens in used.items() if tokens and model not in priced}
    people = sum(minutes / HOUR * prices.wages.get(role, 0.0) for role, minutes in one.minutes.items())
    tokens = sum(number * prices.read.get(model, 0.0) for model, number in one.read.items())
    tokens += sum(number * prices.written.get(model, 0.0) for model, number in one.written.items())
    return Cost(
        one.case, people, tokens / 1e6, one.machine_hours * prices.machine_hour, tuple(sorted(lacking))
    )


def together(found: Iterable[Cost]) -> Costs:
    """Several cases' cost."""
    costs = list(found)
    whole = [one.whole for one in costs if one.whole is not None]
    lacking = sorted({name for one in costs for name in one.unpriced})
    return Costs(
        fmean(whole) if whole else None,
        median(whole) if whole else None,
        len(whole),
        len(costs) - len(whole),
        tuple(lacking),
    )
