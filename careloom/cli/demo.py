"""careloom demo: the main job, end to end, on invented people."""

from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.text import Text

from careloom import jobs
from careloom.care.document import Proposal
from careloom.cli import proposal as contract
from careloom.cli import queue
from careloom.cli.frame import DEMO_MARKER, careloom_command, open_pipeline, progress, settings, show
from careloom.cli.user import licence_of
from careloom.demo import AS_OF, PEOPLE, SHOWN, STAFF
from careloom.errors import InputError, Refused
from careloom.pipeline import Pipeline
from careloom.pipeline.arrivals import files
from careloom.review.queue import in_order

# Model calls for each of thirteen plans: few, so that a newcomer sees the end on two cores.
CALLS = 1


@careloom_command("demo", short_help="The main job, end to end, on invented people.")
def command() -> None:
    """Load the demo people from all their sources, draft their plans, print the queue and one plan."""
    home = settings().home
    if home.exists() and any(home.iterdir()) and not (home / DEMO_MARKER).exists():
        raise Refused(f"{home} holds something else; the demo wants a home of its own")
    home.mkdir(parents=True, exist_ok=True)
    (home / DEMO_MARKER).touch()
    pipeline = open_pipeline()
    console = Console(stderr=True, highlight=False)
    _staff(pipeline)
    for source, folder in PEOPLE:
        found = files([folder])
        with progress(f"Reading {source}", len(found)) as step:
            report = pipeline.connect(found, source=source, step=step)
        for one in report.rejected:
            console.print(f"  kept, not read: {Path(one['path']).name}: {one['reason']}", soft_wrap=True)
    waiting = _draft(pipeline)
    shown = next((one for one in waiting if one.document.patient == _who(pipeline)), waiting[0])

    def words(out: Console) -> None:
        out.print(Text("\nThe review queue", style="bold"))
        queue.words(pipeline, waiting, out)
        out.print(Text("\nOne plan, with its citations and findings", style="bold"))
        contract.words(shown, out)
        out.print(
            "\nOpen the review desk:  make serve   then http://127.0.0.1:8000\n"
            + "".join(
                f"  sign in as {name} ({role.replace('_', ' ')}), password {password}\n"
                for name, role, password, _ in STAFF
            ),
            soft_wrap=True,
        )

    show({"proposals": [queue.row(one) for one in waiting], "plan": contract.to_json(shown)}, words=words)


def _staff(pipeline: Pipeline) -> None:
    for name, role, password, licence in STAFF:
        try:
            pipeline.store.users.reviewer(name)
        except InputError:
            pipeline.store.users.create(name, role=role, password=password, licence=licence_of(licence))


def _draft(pipeline: Pipeline) -> tuple[Proposal, ...]:
    """Draft in a worker, in the background of this command, with a bar for whoever waits."""
    day = AS_OF.isoformat()
    patients = sorted(pipeline.store.patients.all())
    settings = replace(pipeline.settings, model_calls=CALLS)
    fresh = [
        patient
        for patient in patients
        if jobs.enqueue(
            pipeline.settings, "draft", f"draft:{patient}:{day}", {"patient": patient, "as_of": day}
        )
    ]
    with progress("Drafting", len(fresh)) as step:
        # What is due by itself is worked on, too, and is no draft.
        jobs.work(settings, until_empty=True, progress=lambda kind: step(int(kind == "draft")))
    return in_order(pipeline.store.proposals.waiting())


def _who(pipeline: Pipeline) -> str:
    return pipeline.find(SHOWN)
