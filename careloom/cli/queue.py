"""careloom queue: what waits for a person."""

from collections import Counter

from rich.console import Console
from rich.table import Table

from careloom.care.document import Proposal, Severity
from careloom.cli.frame import as_of_option, careloom_command, open_pipeline, show
from careloom.pipeline import Pipeline
from careloom.review.queue import in_order


@careloom_command("queue", short_help="What waits for a person.")
@as_of_option
def command(as_of: object) -> None:
    """List the proposals that wait, those due soonest first."""
    del as_of  # a queue is as it is now; the option stands for the contract's sake
    pipeline = open_pipeline()
    proposals = in_order(pipeline.store.proposals.waiting())
    pipeline.store.audit.note("operator", "read", what="queue")
    show(
        {"proposals": [row(one) for one in proposals]},
        words=lambda console: words(pipeline, proposals, console),
    )


def row(proposal: Proposal) -> dict[str, object]:
    """One row of the contract."""
    found = Counter(finding.severity.value for finding in proposal.findings)
    return {
        "id": proposal.id,
        "patient": proposal.document.patient,
        "kind": proposal.document.kind,
        "tier": proposal.tier.word,
        "assigned_to": proposal.assigned_to,
        "due": proposal.due.isoformat(timespec="seconds") if proposal.due else None,
        "findings": {severity.value: found[severity.value] for severity in Severity},
    }


def words(pipeline: Pipeline, proposals: tuple[Proposal, ...], console: Console) -> None:
    """The queue for a person."""
    if not proposals:
        console.print("Nothing waits.")
        return
    people = pipeline.store.patients.labels({one.document.patient for one in proposals})
    table = Table("proposal", "patient", "born", "signs", "due", "high", "mod.", "why now", box=None)
    for one in proposals:
        found = Counter(finding.severity.value for finding in one.findings)
        lines = {line.id: line.text for line in one.document.statements}
        why = next((lines[top] for top in one.document.top if top in lines), "")
        name, born, _ = people.get(one.document.patient, ("", "", ""))
        table.add_row(
            one.id[:8],
            name,
            born,
            one.tier.word,
            f"{one.due:%d %b %H:%M}" if one.due else "",
            str(found["high"] or ""),
            str(found["moderate"] or ""),
            why,
        )
    console.print(table)
