"""careloom audit: verify the chain of audit events."""

import click
from rich.console import Console

from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.errors import ConfigError


@click.group("audit", short_help="Who did what, and whether the log is whole.")
def command() -> None:
    """The audit log."""


@careloom_command("verify", short_help="Is the log whole?")
def verify() -> None:
    """Seal what is new, walk the chain, and say whether a row was changed, taken out or moved."""
    log = open_pipeline().store.audit
    log.seal()
    found = log.verify()

    def words(console: Console) -> None:
        console.print("The chain is whole." if found["ok"] else "The chain is broken.")
        for key, value in found.items():
            console.print(f"  {key}: {value}")

    show(found, words=words)
    if not found["ok"]:
        raise ConfigError("the audit log was changed outside Careloom")


command.add_command(verify)
