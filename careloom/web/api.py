"""The JSON API: a draft, a proposal, and a decision, beside its parts, with the same sign-in and the same rules as the pages.

Errors are FHIR OperationOutcomes with the status of the error tree.
"""

from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Schema

from careloom.care.access import Permission
from careloom.care.document import Action, Proposal, Reviewer, Severity
from careloom.errors import NotApproved, StaleRecord
from careloom.pipeline import Review
from careloom.review.vigilance import to_open, unanswered
from careloom.web import (
    api_alarms,
    api_audit,
    api_by_hand,
    api_calls,
    api_charts,
    api_drafts,
    api_messages,
    api_pages,
    api_programme,
    api_questions,
    api_queue,
    api_safety,
    api_second,
    api_settling,
    api_tasks,
    api_time_studies,
    api_turns,
    api_unfiling,
    api_webhooks,
    deps,
)
from careloom.web.api_errors import HANDLERS
from careloom.web.entering import proved, ways_of
from careloom.web.limits import Machines, People
from careloom.web.openapi import Described, Plain
from careloom.web.present.choice import statement_of
from careloom.web.present.plan import stamp
from careloom.web.views.guard import of_patient, of_proposal, operation
from careloom.web.views.lines import must_be_hers, wrong_with
from careloom.web.views.page import actor
from careloom.web.views.review import review_of

api = Described(
    title="Careloom",
    version="1",
    auth=[Machines(), People()],
    docs_url=None,
    urls_namespace="api",
    parser=Plain(),
)
PARTS = (
    api_alarms,
    api_audit,
    api_by_hand,
    api_calls,
    api_charts,
    api_drafts,
    api_messages,
    api_pages,
    api_programme,
    api_questions,
    api_queue,
    api_safety,
    api_second,
    api_settling,
    api_tasks,
    api_time_studies,
    api_turns,
    api_unfiling,
    api_webhooks,
)
for part in PARTS:
    api.add_router("", part.router)


class GuidelineOut(Schema):
    """The rule that an action rests on."""

    id: str
    source: str
    says: str
    due: str


class StatementOut(Schema):
    """One line with its citations, class, tier and verdict."""

    id: str
    section: str
    kind: str
    text: str
    content_class: str = Field(serialization_alias="class")
    tier: str
    verdict: str
    citations: list[str]
    guideline: GuidelineOut | None
    written_by: str


class FindingOut(Schema):
    """A reason not to trust the draft."""

    rule: str
    severity: str
    message: str
    evidence: list[str]
    statement: str | None


class ProposalOut(Schema):
    """A proposal, as in the command line's contract.

    `may` are the lines that the reader may sign; `stamp` changes with whatever a signature would cover. `to_open` are the high
    findings (by their place) that she must open first, `asks` why a line asks for her yes or no, `sent_back` who sent which line back.
    """

    id: str
    patient: str
    kind: str
    status: str
    created: datetime
    as_of: date
    record_version: str
    model: dict[str, Any]
    statements: list[StatementOut]
    findings: list[FindingOut]
    tier: str
    top: list[str]
    assigned_to: str | None
    due: datetime | None
    released: dict[str, str]
    struck: list[str]
    opened: list[str]
    given: dict[str, str]
    may: list[str]
    to_open: list[str]
    asks: dict[str, str]
    sent_back: dict[str, str]
    stamp: str


class DecisionIn(Schema):
    """A decision. To approve, the signer's own `password`, or a `code` of her authenticator app, and the `stamp` of what was
    read are needed; to return or reject, `reason`. Why lines are struck is said by `reason_code` (`wrong`, `missing`, `outdated`,
    `not_for_this_patient`, `unclear`, `other`) and, in words, `reason`, and kept to improve the drafts; without it they are struck and nothing is learned.

    `opened` are folded lines that were read. `lines` are those that a signature is to cover (none: what was marked, or all that
    are the reader's), or those that are sent back.
    """

    action: Literal["approve", "amend", "cosign", "send_back", "return", "reject"]
    lines: list[str] = []
    edits: dict[str, str] = {}
    struck: list[str] = []
    opened: list[str] = []
    reason: str = ""
    reason_code: Literal["", "wrong", "missing", "outdated", "not_for_this_patient", "unclear", "other"] = ""
    password: str = ""
    code: str = ""
    stamp: str = ""


@api.get("/proposals/{proposal_id}", response=ProposalOut, by_alias=True)
@operation(Permission.SEE, of_proposal)
def proposal(request: HttpRequest, proposal_id: str) -> dict[str, Any]:
    """A proposal and which of its lines the reader may sign."""
    found = review_of(actor(request), proposal_id)
    return _shown(found)


@api.post("/patients/{patient_id}/drafts", response=ProposalOut, by_alias=True)
@operation(Permission.WORK, of_patient)
def draft(request: HttpRequest, patient_id: str, asked: api_drafts.DraftIn) -> dict[str, Any]:
    """Draft a document of a kind about a patient; the proposal, which now waits in the queue, or is filed where nobody has to read it."""
    return proposal(request, api_drafts.propose(request, patient_id, asked).id)


