"""The JSON API's part about whose a waiting document is."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema

from careloom.care.access import Permission
from careloom.care.turns import Turn
from careloom.web import deps
from careloom.web.views.guard import of_proposal, operation
from careloom.web.views.page import actor

router = Router()


class TurnOut(Schema):
    """Whose a document is since when: `assigned_to` is a user's id, null for nobody in particular."""

    proposal: str
    what: str
    assigned_to: str | None
    by: str
    at: datetime


class TurnIn(Schema):
    """What is done: claim, release, assign (to `user`, a name or id), or undo of one's own last. Taking somebody else's needs `why`."""

    what: Literal["claim", "release", "assign", "undo"]
    user: str = ""
    why: str = ""


@router.post("/proposals/{proposal_id}/turn", response=TurnOut)
@operation(Permission.SEE, of_proposal)
def turn(request: HttpRequest, proposal_id: str, asked: TurnIn) -> dict[str, Any]:
    """Claim a waiting document, give it back, give it to somebody, or undo that."""
    who, turning = actor(request), deps.pipeline().turning
    if asked.what == "assign":
        return _shown(turning.assign(who, proposal_id, asked.user, asked.why))
    if asked.what == "undo":
        return _shown(turning.undo(who, proposal_id))
    step = turning.claim if asked.what == "claim" else turning.release
    return _shown(step(who, proposal_id, asked.why))


def _shown(turn: Turn) -> dict[str, Any]:
    return {
        "proposal": turn.proposal,
        "what": turn.what,
        "assigned_to": turn.whom or None,
        "by": turn.who,
        "at": turn.at,
    }
