"""careloom dead: jobs that failed too often, and doing one again."""

import click
from rich.console import Console

from careloom import jobs
from careloom.cli.frame import careloom_command, show, start


@careloom_command("dead", short_help="Jobs that failed too often.")
@click.option("--again", metavar="ID", help="Put this one back into the queue.")
def command(again: str | None) -> None:
    """List the dead letters: class and id of what failed, nothing about a person."""
    found = start()
    if again:
        jobs.replay(found, again)
    rows = jobs.dead(found)

    def words(console: Console) -> None:
        for row in rows:
            console.print(f"{row['id']}  {row['kind']}  {row['error']}  after {row['attempts']} attempts")
        if not rows:
            console.print("No job is dead.")

    show({"dead": rows}, words=words)
