"""careloom deliver: what goes to patients; send a released document, take back what waits, say what became of it."""

from typing import cast

import click
from rich.console import Console

from careloom.care.sending import CHANNELS, Channel, Sending, State
from careloom.cli.frame import careloom_command, open_pipeline, show

ACTOR = "operator"
channel_option = click.option(
    "--channel", type=click.Choice(CHANNELS), default="email", show_default=True, help="By which channel."
)


@click.group("deliver", short_help="What goes to patients; send a released document, take back what waits.")
def command() -> None:
    """Messages to patients (docs/delivery.md)."""


@careloom_command("list", short_help="What was sent, what waits, and what a person must look at.")
@click.option("--state", type=click.Choice([one.value for one in State]), help="Only these.")
def list_command(state: str | None) -> None:
    """List the newest messages with state and reason; no address and no text."""
    states = (State(state),) if state else ()
    rows = open_pipeline().store.sendings.last(states=states)
    show({"messages": [_row(one) for one in rows]}, words=lambda console: _words(rows, console))


@careloom_command("send", short_help="Send released documents to their patients.")
@click.argument("proposals", nargs=-1, required=True)
@channel_option
@click.option("--to", default="", help="An address, where the sources name none or several.")
@click.option("--now", is_flag=True, help="Send it here, instead of leaving it to the worker.")
def send(proposals: tuple[str, ...], channel: str, to: str, now: bool) -> None:
    """Queue PROPOSALS (filed, and of a kind written for patients). `careloom worker` sends what may be sent."""
    delivering = open_pipeline().delivering
    if to and len(proposals) > 1:
        raise click.UsageError("--to is for one document")
    rows = [delivering.queue(ACTOR, one, cast(Channel, channel), to) for one in proposals]
    if now:
        rows = [delivering.deliver(one.id) if one.state is State.QUEUED else one for one in rows]
    show({"messages": [_row(one) for one in rows]}, words=lambda console: _words(tuple(rows), console))


@careloom_command("cancel", short_help="Take back a message that waits.")
@click.argument("message")
@click.option("--why", required=True, help="The reason; it is kept in the audit log.")
def cancel(message: str, why: str) -> None:
    """Take MESSAGE (an id of `careloom deliver list`) back."""
    row = open_pipeline().delivering.cancel(ACTOR, message, why=why)
    show({"messages": [_row(row)]}, words=lambda console: _words((row,), console))


@careloom_command("settle", short_help="Say what became of a message whose outcome is unknown.")
@click.argument("message")
@click.option("--arrived/--again", required=True, help="It arrived; or it did not, and is sent again.")
def settle(message: str, arrived: bool) -> None:
    """Say of MESSAGE, handed over when a process died or a server fell silent, whether it arrived."""
    row = open_pipeline().delivering.settle(ACTOR, message, arrived=arrived)
    show({"messages": [_row(row)]}, words=lambda console: _words((row,), console))


@careloom_command("opt", short_help="Keep a patient's wish to get no more messages, or to get them again.")
@click.argument("patient")
@channel_option
@click.option("--out/--in", "out", required=True, help="No more of them; or yes again.")
def opt(patient: str, channel: str, out: bool) -> None:
    """Keep PATIENT's wish; with --out what waits on this channel is cancelled."""
    open_pipeline().delivering.opt(ACTOR, patient, cast(Channel, channel), out=out)
    show({"channel": channel, "out": out}, words=lambda console: console.print("Kept."))


def _row(one: Sending) -> dict[str, object]:
    return {
        "id": one.id,
        "proposal": one.proposal,
        "patient": one.patient,
        "channel": one.channel,
        "state": one.state.value,
        "why": one.why,
        "attempts": one.attempts,
        "created": one.created,
        "not_before": one.not_before if one.state is State.QUEUED else None,
    }


def _words(rows: tuple[Sending, ...], console: Console) -> None:
    for one in rows:
        waits = f", not before {one.not_before:%Y-%m-%d %H:%M} UTC" if one.state is State.QUEUED else ""
        why = f": {one.why}" if one.why else ""
        said = f"{one.id}  {one.channel}  {one.state.value}{why}{waits}"
        console.print(said, soft_wrap=True, markup=False)
    if not rows:
        console.print("No message was sent, and none waits.")


for _one in (list_command, send, cancel, settle, opt):
    command.add_command(_one)
