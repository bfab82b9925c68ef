"""What was chosen, a line or a finding, and what may be done with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from careloom.care.access import Permission, may
from careloom.care.document import Action, Document, Finding, Statement, Tier, Verdict
from careloom.pipeline import Preview, Review
from careloom.pipeline.by_hand import steps
from careloom.review.carrying import undated
from careloom.review.second import to_read
from careloom.review.tiers import findings_of
from careloom.review.undo import standing
from careloom.review.vigilance import keyed, wording
from careloom.review.who import who_signs
from careloom.web.present.bar import STATUSES
from careloom.web.present.diff import Piece, words_changed
from careloom.web.present.evidence import Basis, basis, basis_of_finding
from careloom.web.present.kinds import named
from careloom.web.present.lines import Line, line, marks
from careloom.web.present.next_steps import next_step
from careloom.web.present.plan import FindingRow
from careloom.web.present.refused import UNTRAINED, refused
from careloom.web.present.rules import named as rule_name
from careloom.web.present.rules import said
from careloom.web.present.second import SAYS
from careloom.web.present.told import Said
from careloom.web.present.words import (
    FATES,
    KINDS,
    ROLES,
    SEVERITIES,
    Mark,
    count,
    owner_words,
    sentence,
    unit,
)
from careloom.web.saying import later

# What may have become of a line that can still be changed.
OPEN = ("", "sent back")
BLIND = later(
    "you read this a second time: what was decided, and what followed, is shown when you have given your reading"
)
SECOND_READER = later(
    "You read this a second time: say what you would do with the line; the document stays as it is."
)


@dataclass(frozen=True, slots=True)
class Choice:
    """The head of the evidence pane. `line` is None where a finding was chosen that names no line; `told` is what it
    says then in the reader's language, `next` what to do about it.

    `says` are the buttons of a second reader: word, label, key, and whether she said so. `moves` are the lines before which it would stand one step further up
    and down, "" for the end of its part, None where it can't. `before` is how a line differs from the one of the document in the chart, word by word.
    """

    text: str
    line: Line | None
    about: str
    state: str
    may_change: bool
    may_mark: bool
    may_send_back: bool
    who: str
    findings: tuple[FindingRow, ...]
    next: str = ""
    before: tuple[Piece, ...] = ()
    says: tuple[tuple[str, str, str, bool], ...] = ()
    told: tuple[Said, ...] = ()
    moves: tuple[str | None, str | None] = (None, None)


@dataclass(frozen=True, slots=True)
class Changed:
    """A line as it would be after an amendment; `changed` is whether it differs at all, `was` what it differs from."""

    line: str
    text: str
    was: str
    pieces: tuple[Piece, ...]
    marks: tuple[Mark, ...]
    findings: tuple[FindingRow, ...]
    sentence: str
    changed: bool


@dataclass(frozen=True, slots=True)
class Amending:
    """A line whose words are being changed, with what they would become where that was asked."""

    line: str
    text: str
    preview: Changed | None = None


def choose(review: Review, key: str) -> tuple[Choice, Basis] | None:
    """The pane's head and evidence for a line's id or a finding's key ("f0"); None where there is no such thing."""
    proposal = review.proposal
    statement = statement_of(review, key)
    if statement is not None:
        return _line(review, statement), basis(statement, review.record)
    finding = keyed(proposal.findings).get(key)
    return _finding(review, finding) if finding else None


def statement_of(review: Review, line_id: str) -> Statement | None:
    """The document's statement of that id, or None."""
    return next((one for one in review.proposal.document.statements if one.id == line_id), None)


def noun_of(review: Review) -> str:
    """What sentences call the document that is reviewed: "plan", "letter"."""
    return named(review.proposal.document.kind).noun


def may_change(review: Review, row: Line) -> bool:
    """Whether this person may amend or strike the line now: hers to sign, and neither signed nor struck."""
    return waits_for(review) and row.mine and row.state in OPEN


