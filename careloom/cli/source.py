"""careloom source: the systems that the site reads from: can we reach one, and with which key."""

from pathlib import Path

import click
from rich.console import Console

from careloom.cli.frame import careloom_command, open_pipeline, settings, show
from careloom.errors import SourceError
from careloom.pipeline.checking import NEEDED
from careloom.wire.fhir.keys import make_key, private_key, public_set


@click.group("source", short_help="The systems that we read from: check one, make its key.")
def command() -> None:
    """The systems of sources.toml (docs/sources.md)."""


@careloom_command("check", short_help="Can we read from it? What would it answer?")
@click.argument("name")
@click.option(
    "--patient", metavar="ID", default="", help="The server's id of a patient to try searches with."
)
def check(name: str, patient: str) -> None:
    """Ask the server of system NAME what it can, for a token, and for one result of each search.

    Nothing is stored.
    """
    rows = open_pipeline().check_source(name, patient)

    def words(console: Console) -> None:
        for row in rows:
            console.print(f"{'✓' if row.ok else '✗'} {row.name}: {row.words}", soft_wrap=True)

    show({"checks": [{"name": one.name, "ok": one.ok, "detail": one.words} for one in rows]}, words=words)
    if not all(row.ok for row in rows if row.name in NEEDED):
        raise SourceError(f"{name} can't be read from yet", permanent=True)


@careloom_command("key", short_help="Make a key pair for it, or show its public half.")
@click.argument("name")
@click.option(
    "--file", type=click.Path(path_type=Path), help="The key's file (default: keys/NAME.jwk in the home)."
)
def key(name: str, file: Path | None) -> None:
    """Print the public key (a JWK set) with which system NAME knows us; make the pair where there is none."""
    file = file or settings().home / "keys" / f"{name}.jwk"
    found = private_key(file) if file.exists() else make_key(file)
    show({**public_set(found), "file": str(file)})


command.add_command(check)
command.add_command(key)
