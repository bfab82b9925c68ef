"""careloom draft: draft a document of a kind, check it, and queue it."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import click
from rich.console import Console

from careloom import draft, review
from careloom.cli import proposal as contract
from careloom.cli.frame import as_of_option, careloom_command, open_pipeline, show
from careloom.draft.kind import Kind
from careloom.errors import InputError


@careloom_command("draft", short_help="Draft, check and queue a document.")
@click.argument("patient", required=False)
@click.option("--kind", default="care_plan", show_default=True, help="What to draft; --kinds lists them.")
@click.option("--kinds", "list_kinds", is_flag=True, help="List the kinds, with what each must be told.")
@click.option(
    "--set",
    "told",
    metavar="FIELD=TEXT",
    multiple=True,
    help="A field that the kind asks for; FIELD=@FILE takes a text file's words.",
)
@click.option(
    "--given",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The fields as one JSON object of texts.",
)
@click.option("--model", metavar="none|embedded|NAME", help="Who writes the prose (default: the setting).")
@as_of_option
def command(
    patient: str | None,
    kind: str,
    list_kinds: bool,
    told: tuple[str, ...],
    given: Path | None,
    model: str | None,
    as_of: date,
) -> None:
    """Draft a document of a kind for PATIENT; prints the proposal: it waits in the queue, or is filed where nobody has to read it."""
    if list_kinds:
        kinds = [draft.kind_of(name) for name in draft.KINDS]
        show({"kinds": [kind_json(one) for one in kinds]}, words=lambda console: _listed(kinds, console))
        return
    if patient is None:
        raise click.UsageError("name a PATIENT, or list the kinds with --kinds")
    fields = {**(_from_file(given) if given else {}), **_told(told)}
    pipeline = open_pipeline()
    proposal = pipeline.propose(
        "operator", pipeline.find(patient), kind=kind, as_of=as_of, model=model, given=fields
    )

    def words(console: Console) -> None:
        if proposal.status == "active":
            unread = review.is_automatic(proposal)
            console.print(
                "Filed: nobody has to read it."
                if unread
                else "Nothing differs from what was signed; it stands as it is in the chart."
            )
        contract.words(proposal, console)

    show(contract.to_json(proposal), words=words)


def kind_json(kind: Kind) -> dict[str, object]:
    """A kind as its lists print it: what it is, for whom, and the fields that whoever asks for one fills in."""
    return {
        "id": kind.id,
        "title": kind.title,
        "about": kind.about,
        "audience": kind.audience,
        "needs_signed_plan": kind.plan,
        "by_hand": kind.by_hand,
        "sections": [{"id": one.id, "title": one.title} for one in kind.sections],
        "fields": [
            {
                "id": one.id,
                "title": one.title,
                "type": one.type,
                "required": one.required,
                "choices": list(one.choices),
                "help": one.help,
                "default": one.default,
            }
            for one in kind.fields
        ],
    }


def _listed(kinds: list[Kind], console: Console) -> None:
    for kind in kinds:
        console.print(f"[bold]{kind.id}[/bold]  {kind.about} For {kind.audience}.")
        for one in kind.fields:
            needed = f"by itself {one.default}" if one.default else "needed" if one.required else "if known"
            choices = f" ({', '.join(one.choices)})" if one.choices else ""
            console.print(f"    --set {one.id}=…  {one.title}, {needed}{choices}", markup=False)


def _told(told: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for one in told:
        name, equals, text = one.partition("=")
        if not equals:
            raise click.BadParameter("a field is told as FIELD=TEXT", param_hint="--set")
        found[name.strip()] = _text_of(Path(text[1:]), name.strip()) if text.startswith("@") else text
    return found


def _text_of(path: Path, field: str) -> str:
    try:
        return path.read_text("utf-8-sig")
    except OSError:
        raise InputError("there is no such file that can be read", where=field) from None
    except UnicodeDecodeError:
        raise InputError("the file is no text (UTF-8)", where=field) from None


def _from_file(path: Path) -> Mapping[str, str]:
    try:
        said = json.loads(path.read_bytes())
    except ValueError:
        raise InputError("is not JSON", where="--given") from None
    if not isinstance(said, dict) or not all(isinstance(text, str) for text in said.values()):
        raise InputError("is one JSON object whose values are texts", where="--given")
    return said
