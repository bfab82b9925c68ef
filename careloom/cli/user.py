"""careloom user: the people who may sign in."""

import sys
from datetime import date

import click
from rich.console import Console
from rich.prompt import Prompt

from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.cli.tokens import issue
from careloom.errors import InputError
from careloom.store.users import Licence


@click.group("user", short_help="The people who may sign in.")
def command() -> None:
    """Add people, list them, give them tokens."""


@careloom_command("add", short_help="Add a person.")
@click.argument("name")
@click.option("--role", required=True, metavar="R", help="care_coordinator, registered_nurse, physician, …")
@click.option("--licence", metavar="STATE:NUMBER:EXPIRY", help="For example MA:RN123456:2027-06-30.")
@click.option("--password", envvar="CARELOOM_PASSWORD", help="Asked for where it is not given.")
def add(name: str, role: str, licence: str | None, password: str | None) -> None:
    """Add NAME (the user name). Whoever signs clinical content needs a licence that has not expired."""
    store = open_pipeline().store
    held = licence_of(licence)
    if password is None and sys.stdin.isatty():
        password = Prompt.ask("Password", password=True)
    store.users.create(name, role=role, password=password, licence=held)
    store.audit.note("operator", "user add", what=name)
    answer = {"user": name, "role": role, "token": issue(name)}

    def words(console: Console) -> None:
        console.print(
            f"{name} was added as {role}. For the command line: export CARELOOM_TOKEN={answer['token']}"
        )
        if password is None:
            console.print("No password was given: this person can't sign in on the web page yet.")

    show(answer, words=words)


@careloom_command("token", short_help="A new token for a person.")
@click.argument("name")
def token(name: str) -> None:
    """Print a token for NAME, good for 90 days."""
    store = open_pipeline().store
    store.users.reviewer(name)
    store.audit.note("operator", "token", what=name)
    show({"user": name, "token": issue(name)})


def licence_of(text: str | None) -> Licence | None:
    """A licence written STATE:NUMBER:EXPIRY. Raises InputError for anything else."""
    if not text:
        return None
    parts = text.split(":")
    try:
        state, number, expiry = parts
        if state and number:
            return Licence(state, number, date.fromisoformat(expiry))
    except ValueError:
        pass
    raise InputError("a licence is STATE:NUMBER:EXPIRY, such as MA:RN123456:2027-06-30", where="--licence")


command.add_command(add)
command.add_command(token)
