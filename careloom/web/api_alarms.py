"""The JSON API's part about alarms: those that stand, and the newest that ended (docs/programme.md). They hold nothing of a patient."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema

from careloom.care.access import Permission
from careloom.care.alarm import Alarm
from careloom.web import deps
from careloom.web.views.guard import operation
from careloom.web.views.page import actor

router = Router()


class AlarmOut(Schema):
    """An alarm: its kind, the cause that it stands for, the evidence on which it was raised first, when, how it stands, until when somebody is to
    acknowledge it (null once somebody did), when it ended, and the page that shows more."""

    id: str
    kind: str
    cause: str
    severity: Literal["high", "moderate", "low"]
    evidence: str
    at: datetime
    state: Literal["raised", "acknowledged", "ended"]
    due: datetime | None
    ended: datetime | None
    link: str


class AlarmsOut(Schema):
    """Those that stand, and the newest that ended."""

    standing: list[AlarmOut]
    ended: list[AlarmOut]


@router.get("/alarms", response=AlarmsOut, tags=["site"], summary="The alarms")
@operation(Permission.WATCH)
def alarms(request: HttpRequest, kind: str = "") -> dict[str, Any]:
    """Those that stand, and the newest that ended; of one kind where that is asked for."""
    alarming = deps.pipeline().alarming
    standing, ended = alarming.listed(actor(request), kind)

    def out(one: Alarm) -> dict[str, Any]:
        return {
            "id": one.id,
            "kind": one.kind,
            "cause": one.cause,
            "severity": one.severity.value,
            "evidence": one.evidence,
            "at": one.at,
            "state": one.state,
            "due": alarming.due(one) if one.state == "raised" else None,
            "ended": one.ended.at if one.ended else None,
            "link": one.link,
        }

    return {"standing": [out(one) for one in standing], "ended": [out(one) for one in ended]}
