"""careloom print: a document as a PDF, with its citations as footnotes."""

import os
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import click
from django.conf import settings as django_settings
from django.utils.module_loading import import_string

from careloom.cli.decide import acting
from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.errors import InputError
from careloom.pipeline.shown import Printer


@careloom_command("print", short_help="A document as a PDF, with its citations as footnotes.")
@click.argument("proposal")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Where to write it (default: its kind and id, here). A file that is there is left alone.",
)  # fmt: skip
@click.option("--as", "as_user", metavar="USER", help="Act as this user (demo homes alone).")
def command(proposal: str, out: Path | None, as_user: str | None) -> None:
    """Write document PROPOSAL as a PDF, as the page's link PDF does, for the holder of $CARELOOM_TOKEN; nobody else can read the file."""
    pipeline = open_pipeline()
    actor = pipeline.store.users.reviewer(acting(pipeline.settings, as_user))
    found = pipeline.review(actor, pipeline.store.proposals.find(proposal))
    # What sets a page is a room beside this one; the site's settings name it, as they name its addresses.
    printer = cast(Printer, import_string(django_settings.CARELOOM_PRINTER))
    now = pipeline.clock().astimezone(ZoneInfo(pipeline.settings.zone))
    name, body = printer(found, now, pipeline.settings.fonts)
    where = out or Path(name)
    write(where, body)
    about = found.proposal.document.patient
    pipeline.store.audit.note(actor.user, "export document", patient=about, what=found.proposal.id)
    answer = {
        "proposal": found.proposal.id,
        "kind": found.proposal.document.kind,
        "status": found.proposal.status,
        "file": str(where),
        "bytes": len(body),
    }
    show(answer, words=lambda console: console.print(f"{where}  {len(body)} bytes", markup=False))


def write(where: Path, body: bytes) -> None:
    """A file that nobody else can read. Raises InputError where there is one already, or it can't be written."""
    try:
        out = os.fdopen(os.open(where, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except FileExistsError:
        raise InputError("there is a file of that name already", where=str(where)) from None
    except OSError as error:
        raise InputError(f"it can't be written: {error.strerror}", where=str(where)) from None
    with out:
        out.write(body)
