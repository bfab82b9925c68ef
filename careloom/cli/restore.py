"""careloom restore: a backup into a new home."""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console

from careloom.cli.backup import A_FILE, key_option, opened_by
from careloom.cli.frame import careloom_command, progress_of, settings, show
from careloom.privacy.custody import Custody
from careloom.store.opening import open_store
from careloom.store.restoring import restore


@careloom_command("restore", short_help="A backup into a new home.")
@click.argument("file", type=A_FILE)
@key_option
def command(file: Path, key: Path | None) -> None:
    """Restore FILE into an empty --home (and an empty database, where CARELOOM_DATABASE_URL names one), and compare everything.

    The home gets a master key of its own. What waited to be sent to patients waits for a person: it may have gone out since.
    """
    by = opened_by(key)
    found = settings()
    os.umask(0o077)
    began = time.monotonic()
    with progress_of("Restoring") as told:
        done = restore(file, by, found.home, Custody.of(found), datetime.now(UTC), told)
    store = open_store(home=found.home, organisation=done.about.organisation, custody=Custody.of(found))
    store.audit.note("operator", "restore", what=f"backup {done.about.id}")
    store.audit.seal()
    answer = {
        "id": done.about.id,
        "made": done.about.made.isoformat(),
        "organisation": done.about.organisation,
        "rows": done.rows,
        "files": done.files,
        "bytes": done.manifest.bytes,
        "opened": dict(done.opened),
        "seconds": round(time.monotonic() - began, 3),
    }

    def words(console: Console) -> None:
        console.print(
            f"Restored the backup of {answer['made']}: {done.rows} rows and {done.files} files, as its manifest says; "
            f"{sum(done.opened.values())} sealed values opened; {answer['seconds']} s.",
            soft_wrap=True,
        )
        if done.about.organisation != found.organisation:
            console.print(f"Set CARELOOM_ORGANISATION={done.about.organisation}: whose data this is.")
        if done.manifest.left_out:
            console.print(
                f"Not in the backup, to be put back by hand: {', '.join(done.manifest.left_out)}",
                soft_wrap=True,
            )

    show(answer, words=words)
