"""careloom tasks: signed activities, and what becomes of each."""

from datetime import date
from typing import cast

import click
from rich.console import Console
from rich.table import Table

from careloom.care.task import REASONS, Task, TaskStatus
from careloom.cli.decide import acting
from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.pipeline import Pipeline

WORDS = {"begun": "in-progress", "done": "completed", "not-done": "cancelled"}


@careloom_command("tasks", short_help="Signed activities, and what becomes of each.")
@click.argument("task", required=False)
@click.argument("word", required=False, type=click.Choice([*WORDS, "take-back"]))
@click.option(
    "--patient", metavar="PATIENT", help="This patient's, done ones too (default: what is open of everybody)."
)
@click.option(
    "--why", metavar="TEXT", default="", help=f"Why it is not done: {', '.join(REASONS)}, or words."
)
@click.option("--as", "as_user", metavar="USER", help="Act as this user (demo homes alone).")
def command(task: str | None, word: str | None, patient: str | None, why: str, as_user: str | None) -> None:
    """List what is to be done; or say of TASK that it is begun, done or not-done (with --why), or take your last word back."""
    if (task is None) != (word is None):
        raise click.UsageError("name a TASK and say begun, done, not-done or take-back")
    pipeline = open_pipeline()
    if task is None or word is None:
        found = (
            pipeline.tracking.of("operator", pipeline.find(patient))
            if patient
            else pipeline.tracking.open("operator")
        )
    else:
        actor = pipeline.store.users.reviewer(acting(pipeline.settings, as_user))
        if word == "take-back":
            found = (pipeline.tracking.take_back(actor, task),)
        else:
            found = (pipeline.tracking.say(actor, task, cast(TaskStatus, WORDS[word]), why),)
    show(
        {"tasks": [task_json(one, pipeline.today) for one in found]},
        words=lambda console: _words(pipeline, found, console),
    )


def task_json(task: Task, today: date) -> dict[str, object]:
    """A task as the contract prints it; status is FHIR's TaskStatus."""
    return {
        "id": task.id,
        "patient": task.said.patient,
        "text": task.text,
        "owner": task.owner,
        "due": task.due.isoformat() if task.due else None,
        "late": task.late(today),
        "status": task.said.status,
        "why": task.said.why,
        "by": task.said.who,
        "at": task.said.at.isoformat(timespec="seconds"),
    }


def _words(pipeline: Pipeline, tasks: tuple[Task, ...], console: Console) -> None:
    if not tasks:
        console.print("Nothing is to be done. Activities appear here when somebody signs a care plan.")
        return
    people = pipeline.store.patients.labels({one.said.patient for one in tasks})
    table = Table("task", "patient", "whose", "by", "stands", "what", box=None)
    for one in tasks:
        name, _, _ = people.get(one.said.patient, ("", "", ""))
        late = " late" if one.late(pipeline.today) else ""
        table.add_row(
            f"{one.said.proposal[:8]}-{one.said.statement}",
            name,
            one.owner.replace("_", " "),
            f"{one.due or ''}{late}",
            " ".join((one.said.status, one.said.why)).strip(),
            one.text,
        )
    console.print(table)
