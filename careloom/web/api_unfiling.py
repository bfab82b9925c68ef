"""The JSON API's part about a filed document that is taken back out of our chart."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Router, Schema

from careloom.care.access import Permission
from careloom.care.sending import Sending
from careloom.errors import InputError, NotApproved
from careloom.web import deps
from careloom.web.entering import proved
from careloom.web.views.guard import of_proposal, operation
from careloom.web.views.page import actor

router = Router()


class TakeBackIn(Schema):
    """Why (wrong_patient, wrong_content, entered_in_error, superseded or other), in `words` too, with the person's own `password`, or
    a `code` of her app. With `preview` nothing is done and none of it is needed."""

    why: str = ""
    words: str = ""
    password: str = ""
    code: str = ""
    preview: bool = False


class ReachedOut(Schema):
    """A message that went out to the patient, or may have, by which channel, and since when: somebody phones about it."""

    id: str
    proposal: str
    channel: str
    state: str
    at: datetime


class TakenBackOut(Schema):
    """The document (its id and status), what follows, and when it was taken back (null for a preview). `written` are documents that were
    written from it and stand, `why_not` says why it can't be taken back, "" where it can; `in_force` is the care plan before it, "" for none."""

    id: str
    status: str
    taken_back: datetime | None
    why_not: str
    tasks: int
    waiting: int
    drafts: int
    phone: list[ReachedOut]
    charts: list[str]
    written: list[str]
    in_force: str


@router.post("/proposals/{proposal_id}/take-back", response=TakenBackOut)
@operation(Permission.DECIDE, of_proposal)
def take_back(request: HttpRequest, proposal_id: str, said: TakeBackIn) -> dict[str, Any]:
    """Take a filed document back, or see what would follow."""
    pipeline, who = deps.pipeline(), actor(request)
    try:
        follows = pipeline.unfiling.look(who, proposal_id)
    except InputError:
        raise Http404 from None
    back = None
    if not said.preview:
        if not proved(request, password=said.password, code=said.code):
            raise NotApproved("taking a document back needs the person's own password or code")
        back = pipeline.unfiling.take_back(who, proposal_id, said.why, said.words)
    return {
        "id": follows.proposal.id,
        "status": pipeline.store.proposals.get(proposal_id).status,
        "taken_back": back.at if back is not None else None,
        "why_not": follows.why_not,
        "tasks": follows.tasks,
        "waiting": follows.waiting,
        "drafts": follows.drafts,
        "phone": [_reached(one) for one in follows.reached],
        "charts": list(follows.charts),
        "written": [one.id for one in follows.written],
        "in_force": follows.before.id if follows.before is not None else "",
    }


def _reached(one: Sending) -> dict[str, Any]:
    return {
        "id": one.id,
        "proposal": one.proposal,
        "channel": one.channel,
        "state": one.state.value,
        "at": one.steps[-1].at,
    }
