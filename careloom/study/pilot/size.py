"""Size: what a protocol's number of cases can show, and how many it would take."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import log

from careloom.care.pilot import Design, PilotProtocol
from careloom.errors import InputError
from careloom.study.statistics import power as sizes
from careloom.study.statistics import wedge as wedges
from careloom.study.statistics.estimate import NotSaid

DESIGNS: Mapping[Design, sizes.Design] = {
    Design.RANDOMISED: "case",
    Design.BEFORE_AFTER: "before_after",
    Design.WAITING_LIST: "provider",
}


@dataclass(frozen=True, slots=True)
class Size:
    """`cases` in all as planned, their `power` for the expected fall, how many it would take (None: no number helps, or nobody can say),
    and the least fall in percent that they detect (None: none). `why` says so in words where nothing can be reckoned."""

    cases: int
    power: float | None = None
    needed: int | None = None
    detects: float | None = None
    why: str = ""


def size_of(protocol: PilotProtocol) -> Size:
    """What the planned cases can show of minutes."""
    many, expected = len(protocol.participants), protocol.expected
    cases = protocol.cases * many
    if many < 2:
        return Size(cases, why="Choose two participants or more.")
    try:
        if protocol.design is Design.STEPPED_WEDGE:
            return _wedge(protocol, cases)
        # Of a waiting list the first half is reckoned with alone: there the arms are at work at the same time.
        compared = cases // 2 if protocol.design is Design.WAITING_LIST else cases
        plan = sizes.Plan(
            design=DESIGNS[protocol.design],
            spread=expected.spread,
            providers=many,
            icc=expected.alike,
            level=1 - expected.alpha,
        )
        ratio = 1 - expected.fall / 100
        needed, least = (
            sizes.needed(plan, ratio, expected.power),
            sizes.detectable(plan, compared, expected.power),
        )
        return Size(
            cases,
            sizes.power(plan, compared, ratio),
            None if isinstance(needed, NotSaid) else needed.cases,
            None if isinstance(least, NotSaid) else 100 * (1 - least),
            needed.words if isinstance(needed, NotSaid) else "",
        )
    except InputError as error:
        return Size(cases, why=error.reason)


def _wedge(protocol: PilotProtocol, cases: int) -> Size:
    many, expected = len(protocol.participants), protocol.expected
    variance = expected.spread**2
    wedge = wedges.Wedge(
        starts=range(1, many + 1),
        periods=many + 1,
        cases=max(protocol.cases // (many + 1), 1),
        within=variance * (1 - expected.alike),
        between=variance * expected.alike,
    )
    least = wedges.detectable(wedge, expected.power, 1 - expected.alpha)
    return Size(
        cases,
        wedges.power(wedge, log(1 - expected.fall / 100), 1 - expected.alpha),
        None,
        None if isinstance(least, NotSaid) else 100 * (1 - least),
        least.words if isinstance(least, NotSaid) else "",
    )
