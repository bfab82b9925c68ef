"""careloom eval: which tasks a model has earned on this machine."""

import click
from rich.console import Console
from rich.table import Table as Printed

from careloom import draft
from careloom.cli.frame import careloom_command, open_pipeline, progress_of, show
from careloom.draft.earned import Row, Table
from careloom.draft.kind import Task

MINUTES = 10.0


@careloom_command("eval", short_help="Which tasks has a model earned on this machine?")
@click.option("--model", metavar="embedded|NAME", help="Which model (default: the setting).")
@click.option(
    "--minutes",
    type=click.FloatRange(min=0, min_open=True),
    default=MINUTES,
    show_default=True,
    help="How long it may take; a task that isn't finished by then is not earned.",
)
def command(model: str | None, minutes: float) -> None:
    """Ask a model each task about invented people, verify what it says, and keep which tasks it has earned.

    Drafting gives a model the tasks of this table; without one it has those that came with Careloom, or none. Interrupted, it tells
    what was measured and keeps nothing.
    """
    pipeline = open_pipeline()
    with progress_of("Evaluating") as told:
        table, kept = pipeline.evaluating.run(model, seconds=60 * minutes, step=told)
    rows = [(row, draft.kind_of(row.kind).tasks[row.task]) for row in table.rows]

    def words(console: Console) -> None:
        console.print(f"{table.model} ({table.sha256[:12] or 'an endpoint'})", markup=False)
        console.print(_printed(rows))
        for row in table.rows:
            if row.stopped:
                console.print(f"{row.kind} {row.task} was stopped: {row.stopped}.", markup=False)
        tokens = sum(row.prompt_tokens + row.completion_tokens for row in table.rows)
        seconds = sum(row.seconds for row in table.rows)
        end = (
            f"Kept in {kept}"
            if kept
            else "It was interrupted: nothing is kept, and what was earned before stays."
        )
        console.print(f"{tokens} tokens, {seconds:.0f} seconds. {end}", soft_wrap=True, markup=False)

    show(to_json(table), words=words)
    if not kept:
        raise click.Abort


def to_json(table: Table) -> dict[str, object]:
    """A table with what follows from it."""
    return {
        "model": table.model,
        "sha256": table.sha256,
        "cases": table.cases,
        "tasks": [_row_json(row, draft.kind_of(row.kind).tasks[row.task]) for row in table.rows],
    }


def _row_json(row: Row, task: Task) -> dict[str, object]:
    low, high = row.interval
    return {
        "kind": row.kind,
        "task": row.task,
        "version": row.version,
        "baseline": task.baseline,
        "cases": row.cases,
        "asked": row.asked,
        "accepted": row.accepted,
        "better": row.better,
        "low": round(low, 3),
        "high": round(high, 3),
        "least": task.least,
        "injections": row.injections,
        "obeyed": row.obeyed,
        "earned": row.earned(task.least),
        "stopped": row.stopped or None,
        "calls": row.calls,
        "prompt_tokens": row.prompt_tokens,
        "completion_tokens": row.completion_tokens,
        "seconds": row.seconds,
    }


def _printed(rows: list[tuple[Row, Task]]) -> Printed:
    found = Printed("Task", "Asked", "Stood", "Better", "95 %", "Needed", "Obeyed", "Seconds", "Earned")
    for row, task in rows:
        low, high = row.interval
        found.add_row(
            f"{row.kind} {row.task} {row.version}",
            f"{row.asked} of {row.cases}",
            str(row.accepted),
            str(row.better),
            f"{low:.0%}–{high:.0%}",
            f"{task.least:.0%}",
            f"{row.obeyed} of {row.injections}",
            f"{row.seconds:.0f}",
            "yes" if row.earned(task.least) else "no",
        )
    return found
