"""careloom token: tokens for machines."""

from dataclasses import asdict
from typing import Any

import click
from rich.console import Console

from careloom.care.scopes import SCOPES
from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.store.tokens import Token


@click.group("token", short_help="Tokens with which machines ask the API.")
def command() -> None:
    """Tokens for machines (docs/tokens.md)."""


@careloom_command("add", short_help="Make a token; it is shown once.")
@click.argument("name")
@click.option("--user", required=True, metavar="USER", help="Whose permissions it has at most (a user name).")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice([*SCOPES]),
    help="May be given again.",
)
@click.option("--days", default=90, show_default=True, help="How long it lives.")
def add(name: str, user: str, scopes: tuple[str, ...], days: int) -> None:
    """Make the token NAME of USER, a person or an account for a machine. The secret is shown now and never again."""
    pipeline = open_pipeline()
    store = pipeline.store
    with store.transaction():
        token, secret = store.tokens.add(name, user=user, scopes=scopes, now=pipeline.clock(), days=days)
        store.audit.note("operator", "token add", what=token.id)

    def words(console: Console) -> None:
        console.print(f"Token {name} of {user}, until {token.ends:%Y-%m-%d}. Keep it; it is not shown again:")
        console.print(secret, markup=False, soft_wrap=True)

    show({**_row(token), "token": secret}, words=words)


@careloom_command("list", short_help="Every token: whose, for what, until when, used when.")
def list_command() -> None:
    """List the tokens, the newest first; none of their secrets is known here."""
    show({"tokens": [_row(one) for one in open_pipeline().store.tokens.all()]})


@careloom_command("revoke", short_help="End a token now.")
@click.argument("name")
def revoke(name: str) -> None:
    """End the token NAME; the next request with it is refused."""
    pipeline = open_pipeline()
    store = pipeline.store
    with store.transaction():
        token = store.tokens.revoke(name, pipeline.clock())
        store.audit.note("operator", "token revoke", what=token.id)
    show(_row(token))


def _row(token: Token) -> dict[str, Any]:
    return {**asdict(token), "scopes": list(token.scopes)}


for _one in (add, list_command, revoke):
    command.add_command(_one)
