"""careloom release: changes of what drafts are made with, what was measured of them, and how far they are rolled out."""

from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from careloom.care.change import Change, Criterion
from careloom.cli.frame import DefaultGroup, careloom_command, open_pipeline, progress_of, show
from careloom.errors import InputError
from careloom.pipeline.change_candidates import waiting as candidates_waiting
from careloom.pipeline.change_files import said_of

OPERATOR = "operator"


@click.group(
    "release",
    cls=DefaultGroup,
    short_help="Changes of models and prompts: measured, signed, rolled out, rolled back.",
)
def command() -> None:
    """The gate through which a change goes (docs/release.md). Two sign it on the page Changes."""


@careloom_command("list", short_help="Every change and how it stands; CHANGE alone in full.")
@click.argument("change", required=False)
def listed(change: str | None) -> None:
    """Print every change, or CHANGE with what was measured and what happened to it."""
    gate = open_pipeline().releasing
    found = (gate.get(OPERATOR, change),) if change else gate.every(OPERATOR)
    show(
        {"changes": [as_json(one) for one in found]},
        words=lambda console: _words(found, console, bool(change)),
    )


@careloom_command("propose", short_help="Propose a change from a plan in a TOML file, or a candidate.")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--candidate", metavar="ID", help="One that `careloom learn` made, with what was measured then."
)
def propose(file: Path | None, candidate: str | None) -> None:
    """Keep the plan in FILE, criteria and stages included. It can't be edited: another criterion is another change.

    With --candidate the plan is read from what `careloom learn` made; what FILE says counts instead. The kinds knowledge, mappings and thresholds propose what
    this machine has of the site's own files or settings and no draft is made with.
    """
    pipeline, said = open_pipeline(), dict[str, Any]()
    if file is not None:
        try:
            said = said_of(file.read_text("utf-8"))
        except UnicodeDecodeError:
            raise InputError("the file is no text (UTF-8)", where="file") from None
    elif not candidate:
        raise InputError("name a FILE, or a --candidate", where="file")
    change = (
        pipeline.propose_candidate(OPERATOR, candidate, **said)
        if candidate
        else pipeline.propose_plan(OPERATOR, said)
    )
    _show(pipeline.releasing.get(OPERATOR, change))


@careloom_command("waiting", short_help="What this machine has and no draft is made with.")
def waiting() -> None:
    """Print the site's own files, mappings, thresholds and model that differ from what is in force, and candidates that nobody proposed."""
    pipeline = open_pipeline()
    found = pipeline.holding.waiting()
    left = candidates_waiting(pipeline.learning.candidates(), pipeline.releasing.every(OPERATOR))

    def words(console: Console) -> None:
        for name, how in found.files:
            console.print(f"{how}: {name}", markup=False, soft_wrap=True)
        for name, before, here in found.said:
            console.print(f"{name}: {before or '-'} is in force, {here or '-'} is set", markup=False)
        for name, how in found.mappings:
            console.print(f"{how}: mapping {name}", markup=False)
        for before, here in found.model:
            console.print(f"model: {before} is in force, {here} is set", markup=False)
        for one in left:
            console.print(f"candidate {one.id[:12]} ({one.kind}), made {one.at}", markup=False)
        if not (found.files or found.said or found.mappings or found.model or left):
            console.print("What this machine has is what is in force.")

    show(
        {
            "files": dict(found.files),
            "settings": {name: [before, here] for name, before, here in found.said},
            "mappings": dict(found.mappings),
            "model": [list(one) for one in found.model],
            "candidates": [one.id for one in left],
        },
        words=words,
    )


@careloom_command("measure", short_help="Measure what isn't measured yet of a change.")
@click.argument("change")
def measure(change: str) -> None:
    """Measure CHANGE: tasks, regression cases, the safety set, the shadow run over live drafts, fairness. It goes on where it stopped."""
    pipeline = open_pipeline()
    with progress_of("Measuring") as told:
        found = pipeline.measuring_changes.measure(OPERATOR, change, told)
    _show(found)


@careloom_command("go-on", short_help="Begin the roll-out, or its next stage.")
@click.argument("change")
def go_on(change: str) -> None:
    """Begin the roll-out of CHANGE once two signed it, the next stage once this one was watched, or its release after the last."""
    _show(open_pipeline().releasing.go_on(OPERATOR, change))


@careloom_command("back", short_help="Roll a change back, at once.")
@click.argument("change")
@click.option("--why", required=True, help="Why, in a few words.")
def back(change: str, why: str) -> None:
    """From now on no draft is made with CHANGE; what was drafted with it stays marked."""
    gate = open_pipeline().releasing
    gate.roll_back(OPERATOR, change, why)
    _show(gate.get(OPERATOR, change))


@careloom_command("parts", short_help="The registry: every version that drafts were made with.")
def parts() -> None:
    """Print every part that shaped a draft, with its hash, when it was first seen, and how many drafts were made with it."""
    found = open_pipeline().store.registry.every()
    rows = [
        {
            "kind": one.part.kind.value,
            "name": one.part.name,
            "version": one.part.version,
            "sha256": one.part.sha256,
            "kept": one.part.kept,
            "first_seen": one.first_seen.isoformat(),
            "release": one.release,
            "drafts": one.drafts,
            "last": one.last.isoformat() if one.last else None,
        }
        for one in found
    ]

    def words(console: Console) -> None:
        table = Table("kind", "name", "version", "hash", "first seen", "drafts", box=None)
        for one in found:
            hashed, seen = one.part.sha256[:12], f"{one.first_seen:%Y-%m-%d}"
            table.add_row(one.part.kind.value, one.part.name, one.part.version, hashed, seen, str(one.drafts))
        console.print(table if found else "No draft was made yet.")

    show({"parts": rows}, words=words)


def as_json(one: Change) -> dict[str, Any]:
    """A change as the contract has it."""
    criteria = one.plan.criteria
    return {
        "id": one.id,
        "kind": one.plan.kind.value,
        "title": one.plan.title,
        "state": one.state.value,
        "digest": one.digest,
        "candidate": one.plan.sha256,
        "proposed": one.at.isoformat(),
        "release": one.release,
        "share": one.share,
        "stage": one.stage,
        "stages": [[stage.share, stage.days, *stage.clinics] for stage in criteria.stages],
        "until": one.until.isoformat() if one.until else None,
        "criteria": {
            each.value: {"met": found.met, "says": found.words.format(**found.values)}
            if (found := one.result(each))
            else None
            for each in Criterion
        },
        "signed": sorted(one.signed),
        "steps": [
            {"at": step.at.isoformat(), "what": step.what.value, "who": step.who, "words": step.words}
            for step in one.steps
        ],
    }


def _show(one: Change) -> None:
    show({"changes": [as_json(one)]}, words=lambda console: _words((one,), console, whole=True))


def _words(found: tuple[Change, ...], console: Console, whole: bool) -> None:
    if not found:
        console.print("There is no change yet.")
        return
    table = Table("id", "what", "title", "state", "share", box=None)
    for one in found:
        table.add_row(one.id, one.plan.kind.value, one.plan.title, one.state.value, f"{one.share} %")
    console.print(table)
    for one in found if whole else ():
        for each in Criterion:
            result = one.result(each)
            said = result.words.format(**result.values) if result else "not measured yet"
            word = "MET" if result and result.met else "NOT MET" if result else "OPEN"
            console.print(f"  {each.value}: {word}. {said}", markup=False, soft_wrap=True)


for _one in (listed, waiting, propose, measure, go_on, back, parts):
    command.add_command(_one)
