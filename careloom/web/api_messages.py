"""The JSON API's part about messages to patients: a filed document sent, what waits taken back, what is unknown settled."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.http import Http404, HttpRequest
from ninja import Router, Schema

from careloom.care.access import Permission
from careloom.care.sending import Channel, Sending
from careloom.errors import InputError
from careloom.web import deps
from careloom.web.views.guard import mine, of_proposal, of_sending, operation
from careloom.web.views.page import actor
from careloom.web.views.review import must_not_be_blind

Found = TypeVar("Found")

router = Router()


class MessageOut(Schema):
    """A message, without its address and its words; `state` is what became of it and `why` the reason."""

    id: str
    proposal: str
    patient: str
    channel: str
    state: str
    why: str
    attempts: int
    created: datetime
    not_before: datetime


class MessagesOut(Schema):
    """Messages, the newest first."""

    messages: list[MessageOut]


class SendIn(Schema):
    """By which channel; `to` is an address, where the sources name none or several."""

    channel: Channel
    to: str = ""


class CancelIn(Schema):
    """Why it is taken back; kept in the audit log."""

    why: str


class SettleIn(Schema):
    """Whether a message whose outcome is unknown arrived; one that did not is sent again."""

    arrived: bool


@router.get("/messages", response=MessagesOut)
@operation(Permission.SEE)
def messages(request: HttpRequest) -> dict[str, Any]:
    """The newest 200."""
    store = deps.pipeline().store
    store.audit.note(actor(request).user, "read", what="messages")
    shown = mine(actor(request), store.sendings.last(), lambda one: one.patient)
    return {"messages": [_shown(one) for one in shown]}


@router.get("/proposals/{proposal_id}/messages", response=MessagesOut)
@operation(Permission.SEE, of_proposal)
def messages_of(request: HttpRequest, proposal_id: str) -> dict[str, Any]:
    """Those of one document."""
    store = deps.pipeline().store
    found = _or_404(lambda: store.proposals.get(store.proposals.find(proposal_id)))
    must_not_be_blind(actor(request).user, found.id)
    store.audit.note(actor(request).user, "read", patient=found.document.patient, what="messages")
    return {"messages": [_shown(one) for one in reversed(store.sendings.of(found.id))]}


@router.post("/proposals/{proposal_id}/messages", response=MessageOut)
@operation(Permission.WORK, of_proposal)
def send(request: HttpRequest, proposal_id: str, asked: SendIn) -> dict[str, Any]:
    """Have a filed document sent to its patient; the same again is the same message."""
    pipeline = deps.pipeline()
    found = _or_404(lambda: pipeline.store.proposals.find(proposal_id))
    must_not_be_blind(actor(request).user, found)
    return _shown(pipeline.delivering.queue(actor(request).user, found, asked.channel, asked.to))


@router.post("/messages/{message_id}/cancel", response=MessageOut)
@operation(Permission.WORK, of_sending)
def cancel(request: HttpRequest, message_id: str, said: CancelIn) -> dict[str, Any]:
    """Take back a message that waits."""
    _known(message_id)
    return _shown(deps.pipeline().delivering.cancel(actor(request).user, message_id, why=said.why))


@router.post("/messages/{message_id}/settle", response=MessageOut)
@operation(Permission.WORK, of_sending)
def settle(request: HttpRequest, message_id: str, said: SettleIn) -> dict[str, Any]:
    """Say of a message whose outcome is unknown whether it arrived."""
    _known(message_id)
    return _shown(deps.pipeline().delivering.settle(actor(request).user, message_id, arrived=said.arrived))


def _known(message_id: str) -> None:
    _or_404(lambda: deps.pipeline().store.sendings.get(message_id))


def _or_404(find: Callable[[], Found]) -> Found:
    try:
        return find()
    except InputError:
        raise Http404 from None


def _shown(one: Sending) -> dict[str, Any]:
    return {
        "id": one.id,
        "proposal": one.proposal,
        "patient": one.patient,
        "channel": one.channel,
        "state": one.state.value,
        "why": one.why,
        "attempts": one.attempts,
        "created": one.created,
        "not_before": one.not_before,
    }
