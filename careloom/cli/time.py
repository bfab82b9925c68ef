"""careloom time: how long people worked on each case, by activity; the measurement of every study."""

from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.pipeline.timing import DAY, Case


@careloom_command("time", short_help="How long people worked on each case.")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="First day (default: six days ago).")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="Last day (default: today).")
def command(first: datetime | None, last: datetime | None) -> None:
    """Print the active time of each case from one day to another, by activity: as measured, and as corrected.

    Nobody's minutes stand by her name: they are seen on her own page My time. A case is a document, drafted or written by hand; work for a patient that is on no document yet stands under no case.
    """
    pipeline = open_pipeline()
    until = last.date() if last else pipeline.timing.today
    since = first.date() if first else until - 6 * DAY
    if since > until:
        raise click.UsageError("--from must not be after --to")
    found = pipeline.timing.cases("operator", since, until)
    show(
        {"from": since.isoformat(), "to": until.isoformat(), "cases": [_json(one) for one in found]},
        words=lambda console: _words(found, console),
    )


def _json(case: Case) -> dict[str, Any]:
    """A case as the contract prints it; `activities` in seconds, of how many `people` in all."""
    activities: dict[str, dict[str, int]] = {}
    for _, row in case.worked:
        said = activities.setdefault(row.activity, {"measured": 0, "seconds": 0})
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
        "people": len({who for who, _ in case.worked}),
        "activities": activities,
    }


def _words(cases: tuple[Case, ...], console: Console) -> None:
    if not cases:
        console.print("Nobody's work was measured in these days.")
        return
    table = Table("case", "kind", "origin", "activity", "minutes", box=None)
    for case in cases:
        for activity, said in _json(case)["activities"].items():
            minutes = f"{said['seconds'] / 60:.1f}"
            table.add_row(case.case[:8], case.kind.replace("_", " "), case.origin, activity, minutes)
    console.print(table)
