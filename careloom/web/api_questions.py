"""The JSON API's part about questions to physicians: which wait, and their answers."""

from datetime import datetime
from typing import Any, Literal

from django.http import Http404, HttpRequest
from ninja import Router, Schema

from careloom.care.access import Permission
from careloom.errors import InputError, NotApproved
from careloom.pipeline.questioning import as_json
from careloom.web import deps
from careloom.web.entering import proved
from careloom.web.present.leaves import LAST
from careloom.web.views.guard import of_question, operation
from careloom.web.views.page import actor

router = Router()


class CallAnswerOut(Schema):
    """An answer: yes, no or call_me, by whom (a user's id) and when."""

    answer: str
    words: str
    by: str
    at: datetime


class CallQuestionOut(Schema):
    """A question as it stands; `orders` says that a yes needs the physician's own password or code."""

    id: str
    patient: str
    asked_by: str
    to: str
    at: datetime
    due: datetime
    late: bool
    orders: bool
    situation: str
    background: str
    assessment: str
    request: str
    citations: list[str]
    withdrawn: bool
    answered: CallAnswerOut | None


class CallQuestionsOut(Schema):
    """A page of questions: what waits for the caller first, then the newest; `total` is how many there are on all pages."""

    questions: list[CallQuestionOut]
    total: int


class CallAnswerIn(Schema):
    """What a physician answers; `back` takes back her own answer."""

    answer: Literal["yes", "no", "call_me", "back"]
    words: str = ""
    password: str = ""
    code: str = ""


@router.get("/questions", response=CallQuestionsOut)
@operation(Permission.SEE)
def questions(request: HttpRequest, page: int = 1) -> dict[str, Any]:
    """What the caller may read of what was asked, fifty a page."""
    pipeline = deps.pipeline()
    found, total = pipeline.questioning.listed(actor(request), min(max(page, 1), LAST))
    return {"questions": [as_json(one, pipeline.clock()) for one in found], "total": total}


@router.post("/questions/{question_id}", response=CallQuestionOut)
@operation(Permission.DECIDE, of_question)
def answer(request: HttpRequest, question_id: str, said: CallAnswerIn) -> dict[str, Any]:
    """Answer a question, or take the answer back; the question as it is then."""
    pipeline, who = deps.pipeline(), actor(request)
    questioning = pipeline.questioning
    try:
        found = questioning.get(who, question_id)
    except InputError:
        raise Http404 from None
    if said.answer == "back":
        return as_json(questioning.take_back(who, found.id), pipeline.clock())
    needs_proof = found.orders and said.answer == "yes"
    if needs_proof and not proved(request, password=said.password, code=said.code):
        raise NotApproved("a yes to an order needs the physician's own password or code")
    return as_json(
        questioning.answer(who, found.id, said.answer, said.words, proved=needs_proof), pipeline.clock()
    )
