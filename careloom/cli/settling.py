"""careloom settle: where sources disagree on a dose, an allergy or a diagnosis: what waits, what stands settled, settle it, take it back."""

import click
from rich.console import Console

from careloom.care.document import Reviewer
from careloom.care.record import Settled
from careloom.care.ruling import Dispute
from careloom.cli.consent import as_option
from careloom.cli.decide import acting
from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.pipeline import Pipeline
from careloom.pipeline.settling import Follows, Said, key_of
from careloom.record.as_json import dispute_json, settled_json


@click.group(
    "settle", short_help="Where sources disagree: what waits, what is settled; settle it, ask a physician."
)
def command() -> None:
    """What sources disagree on and a physician settles (docs/conflicts.md)."""


@careloom_command("list", short_help="What waits to be settled, and what stands settled.")
@click.argument("patient")
@as_option
def list_command(patient: str, as_user: str | None) -> None:
    """List what sources disagree on of PATIENT, with the choices, and what was settled, with what was said since."""
    pipeline = open_pipeline()
    who = _who(pipeline, as_user)
    found = pipeline.settling.open(who, patient)
    settled = pipeline.record(who, pipeline.find(patient)).settled
    answer = {
        "disputes": [dispute_json(one) for one in found],
        "settled": [settled_json(one) for one in settled],
    }
    show(answer, words=lambda console: _words(found, settled, console))


@careloom_command("say", short_help="Settle one, as a physician.")
@click.argument("patient")
@click.argument("dispute")
@click.option("--choice", required=True, help="The value of one of its choices.")
@click.option("--other", default="", help="The dose or diagnosis, where the choice is other.")
@click.option("--why", required=True, help="Why; it is kept with it.")
@click.option("--read", "read", multiple=True, metavar="FINDING", help="A high finding that you have read.")
@as_option
def say(
    patient: str, dispute: str, choice: str, other: str, why: str, read: tuple[str, ...], as_user: str | None
) -> None:
    """Settle DISPUTE (an id of `careloom settle list`) of PATIENT. What the checks find of it is printed first; each high finding must be named."""
    pipeline = open_pipeline()
    who, said = _who(pipeline, as_user), Said(choice, why, other)
    follows = pipeline.settling.preview(who, patient, dispute, said)
    left = [one for one in follows.to_read if one not in read]
    ruling = "" if left else pipeline.settling.settle(who, patient, dispute, said, read).id
    answer = {"settled": ruling, "to_read": left, "findings": follows.told}
    show(answer, words=lambda console: _follows(follows, ruling, console))


@careloom_command("undo", short_help="Take back what was settled.")
@click.argument("patient")
@click.argument("ruling")
@as_option
def undo(patient: str, ruling: str, as_user: str | None) -> None:
    """Take back RULING (an id of `careloom settle list`) of PATIENT: the sources disagree again."""
    pipeline = open_pipeline()
    pipeline.settling.undo(_who(pipeline, as_user), patient, ruling)
    show({"taken_back": ruling}, words=lambda console: console.print("Taken back."))


@careloom_command("ask", short_help="Ask a physician to settle one.")
@click.argument("patient")
@click.argument("dispute")
@click.option("--whom", required=True, metavar="USER", help="Who settles it.")
@click.option("--words", default="", help="What she should know: what the patient reports.")
@as_option
def ask(patient: str, dispute: str, whom: str, words: str, as_user: str | None) -> None:
    """Put DISPUTE of PATIENT on a physician's list."""
    pipeline = open_pipeline()
    asked = pipeline.settling.ask(_who(pipeline, as_user), patient, dispute, whom, words)
    show({"asked": asked}, words=lambda console: console.print("Asked; it is on the list."))


def _who(pipeline: Pipeline, as_user: str | None) -> Reviewer:
    return pipeline.store.users.reviewer(acting(pipeline.settings, as_user))


def _words(found: tuple[Dispute, ...], settled: tuple[Settled, ...], console: Console) -> None:
    def line(text: str) -> None:
        console.print(text, soft_wrap=True, markup=False)

    for one in found:
        line(f"{one.key}  {one.about}: {'; '.join(conflict.why for conflict in one.conflicts)}")
        for choice in one.choices:
            line(f"    --choice {choice.value}  {choice.words}")
    for past in settled:
        since = f"; since then: {past.since}" if past.since else ""
        line(f"{past.ruling}  {past.about}: {past.choice}, settled by {past.by} on {past.at}{since}")
    if not found and not settled:
        line("The sources disagree on nothing that a physician settles.")


def _follows(follows: Follows, ruling: str, console: Console) -> None:
    for one in follows.findings:
        mark = f"--read {key_of(one)}  " if one.severity.value == "high" else ""
        console.print(f"  {mark}{one.severity.value}: {one.message}", soft_wrap=True, markup=False)
    said = f"Settled: {ruling}" if ruling else "Nothing is settled yet: name each high finding with --read."
    console.print(said, markup=False)


for _one in (list_command, say, undo, ask):
    command.add_command(_one)
