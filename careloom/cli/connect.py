"""careloom connect: read files and folders into the store."""

from pathlib import Path

import click
from rich.console import Console

from careloom.cli.frame import careloom_command, open_pipeline, progress, show
from careloom.connect import READERS, TABLE
from careloom.errors import InputError
from careloom.pipeline import Report
from careloom.pipeline.arrivals import files

AT_ONCE = 20
# So many bytes come in bulk: a record of theirs may be as large.
BULK = 50_000_000
FORMATS = ", ".join(f"{name}:MAPPING" if f"{name}:" == TABLE else name for name in READERS)


@careloom_command("connect", short_help="Read files and folders of any format that we know.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--source", metavar="NAME", help="The name under which the site knows the sender.")
@click.option(
    "--format",
    "format_",
    metavar="F",
    help=f"{FORMATS} (default: by content).",
)
@click.option(
    "--map",
    "mapping",
    metavar="FILE.toml",
    type=click.Path(path_type=Path),
    help="Read tables by this mapping (else by the mapping whose columns they have).",
)
def command(paths: tuple[Path, ...], source: str | None, format_: str | None, mapping: Path | None) -> None:
    """Read PATHS into the store. What can't be read is kept, named, and makes the command exit with 65."""
    found = files(paths)
    pipeline = open_pipeline()
    with progress("Reading", len(found)) as step:
        report = pipeline.connect(found, source=source, format=format_, mapping=mapping, step=step)
    # A few at once, so that whoever opens the panel next sees what can't wait; the rest, and what came in bulk, is a worker's.
    if sum(one.stat().st_size for one in found if one.exists()) < BULK:
        pipeline.standing.keep_up(AT_ONCE)
    show(answer(report), words=lambda console: words(report, console))
    if report.rejected:
        raise click.exceptions.Exit(InputError.exit_code)


def answer(report: Report) -> dict[str, object]:
    """The command's contract."""
    return {
        "messages": report.messages,
        "entries": report.entries,
        "duplicates": report.duplicates,
        "patients": list(report.patients),
        "rejected": report.rejected,
        "not_understood": dict(report.unknown),
        "deleted": report.deleted,
        "sections": {name: dict(counts) for name, counts in sorted(report.sections.items())},
    }


def words(report: Report, console: Console) -> None:
    """The same for a person."""
    console.print(
        f"{report.messages} messages read, {report.entries} new entries for {len(report.patients)} patients; "
        f"{report.duplicates} files were known already."
    )
    if report.deleted:
        console.print(f"  deleted at their source: {report.deleted}")
    for kind, count in sorted(report.unknown.items()):
        console.print(f"  kept but not understood: {kind} × {count}")
    for name, counts in sorted(report.sections.items()):
        told = ", ".join(f"{count} {key}" for key, count in counts.items() if key != "entries")
        console.print(f"  section {name}: {counts['entries']} entries ({told})")
    for one in report.rejected:
        place = f" at {one['where']}" if one["where"] else ""
        console.print(f"  rejected: {one['path']}{place}: {one['reason']}", soft_wrap=True)
