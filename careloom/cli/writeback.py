"""careloom writeback: what goes into other systems' charts; try it again, take it back, ask whether a system can be written to."""

from collections.abc import Callable

import click
from rich.console import Console

from careloom.care.writing import State, Writing, as_json
from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.errors import InputError, NotApproved
from careloom.pipeline import Pipeline

ACTOR = "operator"


@careloom_command("writeback", short_help="What goes into other systems' charts; try it again, take it back.")
@click.argument("document", required=False, default="")
@click.option(
    "--to",
    "system",
    default="",
    help="Have a filed document written to this system; with --again or --undo: this system alone.",
)
@click.option("--again", is_flag=True, help="Try what is stuck once more.")
@click.option("--undo", is_flag=True, help="Take it back there, as far as that system allows.")
@click.option("--why", default="", help="Why it is taken back; it is kept in the audit log.")
@click.option("--now", is_flag=True, help="Do it here, instead of leaving it to the worker.")
@click.option("--state", type=click.Choice([one.value for one in State]), help="Only these.")
@click.option(
    "--check", default="", metavar="SYSTEM", help="Whether this system can be written to; nothing is."
)
def command(
    document: str, *, system: str, again: bool, undo: bool, why: str, now: bool, state: str | None, check: str
) -> None:
    """List what was written into other systems' charts, or what became of DOCUMENT (a document's id, or one of the list) (docs/writeback.md)."""
    pipeline = open_pipeline()
    if check:
        _check(pipeline, check)
        return
    if (system or again or undo or now) and not document:
        raise click.UsageError("name a document")
    if system and not (again or undo):
        pipeline.writing_back.queue(ACTOR, document, system)
    rows = _found(pipeline, document) if document else pipeline.store.writings.last()
    rows = tuple(one for one in rows if one.system == system or not (system and document))
    if undo:
        rows = _asked(rows, lambda one: pipeline.writing_back.undo(ACTOR, one.id, why=why))
    elif again:
        rows = _asked(rows, lambda one: pipeline.writing_back.again(ACTOR, one.id))
    if now:
        rows = tuple(pipeline.writing_back.work(one.id) for one in rows)
    rows = tuple(one for one in rows if state in (None, one.state.value))
    show({"writings": [as_json(one) for one in rows]}, words=lambda console: _words(rows, console))


def _asked(rows: tuple[Writing, ...], ask: Callable[[Writing], Writing]) -> tuple[Writing, ...]:
    """What is asked of every system, as they are then; one that it can't be asked of stays as it is. Raises NotApproved where that is all of them."""
    refusals: list[NotApproved] = []
    asked: list[Writing] = []
    for one in rows:
        try:
            asked.append(ask(one))
        except NotApproved as refusal:
            refusals.append(refusal)
            asked.append(one)
    if refusals and len(refusals) == len(rows):
        raise refusals[0]
    return tuple(asked)


def _found(pipeline: Pipeline, document: str) -> tuple[Writing, ...]:
    store = pipeline.store
    try:
        return (store.writings.get(document),)
    except InputError:
        return store.writings.of(store.proposals.find(document))


def _check(pipeline: Pipeline, system: str) -> None:
    found = pipeline.check_writing(system, actor=ACTOR)
    rows = [{"name": one.name, "ok": one.ok, "words": one.words} for one in found]

    def words(console: Console) -> None:
        for one in found:
            said = f"{'yes' if one.ok else 'NO '}  {one.name}: {one.words}"
            console.print(said, soft_wrap=True, markup=False)

    show({"system": system, "checks": rows}, words=words)


def _words(rows: tuple[Writing, ...], console: Console) -> None:
    for one in rows:
        why = f": {one.why}" if one.why else ""
        console.print(f"{one.id}  {one.system}  {one.state.value}{why}", soft_wrap=True, markup=False)
        for note in one.there.notes if one.there else ():
            console.print(f"    {note}", soft_wrap=True, markup=False)
    if not rows:
        console.print("Nothing was written into another system's chart, and nothing waits.")
