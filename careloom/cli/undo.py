"""careloom undo: take back one's own last decision."""

import click

from careloom.cli.decide import acting, answer, what_waits
from careloom.cli.frame import careloom_command, open_pipeline, show


@careloom_command("undo", short_help="Take back your last decision, until the plan is filed.")
@click.argument("proposal_id", metavar="ID")
@click.option("--as", "as_user", metavar="USER", help="Act as this user (demo homes alone).")
def command(proposal_id: str, as_user: str | None) -> None:
    """Take back your own last decision on proposal ID as the holder of $CARELOOM_TOKEN.

    The proposal is then what it was before; the decision and the undo both stay on record. What is filed,
    and what somebody else decided last, stays as it is.
    """
    pipeline = open_pipeline()
    actor = pipeline.store.users.reviewer(acting(pipeline.settings, as_user))
    after = pipeline.undo(actor, pipeline.store.proposals.find(proposal_id))
    show(
        answer(after), words=lambda console: console.print(f"undo: {after.status} again. {what_waits(after)}")
    )
