"""careloom record: one patient's record as of a day."""

from datetime import date

import click

from careloom import record
from careloom.cli.frame import as_of_option, careloom_command, open_pipeline, show


@careloom_command("record", short_help="One patient's record as of a day.")
@click.argument("patient")
@as_of_option
def command(patient: str, as_of: date) -> None:
    """Print the record of PATIENT (our id, or SYSTEM|VALUE of any identifier).

    Of merged patients any id gives the one record; `merged` then has the ids of all of them.
    """
    pipeline = open_pipeline()
    found = pipeline.find(patient)
    answer = record.to_json(pipeline.record("operator", found, as_of))
    people = pipeline.store.sameness.clusters((found,)).people(found)
    show({**answer, "merged": list(people)} if len(people) > 1 else answer)
