"""careloom worker: do the background work."""

import click

from careloom import jobs
from careloom.cli.frame import careloom_command, show, start


@careloom_command("worker", short_help="Do the background work.")
@click.option("--until-empty", is_flag=True, help="Stop when nothing is left to do.")
def command(until_empty: bool) -> None:
    """Take jobs and do them, until stopped."""
    found = start()
    done = jobs.work(found, until_empty=until_empty)
    show({"done": done})
