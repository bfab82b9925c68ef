"""careloom assign: whose a waiting document is."""

import click
from rich.console import Console

from careloom.cli.decide import acting
from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.errors import InputError


@careloom_command("assign", short_help="Whose a waiting document is.")
@click.argument("proposal_id", metavar="ID")
@click.argument("user", metavar="USER", required=False)
@click.option("--claim", is_flag=True, help="Take it yourself.")
@click.option("--release", is_flag=True, help="Give it back to everybody who may.")
@click.option("--undo", is_flag=True, help="Take back your own last word on whose it is.")
@click.option("--why", metavar="TEXT", default="", help="Needed to take what is somebody else's.")
@click.option("--as", "as_user", metavar="USER", help="Act as this user (demo homes alone).")
def command(
    proposal_id: str, user: str | None, claim: bool, release: bool, undo: bool, why: str, as_user: str | None
) -> None:
    """Give proposal ID to USER, or take it, give it back or undo that, as the holder of $CARELOOM_TOKEN."""
    if sum((user is not None, claim, release, undo)) != 1:
        raise InputError("give USER, --claim, --release or --undo, one of them")
    pipeline = open_pipeline()
    actor = pipeline.store.users.reviewer(acting(pipeline.settings, as_user))
    found = pipeline.store.proposals.find(proposal_id)
    turning = pipeline.turning
    if user is not None:
        turn = turning.assign(actor, found, user, why)
    elif undo:
        turn = turning.undo(actor, found)
    else:
        turn = (turning.claim if claim else turning.release)(actor, found, why)
    name = pipeline.store.users.names([turn.whom]).get(turn.whom, "")

    def words(console: Console) -> None:
        console.print(f"{found[:8]} is {f'now {name}' if name else 'nobody'}'s.")

    show({"id": found, "assigned_to": turn.whom or None, "what": turn.what}, words=words)
