"""careloom backup: one encrypted file with everything of a home; prove that it restores."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.prompt import Prompt

from careloom.cli.frame import DefaultGroup, careloom_command, open_pipeline, progress_of, settings, show
from careloom.errors import ConfigError
from careloom.privacy.archive import Openers, make_recovery_key, read_recovery_key
from careloom.privacy.custody import Custody, new_key
from careloom.settings import Settings
from careloom.store.backing import Home, Manifest, back_up

PASSPHRASE = "CARELOOM_BACKUP_PASSPHRASE"  # noqa: S105  (the name of a variable)
key_option = click.option(
    "--key", "key", type=click.Path(path_type=Path), metavar="FILE", help="The recovery key that opens it."
)
A_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group(
    "backup", cls=DefaultGroup, short_help="One encrypted file with everything; prove that it restores."
)
def command() -> None:
    """`careloom backup FILE` writes a backup, `careloom backup verify FILE` proves it (docs/backup.md)."""


@careloom_command("make", short_help="Write a backup.")
@click.argument("file", type=A_FILE)
def make(file: Path) -> None:
    """Write everything of this home, as of this moment, into FILE: rows, messages, journals, letters, settings, data keys.

    It is sealed for CARELOOM_BACKUP_TO, for a passphrase, or both, and holds no master key. Nobody has to stop.
    """
    found = settings()
    to = _sealed_for(found)
    pipeline = open_pipeline()
    pipeline.store.audit.note("operator", "backup")
    pipeline.store.audit.seal()
    began = time.monotonic()
    home = Home(found.home, found.organisation, Custody.of(found), _elsewhere(found))
    with progress_of("Backing up") as told:
        about, manifest = back_up(home, file, to, datetime.now(UTC), told)
    answer = {
        "id": about.id,
        "made": about.made.isoformat(),
        "size": file.stat().st_size,
        "seconds": round(time.monotonic() - began, 3),
        **_counts(manifest),
        "left_out": manifest.left_out,
    }

    def words(console: Console) -> None:
        console.print(
            f"{file} holds {answer['rows']} rows and {answer['files']} files "
            f"({answer['size'] / 1e6:.1f} MB, {answer['seconds']} s).",
            soft_wrap=True,
        )
        if manifest.left_out:
            console.print(
                f"Left out, as secrets of this machine: {', '.join(manifest.left_out)}", soft_wrap=True
            )
        console.print(f"Prove it: careloom backup verify {file}", soft_wrap=True)

    show(answer, words=words)


@careloom_command("verify", short_help="Restore it into a temporary place and compare everything.")
@click.argument("file", type=A_FILE)
@key_option
def verify(file: Path, key: Path | None) -> None:
    """Restore FILE into a temporary home, compare rows, files and the audit chain, open some of everything sealed, and say how long it took.

    Exits 78 where anything is not as the backup says. The temporary home is gone afterwards.
    """
    by = opened_by(key)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="careloom-drill-") as folder:
        command = [sys.executable, "-m", "careloom", "restore", str(file.absolute()), "--json"]
        command += ["--home", str(Path(folder) / "home"), *(["--key", str(key.absolute())] if key else [])]
        done = subprocess.run(command, env=_clean(by), stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise ConfigError("the backup does not restore; what is wrong stands above")
    answer = json.loads(done.stdout) | {"ok": True, "seconds": round(time.monotonic() - began, 3)}

    def words(console: Console) -> None:
        console.print(
            f"The backup of {answer['made']} restores: {answer['rows']} rows, {answer['files']} files, "
            f"{sum(answer['opened'].values())} sealed values opened, the audit chain whole; {answer['seconds']} s.",
            soft_wrap=True,
        )

    show(answer, words=words)


@careloom_command("key", short_help="A recovery key, which opens backups.")
@click.argument("file", type=A_FILE)
def key_command(file: Path) -> None:
    """Write a recovery key into FILE, and print its public half for CARELOOM_BACKUP_TO. Keep FILE away from this machine."""
    public = make_recovery_key(file)
    show(
        {"public": public},
        words=lambda console: console.print(
            f"CARELOOM_BACKUP_TO={public}\nKeep {file} in a safe, and not on this machine.", soft_wrap=True
        ),
    )


@careloom_command("drill", short_help="Note that a backup was restored for trial.")
@click.option(
    "--words",
    required=True,
    metavar="TEXT",
    help="Which file, on which machine, in how many minutes, what went wrong.",
)
def drill(words: str) -> None:
    """Note in this home's audit log that a backup was restored for trial, elsewhere or with `careloom backup verify` (docs/backup.md, the drill)."""
    if len(words.split()) < 3:
        raise click.UsageError("say in some words which file was restored where, and how it went")
    open_pipeline().store.audit.note("operator", "restore drill", why=words)
    show({"noted": True}, words=lambda console: console.print("Noted."))


def opened_by(key: Path | None) -> Openers:
    """What opens a backup: the recovery key in a file, else a passphrase (from the environment, or asked for)."""
    if key is not None:
        return Openers(private=read_recovery_key(key))
    passphrase = os.environ.get(PASSPHRASE, "")
    if not passphrase and sys.stdin.isatty():
        passphrase = Prompt.ask("The backup's passphrase", password=True)
    if not passphrase:
        raise ConfigError(f"nothing opens the backup: give --key FILE or {PASSPHRASE}")
    return Openers(passphrase=passphrase)


def _sealed_for(found: Settings) -> Openers:
    public = tuple(found.backup_to.replace(",", " ").split())
    passphrase = os.environ.get(PASSPHRASE, "")
    if not passphrase and not public and sys.stdin.isatty():
        passphrase = Prompt.ask("A passphrase for the backup", password=True)
        if Prompt.ask("Once more", password=True) != passphrase:
            raise ConfigError("the two are not the same")
    return Openers(passphrase=passphrase, public=public)


def _elsewhere(found: Settings) -> dict[str, Path]:
    """What the settings keep outside the home, by the name that the home has for it."""
    places = {
        "sources.toml": found.sources,
        "mappings": found.mappings,
        "outbox": found.outbox,
        "protocols": found.protocols,
    }
    return {
        name: place
        for name, place in places.items()
        if place is not None and place.exists() and not place.resolve().is_relative_to(found.home.resolve())
    }


def _counts(manifest: Manifest) -> dict[str, Any]:
    return {
        "rows": sum(one.rows for one in manifest.tables.values()),
        "files": len(manifest.files),
        "bytes": manifest.bytes,
    }


def _clean(by: Openers) -> Mapping[str, str]:
    """The environment of a drill: none of this site's settings, SQLite, and a master key that no file holds."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CARELOOM_")}
    secret = {PASSPHRASE: by.passphrase} if by.passphrase else {}
    return kept | secret | {"CARELOOM_ENCRYPTION_KEY": new_key()}


for _one in (make, verify, drill, key_command):
    command.add_command(_one)
