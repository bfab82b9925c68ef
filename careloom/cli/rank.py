"""careloom rank: which work is worth drafting first, by a time study's minutes and stated weights."""

from typing import Any

import click
from rich.console import Console
from rich.table import Table

from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.pipeline.ranking import SEED, Found
from careloom.study.statistics.estimate import Estimate
from careloom.study.time_study.ranking import Ranked, Weights, tornado

DEFAULT = Weights()


@careloom_command("rank", short_help="Which work is worth drafting first.")
@click.option("--study", default="", help="The time study whose minutes are used.")
@click.option(
    "--outcome", type=float, default=DEFAULT.outcome, show_default=True, help="Weight of harm by delay."
)
@click.option(
    "--satisfaction",
    type=float,
    default=DEFAULT.satisfaction,
    show_default=True,
    help="Weight of annoyance by delay.",
)
@click.option(
    "--effort", type=float, default=DEFAULT.effort, show_default=True, help="Weight of the set-up effort."
)
@click.option(
    "--weeks", type=float, default=DEFAULT.weeks, show_default=True, help="Weeks over which it is spread."
)
@click.option("--seed", default=SEED, show_default=True, help="Seed of the sensitivity analysis.")
def command(study: str, outcome: float, satisfaction: float, effort: float, weeks: float, seed: str) -> None:
    """Print the ranking: minutes a week × share that software can take over × effect of a delay, minus set-up effort.

    Each weight is drawn between half and twice what was said to tell how far the order hangs on it (docs/ranking.md).
    """
    pipeline = open_pipeline()
    found = pipeline.ranking.rank("operator", study, Weights(outcome, satisfaction, effort, weeks), seed)
    show(as_json(found), words=lambda console: _words(found, console))


def as_json(found: Found) -> dict[str, Any]:
    """The ranking as the contract prints it; minutes a week."""
    made = found.ranking
    weights = made.weights
    return {
        "study": found.study.id if found.study else None,
        "measured": found.measured,
        "list_version": found.activities.version,
        "weights": {
            "outcome": weights.outcome,
            "satisfaction": weights.satisfaction,
            "effort": weights.effort,
            "weeks": weights.weeks,
        },
        "seed": made.seed,
        "draws": made.draws,
        "ranked": [_ranked(one, weights) for one in made.ranked],
        "unranked": [{"activity": one.id, "lacks": list(lacks)} for one, lacks in made.unranked],
    }


def _ranked(one: Ranked, weights: Weights) -> dict[str, Any]:
    case = one.case
    return {
        "activity": case.activity.id,
        "rank": one.rank,
        "score": one.score,
        "rank_low": one.best,
        "rank_high": one.worst,
        "first": one.first,
        "mean_minutes": case.mean,
        "times": case.times,
        "minutes_a_week": case.week,
        "minutes_a_week_between": list(case.week_between) if case.week_between else None,
        "days": case.once.number if isinstance(case.once, Estimate) else case.once.have if case.once else 0,
        "saved_a_week": case.saved,
        "set_up_minutes": case.set_up,
        "pays_after_times": case.pays_after,
        "pays_after_weeks": case.weeks_to_pay,
        "sensitivity": {swing.weight: [swing.low, swing.high] for swing in tornado(case, weights)},
    }


def _words(found: Found, console: Console) -> None:
    if not found.measured:
        console.print(
            "Nothing was measured that may be used, so nothing is ranked: choose a study (--study) with observations."
        )
    else:
        table = Table(
            "rank",
            "activity",
            "minutes a week",
            "95 % interval",
            "saved",
            "score",
            "ranks (95 %)",
            "first",
            box=None,
        )
        for one in found.ranking.ranked:
            between = f"{one.best}-{one.worst}"
            cells = (
                f"{one.case.week:.0f}",
                "{:.0f}-{:.0f}".format(*one.case.week_between) if one.case.week_between else "too few days",
                f"{one.case.saved:.0f}",
                f"{one.score:.0f}",
                between,
                f"{one.first:.0%}",
            )
            table.add_row(str(one.rank), one.case.activity.label, *cells)
        console.print(table)
    for activity, lacks in found.ranking.unranked:
        console.print(f"not ranked: {activity.label} (lacks {', '.join(lacks)})")
