"""What may be told of kept counts: shares by group without small cells, the funnel of leads, and the trend.

Source   fewer than 11: CMS Cell Size Suppression Policy (2020), as study/statistics/subgroups.py
Misses   visits of one person go together, and so do the counts of months that follow one another (each looks back twelve): limits are then too narrow
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from careloom.care.quality import Met
from careloom.study.statistics.charts import RULES, Chart, p_chart
from careloom.study.statistics.estimate import Estimate, NotSaid
from careloom.study.statistics.funnel import Funnel, funnel
from careloom.study.statistics.proportions import Count, share
from careloom.study.statistics.subgroups import FEWEST, suppressed

FEWEST_PEOPLE = FEWEST


@dataclass(frozen=True, slots=True)
class Group:
    """A group with its numbers; None where they are hidden."""

    name: str
    met: Met | None
    share: Estimate | None


@dataclass(frozen=True, slots=True)
class Trend:
    """The share of each period, and the chart of them or why there is none."""

    periods: tuple[str, ...]
    counts: tuple[Count, ...]
    chart: Chart | NotSaid


def groups_of(every: Mapping[str, Met]) -> tuple[Group, ...]:
    """The groups by name, those hidden whose numbers are about few people, or would give away one that is."""
    hidden = hidden_of(every)
    found = []
    for name in sorted(every):
        met = every[name]
        told = share(Count(met.hits, met.number)) if name not in hidden else None
        found.append(
            Group(name, None if name in hidden else met, told if isinstance(told, Estimate) else None)
        )
    return tuple(found)


def hidden_of(every: Mapping[str, Met], *, whole: bool = False) -> frozenset[str]:
    """The groups of which no number is told: of few people and, but for `whole` panels, met by few or not by few; and as many more as it takes."""
    hidden = {name for name, met in every.items() if met.people < FEWEST_PEOPLE}
    if not whole:
        table = {name: {"met": met.hits, "not": met.number - met.hits} for name, met in every.items()}
        hidden |= {name for name, _ in suppressed(table, FEWEST_PEOPLE)}
    # One hidden alone would be what is left of the whole.
    rest = sorted(every.keys() - hidden, key=lambda name: (every[name].number, name))
    while hidden and rest and (len(hidden) == 1 or sum(every[one].people for one in hidden) < FEWEST_PEOPLE):
        hidden.add(rest.pop(0))
    return frozenset(hidden)


def funnel_of(leads: Mapping[str, Met]) -> Funnel | NotSaid:
    """The leads whose numbers may be told, beside what chance alone gives."""
    hidden = hidden_of(leads, whole=True)
    return funnel({name: Count(met.hits, met.number) for name, met in leads.items() if name not in hidden})


def trend_of(periods: Sequence[tuple[str, Met]]) -> Trend:
    """Shares over time as a p-chart."""
    counts = tuple(Count(met.hits, met.number) for _, met in periods)
    return Trend(tuple(name for name, _ in periods), counts, p_chart(counts))


def signals_at(found: Chart, point: int) -> list[str]:
    """The rules that a point completes, in words."""
    return [RULES[one.rule] for one in found.signals if one.point == point]
