"""The JSON API's part about the queue: what waits for somebody."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from careloom.care.access import Permission
from careloom.care.worklist import Waiting
from careloom.web import deps
from careloom.web.views.guard import operation
from careloom.web.views.page import actor

router = Router()


class Row(Schema):
    """One proposal of the queue, as in the command line's contract."""

    id: str
    patient: str
    kind: str
    tier: str
    assigned_to: str | None
    due: datetime | None
    findings: dict[str, int]


class Queue(Schema):
    """What waits, worst first."""

    proposals: list[Row]


@router.get("/queue", response=Queue, by_alias=True)
@operation(Permission.SEE)
def queue(request: HttpRequest) -> dict[str, Any]:
    """What waits for somebody, worst first."""
    return {"proposals": [_listed(row.waiting) for row in deps.pipeline().queue(actor(request))]}


def _listed(waiting: Waiting) -> dict[str, Any]:
    counted = waiting.counted
    return {
        "id": waiting.proposal,
        "patient": waiting.patient,
        "kind": waiting.kind,
        "tier": waiting.tier.word,
        "assigned_to": waiting.assigned_to,
        "due": waiting.due,
        "findings": {"high": counted.high, "moderate": counted.moderate, "low": counted.low},
    }
