"""careloom time-study: which time studies there are, what they may show, and tables of observations brought in."""

from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from careloom.care.observed import TimeStudy
from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.pipeline import Pipeline
from careloom.study.statistics.estimate import NotSaid
from careloom.study.time_study.table import Read
from careloom.study.time_study.totals import Totals


@click.group("time-study", short_help="Time studies: minutes by activity, and tables of observations.")
def command() -> None:
    """Who shadows whom, and what came of it (docs/time_study.md)."""


@careloom_command("list", short_help="Which time studies there are.")
def listed() -> None:
    """Print every time study with how many observe and are observed in it."""
    pipeline = open_pipeline()
    studies = pipeline.observing.studies("operator")
    show({"studies": [_study(one) for one in studies]}, words=lambda console: _list(studies, console))


@careloom_command("show", short_help="Minutes by activity of a study.")
@click.argument("study")
def shown(study: str) -> None:
    """Print minutes by activity, as far as they tell of nobody (docs/time_study.md), and how far two observers agree."""
    pipeline = open_pipeline()
    found = pipeline.observing.study("operator", study)
    totals = pipeline.observing.totals("operator", found)
    agreeing = pipeline.observing.agreement("operator", found)
    agreement, limits, icc = agreeing.slice_by_slice, agreeing.limits, agreeing.icc
    said: dict[str, Any] = {
        **_study(found),
        "people_counted": totals.people,
        "people_waiting": totals.waiting,
        "entries_in_doubt": totals.doubtful,
        "shifts": totals.shifts,
        "activities": [
            {
                "activity": one.activity,
                "people": one.people,
                "times": one.times,
                "seconds": one.seconds,
                "mean_minutes": one.mean_minutes,
            }
            for one in totals.activities
        ],
        "agreement": {
            "slices": agreeing.slices,
            "observed": agreement.observed if agreement else None,
            "kappa": agreement.kappa if agreement else None,
            "low": agreement.low if agreement else None,
            "high": agreement.high if agreement else None,
            "ac1": agreement.ac1 if agreement else None,
            "minutes_bias": None if isinstance(limits, NotSaid) else limits.bias.value,
            "minutes_low": None if isinstance(limits, NotSaid) else limits.low.value,
            "minutes_high": None if isinstance(limits, NotSaid) else limits.high.value,
            "icc": None if isinstance(icc, NotSaid) else [icc.value, icc.low, icc.high],
        },
    }
    show(said, words=lambda console: _minutes(pipeline, found, totals, console))


@careloom_command("bring", short_help="Bring in a table of observations (CSV).")
@click.argument("study")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--observer", required=True, help="User name of who observed.")
def bring(study: str, file: Path, observer: str) -> None:
    """Bring in a table with the columns observed, activity, began, ended (and note) as an observer's own.

    Every line that can't be read is told with its number, column and reason; the others are taken, each once.
    """
    pipeline = open_pipeline()
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise click.UsageError("the file is no text in UTF-8") from None
    read = pipeline.observing.read_table(pipeline.store.users.reviewer(observer), study, text)
    bad = [{"line": one.number, "column": one.column, "why": one.fault.value} for one in read.bad]
    show(
        {"lines": read.lines, "taken": len(read.spans), "bad": bad},
        words=lambda console: _bad(read, console),
    )


@careloom_command("begin", short_help="Begin a study.")
@click.argument("title")
@click.option("--observer", "observers", multiple=True, help="User name of somebody who observes.")
@click.option("--observed", multiple=True, help="User name of somebody who is observed.")
def begin(title: str, observers: tuple[str, ...], observed: tuple[str, ...]) -> None:
    """Begin a study with the list of activities as it is now, and say who takes part."""
    observing = open_pipeline().observing
    study = observing.begin("operator", title)
    for name in observers:
        observing.put("operator", study, "observer", name)
    for name in observed:
        observing.put("operator", study, "observed", name)
    show(_study(observing.study("operator", study)), words=lambda console: console.print(study))


@careloom_command("close", short_help="Close a study for good.")
@click.argument("study")
def close(study: str) -> None:
    """Close a study: nothing is taken or corrected afterwards."""
    observing = open_pipeline().observing
    observing.put("operator", study, "close", "")
    show(_study(observing.study("operator", study)), words=lambda console: console.print("closed"))


for one in (listed, begin, shown, bring, close):
    command.add_command(one)


def _study(one: TimeStudy) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": one.title,
        "began": one.at.isoformat(),
        "closed": one.closed.isoformat() if one.closed else None,
        "list_version": one.list_version,
        "observers": len(one.observers),
        "observed": len(one.observed),
    }


def _list(studies: tuple[TimeStudy, ...], console: Console) -> None:
    if not studies:
        console.print("There is no time study yet; a quality lead begins one on the page Time studies.")
        return
    table = Table("id", "title", "observers", "observed", "closed", box=None)
    for one in studies:
        closed = "yes" if one.closed else "no"
        table.add_row(one.id, one.title, str(len(one.observers)), str(len(one.observed)), closed)
    console.print(table)


def _minutes(pipeline: Pipeline, study: TimeStudy, totals: Totals, console: Console) -> None:
    if not totals.shifts:
        console.print("Nothing was observed yet: this study says nothing so far.")
        return
    console.print(
        f"{totals.people} people counted, {totals.waiting} not (yet); {totals.doubtful} entries in doubt count for nothing."
    )
    names = {one.id: one.label for one in pipeline.observing.activities(study.list_version).activities}
    table = Table("activity", "people", "times", "minutes", "minutes each time", box=None)
    for one in totals.activities:
        name = names.get(one.activity, one.activity)
        if one.seconds is None or one.mean_minutes is None:
            table.add_row(name, "fewer than 5", "", "", "")
        else:
            cells = (str(one.people), str(one.times), f"{one.seconds / 60:.1f}", f"{one.mean_minutes:.1f}")
            table.add_row(name, *cells)
    console.print(table)


def _bad(read: Read, console: Console) -> None:
    console.print(f"{len(read.spans)} of {read.lines} lines taken; a line that came before counts once.")
    for one in read.bad:
        console.print(f"line {one.number}, {one.column or 'whole line'}: {one.fault.value.replace('_', ' ')}")
