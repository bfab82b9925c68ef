"""The JSON API's part about other systems' charts: what is there, what waits and why; tried again, given up, taken back."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Router, Schema

from careloom.care.access import Permission
from careloom.care.writing import Writing, as_json
from careloom.errors import InputError
from careloom.web import deps
from careloom.web.views.charts import readable
from careloom.web.views.guard import mine, of_proposal, of_writing, operation
from careloom.web.views.page import actor
from careloom.web.views.review import must_not_be_blind

router = Router()


class HeldOut(Schema):
    """A resource there: its address, and the version that was read."""

    address: str
    version: str


class WritingOut(Schema):
    """A document in, or on its way into, a system's chart: what became of it and why, since when it is there (none where it isn't), in which
    form, and what a person must know of it.
    """

    id: str
    proposal: str
    patient: str
    system: str
    way: str
    state: str
    why: str
    attempts: int
    tried: int
    failing: datetime | None
    created: datetime
    not_before: datetime
    since: datetime | None
    form: str
    held: list[HeldOut]
    notes: list[str]


class WritingsOut(Schema):
    """What goes into other systems' charts."""

    charts: list[WritingOut]


class WhyIn(Schema):
    """Why; it is kept in the audit log."""

    why: str


@router.get("/charts", response=WritingsOut)
@operation(Permission.SEE)
def charts(request: HttpRequest) -> dict[str, Any]:
    """What did not arrive and somebody must look at, however old it is, then the newest 200; without the resources that are there."""
    pipeline, who = deps.pipeline(), actor(request)
    every = {one.id: one for one in (*pipeline.writing_back.stuck(), *pipeline.store.writings.last())}
    pipeline.store.audit.note(who.user, "read", what="writings")
    found = readable(who, mine(who, [*every.values()], lambda one: one.patient))
    return {"charts": [as_json(one) for one in found]}


@router.get("/proposals/{proposal_id}/charts", response=WritingsOut)
@operation(Permission.SEE, of_proposal)
def charts_of(request: HttpRequest, proposal_id: str) -> dict[str, Any]:
    """Those of one document, the oldest first, with each resource that is there."""
    store = deps.pipeline().store
    try:
        found = store.proposals.get(store.proposals.find(proposal_id))
    except InputError:
        raise Http404 from None
    must_not_be_blind(actor(request).user, found.id)
    store.audit.note(actor(request).user, "read", patient=found.document.patient, what="writings")
    return {"charts": [as_json(one) for one in readable(actor(request), store.writings.of(found.id))]}


@router.post("/charts/{writing_id}/again", response=WritingOut)
@operation(Permission.WORK, of_writing)
def again(request: HttpRequest, writing_id: str) -> dict[str, Any]:
    """Have it tried once more, now."""
    return _asked(writing_id, lambda: deps.pipeline().writing_back.again(actor(request).user, writing_id))


@router.post("/charts/{writing_id}/give-up", response=WritingOut)
@operation(Permission.DECIDE, of_writing)
def give_up(request: HttpRequest, writing_id: str, said: WhyIn) -> dict[str, Any]:
    """Give up what isn't there and waits; it may be tried again."""
    writing_back = deps.pipeline().writing_back
    return _asked(writing_id, lambda: writing_back.cancel(actor(request).user, writing_id, why=said.why))


@router.post("/charts/{writing_id}/undo", response=WritingOut)
@operation(Permission.DECIDE, of_writing)
def undo(request: HttpRequest, writing_id: str, said: WhyIn) -> dict[str, Any]:
    """Have it taken back out of the other chart, as far as that system lets us."""
    writing_back = deps.pipeline().writing_back
    return _asked(writing_id, lambda: writing_back.undo(actor(request).user, writing_id, why=said.why))


def _asked(writing_id: str, act: Callable[[], Writing]) -> dict[str, Any]:
    try:
        deps.pipeline().store.writings.get(writing_id)
    except InputError:
        raise Http404 from None
    return as_json(act())
