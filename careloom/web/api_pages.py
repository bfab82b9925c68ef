"""The JSON API's part about what can't wait: pages, who took one, the calls about it, what was done, and what of that is taken back."""

from collections.abc import Container
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from careloom.care.access import Permission
from careloom.care.document import Reviewer
from careloom.care.urgent import DETAIL, Page, Told
from careloom.web import deps
from careloom.web.views.guard import operation
from careloom.web.views.page import actor
from careloom.web.views.urgent import known_page

router = Router()


class StepOut(Schema):
    """What was done about a page: `what` is told, failed, acknowledged, returned, lapsed, added, called, uncalled, outcome or undone. `who` is a
    user's id or, of told and failed, a name; `said` is what came new or was done, "reached" or "not reached", the number of the call that
    is taken back, or why; "" where the reader may not know it. `number` names a call."""

    number: int
    what: str
    who: str
    said: str
    at: datetime


class PageOut(Schema):
    """Something that can't wait; `state` is open, taken or over, `taken_by` a user's id. `words` have a value for those alone who see the
    patient; `restricted` where they say only that something waits (42 CFR Part 2). `calls` is how many ticked calls stand."""

    id: str
    patient: str
    cause: str
    words: str
    at: datetime
    state: str
    taken_by: str
    restricted: bool
    calls: int
    steps: list[StepOut]


class PagesOut(Schema):
    """Those of which nobody wrote what was done, the oldest first; with `over`, the newest of all."""

    pages: list[PageOut]


class OutcomeIn(Schema):
    """What was done, in at most 500 characters."""

    words: str = Field(max_length=500)


class CalledIn(Schema):
    """Whether somebody was reached; `calls` is the page's number of them when it was read, so that the same sent twice ticks once."""

    reached: bool
    calls: int


class UndoneIn(Schema):
    """Why it is taken back, in at most 500 characters."""

    why: str = Field(max_length=500)


@router.get("/pages", response=PagesOut)
@operation(Permission.SEE)
def pages(request: HttpRequest, *, over: bool = False) -> dict[str, Any]:
    """What can't wait."""
    pipeline, who = deps.pipeline(), actor(request)
    stored = pipeline.store.pages.last() if over else pipeline.store.pages.unfinished()
    known = pipeline.paged.read(who, stored)
    seen = pipeline.access.seen(who, {one.patient for one in known if one.patient})
    pipeline.store.audit.note_all(who.user, "read", seen, "pages")
    return {"pages": [_shown(one, seen) for one in known]}


@router.post("/pages/{page_id}/take", response=PageOut)
@operation(Permission.ACT)
def take(request: HttpRequest, page_id: str) -> dict[str, Any]:
    """Take one: nobody else is told. Who comes second sees who was first."""
    who, about = _asked(request, page_id)
    return _now(who, deps.pipeline().paging.acknowledge(who, about.id))


@router.post("/pages/{page_id}/give-back", response=PageOut)
@operation(Permission.ACT)
def give_back(request: HttpRequest, page_id: str) -> dict[str, Any]:
    """Give back one that she holds: the next person is told at once."""
    who, about = _asked(request, page_id)
    return _now(who, deps.pipeline().paging.give_back(who, about.id))


@router.post("/pages/{page_id}/outcome", response=PageOut)
@operation(Permission.ACT)
def outcome(request: HttpRequest, page_id: str, said: OutcomeIn) -> dict[str, Any]:
    """Write what was done, which ends it."""
    who, about = _asked(request, page_id)
    return _now(who, deps.pipeline().paging.finish(who, about.id, said.words))


@router.post("/pages/{page_id}/calls", response=PageOut)
@operation(Permission.ACT)
def called(request: HttpRequest, page_id: str, said: CalledIn) -> dict[str, Any]:
    """Tick a telephone call about it, which ends nothing."""
    who, about = _asked(request, page_id)
    step = deps.pipeline().paging.called
    return _now(who, step(who, about.id, reached=said.reached, known=said.calls))


@router.post("/pages/{page_id}/calls/{number}/undo", response=PageOut)
@operation(Permission.ACT)
def uncalled(request: HttpRequest, page_id: str, number: int) -> dict[str, Any]:
    """Take back one's own tick, until the page is over."""
    who, about = _asked(request, page_id)
    return _now(who, deps.pipeline().paging.uncall(who, about.id, number))


@router.post("/pages/{page_id}/undo", response=PageOut)
@operation(Permission.ACT)
def undo(request: HttpRequest, page_id: str, said: UndoneIn) -> dict[str, Any]:
    """Take back what was written as done: the page waits again, and the next person is told at once."""
    who, about = _asked(request, page_id)
    return _now(who, deps.pipeline().paging.undo(who, about.id, said.why))


def _asked(request: HttpRequest, page_id: str) -> tuple[Reviewer, Page]:
    who = actor(request)
    return who, known_page(who, page_id)


def _now(who: Reviewer, done: Page) -> dict[str, Any]:
    """The page after a step, as this person may know it."""
    (known,) = deps.pipeline().paged.read(who, (done,))
    return _shown(known, deps.pipeline().access.seen(who, {known.patient} - {""}))


def _shown(one: Page, seen: Container[str]) -> dict[str, Any]:
    sees = one.patient in seen or not one.patient
    # What was done may tell what a programme sent.
    tells = sees and not one.restricted
    return {
        "id": one.id,
        "patient": one.patient,
        "cause": one.cause,
        "words": one.words if sees else one.words.partition(DETAIL)[0],
        "at": one.at,
        "state": "over" if one.is_done else "open" if one.is_open else "taken",
        "taken_by": one.taken.whom if one.taken and not one.is_done else "",
        "restricted": one.restricted,
        "calls": len(one.calls),
        "steps": [_step(number, step, tells=tells) for number, step in enumerate(one.steps, 1)],
    }


def _step(number: int, step: Told, *, tells: bool) -> dict[str, Any]:
    """A step; what it says of the patient is told to whoever may know that (a call's tick says nothing of her)."""
    who, _, said = step.whom.partition(DETAIL)
    if step.what in ("added", "outcome"):
        who, said = "", step.whom
    told = said if tells or step.what not in ("outcome", "undone") else ""
    return {"number": number, "what": step.what, "who": who, "said": told, "at": step.at}