@api.post("/proposals/{proposal_id}/decide", response=ProposalOut, by_alias=True)
@operation(Permission.DECIDE, of_proposal)
def decide(request: HttpRequest, proposal_id: str, decision: DecisionIn) -> dict[str, Any]:
    """Approve, amend, return or reject; the proposal as it is then."""
    who = actor(request)
    found = review_of(who, proposal_id)
    must_be_hers(found, (*decision.edits, *decision.struck))
    if decision.action in ("approve", "cosign"):
        if not proved(request, password=decision.password, code=decision.code):
            accepted = [way for way, has in ways_of(request)().items() if has]
            raise NotApproved(
                f"approving needs the signer's own password or code; she has: {', '.join(accepted) or 'none'}"
            )
        if decision.stamp != stamp(found.proposal):
            raise StaleRecord("the proposal is not what was read: the stamp differs")
        if decision.action == "approve":
            _approve(who, found, decision)
        else:
            deps.pipeline().attention.cosign(who, found)
    else:
        deps.pipeline().decide(
            who,
            proposal_id,
            Action(decision.action),
            statements=decision.lines if decision.action == "send_back" else (),
            edits=decision.edits,
            struck=decision.struck,
            opened=decision.opened,
            reason=decision.reason,
            feedback=_learned(found, decision),
        )
    return proposal(request, proposal_id)


def _learned(found: Review, decision: DecisionIn) -> dict[str, str]:
    """What is kept to improve the drafts of the drafted lines that are struck; nothing where no reason is given."""
    lines = [statement_of(found, one) for one in decision.struck]
    drafted = [one for one in lines if one is not None and one.written_by != "person"]
    return (
        wrong_with(drafted, decision.reason_code, decision.reason) if drafted and decision.reason_code else {}
    )


def _approve(who: Reviewer, found: Review, decision: DecisionIn) -> None:
    """Keep the changes and openings that came with it, then sign what it names by the rules of the page; all of it or nothing."""
    pipeline, name = deps.pipeline(), found.proposal.id
    with pipeline.store.transaction():
        if decision.edits or decision.struck:
            pipeline.decide(
                who,
                name,
                Action.AMEND,
                edits=decision.edits,
                struck=decision.struck,
                opened=decision.opened,
                feedback=_learned(found, decision),
            )
        elif decision.opened:
            pipeline.open_lines(who, name, decision.opened)
        now = review_of(who, name)
        if decision.lines:
            now = replace(now, progress=replace(now.progress, marked=tuple(decision.lines)))
        pipeline.attention.sign(who, now)


class LookIn(Schema):
    """What was opened: lines by id, findings by their place in `findings` ("f0")."""

    keys: list[str]


class AnswerIn(Schema):
    """A yes or no to a line that asks for one."""

    said: Literal["yes", "no"]


@api.post("/proposals/{proposal_id}/look", response=ProposalOut, by_alias=True)
@operation(Permission.SEE, of_proposal)
def look(request: HttpRequest, proposal_id: str, opened: LookIn) -> dict[str, Any]:
    """Somebody opened lines or findings; the high ones among them no longer stand before her signature."""
    who = actor(request)
    found = review_of(who, proposal_id)
    for key in opened.keys:
        found = deps.pipeline().attention.look(who, found, key)
    return proposal(request, proposal_id)


@api.post("/proposals/{proposal_id}/lines/{line_id}/answer", response=ProposalOut, by_alias=True)
@operation(Permission.DECIDE, of_proposal)
def answer(request: HttpRequest, proposal_id: str, line_id: str, given: AnswerIn) -> dict[str, Any]:
    """A yes or no to an uncertain line, of the words that it has now."""
    who = actor(request)
    deps.pipeline().attention.answer(who, review_of(who, proposal_id), line_id, given.said)
    return proposal(request, proposal_id)


@api.post("/proposals/{proposal_id}/undo", response=ProposalOut, by_alias=True)
@operation(Permission.DECIDE, of_proposal)
def undo(request: HttpRequest, proposal_id: str) -> dict[str, Any]:
    """Take back one's own last decision, until the plan is filed; the proposal as it is then."""
    who = actor(request)
    review_of(who, proposal_id)
    deps.pipeline().undo(who, proposal_id)
    return proposal(request, proposal_id)


def _row(found: Proposal) -> dict[str, Any]:
    counted = Counter(finding.severity for finding in found.findings)
    return {
        "id": found.id,
        "patient": found.document.patient,
        "kind": found.document.kind,
        "tier": found.tier.word,
        "assigned_to": found.assigned_to,
        "due": found.due,
        "findings": {severity.value: counted[severity] for severity in Severity},
    }


def _shown(review: Review) -> dict[str, Any]:
    found = review.proposal
    document, model = found.document, found.document.model
    closed = {id(one) for one in to_open(found, review.progress)}
    unsure = {one.id for one in unanswered(found, review.may, review.doubts, review.progress)}
    return {
        **_row(found),
        "status": found.status,
        "created": found.created,
        "as_of": document.as_of,
        "record_version": document.record_version,
        "model": {
            "name": model.name,
            "sha256": model.sha256,
            "prompts": dict(model.prompts),
            "words": model.words,
        },
        "statements": [
            StatementOut(
                id=one.id,
                section=one.section,
                kind=one.kind,
                text=one.text,
                content_class=one.content_class.value,
                tier=one.tier.word,
                verdict=one.verdict.value,
                citations=list(one.citations),
                guideline=GuidelineOut.from_orm(one.guideline) if one.guideline else None,
                written_by=one.written_by,
            )
            for one in document.statements
        ],
        "findings": [FindingOut.from_orm(one) for one in found.findings],
        "top": list(document.top),
        "released": dict(found.released),
        "struck": list(found.struck),
        "opened": list(found.opened),
        "given": dict(document.given),
        "may": [line for line, may in review.may.items() if may],
        "to_open": [f"f{number}" for number, one in enumerate(found.findings) if id(one) in closed],
        "asks": {line: why for line, why in review.doubts.items() if line in unsure},
        "sent_back": dict(found.sent_back),
        "stamp": stamp(found),
    }


for kind, handler in HANDLERS.items():
    api.add_exception_handler(kind, handler)
