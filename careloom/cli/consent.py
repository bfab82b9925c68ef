"""careloom consent: a patient's consents; enter one on paper, take one back."""

from datetime import datetime

import click
from rich.console import Console

from careloom.care.document import Reviewer
from careloom.cli.decide import acting
from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.pipeline import Pipeline
from careloom.pipeline.consenting import Kept, Paper

DAY = click.DateTime(["%Y-%m-%d"])
as_option = click.option("--as", "as_user", metavar="USER", help="Act as this user (demo homes alone).")


@click.group("consent", short_help="A patient's consents; enter one on paper, take one back.")
def command() -> None:
    """Consents as entries of the record (docs/consent.md)."""


@careloom_command("list", short_help="A patient's consents, and what each opens.")
@click.argument("patient")
@as_option
def list_command(patient: str, as_user: str | None) -> None:
    """List PATIENT's consents with scope, recipient, from, until and source, and for each programme why it stays closed."""
    pipeline = open_pipeline()
    rows = pipeline.consenting.all(_who(pipeline, as_user), patient)
    show({"consents": [_row(one) for one in rows]}, words=lambda console: _words(rows, console))


@careloom_command("add", short_help="Enter a consent on paper.")
@click.argument("patient")
@click.option("--scope", required=True, help="What may be used or told.")
@click.option(
    "--programme", default="", help="The substance-use programme that may tell it, as sources.toml names it."
)
@click.option(
    "--to",
    "recipients",
    multiple=True,
    metavar="NAME",
    help="A recipient, or a class of them; may be given again.",
)
@click.option("--purpose", default="", help="What for.")
@click.option("--signed", type=DAY, required=True, help="The day on which it was signed (YYYY-MM-DD).")
@click.option("--by", "signer", default="the patient", show_default=True, help="Who signed it.")
@click.option("--from", "start", type=DAY, help="The first day; without it the day of the signature.")
@click.option("--until", type=DAY, help="The last day.")
@click.option("--ends-with", default="", help="The event with which it ends, or none.")
@click.option("--counselling", is_flag=True, help="It is a consent to counselling notes, too.")
@click.option("--document", default="", help="Where the paper lies.")
@as_option
def add(
    patient: str,
    scope: str,
    programme: str,
    recipients: tuple[str, ...],
    purpose: str,
    signed: datetime,
    signer: str,
    start: datetime | None,
    until: datetime | None,
    ends_with: str,
    counselling: bool,
    document: str,
    as_user: str | None,
) -> None:
    """Enter a consent that PATIENT (our id, or SYSTEM|VALUE) gave on paper."""
    pipeline = open_pipeline()
    paper = Paper(
        what=scope,
        programme=programme,
        recipients=recipients,
        purpose=purpose,
        signed=signed.date(),
        signer=signer,
        start=start.date() if start else None,
        until=until.date() if until else None,
        ends_with=ends_with,
        counselling=counselling,
        document=document,
    )
    entry = pipeline.consenting.add(_who(pipeline, as_user), patient, paper)
    show({"consent": entry.id}, words=lambda console: console.print(f"Entered: {entry.id}"))


@careloom_command("learning", short_help="Enter what a patient said of learning from the record.")
@click.argument("patient")
@click.argument("said", type=click.Choice(["agrees", "refuses"]))
@click.option(
    "--signed", type=DAY, required=True, help="The day on which it was said or signed (YYYY-MM-DD)."
)
@click.option("--by", "signer", default="the patient", show_default=True, help="Who said it.")
@click.option("--document", default="", help="How it was said, or where the paper lies.")
@as_option
def learning(
    patient: str, said: str, signed: datetime, signer: str, document: str, as_user: str | None
) -> None:
    """PATIENT agrees to, or refuses, that what was drafted and signed about them teaches the model that drafts. What was said last counts."""
    pipeline = open_pipeline()
    paper = Paper(
        what="", recipients=(), purpose="", signed=signed.date(), signer=signer, document=document,
        refused=said == "refuses",
    )  # fmt: skip
    entry = pipeline.consenting.say_learning(_who(pipeline, as_user), patient, paper)
    show({"consent": entry.id}, words=lambda console: console.print(f"Entered: {entry.id}"))


@careloom_command("revoke", short_help="Take a consent back that was entered here.")
@click.argument("patient")
@click.argument("consent")
@click.option("--why", required=True, help="Who took it back, and how; it is kept with the consent.")
@as_option
def revoke(patient: str, consent: str, why: str, as_user: str | None) -> None:
    """Take back CONSENT (an id of `careloom consent list`): from now on it opens nothing."""
    pipeline = open_pipeline()
    entry = pipeline.consenting.revoke(_who(pipeline, as_user), patient, consent, why=why)
    show({"consent": entry.id}, words=lambda console: console.print(f"Taken back: {entry.id}"))


def _who(pipeline: Pipeline, as_user: str | None) -> Reviewer:
    return pipeline.store.users.reviewer(acting(pipeline.settings, as_user))


def _row(one: Kept) -> dict[str, object]:
    return {
        "id": one.entry.id,
        "scope": one.consent.scope,
        "recipients": list(one.consent.recipients),
        "from": one.consent.start,
        "until": one.consent.until,
        "given": one.consent.given,
        "source": one.consent.system,
        "document": one.entry.detail.get("document", ""),
        "closed_because": dict(one.barriers),
    }


def _words(rows: tuple[Kept, ...], console: Console) -> None:
    def say(text: str) -> None:
        console.print(text, soft_wrap=True, markup=False)

    for one in rows:
        days = f"{one.consent.start or '…'} to {one.consent.until or 'no end'}"
        say(
            f"{one.entry.id}  {'given' if one.consent.given else 'not in force'}  {days}  {one.consent.scope}"
        )
        for programme, why in one.barriers.items():
            say(f"    {programme}: {why or 'open'}")
    if not rows:
        say("No consent is recorded.")


for _one in (list_command, add, learning, revoke):
    command.add_command(_one)
