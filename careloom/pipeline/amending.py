"""Amending: a proposal with other words in some lines, checked and classed again; a changed line loses its signature, and the whole its own."""

from collections.abc import Mapping
from dataclasses import replace

from careloom import check, review
from careloom.care.document import ContentClass, Finding, Proposal, Tier
from careloom.care.record import PatientRecord
from careloom.care.texts import Site
from careloom.errors import InputError
from careloom.knowledge import Knowledge
from careloom.review.accepted import set_aside, with_causes
from careloom.review.decisions import with_whole


def amended(
    proposal: Proposal,
    edits: Mapping[str, str],
    record: PatientRecord,
    knowledge: Knowledge,
    by: tuple[Mapping[ContentClass, Tier], Site],
) -> Proposal:
    """The proposal with new texts; `by` are the site's own floors and what it says of itself. Raises InputError."""
    raised, house = by
    known = {line.id for line in proposal.document.statements}
    for line, text in edits.items():
        if line not in known:
            raise InputError("there is no such line", where=line)
        if not text.strip():
            raise InputError("an empty line is struck, not amended", where=line)
    statements = tuple(
        replace(line, text=edits[line.id].strip(), written_by="person", goal=None, activity=None)
        if line.id in edits and edits[line.id].strip() != line.text
        else line
        for line in proposal.document.statements
    )
    document = replace(proposal.document, statements=statements)
    findings, verdicts = check.examine(document, record, knowledge, house)
    again = review.propose(
        document,
        with_causes(findings, record),
        record,
        knowledge,
        proposal_id=proposal.id,
        created=proposal.created,
        verdicts=verdicts,
        raised=raised,
        site=house,
    )
    again = set_aside(again, {one.finding.cause: one for one in proposal.accepted})
    # Nothing lowers a tier: an amended line goes at least to whom it went before.
    before = {line.id: line.tier for line in proposal.document.statements}
    kept = tuple(replace(line, tier=max(line.tier, before[line.id])) for line in again.document.statements)
    again = replace(
        again, document=replace(again.document, statements=kept), tier=max(again.tier, proposal.tier)
    )
    new = replace(
        again,
        status=proposal.status,
        due=proposal.due,
        assigned_to=proposal.assigned_to,
        struck=proposal.struck,
        since=proposal.since,
        unchanged=tuple(line for line in proposal.unchanged if line not in edits),
        carried={line: origin for line, origin in proposal.carried.items() if line not in edits},
        sent_back={line: user for line, user in proposal.sent_back.items() if line not in edits},
        cosigned={line: user for line, user in proposal.cosigned.items() if line not in edits},
        released={line: user for line, user in proposal.released.items() if line not in edits},
        opened=tuple(dict.fromkeys((*proposal.opened, *edits))),
        coverage=None if document.demands.own_lines else check.coverage(record, knowledge),
    )
    return with_whole(proposal, new)


def key_of(finding: Finding) -> tuple[str, str, tuple[str, ...]]:
    """By what a finding is known again when a document is checked once more."""
    return finding.rule, finding.statement or "", tuple(sorted(finding.evidence))
