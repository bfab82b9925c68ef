"""Ranking use cases: what a study measured, the list's attributes and the weights, put together for whoever leads.

Takes    who asks, a study or none, the weights and a seed
Gives    the ranking with its sensitivity analysis, and one activity's case with everything that it rests on
Never    uses minutes that may not be shown of the study, or minutes that others published
"""

from collections.abc import Mapping
from dataclasses import dataclass

from careloom.care.document import Reviewer
from careloom.care.observed import ActivityList, TimeStudy
from careloom.errors import InputError
from careloom.pipeline.observing import Observing
from careloom.study.statistics.by_days import mean_by_day
from careloom.study.time_study.ranking import Case, Ranking, Swing, Weights, ranking, tornado
from careloom.study.time_study.starter import Benchmark, benchmark
from careloom.study.time_study.totals import Totals

SEED = "careloom"
LONGEST_SEED = 40


@dataclass(frozen=True, slots=True)
class Found:
    """A ranking with the study that it rests on (None: none was chosen) and what that may show."""

    study: TimeStudy | None
    totals: Totals | None
    activities: ActivityList
    ranking: Ranking

    @property
    def measured(self) -> bool:
        """Whether anything was."""
        return self.totals is not None and any(one.seconds for one in self.totals.activities)


@dataclass(frozen=True, slots=True)
class UseCase:
    """One activity's case: how its score moves with each weight, what others published, how much was observed."""

    found: Found
    case: Case
    rank: int
    swings: tuple[Swing, ...]
    benchmark: Benchmark | None


@dataclass(frozen=True)
class RankingUseCases:
    """The rankings of one organisation."""

    observing: Observing

    def rank(
        self, actor: Reviewer | str, study: str = "", weights: Weights | None = None, seed: str = SEED
    ) -> Found:
        """The ranking of the list as it is now by a study's minutes. Raises NotLicensed, InputError for an unknown study or weights that don't fit."""
        if not seed or len(seed) > LONGEST_SEED:
            raise InputError(f"a seed has 1 to {LONGEST_SEED} characters", where="seed")
        chosen = self.observing.study(actor, study) if study else None
        totals = self.observing.totals(actor, chosen) if chosen else None
        measured: Mapping[str, tuple[float, int]] = {
            one.activity: (one.mean_minutes, one.times)
            for one in (totals.activities if totals else ())
            if one.mean_minutes and one.times
        }
        activities = self.observing.activities()
        once = {
            one.activity: mean_by_day([(times, seconds / 60) for times, seconds in one.by_day])
            for one in (totals.activities if totals else ())
            if one.activity in measured
        }
        made = ranking(activities, measured, (weights or Weights()).checked(), seed, once)
        return Found(chosen, totals, activities, made)

    def case(self, found: Found, activity: str) -> UseCase:
        """One activity's case. Raises InputError for one that isn't ranked."""
        ranked = next((one for one in found.ranking.ranked if one.case.activity.id == activity), None)
        if ranked is None:
            raise InputError("this activity is not ranked: something of it wasn't measured or said")
        swings = tornado(ranked.case, found.ranking.weights)
        return UseCase(found, ranked.case, ranked.rank, swings, benchmark(activity))
