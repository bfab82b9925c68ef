"""The JSON API's part about second readings: what waits, a second reader's own reading, and how far readers agree."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema

from careloom.care.access import Permission
from careloom.care.second import SecondReading, Stage
from careloom.care.worklist import PAGE
from careloom.errors import NotApproved
from careloom.pipeline.agreeing import as_json
from careloom.pipeline.seconding import reading_of
from careloom.review.second import stage
from careloom.web import deps
from careloom.web.entering import proved
from careloom.web.present.agreement import over_of
from careloom.web.present.leaves import LAST
from careloom.web.views.guard import of_proposal, operation
from careloom.web.views.page import actor, now

router = Router()


class SecondOut(Schema):
    """A second reading: of which document, on which grounds, whether it is held until then, what it waits for, whose it is, and by when."""

    proposal: str
    grounds: list[str]
    mode: Literal["hold", "after"]
    waits_for: str
    reader: str | None
    due: datetime | None


class SecondsOut(Schema):
    """A page of what waits of second readings and concerns the reader; `total` is how many there are on all pages."""

    second_readings: list[SecondOut]
    total: int


class ReadingIn(Schema):
    """A second reader's reading, with her own `password`, or a `code` of her authenticator app. `lines` says of lines by id what she would do;
    lines that it doesn't name count as approved where she approves the whole. `high` names a high finding that nobody found."""

    whole: Literal["approve", "return", "reject"]
    lines: dict[str, Literal["approve", "amend", "strike", "back"]] = {}
    reason: str = ""
    high: str = ""
    password: str = ""
    code: str = ""


class AgreementRow(Schema):
    """The agreement over a group of pairs; null where they are fewer than `fewest`. `kappa` is null, too, where both only ever said one thing."""

    of: Literal["whole", "lines"]
    by: Literal["all", "kind", "tier", "readers"]
    which: list[str]
    pairs: int | None
    observed: float | None
    kappa: float | None
    low: float | None
    high: float | None
    ac1: float | None
    first: dict[str, int] | None
    second: dict[str, int] | None
    same: dict[str, int] | None


class MonthRow(AgreementRow):
    """The same over the lines of a month."""

    month: str


class AgreementOut(Schema):
    """How far second readers agree with the first; `own` where it is the reader's own readings alone."""

    since: str
    until: str
    own: bool
    documents: int
    fewest: int
    agreement: list[AgreementRow]
    months: list[MonthRow]


@router.get("/second-readings", response=SecondsOut)
@operation(Permission.SEE)
def waiting(request: HttpRequest, page: int = 1) -> dict[str, Any]:
    """What waits of second readings and concerns the reader, fifty a page; a lead sees all."""
    every = deps.pipeline().seconding.waiting(actor(request))
    start = (min(max(page, 1), LAST) - 1) * PAGE
    found = every[start : start + PAGE]
    return {"second_readings": [_shown(one, at) for one, at in found], "total": len(every)}


@router.post("/proposals/{proposal_id}/second/reading", response=SecondOut)
@operation(Permission.DECIDE, of_proposal)
def read(request: HttpRequest, proposal_id: str, given: ReadingIn) -> dict[str, Any]:
    """Give one's reading as second reader; it can't be changed. A held document on which both agree is filed."""
    if not proved(request, password=given.password, code=given.code):
        raise NotApproved("a reading needs the reader's own password or code")
    said = reading_of(given.whole, given.lines, given.reason, given.high)
    second = deps.pipeline().seconding.read(actor(request), proposal_id, said)
    return _shown(second, stage(second))


@router.get("/agreement", response=AgreementOut)
@operation(Permission.AGREEMENT)
def agreement(request: HttpRequest, since: str = "", until: str = "") -> dict[str, Any]:
    """How far second readers agree with the first from one day to another (the last 90 days): everybody's for leads, auditors and the
    administrator, else one's own."""
    over = over_of({"from": since, "to": until}, now().date())
    found = as_json(deps.pipeline().agreeing.over(actor(request), over))
    return {**found, "since": found["from"], "until": found["to"]}


def _shown(second: SecondReading, at: Stage) -> dict[str, Any]:
    return {
        "proposal": second.proposal,
        "grounds": [one.value for one in second.grounds],
        "mode": second.mode.value,
        "waits_for": at.value,
        "reader": second.reader or None,
        "due": second.due,
    }
