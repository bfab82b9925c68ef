"""careloom knowledge: what the product knows, which version, and whether each rule does what its examples say."""

import click
from rich.console import Console

from careloom.cli.frame import careloom_command, settings, show
from careloom.errors import ConfigError
from careloom.knowledge import load


@click.group("knowledge", short_help="What the product knows, and its own examples.")
def command() -> None:
    """Protocols, drugs, labs and conditions."""


@careloom_command("show", short_help="What is loaded.")
def show_loaded() -> None:
    """List the protocols with their rules and sources, and what could not be loaded."""
    knowledge = load(settings().protocols)
    rules = [
        {"id": rule.id, "kind": rule.kind, "source": rule.source, "section": rule.section, "year": rule.year}
        for rule in knowledge.protocols.all
    ]

    def words(console: Console) -> None:
        for rule in rules:
            console.print(
                f"{rule['id']}: {rule['source']}, {rule['section']}, {rule['year']}", soft_wrap=True
            )
        for problem in knowledge.problems:
            console.print(f"not loaded: {problem}", soft_wrap=True)

    show(
        {"version": knowledge.version, "rules": rules, "problems": [str(one) for one in knowledge.problems]},
        words=words,
    )
    if knowledge.problems:
        raise ConfigError("some knowledge could not be loaded")


command.add_command(show_loaded)
