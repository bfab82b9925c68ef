"""careloom parallel: parallel runs, and what each comes to."""

from collections.abc import Mapping
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from careloom.care.parallel import CaseStage, Run, Side
from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.pipeline.paralleled import Results
from careloom.pipeline.paralleling import last_day
from careloom.study.parallel.readiness import Criterion, State
from careloom.study.statistics.estimate import Estimate, NotSaid

STATES: Mapping[State, str] = {
    State.MET: "met",
    State.NOT_MET: "not met",
    State.OPEN: "can't be said yet",
}


@careloom_command("parallel", short_help="Parallel runs, and what each comes to.")
@click.argument("run", required=False)
@click.option("--seed", is_flag=True, help="Open the seed of its draws, when it is over and judged.")
def command(run: str | None, seed: bool) -> None:
    """Print all parallel runs; with RUN (its id or its beginning) what one comes to, each criterion with its numbers.

    Plans are written and cases judged on the pages (Studies, Parallel runs): docs/parallel.md.
    """
    pipeline = open_pipeline()
    every = pipeline.store.parallels.all()
    if run is None:
        show({"runs": [_line(one) for one in every]}, words=lambda console: _list(every, console))
        return
    found = [one for one in every if one.id.startswith(run.replace("-", "").lower())]
    if len(found) != 1:
        raise click.UsageError("no run begins so" if not found else "more than one run begins so")
    [one] = found
    if seed:
        show({"seed": pipeline.paralleling.seed("operator", one.id)})
        return
    if one.began is None:
        show(_line(one), words=lambda console: console.print("Its plan is being written: nothing began."))
        return
    results = pipeline.paralleled.results("operator", one.id)
    told = {**_line(one), **as_json(results), "sound": pipeline.paralleling.holds(one)}
    show(told, words=lambda console: _words(one, results, console))


def as_json(found: Results) -> dict[str, Any]:
    """What a run comes to, for another program: numbers by name, shares from 0 to 1; an estimate that isn't said has its reason."""
    return {
        "cases": {stage.value: found.stages.get(stage, 0) for stage in CaseStage},
        "not_drawn": found.not_drawn,
        "made_anew": found.anew,
        "differences": {kind.value: number for kind, number in sorted(found.kinds.items())},
        "facets": {facet.value: number for facet, number in sorted(found.facets.items())},
        "seriously_wrong": {side.value: found.wrong[side] for side in Side},
        "omitted": {side.value: found.omitted[side] for side in Side},
        "agreement": _estimate(found.agreement),
        "minutes": _estimate(found.minutes),
        "weeks": [
            {
                "week": one.number,
                "cases": one.cases,
                "both": one.both,
                "only_hand": one.only_hand,
                "only_draft": one.only_draft,
                "against": one.against,
                "agreement": _estimate(one.agreement),
            }
            for one in found.weeks
        ],
        "judged_twice": found.twice,
        "kappa": found.judges.kappa if found.judges else None,
        "criteria": [_criterion(one) for one in found.criteria],
        "ready": found.ready,
    }


def _line(run: Run) -> dict[str, Any]:
    last = last_day(run)
    return {
        "id": run.id,
        "title": run.plan.title,
        "stage": run.stage.value,
        "first_day": run.began.isoformat() if run.began else None,
        "last_day": last.isoformat() if last else None,
        "digest": run.digest,
    }


def _criterion(one: Criterion) -> dict[str, Any]:
    return {
        "name": one.name.value,
        "state": one.state.value,
        "limit": one.limit,
        "cases": one.have,
        "needed": one.need,
        "percent": [one.estimate.value, one.estimate.low, one.estimate.high] if one.estimate else None,
    }


def _estimate(found: Estimate | NotSaid) -> dict[str, Any]:
    if isinstance(found, NotSaid):
        return {"said": False, "why": found.words, "have": found.have, "need": found.need}
    return {
        "said": True,
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "level": found.level,
        "method": found.method,
        "cases": found.number,
    }


def _list(every: tuple[Run, ...], console: Console) -> None:
    if not every:
        console.print("There is no parallel run.")
        return
    table = Table("id", "title", "stage", "first day", "last day", "cases", box=None)
    for one in every:
        told = _line(one)
        table.add_row(
            one.id[:8],
            one.plan.title,
            told["stage"],
            told["first_day"] or "",
            told["last_day"] or "",
            str(len(one.cases)),
        )
    console.print(table)


def _words(run: Run, found: Results, console: Console) -> None:
    counted = ", ".join(f"{found.stages.get(stage, 0)} {stage.value}" for stage in CaseStage)
    console.print(f"{run.plan.title}: {run.stage.value}. Cases: {counted}.")
    table = Table("criterion", "stands", "found, percent", "95 %", "limit", "cases", box=None)
    for one in found.criteria:
        number = f"{one.estimate.value:.1f}" if one.estimate else ""
        between = f"{one.estimate.low:.1f} to {one.estimate.high:.1f}" if one.estimate else ""
        cases = str(one.have) if one.have >= one.need else f"{one.have} of {one.need}"
        table.add_row(one.name.value, STATES[one.state], number, between, f"{one.limit:g}", cases)
    console.print(table)
    console.print(
        "Ready by the criteria of its plan." if found.ready else "Not ready by the criteria of its plan."
    )
