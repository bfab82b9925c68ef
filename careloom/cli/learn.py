"""careloom learn: what decisions teach a model: training sets, adapters, examples for a prompt, an endpoint's new version."""

from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from careloom.cli.frame import careloom_command, open_pipeline, progress_of, show
from careloom.improve import datasheet
from careloom.improve.candidates import Candidate, find
from careloom.improve.examples import Tried
from careloom.improve.training_set import TrainingSet
from careloom.pipeline.gathering import PEOPLE

ROUNDS = 6


@click.group("learn", short_help="What decisions teach a model: sets, adapters, examples, candidates.")
def command() -> None:
    """Put together a training set, train an adapter from it, choose examples for a prompt, and list candidates.

    Nothing here changes what drafts are written with: a candidate has earned nothing (docs/learning.md).
    """


_set_option = click.option(
    "--set", "version", metavar="VERSION", default="", help="Which set (default: the newest)."
)


@careloom_command("set", short_help="Put together the training set of today.")
@click.option(
    "--invented",
    type=click.IntRange(min=0),
    default=PEOPLE,
    show_default=True,
    help="How many invented people's cases it has.",
)
@click.option(
    "--datasheet",
    "sheet",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the datasheet (Markdown).",
)
@click.option(
    "--agreed", is_flag=True, help="Only of people who agreed to it; else of all who did not refuse."
)
def make_set(invented: int, sheet: Path | None, agreed: bool) -> None:
    """Pairs of what was drafted and what was signed, and invented people's cases, without identifiers, split by person.

    Says how many were left out, and why.
    """
    with progress_of("Reading what was signed") as told:
        made = open_pipeline().learning.make_set(invented_people=invented, agreed=agreed, step=told)
    if sheet is not None:
        try:
            sheet.write_text(datasheet.markdown(made), "utf-8")
        except OSError as error:
            raise click.ClickException(f"{sheet}: can't be written: {error.strerror}") from None
    show(_set_json(made), words=lambda console: _set_words(made, console))


@careloom_command("datasheet", short_help="The datasheet of a training set.")
@_set_option
def sheet_of(version: str) -> None:
    """Print a set's datasheet under the headings of Gebru et al. (2021), made from the set itself."""
    found = open_pipeline().learning.set_of(version)
    show(
        {"version": found.version, "datasheet": datasheet.datasheet(found)},
        words=lambda console: console.print(datasheet.markdown(found), markup=False, soft_wrap=True),
    )


@careloom_command("adapter", short_help="Train an adapter of the embedded model, or go on with it.")
@_set_option
@click.option(
    "--recipe",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A recipe of yours (default: ours).",
)
def adapter(version: str, recipe: Path | None) -> None:
    """Train on this machine's CPU. Interrupted or killed, the same command goes on from its newest checkpoint.

    Refuses before it begins where memory or disk won't do. Needs the extra `train`.
    """
    with progress_of("Training") as told:
        one, file = open_pipeline().learning.adapter(version, recipe, step=told)

    def words(console: Console) -> None:
        measured = one.measured
        console.print(
            f"Loss on {measured['development']} held-out examples (nats a word): "
            f"{measured['loss without']} without, {measured['loss with']} with it, at step {measured['best at step']} of {measured['steps']}."
        )
        console.print(f"The adapter: {file}", soft_wrap=True, markup=False)
        if one.refused:
            console.print(f"Kept as a record alone: {one.refused}.", markup=False)
        else:
            console.print(
                f"Candidate {one.id[:12]}. Measure it: CARELOOM_MODEL_ADAPTER={file} careloom eval",
                soft_wrap=True,
                markup=False,
            )

    show({**_candidate_json(one), "file": file}, words=words)


@careloom_command("examples", short_help="Choose examples for a task's prompt.")
@click.argument("task")
@_set_option
@click.option(
    "--rounds", type=click.IntRange(min=1), default=ROUNDS, show_default=True, help="How many choices to try."
)
def examples(task: str, version: str, rounds: int) -> None:
    """Try other examples of TASK, from the training split, on the development split; the test split is never looked at.

    Interrupted or killed, the same command asks only what wasn't answered.
    """
    with progress_of("Trying") as told:
        made, one = open_pipeline().learning.examples(task, version, rounds=rounds, step=told)

    def words(console: Console) -> None:
        table = Table("examples", "stood", "better", "of", box=None)
        for each in made:
            table.add_row(
                "its own" if each.own else each.task.asked[:12], *map(str, (each.stood, each.better, each.of))
            )
        console.print(table)
        console.print(
            f"Candidate {one.id[:12]}." if one else "Its own examples are as good as any: no candidate."
        )

    show({"tried": [_tried_json(each) for each in made], "candidate": one.id if one else None}, words=words)


@careloom_command("endpoint", short_help="Is another model version served at the endpoint?")
def endpoint() -> None:
    """Ask the endpoint which model it serves now. A new version is a candidate, and what the former one had earned counts no more."""
    one, new = open_pipeline().learning.endpoint()
    said = (
        "It is another version than before: it has earned nothing until `careloom eval` was run."
        if new
        else "Nothing says that it is another version than before."
    )
    show({**_candidate_json(one), "new": new}, words=lambda console: console.print(said))


@careloom_command("candidates", short_help="The candidates that were made here.")
@click.argument("candidate", required=False)
def listed(candidate: str | None) -> None:
    """List all, or print one, by the beginning of its id, with everything that it is made of."""
    every = open_pipeline().learning.candidates()
    found = (find(every, candidate),) if candidate else every

    def words(console: Console) -> None:
        if not found:
            console.print("There is no candidate yet.")
        for one in found:
            state = f"a record alone: {one.refused}" if one.refused else "has earned nothing yet"
            console.print(f"{one.id[:12]}  {one.kind}  {one.at}  {state}", markup=False, soft_wrap=True)
            if candidate:
                for name, value in {**one.made_of, **one.measured}.items():
                    console.print(f"  {name}: {value}", markup=False, soft_wrap=True)

    show({"candidates": [_candidate_json(one) for one in found]}, words=words)


for _one in (make_set, sheet_of, adapter, examples, endpoint, listed):
    command.add_command(_one)


def _set_json(made: TrainingSet) -> dict[str, Any]:
    return {
        "version": made.version,
        "pairs": made.counts,
        "sources": datasheet.datasheet(made)["Composition"]["By source"],
        "left_out": dict(made.left_out),
    }


def _set_words(made: TrainingSet, console: Console) -> None:
    if not made.pairs:
        console.print(
            "The set is empty: nothing that was signed can be learned from yet, and nobody invented was asked for."
        )
    else:
        table = Table("split", *sorted({one.task for one in made.pairs}), box=None)
        for split, counted in made.counts.items():
            table.add_row(split, *(str(counted.get(str(column.header), 0)) for column in table.columns[1:]))
        console.print(table)
    for why, many in made.left_out.items():
        console.print(f"{many} left out: {why}.", markup=False)
    console.print(f"Version {made.version}", markup=False, soft_wrap=True)


def _candidate_json(one: Candidate) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "at": one.at,
        "made_of": dict(one.made_of),
        "measured": dict(one.measured),
        "refused": one.refused or None,
    }


def _tried_json(one: Tried) -> dict[str, Any]:
    return {"prompt": one.task.asked, "own": one.own, "stood": one.stood, "better": one.better, "of": one.of}
