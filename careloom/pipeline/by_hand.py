"""By hand: a line that somebody typed into a document without a draft.

Takes    the document, the line as it was typed, and the entries of its record as they were when it was begun
Gives    the line with its id, as nobody has checked it yet
Never    writes or words anything itself, or lets a line in that no section of its kind holds
"""

import hashlib
from collections.abc import Container, Sequence
from dataclasses import replace

from careloom import draft
from careloom.care.document import Decision, Proposal, Statement, Tier
from careloom.care.kinds import CARE_PLAN
from careloom.errors import InputError, NotApproved
from careloom.review.undo import standing

# What a line of a care plan can be; of any other kind it tells something.
LINE_KINDS = ("fact", "concern", "goal", "activity")
LONGEST, MOST_LINES, MOST_CITED = 600, 300, 40


def is_blank(proposal: Proposal) -> bool:
    """Whether this was begun by hand and nothing stands in it: nobody's work yet."""
    return proposal.document.by_hand and not proposal.document.statements


def line_kinds(kind: str) -> tuple[str, ...]:
    """What a line of a document of this kind can be."""
    return LINE_KINDS if kind == CARE_PLAN else LINE_KINDS[:1]


def typed_line(proposal: Proposal, line: Statement, known: Container[str]) -> Statement:
    """The line, cleaned and named. Raises InputError in words for whoever typed it."""
    document = proposal.document
    text = " ".join(line.text.split())
    if not document.by_hand:
        raise InputError("lines are added to what is written by hand alone")
    if proposal.status != "draft":
        raise NotApproved(f"this document is {proposal.status}; nothing is added to it")
    if not text or len(text) > LONGEST:
        raise InputError(f"write a line of at most {LONGEST} characters", where="text")
    if line.section not in {one.id for one in draft.kind_of(document.kind).sections}:
        raise InputError("choose the part where it belongs", where="section")
    if line.kind not in line_kinds(document.kind):
        raise InputError("say what it is", where="kind")
    if len(document.statements) >= MOST_LINES or len(line.citations) > MOST_CITED:
        raise InputError("that is more than anybody reads", where="text")
    if any(one not in known for one in line.citations):
        raise InputError(
            "what it cites is not in the record as it was when this was begun; check it against the record as it is now",
            where="citations",
        )
    said = (proposal.id, str(len(document.statements)), line.section, text)
    named = hashlib.sha256("\x1f".join(said).encode()).hexdigest()[:16]
    if any(one.id == named for one in document.statements):
        raise InputError("this line stands there already", where="text")
    return replace(
        line,
        id=named,
        text=text,
        citations=tuple(dict.fromkeys(line.citations)),
        written_by="person",
        tier=Tier.AUTO,
    )


def with_empty(proposal: Proposal, line: Statement) -> Proposal:
    """The document with a place for the line: where its kind says its section, within one as they were typed."""
    order = draft.kind_of(proposal.document.kind).order
    lines = sorted(
        (*proposal.document.statements, replace(line, text="")), key=lambda one: order(one.section)
    )
    return replace(proposal, document=replace(proposal.document, statements=tuple(lines)))


def citing(proposal: Proposal, line: str, entry: str, known: Container[str], *, own: bool) -> Proposal:
    """The document with one more entry behind a line that a person wrote. Her `own` line is classed anew, as if she took it out and typed it
    with what it cites; any other keeps its tier at least. Raises InputError, and NotApproved for a line that is signed or struck."""
    old = next((one for one in proposal.document.statements if one.id == line), None)
    if old is None or old.written_by != "person":
        raise InputError("entries are cited anew by a line that a person wrote alone", where="line")
    if proposal.status != "draft" or line in proposal.released or line in proposal.struck:
        raise NotApproved(
            "a line that is signed or struck, or of a document that waits for nobody, stays as it is"
        )
    if entry not in known or entry in old.citations or len(old.citations) >= MOST_CITED:
        raise InputError("this entry can't be cited here", where="entry")
    new = replace(old, citations=(*old.citations, entry), tier=Tier.AUTO if own else old.tier)
    lines = tuple(new if one.id == line else one for one in proposal.document.statements)
    return replace(proposal, document=replace(proposal.document, statements=lines))


def own_lines(proposal: Proposal, decisions: Sequence[Decision], user: str) -> tuple[str, ...]:
    """Ids of the lines of a document by hand whose every word is this person's (a user's id), and that nobody signed or struck."""
    if not proposal.document.by_hand or proposal.status != "draft":
        return ()
    writers: dict[str, set[str]] = {}
    for decision in standing(decisions):
        for line in decision.edits:
            writers.setdefault(line, set()).add(decision.reviewer)
    return tuple(
        line.id
        for line in proposal.document.statements
        if writers.get(line.id) == {user}
        and line.id not in proposal.released
        and line.id not in proposal.struck
    )


def without(proposal: Proposal, line: str) -> Proposal:
    """The document without a line."""
    left = tuple(one for one in proposal.document.statements if one.id != line)
    return replace(proposal, document=replace(proposal.document, statements=left))


def may_move(proposal: Proposal, line: str) -> bool:
    """Whether a line of this document can stand elsewhere in its part: written by hand, not signed, not struck."""
    return (
        proposal.document.by_hand
        and proposal.status == "draft"
        and line not in proposal.released
        and line not in proposal.struck
    )


def steps(proposal: Proposal, line: str) -> tuple[str | None, str | None]:
    """Before which line it stands one step further up, and one step further down ("" is the end of its part); None where there is no
    further place."""
    if not may_move(proposal, line):
        return None, None
    part = _part_of(proposal, line)
    at = part.index(line)
    down = None if at + 1 >= len(part) else part[at + 2] if at + 2 < len(part) else ""
    return (part[at - 1] if at else None), down


def put_before(proposal: Proposal, line: str, before: str) -> Proposal:
    """The document with a line right before another one of its part, or last in it (""); the same where it stands there already.

    Raises InputError for lines that there aren't, or of two parts, NotApproved for a line that is signed or struck, or a document that waits for nobody.
    """
    if not proposal.document.by_hand:
        raise InputError("lines are moved in what is written by hand alone")
    lines = {one.id: one for one in proposal.document.statements}
    if line not in lines:
        raise InputError("there is no such line", where="line")
    if not may_move(proposal, line):
        raise NotApproved(
            "a line that is signed or struck, or of a document that waits for nobody, stays where it stands"
        )
    if (
        before == line
        or (before and before not in lines)
        or (before and lines[before].section != lines[line].section)
    ):
        raise InputError("a line is moved before another one of its own part", where="before")
    part = [one for one in _part_of(proposal, line) if one != line]
    part.insert(part.index(before) if before else len(part), line)
    order = iter(part)
    section = lines[line].section
    placed = tuple(
        lines[next(order)] if one.section == section else one for one in proposal.document.statements
    )
    return replace(proposal, document=replace(proposal.document, statements=placed))


def _part_of(proposal: Proposal, line: str) -> list[str]:
    """The ids of the lines of a line's part, in their order."""
    section = next(one.section for one in proposal.document.statements if one.id == line)
    return [one.id for one in proposal.document.statements if one.section == section]