def waits_for(review: Review) -> bool:
    """Whether the document waits and this person may decide on documents (the training's certificate, where it is asked for)."""
    return review.proposal.status == "draft" and not review.untrained


def may_mark(review: Review, row: Line) -> bool:
    """Whether this person may mark the line for her signature now."""
    return may_change(review, row) and not row.state


def may_send_back(review: Review, row: Line) -> bool:
    """Whether anybody who decides may send the line back now: while it waits for a signature."""
    return waits_for(review) and not row.state and not reads_blind(review)


def reads_blind(review: Review) -> bool:
    """Whether this person reads the document a second time and hasn't said yet what she thinks of it."""
    return review.second is not None and review.second.blind


def why_not(review: Review, row: Line) -> str:
    """Why this person may not amend or strike the line now, as a sentence."""
    if reads_blind(review):
        return SECOND_READER
    if review.proposal.status != "draft":
        return gettext("This {noun} is {status}.").format(
            noun=noun_of(review), status=STATUSES.get(review.proposal.status, review.proposal.status)
        )
    if review.untrained:
        return refused(str(UNTRAINED))
    return (
        gettext("This line is {state}; undo that before it is changed.").format(state=FATES[row.state].word)
        if row.state
        else row.who
    )


def _line(review: Review, statement: Statement) -> Choice:
    row = line(review, statement.id, statement.id)
    theirs = (
        review.proposal.status == "draft"
        and not row.state
        and (not row.mine or statement.tier is Tier.PHYSICIAN)
    )
    return Choice(
        text=statement.text,
        line=row,
        about=_about(statement, review.proposal.document),
        state=_state(row, review),
        may_change=may_change(review, row),
        may_mark=may_mark(review, row),
        may_send_back=may_send_back(review, row),
        who=(SECOND_READER if reads_blind(review) else row.who) if theirs else "",
        says=_says(review, statement.id),
        findings=_rows(findings_of(statement, review.proposal.findings)),
        before=_before(review, statement),
        moves=_moves(review, statement.id),
    )


def _moves(review: Review, line: str) -> tuple[str | None, str | None]:
    """Before which line it would stand further up and further down, where this person may move it."""
    if not may(review.role, Permission.DECIDE) or review.untrained or reads_blind(review):
        return None, None
    return steps(review.proposal, line)


def _says(review: Review, line: str) -> tuple[tuple[str, str, str, bool], ...]:
    found = review.second
    if found is None or not (found.blind and found.may_release) or line not in to_read(review.proposal):
        return ()
    return tuple((one.value, label, key, found.said.get(line) is one) for one, label, key in SAYS)


def _before(review: Review, statement: Statement) -> tuple[Piece, ...]:
    """How its words differ from those in the chart, but for due dates alone; nothing where they don't, or it is new."""
    lines = review.previous.statements if review.previous is not None else ()
    old = next((one for one in lines if one.id == statement.id), None)
    if old is None or undated(old) == undated(statement):
        return ()
    return words_changed(old.text, statement.text)


def _finding(review: Review, finding: Finding) -> tuple[Choice, Basis]:
    proposal = review.proposal
    statement = statement_of(review, finding.statement or "")
    row = line(review, statement.id) if statement is not None else None
    evidence = basis_of_finding(finding, review.record)
    if not finding.evidence and statement is not None:
        evidence = basis(statement, review.record)
    choice = Choice(
        text=statement.text if statement is not None else "",
        told=() if statement is not None else said((finding,)),
        line=row,
        about=_about(statement, proposal.document)
        if statement is not None
        else gettext("rule {said}").format(said=rule_name(finding.rule)),
        state=_state(row, review) if row is not None else "",
        may_change=row is not None and may_change(review, row),
        may_mark=row is not None and may_mark(review, row),
        may_send_back=row is not None and may_send_back(review, row),
        who=(SECOND_READER if reads_blind(review) else row.who) if row is not None and not row.mine else "",
        says=_says(review, statement.id) if statement is not None else (),
        findings=_rows(findings_of(statement, proposal.findings)) if statement is not None else (),
        next=next_step(finding.rule) if statement is None else "",
        before=_before(review, statement) if statement is not None else (),
        moves=_moves(review, statement.id) if statement is not None else (None, None),
    )
    return choice, evidence


