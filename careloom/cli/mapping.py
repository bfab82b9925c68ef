"""careloom mapping: propose, try and list the mappings by which a site's tables are read."""

from pathlib import Path

import click
from rich.console import Console

from careloom.cli.frame import careloom_command, settings, show
from careloom.connect.tables.propose import propose
from careloom.errors import ConfigError, InputError
from careloom.pipeline.mappings import Mappings, mapping_of
from careloom.pipeline.trying import attempt

HEAD = 1 << 20


@click.group("mapping", short_help="How a site's own tables (CSV) are read: propose, check, list.")
def command() -> None:
    """Mappings of tables (docs/mappings.md)."""


@careloom_command("propose", short_help="Propose a mapping from a file's header and first rows.")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--kind", default="", metavar="KIND", help="FHIR resource type of its entries (default: by columns)."
)
def propose_command(file: Path, kind: str) -> None:
    """Print a mapping for FILE with a comment wherever it is not sure. It holds no value of the file."""
    with file.open("rb") as body:
        text = propose(body.read(HEAD), kind)
    unsure = [line.strip("# ") for line in text.splitlines() if "not sure" in line.lower()]
    show({"mapping": text, "unsure": unsure}, words=lambda _: click.echo(text, nl=False))


@careloom_command("check", short_help="Try a mapping on a file; nothing is stored.")
@click.argument("mapping", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def check_command(mapping: Path, file: Path) -> None:
    """Say what would come of FILE by MAPPING: entries by kind, people, rejections. Exits 65 where any is rejected."""
    trial = attempt(mapping_of(mapping), file, settings().zone)

    def words(console: Console) -> None:
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(trial.kinds.items())) or "no entries"
        console.print(f"{kinds} of {len(trial.people)} people; {trial.rejected} rows rejected.")
        for what, count in sorted(trial.unknown.items()):
            console.print(f"  counted, not read: {what} × {count}", soft_wrap=True)
        for one in trial.first:
            console.print(f"  rejected: {one['where']}: {one['reason']}", soft_wrap=True)

    show(
        {
            "entries": dict(trial.kinds),
            "patients": len(trial.people),
            "rejected": trial.rejected,
            "first_rejected": trial.first,
            "not_understood": dict(trial.unknown),
        },
        words=words,
    )
    if trial.rejected:
        raise click.exceptions.Exit(InputError.exit_code)


@careloom_command("list", short_help="The mappings in force.")
def list_command() -> None:
    """List the mappings in force with their columns, and those that have a mistake."""
    found = settings()
    known = Mappings.of(found.mappings or found.home / "mappings", found.home / "mappings" / "kept")
    rows = [
        {
            "name": one.name,
            "title": one.title,
            "digest": one.digest,
            "kinds": list(dict.fromkeys(made.kind for made in one.entries)),
            "columns": sorted(map(str, one.columns)),
        }
        for one in known
    ]

    def words(console: Console) -> None:
        for one in known:
            kinds = ", ".join(dict.fromkeys(made.kind for made in one.entries))
            console.print(f"{one.name}: {one.title or kinds} ({len(one.columns)} columns)", soft_wrap=True)
        for problem in known.problems.values():
            console.print(f"not in force: {problem}", soft_wrap=True)

    show({"mappings": rows, "problems": list(known.problems.values())}, words=words)
    if known.problems:
        raise ConfigError("some mappings have a mistake")


for one in (propose_command, check_command, list_command):
    command.add_command(one)
