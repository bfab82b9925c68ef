"""careloom programme: the calendar of watching: what was looked at, what waits and for whom; a report; the days as an iCalendar file."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from careloom.care.programme import Standing
from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.cli.printing import write
from careloom.errors import InputError
from careloom.programme import Programme
from careloom.programme.telling import as_ics, as_json


@careloom_command("programme", short_help="The calendar of watching: weeks, months, quarters, the year.")
@click.argument("item", required=False, type=click.Choice(["weekly", "monthly", "quarterly", "yearly"]))
@click.argument("period", required=False)
@click.option("--year", type=click.IntRange(2000, 2999), help="Of which year; this one where none is named.")
@click.option(
    "--make", is_flag=True, help="Make every report first that is owed today, as a worker does once a day."
)
@click.option(
    "--ics",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the due days there as iCalendar.",
)
def command(item: str | None, period: str | None, year: int | None, make: bool, ics: Path | None) -> None:
    """List the periods of a year, or with ITEM and PERIOD (weekly 2026-W48, monthly 2026-11, quarterly 2026-Q4, yearly 2026) print that one's newest report."""
    if (item is None) != (period is None):
        raise click.UsageError("ITEM and PERIOD, or neither")
    pipeline = open_pipeline()
    programme = Programme(pipeline)
    if make:
        programme.owes()
        programme.keep_up("operator")
    if item and period:
        _report(programme, item, period)
        return
    asked = year or pipeline.today.year
    every = programme.year(asked)
    owners = programme.owners({one.user: one.name for one in pipeline.store.users.all()})
    if ics:
        write(ics, as_ics(every, owners, pipeline.clock()))
    answer = {**as_json(asked, every, owners), "file": str(ics) if ics else None}
    show(answer, words=lambda console: _words(every, owners, ics, console))


def _report(programme: Programme, item: str, period: str) -> None:
    year = int(period[:4]) if period[:4].isdecimal() else 0
    found = next(
        (
            one
            for near in (year, year + 1)
            for one in programme.year(near)
            if (one.period.item, one.period.name) == (item, period)
        ),
        None,
    )
    if found is None:
        raise InputError(
            "there is no such period, or it was over before this site's calendar began", where="period"
        )
    programme.pipeline.store.audit.note("operator", "read", what="calendar")
    reports = [{"made": one.at.isoformat(), "report": dict(one.body)} for one in found.reports]
    newest = reports[-1] if reports else None
    answer = {
        "item": item,
        "period": period,
        "state": found.state,
        "versions": len(reports),
        "newest": newest,
    }
    show(answer, words=lambda console: console.print_json(data=answer))


def _words(every: tuple[Standing, ...], owners: dict[str, str], ics: Path | None, console: Console) -> None:
    table = Table("period", "due", "owner", "stands", box=None)
    for one in every:
        if one.state != "coming" or one.reports:
            late = ", made late" if one.late else ""
            table.add_row(one.period.name, f"{one.period.due}", owners[one.period.item], f"{one.state}{late}")
    if table.row_count:
        console.print(table)
    else:
        console.print("No report is owed yet.")
    coming = [one for one in every if one.state == "coming"]
    if coming:
        console.print(
            f"{len(coming)} are to come, the next one due on {min(one.period.due for one in coming)}."
        )
    if ics:
        console.print(f"{ics}", soft_wrap=True, markup=False)
