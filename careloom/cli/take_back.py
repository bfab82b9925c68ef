"""careloom take-back: take a filed document back out of the chart."""

import click
from rich.console import Console

from careloom.care.unfiled import WHYS
from careloom.cli.decide import acting
from careloom.cli.frame import careloom_command, open_pipeline, show


@careloom_command("take-back", short_help="Take a filed document back out of the chart.")
@click.argument("proposal_id", metavar="ID")
@click.option(
    "--why", type=click.Choice(tuple(WHYS)), help="The reason; without it, what would follow is told."
)
@click.option("--words", metavar="TEXT", default="", help="The reason in a few words of yours.")
@click.option("--as", "as_user", metavar="USER", help="Act as this user (demo homes alone).")
def command(proposal_id: str, why: str | None, words: str, as_user: str | None) -> None:
    """Take filed document ID back as the holder of $CARELOOM_TOKEN, or say what would follow where no --why is given.

    It stays in the chart as entered in error, with who took it back, when and why; its open tasks end and what waits to be sent isn't.
    A physician's line needs a physician. What went out already is named: phone the patient.
    """
    pipeline = open_pipeline()
    actor = pipeline.store.users.reviewer(acting(pipeline.settings, as_user))
    known = pipeline.store.proposals.find(proposal_id)
    follows = pipeline.unfiling.look(actor, known)
    back = pipeline.unfiling.take_back(actor, known, why, words) if why is not None else None

    def told(console: Console) -> None:
        if back is None and follows.why_not:
            console.print(f"It can't be taken back: {follows.why_not}.", soft_wrap=True)
            return
        console.print("Taken back." if back is not None else "Nothing is changed yet (--why takes it back).")
        console.print(
            f"Tasks that end: {follows.tasks}. Messages not sent: {follows.waiting}. Drafts to be drafted again: {follows.drafts}.",
            soft_wrap=True,
        )
        for one in follows.reached:
            console.print(f"  phone the patient: message {one.id} ({one.channel}) is {one.state.value}")
        for system in follows.charts:
            console.print(f"  in the chart of {system}: taken back there as far as it allows")

    show(
        {
            "id": known,
            "status": pipeline.store.proposals.get(known).status,
            "taken_back": back.at.isoformat() if back is not None else None,
            "why_not": follows.why_not,
            "tasks": follows.tasks,
            "waiting": follows.waiting,
            "drafts": follows.drafts,
            "phone": [
                {"id": one.id, "channel": one.channel, "state": one.state.value} for one in follows.reached
            ],
            "charts": list(follows.charts),
            "written": [one.id for one in follows.written],
            "in_force": follows.before.id if follows.before is not None else "",
        },
        words=told,
    )
