"""careloom identity: which rows of a table are of one person."""

from pathlib import Path

import click
from rich.console import Console

from careloom.cli.frame import careloom_command, settings, show
from careloom.pipeline.mappings import mapping_of
from careloom.pipeline.matching import match


@careloom_command("identity", short_help="Say which rows of a table are of one person (docs/identity.md).")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--map",
    "mapping",
    required=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="What the columns mean; [person] of a mapping is enough (docs/mappings.md).",
)
@click.option("--id", "column", required=True, metavar="COLUMN", help="The column that names each row.")
def command(file: Path, mapping: Path, column: str) -> None:
    """Group the rows of FILE by person. Nothing is stored; rows at which a person must look are told in pairs."""
    found = match(file, mapping_of(mapping, people=True), column, settings().zone)

    def words(console: Console) -> None:
        rows = sum(len(one) for one in found.clusters)
        console.print(f"{rows} rows of {len(found.clusters)} people.")
        for several in (one for one in found.clusters if len(one) > 1):
            console.print(f"  one person: {', '.join(several)}", soft_wrap=True, markup=False)
        for one, other in found.uncertain:
            console.print(f"  look: {one}, {other}", soft_wrap=True, markup=False)

    show(
        {
            "clusters": [list(one) for one in found.clusters],
            "uncertain": [list(one) for one in found.uncertain],
        },
        words=words,
    )
