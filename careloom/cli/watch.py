"""careloom watch: what moved in what comes, whom it is about and what people do, by its cause; and what can't be told yet."""

import click
from rich.console import Console
from rich.table import Table

from careloom.care.watched import Cause
from careloom.cli.frame import careloom_command, open_pipeline, progress_of, show
from careloom.monitor.series import kind_of
from careloom.monitor.told import words_of
from careloom.pipeline.watching import State, as_json


@careloom_command("watch", short_help="What moved: data, population, practice, model, load.")
@click.option("--data", is_flag=True, help="Make the data audit first, which counts what sources send.")
@click.option("--stored", is_flag=True, help="Print what the last count came to, and count nothing.")
def command(data: bool, stored: bool) -> None:
    """Count the days that changed, judge every series, and print what moved since when and for what cause.

    Where a worker runs this happens by itself once a day, after the data audit.
    """
    pipeline = open_pipeline()
    watching = pipeline.watching
    if data:
        with progress_of("Reading records") as told:
            total, done = pipeline.store.arrived.count(), 0

            def step(number: int) -> None:
                nonlocal done
                done += number
                told("", done, total)

            pipeline.data_audit.run("operator", pipeline.today, step)
    if not stored:
        with progress_of("Counting days") as told:
            watching.keep_up("operator", lambda _what, done, of: told("", done, of))
    state = watching.state("operator")
    show(as_json(state) if state else {"counted": None}, words=lambda console: _words(state, console))


def _words(state: State | None, console: Console) -> None:
    if state is None:
        console.print("Nothing has been counted yet: careloom watch counts it.")
        return
    watched = state.watched
    for one in watched.signals:
        words, values = words_of(one)
        console.print(
            f"[bold]{one.cause.value}[/bold], noticed {one.raised}: {words.format(**values)}", highlight=False
        )
        for mark in one.marks:
            console.print(
                f"  {mark.day}: {mark.series.replace('|', ' ')} became {mark.name}", highlight=False
            )
    if not watched.judged:
        console.print("Nothing can be judged yet: there are too few days or cases.")
    elif not watched.signals:
        console.print("Nothing moved among what can be judged.")
    table = Table("cause", "series", "judged", "not yet, next on", box=None)
    for cause in Cause:
        rows = [row for name, row in watched.rows.items() if (kind := kind_of(name)) and kind.cause is cause]
        ready = min((row.standing.ready for row in rows if row.standing.ready), default=None)
        judged = sum(row.standing.judged for row in rows)
        waits = f"{len(rows) - judged}, {ready}" if ready else str(len(rows) - judged)
        table.add_row(cause.value, str(len(rows)), str(judged), waits)
    console.print(table)
    console.print(
        f"By chance alone at most {watched.a_year:g} alarms a year are to be expected. Too few cases is not the same as stable."
    )
