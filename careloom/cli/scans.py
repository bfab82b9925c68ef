"""careloom scans: what a machine read off images and a person must confirm."""

from pathlib import Path

import click
from rich.console import Console

from careloom.care.document import Reviewer
from careloom.cli.decide import acting
from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.pipeline.scans import ToConfirm


@careloom_command("scans", short_help="What was read off scans and waits to be confirmed.")
@click.option("--right", metavar="ENTRY", help="It stands on the picture as it was read.")
@click.option("--wrong", metavar="ENTRY", help="It does not.")
@click.option("--picture", metavar="ENTRY", help="Write the picture of its page to --to.")
@click.option("--to", type=click.Path(path_type=Path), help="Where --picture writes (PNG).")
@click.option("--as", "as_user", metavar="USER", help="Act as this user (demo homes alone).")
def command(
    right: str | None, wrong: str | None, picture: str | None, to: Path | None, as_user: str | None
) -> None:
    """List statements that optical recognition read off images; none counts before a person has confirmed it."""
    if sum(one is not None for one in (right, wrong, picture)) > 1:
        raise click.UsageError("one of --right, --wrong, --picture at a time")
    pipeline = open_pipeline()
    scans = pipeline.scans

    def who() -> Reviewer:
        return pipeline.store.users.reviewer(acting(pipeline.settings, as_user))

    if picture is not None:
        if to is None:
            raise click.UsageError("--picture needs --to FILE")
        found = scans.find(picture)
        to.write_bytes(scans.picture(who(), found.entry.id, found.pages[0]))
    for entry, is_right in ((right, True), (wrong, False)):
        if entry is not None:
            scans.confirm(who(), entry, right=is_right)
    rows = tuple(scans.waiting())
    show({"to_confirm": [_row(one) for one in rows]}, words=lambda console: _words(rows, console))


def _row(one: ToConfirm) -> dict[str, object]:
    entry = one.entry
    return {
        "patient": one.patient,
        "entry": entry.id,
        "kind": entry.kind,
        "quote": entry.detail.get("quote", ""),
        "pages": list(one.pages),
        "source": {
            "message": entry.source.message,
            "where": entry.source.where,
            "system": entry.source.system,
        },
    }


def _words(rows: tuple[ToConfirm, ...], console: Console) -> None:
    for one in rows:
        console.print(
            f"{one.entry.id[:12]}  {one.name}  {one.entry.source.where}: {one.entry.detail.get('quote', '')}",
            soft_wrap=True,
            markup=False,
        )
    if not rows:
        console.print("Nothing waits to be confirmed.")
