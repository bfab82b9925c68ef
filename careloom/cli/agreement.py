"""careloom agreement: how far second readers agree with the first."""

from datetime import datetime

import click
from rich.console import Console
from rich.table import Table

from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.pipeline.agreeing import Agreed, Row, as_json


@careloom_command("agreement", short_help="How far second readers agree with the first.")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="First day (default: 89 days ago).")
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="Last day (default: today).")
def command(first: datetime | None, last: datetime | None) -> None:
    """Print the agreement of first and second readers over whole documents and lines: all, by kind, tier and pair of readers.

    Kappa is Cohen's (1960) with its 95 % interval (Fleiss, Cohen & Everitt 1969), AC1 is Gwet's (2008). Fewer than 10 pairs say nothing.
    """
    pipeline = open_pipeline()
    agreeing = pipeline.agreeing
    over = agreeing.lately(last.date() if last else None, first.date() if first else None)
    found = agreeing.over("operator", over)
    show(as_json(found), words=lambda console: _words(found, console))


def _words(found: Agreed, console: Console) -> None:
    if not found.documents:
        console.print("In these days nothing was read a second time and compared.")
        return
    table = Table("over", "which", "pairs", "same", "kappa", "95 %", "AC1", box=None)
    for row in found.rows:
        table.add_row(row.group.of, _which(row), *_numbers(row))
    console.print(table)


def _which(row: Row) -> str:
    return " ".join((row.group.by, *(one.replace("_", " ") for one in row.group.which)))


def _numbers(row: Row) -> tuple[str, ...]:
    one = row.agreement
    if one is None:
        return ("few", "", "", "", "")
    between = f"{one.low:.2f} to {one.high:.2f}" if one.low is not None and one.high is not None else ""
    kappa = f"{one.kappa:.2f}" if one.kappa is not None else "-"
    return (str(row.number), f"{one.observed:.2f}", kappa, between, f"{one.ac1:.2f}")
