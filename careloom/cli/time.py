"""careloom time: how long people worked on each case, by activity; the measurement of every study."""

from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.pipeline import Pipeline
from careloom.pipeline.timing import DAY, Case


@careloom_command("time", short_help="How long people worked on each case.")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="First day (default: six days ago).")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="Last day (default: today).")
def command(first: datetime | None, last: datetime | None) -> None:
    """Print the active time of each case from one day to another, by person and activity: as measured, and as corrected.

    A case is a document, drafted or written by hand; work for a patient that is on no document yet stands under no case.
    """
    pipeline = open_pipeline()
    until = last.date() if last else pipeline.timing.today
    since = first.date() if first else until - 6 * DAY
    if since > until:
        raise click.UsageError("--from must not be after --to")
    found = pipeline.timing.cases("operator", since, until)
    show(
        {"from": since.isoformat(), "to": until.isoformat(), "cases": [_json(one) for one in found]},
        words=lambda console: _words(pipeline, found, console),
    )


def _json(case: Case) -> dict[str, Any]:
    """A case as the contract prints it; `people` by user's id, then by activity, in seconds."""
    people: dict[str, dict[str, dict[str, int]]] = {}
    for who, row in case.worked:
        said = people.setdefault(who, {}).setdefault(row.activity, {"measured": 0, "seconds": 0})
        said["measured"] += row.measured
        said["seconds"] += row.seconds
    return {
        "case": case.case or None,
        "patient": case.patient,
        "kind": case.kind or None,
        "origin": case.origin or None,
        "status": case.status or None,
        "measured": sum(row.measured for _, row in case.worked),
        "seconds": case.seconds,
        "people": people,
    }


def _words(pipeline: Pipeline, cases: tuple[Case, ...], console: Console) -> None:
    if not cases:
        console.print("Nobody's work was measured in these days.")
        return
    names = {one.user: one.name for one in pipeline.store.users.all()}
    table = Table("case", "kind", "origin", "who", "activity", "minutes", box=None)
    for case in cases:
        for who, row in case.worked:
            minutes = f"{row.seconds / 60:.1f}"
            name = names.get(who) or who
            table.add_row(
                case.case[:8], case.kind.replace("_", " "), case.origin, name, row.activity, minutes
            )
    console.print(table)
