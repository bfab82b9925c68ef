"""careloom rejected: what could not be read, where and why; correct it, set it aside, read it again."""

from pathlib import Path

import click
from rich.console import Console

from careloom.cli.connect import answer, words
from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.errors import InputError
from careloom.pipeline import Report
from careloom.pipeline.dead_letters import DeadLetter, DeadLetters

ACTOR = "operator"


@careloom_command("rejected", short_help="What could not be read, where and why; correct it or set it aside.")
@click.option("--save", metavar="ID", help="Write the message to --to as it came.")
@click.option("--to", type=click.Path(path_type=Path), help="Where --save writes.")
@click.option("--correct", metavar="ID", help="Take in --with in this message's place.")
@click.option(
    "--with",
    "with_",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The corrected file.",
)
@click.option(
    "--part", is_flag=True, help="The file holds only what was rejected; the rest stays as it was read."
)
@click.option("--again", metavar="ID", help="Read this one once more.")
@click.option("--set-aside", "set_aside", metavar="ID", help="Nothing needs to be done about this one.")
@click.option("--take-back", "take_back", metavar="ID", help="Put one that was set aside back on the list.")
@click.option("--why", default="", help="The reason, with --correct and --set-aside.")
def command(
    save: str | None,
    to: Path | None,
    correct: str | None,
    with_: Path | None,
    part: bool,
    again: str | None,
    set_aside: str | None,
    take_back: str | None,
    why: str,
) -> None:
    """List what is kept but could not be read, and do something about it.

    ID is a message's id as listed, or its first digits. `careloom replay` reads everything again.
    """
    asked = [one for one in (save, correct, again, set_aside, take_back) if one is not None]
    if len(asked) > 1:
        raise click.UsageError("one of --save, --correct, --again, --set-aside, --take-back at a time")
    letters = open_pipeline().dead_letters
    report: Report | None = None
    if save is not None:
        _save(letters, save, to)
    elif correct is not None:
        if with_ is None:
            raise click.UsageError("--correct needs --with FILE")
        report = letters.correct(ACTOR, correct, with_.read_bytes(), why=why, part=part)
    elif again is not None:
        report = letters.again(ACTOR, again)
    elif set_aside is not None:
        letters.set_aside(ACTOR, set_aside, why=why)
    elif take_back is not None:
        letters.take_back(ACTOR, take_back)
    if report is not None:
        found = report
        show(answer(found), words=lambda console: words(found, console))
        if report.rejected:
            raise click.exceptions.Exit(InputError.exit_code)
        return
    rows = letters.all()
    show(
        {"rejected": [row for one in rows for row in _rows(one)]}, words=lambda console: _words(rows, console)
    )


def _save(letters: DeadLetters, message: str, to: Path | None) -> None:
    if to is None:
        raise click.UsageError("--save needs --to FILE")
    with to.open("xb") as out:
        to.chmod(0o600)
        for chunk in letters.body(ACTOR, message):
            out.write(chunk)


def _rows(letter: DeadLetter) -> list[dict[str, object]]:
    return [
        {
            "message": letter.message,
            "path": letter.name,
            "source": letter.source,
            "format": letter.format,
            "received": letter.received,
            "where": one.where,
            "reason": one.reason,
            "error": one.error,
        }
        for one in letter.rejected
    ]


def _words(letters: tuple[DeadLetter, ...], console: Console) -> None:
    for one in letters:
        console.print(f"{one.message[:12]}  {one.name}  from {one.source}", soft_wrap=True, markup=False)
        for rejection in one.rejected:
            place = f"{rejection.where}: " if rejection.where else ""
            console.print(f"    {place}{rejection.reason}", soft_wrap=True, markup=False)
    if not letters:
        console.print("Everything that came could be read, or was settled.")
