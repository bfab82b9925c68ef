"""careloom deidentify: a text without identifiers, and where each of them stood."""

from pathlib import Path

import click

from careloom.cli import text
from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.pipeline.scrubbing import known_of
from careloom.privacy.scrub import scrub

MOST_BYTES = 4 << 20


@careloom_command("deidentify", short_help="Take identifiers out of a text (Safe Harbor's 18 kinds).")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--patient", help="Whose text it is: what the record knows of them is taken out too.")
@click.option("--mode", type=click.Choice(["safe-harbor"]), default="safe-harbor", show_default=True)
def command(file: Path, patient: str | None, mode: str) -> None:
    """Print the text of FILE ("-" for standard input) with a mark in each identifier's place.

    With --patient everything that the record knows of them goes (names in every spelling, numbers, days, addresses,
    relatives), then what looks like an identifier. Without it a name that nothing tells stays. Read what is left before
    it leaves the building: no list is complete.
    """
    del mode
    said = text.read(file, MOST_BYTES)
    knows = []
    if patient is not None:
        pipeline = open_pipeline()
        found = pipeline.find(patient)
        knows.append(known_of(pipeline.store, found, pipeline.record("operator", found)))
    scrubbed = scrub(said, knows)
    spans = [{"start": one.start, "end": one.end, "kind": one.kind} for one in scrubbed.spans]
    show(
        {"text": scrubbed.text, "spans": spans},
        words=lambda console: console.print(scrubbed.text, soft_wrap=True, markup=False, end=""),
    )
