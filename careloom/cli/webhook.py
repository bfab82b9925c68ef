"""careloom webhook: other systems are told that something was filed, changed or taken back."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import click
from rich.console import Console

from careloom.care.webhook import TOPICS, Webhook
from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.errors import InputError


@click.group("webhook", short_help="Tell other systems that something was filed or changed.")
def command() -> None:
    """Webhooks (docs/webhooks.md). A notification holds ids alone."""


@careloom_command("add", short_help="Subscribe an address; the secret is shown once.")
@click.argument("name")
@click.argument("address")
@click.option(
    "--topic",
    "topics",
    multiple=True,
    required=True,
    type=click.Choice([*TOPICS]),
    help="May be given again.",
)
def add(name: str, address: str, topics: tuple[str, ...]) -> None:
    """Tell ADDRESS (https) from now on; it must take a first message at once. The secret that signs is shown now and never again."""
    made, secret = open_pipeline().tellings.add("operator", name, address, topics)
    _show_secret({**_row(made), "secret": secret}, f"Webhook {name}. Its secret; it is not shown again:")


@careloom_command("list", short_help="Every webhook, what waits, and what could not be told.")
def list_command() -> None:
    """List the webhooks; none of their secrets is shown."""
    show({"webhooks": [_row(one) for one in open_pipeline().store.webhooks.all()]})


@careloom_command("rotate", short_help="A new secret; the one before signs beside it for seven days.")
@click.argument("name")
def rotate(name: str) -> None:
    """Give NAME a new secret, which is shown now and never again."""
    secret = open_pipeline().tellings.rotate("operator", name)
    _show_secret({"name": name, "secret": secret}, f"The new secret of {name}; it is not shown again:")


@careloom_command("off", short_help="Tell it nothing more; what happens meanwhile is not kept for it.")
@click.argument("name")
def off(name: str) -> None:
    """Turn NAME off."""
    show(_row(open_pipeline().tellings.turn("operator", name, on=False)))


@careloom_command("on", short_help="Tell it again, from what waits on.")
@click.argument("name")
def on(name: str) -> None:
    """Turn NAME on."""
    show(_row(open_pipeline().tellings.turn("operator", name, on=True)))


@careloom_command("beat", short_help="Send a heartbeat: whether it is there.")
@click.argument("name")
def beat(name: str) -> None:
    """Send NAME a message that tells nothing."""
    open_pipeline().tellings.beat(name)
    show({"name": name, "taken": True})


@careloom_command("dead", short_help="What could not be told.")
@click.option("--name", default="", help="Of this webhook alone.")
def dead(name: str) -> None:
    """List what could not be told, the oldest first."""
    found = open_pipeline().store.webhooks.dead(name)
    show({"events": [{**asdict(one), "at": one.at.isoformat()} for one in found]})


@careloom_command("again", short_help="Tell something again that could not be told.")
@click.argument("event")
def again(event: str) -> None:
    """Tell EVENT (its id in `dead`) again."""
    open_pipeline().tellings.again("operator", event)
    show({"event": event, "state": "waiting"})


@careloom_command("remove", short_help="Forget a webhook and what waits for it.")
@click.argument("name")
def remove(name: str) -> None:
    """Forget NAME; that it was there stays in the audit log."""
    open_pipeline().tellings.remove("operator", name)
    show({"name": name, "removed": True})


@careloom_command("replay", short_help="Tell again everything since a time.")
@click.argument("name")
@click.option("--since", required=True, help="A time with its zone, such as 2026-11-23T00:00:00Z.")
def replay(name: str, since: str) -> None:
    """Tell NAME again, in order and under the same delivery ids, what was told or could not be told since then."""
    try:
        at = datetime.fromisoformat(since)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise InputError("a time says its zone, such as 2026-11-23T00:00:00Z", where="--since")
    show({"name": name, "waiting": open_pipeline().tellings.replay("operator", name, at)})


def _row(one: Webhook) -> dict[str, Any]:
    times = {
        name: (at.isoformat() if at else None)
        for name, at in (("made", one.made), ("failing", one.failing), ("off", one.off))
    }
    return {**asdict(one), "topics": list(one.topics), **times}


def _show_secret(said: dict[str, Any], words: str) -> None:
    def in_words(console: Console) -> None:
        console.print(words)
        console.print(said["secret"], markup=False, soft_wrap=True)

    show(said, words=in_words)


for _one in (add, list_command, rotate, off, on, beat, dead, again, replay, remove):
    command.add_command(_one)
