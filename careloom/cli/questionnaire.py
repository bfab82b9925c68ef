"""careloom questionnaire: what is asked before a first visit, as FHIR."""

import click

from careloom.cli.frame import careloom_command, open_pipeline, show


@careloom_command("questionnaire", short_help="What is asked before a first visit, as FHIR R4.")
@click.argument("patient")
def command(patient: str) -> None:
    """Print a Bundle with the Questionnaire for PATIENT and a QuestionnaireResponse in which what is known stands already.

    The answered QuestionnaireResponse is read as every message is (careloom connect).
    """
    pipeline = open_pipeline()
    show(pipeline.first_visit.form("operator", pipeline.find(patient)))