def preview(statement: Statement, text: str, found: Preview, noun: str) -> Changed:
    """What an amendment would make of a line of the `noun`: the change by words, its marks, and who would sign it."""
    return Changed(
        line=statement.id,
        text=text,
        was=wording(statement),
        pieces=words_changed(statement.text, text),
        marks=marks(found.statement, found.findings),
        findings=_rows(found.findings),
        sentence=_then(found, noun),
        changed=text.split() != statement.text.split(),
    )


def _then(found: Preview, noun: str) -> str:
    signs = who_signs(found.statement, found.findings)
    if found.statement.verdict is Verdict.SUPPORTED:
        return signs
    return gettext("{signs} While its sources do not say this, nothing of the {noun} can be signed.").format(
        signs=signs, noun=noun
    )


def _rows(findings: Sequence[Finding]) -> tuple[FindingRow, ...]:
    return tuple(
        FindingRow(
            "",
            SEVERITIES[one.severity],
            sentence(one.message),
            said((one,)),
            rule_name(one.rule),
            one.statement or "",
            "",
            False,
            next=next_step(one.rule),
        )
        for one in findings
    )


def _state(row: Line, review: Review) -> str:
    if row.state == "struck":
        return gettext("Struck: neither signed nor filed.")
    if row.state == "not filed":
        return gettext("Nobody opened this line before the {noun} was filed: it is not in the chart.").format(
            noun=noun_of(review)
        )
    if row.state == "sent back":
        return sent_back(review, row.id)
    return " ".join(filter(None, (gettext("Signed.") if row.state else "", cosigned(review, row.id))))


def cosigned(review: Review, line_id: str) -> str:
    """ "Co-signed by P. Ito, pharmacist.", "" where nobody stands beside the signature."""
    user = review.proposal.cosigned.get(line_id)
    for decision in reversed(standing(review.decisions)) if user else ():
        if decision.action is Action.COSIGN and line_id in decision.statements:
            role = str(ROLES.get(decision.role, decision.role.replace("_", " ")))
            return gettext("Co-signed by {list}.").format(list=", ".join(filter(None, (decision.name, role))))
    return ""


def sent_back(review: Review, line_id: str) -> str:
    """Who sent a line back, and why, in one sentence."""
    for decision in reversed(standing(review.decisions)):
        if decision.action is Action.SEND_BACK and line_id in decision.statements:
            who = decision.name or ROLES.get(decision.role, gettext("a reviewer"))
            return gettext(
                "{who} sent this line back: {reason} It is neither signed nor filed until somebody amends or strikes it."
            ).format(who=who, reason=decision.reason)
    return gettext("Sent back.")


def _about(statement: Statement, document: Document) -> str:
    parts = [
        named(document.kind).section(statement.section),
        count(1, *KINDS.get(statement.kind, (statement.kind,))).partition(" ")[2],
    ]
    if statement.activity is not None:
        parts.append(
            gettext("done by the {who}{more}").format(
                who=owner_words(statement.activity.owner), more=_by(statement.activity.due)
            )
        )
    if statement.goal is not None:
        goal = statement.goal
        target = f"{goal.measure_display} {goal.comparator} {goal.value}{unit(goal.unit)}"
        parts.append(gettext("target {target}{more}").format(target=target, more=_by(goal.due)))
    parts.append(_writer(statement, document))
    return " · ".join(parts)


def _by(due: str) -> str:
    return gettext(", by {due}").format(due=due) if due else ""


def _writer(statement: Statement, document: Document) -> str:
    if statement.written_by == "model":
        return gettext("written by {name} ({hash}), then verified").format(
            name=document.model.name, hash=document.model.sha256[:8]
        )
    return gettext("amended by a person") if statement.written_by == "person" else gettext("from a template")
