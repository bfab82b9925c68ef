"""The JSON API's part about what is written by hand: begun, written line by line, put in order, checked again. It is amended, struck, returned and
signed by the operations of any document; a person signs with her own password or code.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Field, Router, Schema

from careloom.care.access import Permission
from careloom.care.document import Proposal, Statement
from careloom.errors import InputError, NotApproved, StaleRecord
from careloom.web import deps
from careloom.web.present.choice import BLIND, reads_blind
from careloom.web.present.writing import citable
from careloom.web.views.guard import of_patient, of_proposal, operation
from careloom.web.views.page import actor, now
from careloom.web.views.review import review_of

router = Router()
ONCE = Field(
    "",
    max_length=32,
    description="A name of your own for this request: sent again under it nothing is done twice.",
)


class BeginIn(Schema):
    """What is begun: a kind that colleagues read and that needs no field."""

    kind: str = "care_plan"
    once: str = ONCE


class LineIn(Schema):
    """A line: in which part it stands, what it is (fact; of a care plan also concern, goal, activity), its words, the entries that it rests on."""

    section: str
    text: str
    kind: str = "fact"
    citations: list[str] = []
    once: str = ONCE


class MoveIn(Schema):
    """Before which line of its part a line shall stand; "" is the end of its part. Sent twice, it stands there once."""

    before: str


class BegunOut(Schema):
    """The document that was begun, or made anew: its id, and what `GET /proposals/ID` tells of it."""

    id: str
    kind: str
    status: str


class WrittenOut(Schema):
    """The lines by id in the order in which they stand, and the `line` that was written, moved or taken out."""

    line: str
    lines: list[str]


class EntryOut(Schema):
    """An entry that a line may cite: its words, and when and where it was said."""

    id: str
    words: str
    where: str


class EntriesOut(Schema):
    """What a line of this document may cite."""

    entries: list[EntryOut]


@router.post("/patients/{patient_id}/by-hand", response=BegunOut)
@operation(Permission.DECIDE, of_patient)
def begin(request: HttpRequest, patient_id: str, asked: BeginIn) -> dict[str, Any]:
    """Begin a document without a draft."""
    try:
        patient = deps.pipeline().find(patient_id)
    except InputError:
        raise Http404 from None
    with _once(request, asked.once):
        return _begun(deps.pipeline().by_hand(actor(request), patient, asked.kind))


@router.get("/proposals/{proposal_id}/entries", response=EntriesOut)
@operation(Permission.DECIDE, of_proposal)
def entries(request: HttpRequest, proposal_id: str) -> dict[str, Any]:
    """What a line of a document by hand may cite: the record as it was when it was begun, without what a substance-use programme sent."""
    found = review_of(actor(request), proposal_id)
    if not found.proposal.document.by_hand:
        raise InputError("lines are added to what is written by hand alone")
    return {"entries": [{"id": one.id, "words": one.words, "where": one.where} for one in citable(found)]}


@router.post("/proposals/{proposal_id}/lines", response=WrittenOut)
@operation(Permission.DECIDE, of_proposal)
def write(request: HttpRequest, proposal_id: str, typed: LineIn) -> dict[str, Any]:
    """Write a line; it is checked, classed and tiered."""
    who = actor(request)
    review_of(who, proposal_id)
    line = Statement(
        id="", section=typed.section, kind=typed.kind, text=typed.text, citations=tuple(typed.citations)
    )
    with _once(request, typed.once):
        return _written(request, proposal_id, deps.pipeline().handwriting.add(who, proposal_id, line))


@router.post("/proposals/{proposal_id}/lines/{line_id}/move", response=WrittenOut)
@operation(Permission.DECIDE, of_proposal)
def move(request: HttpRequest, proposal_id: str, line_id: str, where: MoveIn) -> dict[str, Any]:
    """Put a line elsewhere in its part; `POST /proposals/ID/undo` takes it back."""
    who = actor(request)
    review_of(who, proposal_id)
    deps.pipeline().handwriting.move(who, proposal_id, line_id, where.before)
    return _written(request, proposal_id, line_id)


@router.post("/proposals/{proposal_id}/lines/{line_id}/take-out", response=WrittenOut)
@operation(Permission.DECIDE, of_proposal)
def take_out(request: HttpRequest, proposal_id: str, line_id: str) -> dict[str, Any]:
    """Take out a line of one's own that nobody signed."""
    who = actor(request)
    review_of(who, proposal_id)
    deps.pipeline().handwriting.take_out(who, proposal_id, line_id)
    return _written(request, proposal_id, line_id)


@router.post("/proposals/{proposal_id}/check-again", response=BegunOut)
@operation(Permission.DECIDE, of_proposal)
def check_again(request: HttpRequest, proposal_id: str) -> dict[str, Any]:
    """All lines in a new document, checked against the record as it is now; the old one is returned."""
    who = actor(request)
    found = review_of(who, proposal_id)
    if reads_blind(found):
        raise NotApproved(BLIND)
    if not found.proposal.document.by_hand or found.proposal.status != "draft":
        raise InputError("what is written by hand and waits is checked again")
    return _begun(deps.pipeline().check_again(who, found.proposal))


@contextmanager
def _once(request: HttpRequest, name: str) -> Iterator[None]:
    """Takes a request under its name once; one that did nothing may come again. Raises StaleRecord for the second."""
    forms = deps.pipeline().store.forms
    if name and not forms.take(name, actor(request).user, now()):
        raise StaleRecord("a request of this name was taken before; look at what it did")
    try:
        yield
    except Exception:
        if name:
            forms.give_back(name)
        raise


def _begun(made: Proposal) -> dict[str, Any]:
    return {"id": made.id, "kind": made.document.kind, "status": made.status}


def _written(request: HttpRequest, proposal_id: str, line: str) -> dict[str, Any]:
    document = review_of(actor(request), proposal_id).proposal.document
    return {"line": line, "lines": [one.id for one in document.statements]}
