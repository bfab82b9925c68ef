"""The JSON API's part about what sources disagree on and a physician settles."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from careloom.care.access import Permission
from careloom.errors import NotApproved
from careloom.pipeline.settling import Follows, Said
from careloom.record.as_json import dispute_json, settled_json
from careloom.web import deps
from careloom.web.entering import proved
from careloom.web.views.guard import of_patient, operation
from careloom.web.views.page import actor

router = Router()


class ChoiceOut(Schema):
    """A choice; `entries` are those that state it."""

    value: str
    words: str
    entries: list[str]


class DisputeOut(Schema):
    """What sources disagree on: `why` says who says what, `family` is drug, allergy or problem."""

    id: str
    family: str
    about: str
    why: list[str]
    choices: list[ChoiceOut]
    entries: list[str]


class SettledOut(Schema):
    """What stands settled, by whom and on which entries; `own` are those by which it was
    said, `since` tells what a source has said against it since then, "" for nothing."""

    id: str
    family: str
    about: str
    choice: str
    by: str
    at: str
    why: str
    since: str
    entries: list[str]
    own: list[str]


class DisputesOut(Schema):
    """What waits to be settled of a patient, and what stands settled."""

    disputes: list[DisputeOut]
    settled: list[SettledOut]


class RulingIn(Schema):
    """What is right and why; `other` where the choice is other. Needs the physician's own `password`, or a `code` of her app, and in `read`
    the ids of the high findings that she has read. With `preview` nothing is stored and neither is needed."""

    choice: str
    reason: str
    other: str = ""
    read: list[str] = []
    password: str = ""
    code: str = ""
    preview: bool = False


class FollowingOut(Schema):
    """A finding of what would follow."""

    id: str
    rule: str
    severity: str
    message: str


class FollowsOut(Schema):
    """What follows: in words, what the checks of medicines find, and the id of the ruling ("" for a preview)."""

    words: str
    findings: list[FollowingOut]
    settled: str


class AskIn(Schema):
    """Whom to ask (a user's id) and in which words."""

    whom: str
    words: str = ""


class AskedOut(Schema):
    """The id of the question."""

    id: str


class UndoneOut(Schema):
    """The id of what was taken back."""

    id: str


@router.get("/patients/{patient_id}/disputes", response=DisputesOut)
@operation(Permission.SEE, of_patient)
def shown(request: HttpRequest, patient_id: str) -> dict[str, Any]:
    """What sources disagree on and a physician settles, and what stands settled."""
    pipeline, who = deps.pipeline(), actor(request)
    patient = pipeline.find(patient_id)
    found = pipeline.settling.open(who, patient)
    return {
        "disputes": [dispute_json(one) for one in found],
        "settled": [settled_json(one) for one in pipeline.record(who, patient).settled],
    }


@router.post("/patients/{patient_id}/disputes/{dispute_id}/settle", response=FollowsOut)
@operation(Permission.DECIDE, of_patient)
def settle(request: HttpRequest, patient_id: str, dispute_id: str, asked: RulingIn) -> dict[str, Any]:
    """Settle a dispute as the physician who signs in, or see what would follow."""
    who, settling = actor(request), deps.pipeline().settling
    said = Said(asked.choice, asked.reason, asked.other)
    follows = settling.preview(who, patient_id, dispute_id, said)
    if asked.preview:
        return _follows(follows, "")
    if not proved(request, password=asked.password, code=asked.code):
        raise NotApproved("settling needs the physician's own password or code")
    return _follows(follows, settling.settle(who, patient_id, dispute_id, said, asked.read).id)


@router.post("/patients/{patient_id}/disputes/{dispute_id}/ask", response=AskedOut)
@operation(Permission.WORK, of_patient)
def ask(request: HttpRequest, patient_id: str, dispute_id: str, asked: AskIn) -> dict[str, Any]:
    """Ask a physician to settle a dispute."""
    found = deps.pipeline().settling.ask(actor(request), patient_id, dispute_id, asked.whom, asked.words)
    return {"id": found}


@router.post("/patients/{patient_id}/settled/{ruling_id}/undo", response=UndoneOut)
@operation(Permission.DECIDE, of_patient)
def undo(request: HttpRequest, patient_id: str, ruling_id: str) -> dict[str, Any]:
    """Take back what was settled, until a signed line rests on it."""
    deps.pipeline().settling.undo(actor(request), patient_id, ruling_id)
    return {"id": ruling_id}


def _follows(follows: Follows, ruling: str) -> dict[str, Any]:
    return {"words": follows.words, "findings": follows.told, "settled": ruling}
