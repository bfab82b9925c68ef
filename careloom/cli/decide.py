"""careloom decide: approve, amend, return or reject a proposal."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console

from careloom.care.document import Action, Document, Proposal, Severity, Statement
from careloom.cli import check
from careloom.cli import proposal as contract
from careloom.cli.frame import careloom_command, open_pipeline, show, wants_json
from careloom.cli.tokens import holder
from careloom.errors import InputError, NotApproved, Refused
from careloom.pipeline import Review
from careloom.review.decisions import asks_whole, ready_to_file, waiting
from careloom.review.vigilance import hers, unanswered
from careloom.settings import Settings

# Lines are sent back one by one on the page, where they are read; undo is a command of its own.
ACTIONS = [one.value for one in (Action.APPROVE, Action.AMEND, Action.RETURN, Action.REJECT)]


@careloom_command("decide", short_help="Approve, amend, return or reject a proposal.")
@click.argument("proposal_id", metavar="ID")
@click.argument("action", type=click.Choice(ACTIONS))
@click.option(
    "--reason",
    metavar="TEXT",
    default="",
    help="Why; needed to return or reject, and kept of drafted lines that are struck.",
)
@click.option(
    "--document", type=click.Path(path_type=Path), help="The proposal's JSON with the changed texts."
)
@click.option("--as", "as_user", metavar="USER", help="Act as this user (demo homes alone).")
@click.option(
    "--yes",
    "yes",
    multiple=True,
    metavar="STATEMENT",
    help="Your yes to an uncertain line; may be given again.",
)
@click.option(
    "--line", "lines", multiple=True, metavar="STATEMENT", help="Count only these folded lines as opened."
)
def command(
    proposal_id: str,
    action: str,
    reason: str,
    document: Path | None,
    as_user: str | None,
    lines: tuple[str, ...],
    yes: tuple[str, ...],
) -> None:
    """Decide on proposal ID as the holder of $CARELOOM_TOKEN.

    The lines to be signed and the high findings are printed, so all of them count as opened, unless --line names some lines. `amend` takes
    changed texts (and leaves out lines that are gone from the file), checks and classes them again, and
    signs nothing; `approve` signs the lines that your licence reaches. An uncertain line asks for a yes of its own, at the terminal or by
    --yes; without it that line stays unsigned.
    """
    pipeline = open_pipeline()
    user = acting(pipeline.settings, as_user)
    actor = pipeline.store.users.reviewer(user)
    before = pipeline.store.proposals.get(pipeline.store.proposals.find(proposal_id))
    edits: dict[str, str] = {}
    struck: tuple[str, ...] = ()
    if document is not None:
        edits, struck = changes(before, check.read(document))
    elif action == "amend":
        raise InputError("amend takes the changed texts with --document FILE")
    every = tuple(line.id for line in before.document.statements)
    opened = lines or every
    found = pipeline.review(actor, before.id) if action == "approve" else None
    unsure = _without_yes(found, yes) if found is not None else ()
    after = pipeline.decide(
        actor,
        before.id,
        Action(action),
        statements=_sure(found, opened, unsure) if found is not None and unsure else (),
        edits=edits,
        struck=struck,
        opened=opened,
        reason=reason,
        feedback=_learned(before, struck, reason),
    )

    def words(console: Console) -> None:
        for finding in before.findings if action == "approve" else ():
            if finding.severity is Severity.HIGH:
                console.print(f"  high: {finding.message}", soft_wrap=True)
        for line in after.document.statements:
            if after.released.get(line.id) == actor.user and before.released.get(line.id) != actor.user:
                console.print(f"  signed: {line.text}", soft_wrap=True)
        for line in unsure:
            console.print(f"  not signed, it asks for your --yes {line.id}: {line.text}", soft_wrap=True)
        console.print(f"{action}: {after.status}. {what_waits(after)}")

    show(answer(after) | {"asks": [line.id for line in unsure]}, words=words)


def _learned(before: Proposal, struck: Sequence[str], reason: str) -> dict[str, str]:
    """What is kept to improve the drafts of the drafted lines that are struck; nothing where no reason is given."""
    lines = [one for one in before.document.statements if one.id in struck and one.written_by != "person"]
    if not lines or not reason.strip():
        return {}
    return {
        "words": reason,
        "statement": ", ".join(one.id for one in lines),
        "text": "\n".join(one.text for one in lines),
    }


def _without_yes(found: Review, yes: tuple[str, ...]) -> tuple[Statement, ...]:
    """The uncertain lines of hers that have no yes; at a terminal she is asked. Raises InputError for a yes to any other line."""
    asking = unanswered(found.proposal, found.may, found.doubts, found.progress)
    if unknown := set(yes) - found.doubts.keys():
        raise InputError("no line of this id asks for a yes", where=", ".join(sorted(unknown)))
    left = tuple(line for line in asking if line.id not in yes)
    if wants_json() or not sys.stdin.isatty():
        return left
    return tuple(line for line in left if not click.confirm(f"{line.text}\n  {found.doubts[line.id]} Yes?"))


def _sure(found: Review, opened: Sequence[str], unsure: Sequence[Statement]) -> tuple[str, ...]:
    """The lines of hers that were opened and don't wait for a yes. Raises NotApproved where none is left."""
    read = replace(found.proposal, opened=tuple(dict.fromkeys((*found.proposal.opened, *opened))))
    waits = {line.id for line in unsure}
    sure = tuple(line.id for line in hers(read, found.may) if line.id not in waits)
    if not sure:
        raise NotApproved(f"each line that is yours asks for your yes first: {', '.join(sorted(waits))}")
    return sure


def what_waits(after: Proposal) -> str:
    """What a proposal still waits for, in one sentence."""
    if after.status != "draft":
        return "It is filed in the chart." if after.status == "active" else "It waits for nobody."
    left = len(waiting(after))
    if not left and asks_whole(after):
        return "A physician still signs the whole, for a finding that no line tells."
    if ready_to_file(after):
        return "Every line is signed; a second reader must agree before it is filed."
    return f"{left} {'line waits' if left == 1 else 'lines wait'}."


def answer(after: Proposal) -> dict[str, object]:
    """A proposal after a decision: the contract's, with who signed which line and what is struck."""
    return contract.to_json(after) | {"released": dict(after.released), "struck": list(after.struck)}


def acting(settings: Settings, as_user: str | None) -> str:
    """The user name under which somebody decides: the token's holder, or --as in a demo home. Raises Refused."""
    if as_user is not None:
        if not settings.demo:
            raise Refused("--as works in demo homes alone; elsewhere sign in with $CARELOOM_TOKEN")
        return as_user
    if not settings.token:
        raise Refused("set $CARELOOM_TOKEN (careloom user token NAME)")
    return holder(settings.token)


def changes(before: Proposal, given: Document | str) -> tuple[dict[str, str], tuple[str, ...]]:
    """Which texts differ, and which lines are gone. Raises InputError for lines that were never there."""
    if isinstance(given, str):
        raise InputError("--document takes the proposal's JSON")
    old = {line.id: line.text for line in before.document.statements}
    new = {line.id: line.text for line in given.statements}
    if unknown := sorted(set(new) - set(old)):
        raise InputError("there is no such line", where=", ".join(unknown))
    edits = {line: text for line, text in new.items() if text.strip() != old[line].strip()}
    return edits, tuple(line for line in old if line not in new)
