"""careloom record: one patient's record as of a day."""

from datetime import date

import click

from careloom import record
from careloom.cli.frame import as_of_option, careloom_command, open_pipeline, show


@careloom_command("record", short_help="One patient's record as of a day.")
@click.argument("patient")
@as_of_option
def command(patient: str, as_of: date) -> None:
    """Print the record of PATIENT (our id, or SYSTEM|VALUE of any identifier)."""
    pipeline = open_pipeline()
    show(record.to_json(pipeline.record("operator", pipeline.find(patient), as_of)))
