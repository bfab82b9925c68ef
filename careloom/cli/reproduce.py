"""careloom reproduce: a past draft as it was made, the same draft made anew, and one answer about it for whoever audits."""

from typing import Any

import click
from rich.console import Console

from careloom.care.registered import Part
from careloom.cli.frame import careloom_command, open_pipeline, show
from careloom.pipeline.reproducing import Reproduced
from careloom.pipeline.testifying import Testimony


@careloom_command("reproduce", short_help="A past draft, made anew; what isn't the same is said.")
@click.argument("draft")
@click.option(
    "--account",
    is_flag=True,
    help="Who signed it, on what, with which versions, and whether the log is whole; nothing is made anew.",
)
def command(draft: str, account: bool) -> None:
    """Show DRAFT (its id, or the first characters of it) as it was made, and make it anew from the entries and versions of then.

    Nothing is stored, and no model is asked: what it said then is kept.
    """
    pipeline = open_pipeline()
    if account:
        told = pipeline.testifying.of("operator", draft)
        show(account_json(told), words=lambda console: _account(told, console))
        return
    pipeline.store.audit.note("operator", "reproduce", what=pipeline.store.proposals.find(draft))
    made = pipeline.reproducing.reproduce(draft)
    show(as_json(made), words=lambda console: _words(made, console))


def as_json(made: Reproduced) -> dict[str, Any]:
    """A reproduction as the contract has it."""
    document = made.first.document
    return {
        "id": made.first.id,
        "kind": document.kind,
        "made": made.first.created.isoformat(),
        "as_of": document.as_of.isoformat(),
        "same": made.same,
        "why": list(made.why),
        "record_same": made.record_same,
        "lines": made.lines,
        "differ": [{"id": one.id, "then": one.then, "now": one.now} for one in made.differ],
        "findings_differ": list(made.findings_differ),
        "set": made.digest,
        "change": made.change,
        "parts": [{**_part(one.part), "here": one.here, "why": one.why} for one in made.parts],
    }


def account_json(told: Testimony) -> dict[str, Any]:
    """The answer for whoever audits, as the contract has it."""
    proposal = told.proposal
    return {
        "id": proposal.id,
        "kind": proposal.document.kind,
        "made": proposal.created.isoformat(),
        "status": proposal.status,
        "filed": told.filed.isoformat() if told.filed else None,
        "taken_back": told.taken_back.at.isoformat() if told.taken_back else None,
        "decisions": [
            {
                "at": one.at.isoformat(),
                "action": one.action.value,
                "user": one.reviewer,
                "name": one.name,
                "role": one.role,
            }
            for one in told.decisions
        ],
        "lines": [
            {"id": one.id, "text": one.text, "signed_by": proposal.released.get(one.id)}
            for one in proposal.document.statements
        ],
        "sources": [
            {
                "system": one.system,
                "entries": one.entries,
                "messages": list(one.messages),
                "gone": list(one.gone),
            }
            for one in told.sources
        ],
        "set": told.digest,
        "set_whole": told.whole,
        "change": told.change,
        "parts": [
            {**_part(one.part), "first_seen": one.first_seen.isoformat(), "release": one.release}
            for one in told.parts
        ],
        "held": [{"since": one.at.isoformat(), "everybody": not one.patient} for one in told.held],
        "audit": dict(told.chain),
        "missing": list(told.missing),
    }


def _part(one: Part) -> dict[str, Any]:
    return {"kind": one.kind.value, "name": one.name, "version": one.version, "sha256": one.sha256}


def _words(made: Reproduced, console: Console) -> None:
    document = made.first.document
    console.print(f"{document.kind} {made.first.id}, made {made.first.created:%Y-%m-%d %H:%M} UTC")
    console.print(f"Made with {len(made.parts)} parts, together {made.digest[:16] or 'not registered'}.")
    for line in document.statements:
        console.print(f"  {line.text}", markup=False, soft_wrap=True)
    if made.same:
        console.print(
            f"Made anew it is the same: {made.lines} lines, word for word, with the very same parts."
        )
        return
    console.print("Made anew it is not shown to be the same:")
    for one in made.why:
        console.print(f"  {one}", markup=False, soft_wrap=True)
    for other in made.differ:
        console.print(f"  then: {other.then or '(not there)'}", markup=False, soft_wrap=True)
        console.print(f"  now:  {other.now or '(not there)'}", markup=False, soft_wrap=True)


def _account(told: Testimony, console: Console) -> None:
    proposal = told.proposal
    console.print(f"{proposal.document.kind} {proposal.id}, made {proposal.created:%Y-%m-%d %H:%M} UTC")
    console.print(f"In the chart since {told.filed:%Y-%m-%d %H:%M}." if told.filed else "Not in the chart.")
    if told.taken_back:
        console.print(f"Taken back {told.taken_back.at:%Y-%m-%d %H:%M}.")
    for one in told.decisions:
        console.print(f"  {one.at:%Y-%m-%d %H:%M} {one.action.value}: {one.name or one.reviewer}, {one.role}")
    for source in told.sources:
        console.print(f"  {source.entries} entries of {source.system}, {len(source.messages)} messages")
    for part in told.parts:
        console.print(
            f"  {part.part.kind.value} {part.part.name} {part.part.version} {part.part.sha256}",
            soft_wrap=True,
        )
    console.print(f"Together {told.digest or 'not registered'}.")
    console.print("The audit log is whole." if told.chain["ok"] else "The audit log's chain is BROKEN.")
    for hold in told.held:
        console.print(f"A legal hold is in force since {hold.at:%Y-%m-%d}.")
    for words in told.missing:
        console.print(words)
