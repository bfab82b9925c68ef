"""careloom draft: draft a document, check it, and queue it."""

from datetime import date

import click

from careloom.cli import proposal as contract
from careloom.cli.frame import as_of_option, careloom_command, open_pipeline, show


@careloom_command("draft", short_help="Draft, check and queue a document.")
@click.argument("patient")
@click.option("--kind", default="care_plan", show_default=True)
@click.option("--model", metavar="none|embedded|NAME", help="Who writes the prose (default: the setting).")
@as_of_option
def command(patient: str, kind: str, model: str | None, as_of: date) -> None:
    """Draft a document of a kind for PATIENT; prints the proposal, which now waits in the queue."""
    pipeline = open_pipeline()
    proposal = pipeline.propose("operator", pipeline.find(patient), kind=kind, as_of=as_of, model=model)
    show(contract.to_json(proposal), words=lambda console: contract.words(proposal, console))
