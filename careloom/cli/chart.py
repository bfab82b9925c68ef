"""careloom chart: what is in a patient's chart, as FHIR."""

import click

from careloom.cli.frame import careloom_command, open_pipeline, show


@careloom_command("chart", short_help="What is in a patient's chart, as FHIR R4.")
@click.argument("patient")
@click.option("--fhir", is_flag=True, help="A FHIR R4 Bundle (the only form so far).")
def command(patient: str, fhir: bool) -> None:
    """Print the chart of PATIENT as a FHIR R4 Bundle."""
    del fhir
    pipeline = open_pipeline()
    show(pipeline.chart("operator", pipeline.find(patient)))
