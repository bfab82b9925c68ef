"""careloom stop: what is stopped here, and stopping it at once."""

from typing import Any

import click
from rich.console import Console

from careloom.care.stop import Stop
from careloom.cli.frame import careloom_command, open_pipeline, show


@careloom_command(
    "stop", short_help="What is stopped here; stop a kind of document, a model or the site at once."
)
@click.argument("what", required=False)
@click.option("--why", help="The reason, in a few words; asked for where something is stopped.")
def command(what: str | None, why: str | None) -> None:
    """Print what is stopped; with WHAT stop it: `site`, `kind:care_plan`, `model:NAME`, or `model:` for every model.

    Starting again takes two people of two roles, on the page Safety.
    """
    switch = open_pipeline().stop_switch
    if what:
        if not why:
            raise click.UsageError("stopping something needs --why")
        scope, _, name = what.partition(":")
        switch.stop("operator", scope, name, why)
    found = switch.holding()
    show({"stopped": [as_json(one) for one in found]}, words=lambda console: _words(found, console))


def as_json(one: Stop) -> dict[str, Any]:
    """A stop as the contract has it; `agreed` are the roles that said it may start again."""
    return {
        "id": one.id,
        "scope": one.scope.value,
        "name": one.name,
        "who": one.who,
        "role": one.role,
        "at": one.at.isoformat(timespec="seconds"),
        "why": one.why,
        "agreed": [two.role for two in one.agreed],
    }


def _words(found: tuple[Stop, ...], console: Console) -> None:
    if not found:
        console.print("Nothing is stopped.")
    for one in found:
        agreed = f"; may start again, say: {', '.join(two.role for two in one.agreed)}" if one.agreed else ""
        console.print(
            f"Stopped since {one.at:%Y-%m-%d %H:%M}: {one.scope.value} {one.name}".rstrip()
            + f" ({one.role}): {one.why}{agreed}",
            soft_wrap=True,
        )
