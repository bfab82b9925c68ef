"""The JSON API's part about calls: an ended one is taken back. Calls are made on their page, by a person."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest
from ninja import Router, Schema

from careloom.care.access import Permission
from careloom.errors import InputError
from careloom.web import deps
from careloom.web.views.guard import of_patient, operation
from careloom.web.views.page import actor

router = Router()


class CallBackIn(Schema):
    """Why the call is taken back, in a few words."""

    why: str


class CallBackOut(Schema):
    """The call (its id), the note that is rejected with it, and when it was taken back."""

    id: str
    note: str
    taken_back: datetime


@router.post("/patients/{patient_id}/calls/{call_id}/take-back", response=CallBackOut)
@operation(Permission.WORK, of_patient)
def take_back(request: HttpRequest, patient_id: str, call_id: str, said: CallBackIn) -> dict[str, Any]:
    """Whoever ended a call takes it back, with all that came of it, as long as nothing rests on it; closed to tokens."""
    pipeline, who = deps.pipeline(), actor(request)
    try:
        call = pipeline.calling.get(who, call_id)
        first = pipeline.store.sameness.first
        if first(call.patient) != first(pipeline.find(patient_id)):
            raise Http404
    except InputError:
        raise Http404 from None
    after = pipeline.uncalling.take_back(who, call.id, said.why)
    return {"id": after.id, "note": after.note, "taken_back": after.back}
