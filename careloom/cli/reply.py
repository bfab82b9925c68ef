"""careloom reply: take in what a patient wrote back; list what nobody has read."""

from pathlib import Path
from typing import cast

import click
from rich.console import Console

from careloom.care.sending import CHANNELS, Channel
from careloom.care.urgent import Reply
from careloom.cli.frame import careloom_command, open_pipeline, show


@careloom_command("reply", short_help="Take in what a patient wrote back; list what nobody has read.")
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--text", default=None, help="The reply itself, instead of a file.")
@click.option("--patient", default="", help="Whose it is: our id, or SYSTEM|VALUE.")
@click.option(
    "--sending", "key", default="", help="The key of the message that it answers, as the outbox names it."
)
@click.option("--channel", type=click.Choice(CHANNELS), default="text", show_default=True)
def command(file: Path | None, text: str | None, patient: str, key: str, channel: str) -> None:
    """Take in FILE (a text; of e-mail the letter as it came, .eml) or --text; with neither, list what nobody has read."""
    pipeline = open_pipeline()
    replying = pipeline.replying
    if file is not None and text is not None:
        raise click.UsageError("FILE or --text, not both")
    rows: tuple[Reply, ...] = ()
    if file is not None and file.suffix == ".eml":
        found = replying.take_letter(file.read_bytes())
        rows = (found,) if found else ()
    elif file is not None or text is not None:
        body = file.read_bytes() if file is not None else (text or "").encode()
        rows = (replying.take(body, cast(Channel, channel), patient=patient, key=key),)
    else:
        rows = pipeline.store.replies.waiting()
    show({"replies": [_row(one) for one in rows]}, words=lambda console: _words(rows, console))


def _row(one: Reply) -> dict[str, object]:
    return {
        "id": one.id,
        "patient": one.patient,
        "channel": one.channel,
        "kind": one.kind,
        "language": one.language,
        "at": one.at,
        "message": one.message,
    }


def _words(rows: tuple[Reply, ...], console: Console) -> None:
    for one in rows:
        language = one.language or "language unknown: a person finds out what it says"
        said = f"{one.id[:8]}  {one.at:%Y-%m-%d %H:%M} UTC  {one.channel}  {one.kind}  ({language})"
        console.print(said, soft_wrap=True, markup=False)
    if not rows:
        console.print("No reply waits for a person.")
