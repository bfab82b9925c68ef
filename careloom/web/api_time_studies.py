"""The JSON API's part about time studies: which there are with their activities, and what an observer tapped."""

from datetime import UTC, datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Field, Router, Schema

from careloom.care.access import Permission
from careloom.care.observed import Tap
from careloom.errors import InputError, Refused
from careloom.web import deps
from careloom.web.views.guard import operation
from careloom.web.views.page import actor

router = Router()


class ActivityOut(Schema):
    """An activity that can be tapped."""

    id: str
    label: str


class StudyOut(Schema):
    """A study that concerns the reader, with the activities of the list with which it began, and whom it observes (users' ids)."""

    id: str
    title: str
    open: bool
    list_version: int
    observes: bool
    observed: list[str]
    activities: list[ActivityOut]


class TapIn(Schema):
    """A tap. `id` (32 letters or digits) is the phone's: the same one sent again does nothing. `phone` is the time by the phone's clock, `mono` the
    milliseconds that its monotonic clock counted since `load`, the loading of its page. `activity` is an activity's id, or of an `undo` the tap that it
    takes back; `whom` is who is observed (`begin`, `span`); `until` the end of a `span`."""

    id: str = Field(max_length=32)
    shift: str = Field(max_length=32)
    number: int = Field(ge=0, le=1_000_000)
    what: Literal["begin", "activity", "pause", "undo", "note", "end", "span"]
    phone: datetime
    mono: float = Field(0.0, ge=0, le=1e12)
    load: str = Field("", max_length=32)
    activity: str = Field("", max_length=64)
    whom: str = Field("", max_length=64)
    until: datetime | None = None
    text: str = Field("", max_length=500)


class TapsIn(Schema):
    """What a phone sends: `sent` and `mono` are what its two clocks said as it did, so that the site can tell by how much the phone's clock is off.
    `observer` (a user's id) is whose taps they are: they are refused where somebody else is signed in."""

    sent: datetime
    mono: float = Field(0.0, ge=0, le=1e12)
    load: str = Field("", max_length=32)
    observer: str = ""
    taps: list[TapIn] = Field(max_length=500)


class RefusedOut(Schema):
    """A tap that isn't taken, and why."""

    id: str
    why: Literal["closed", "not_observer", "not_observed", "activity", "odd"]


class TakenOut(Schema):
    """Which taps are kept now (sent before or not), which aren't, and by how many seconds the phone's clock is behind (less than 0: ahead)."""

    taken: list[str]
    refused: list[RefusedOut]
    off_seconds: float


@router.get("/time-studies", response=list[StudyOut])
@operation(Permission.OWN)
def studies(request: HttpRequest) -> list[dict[str, Any]]:
    """The time studies that concern the reader: those that she observes in or is observed in, for a lead all."""
    who, observing = actor(request), deps.pipeline().observing
    return [
        {
            "id": one.id,
            "title": one.title,
            "open": one.closed is None,
            "list_version": one.list_version,
            "observes": who.user in one.observers,
            "observed": list(one.observed) if who.user in one.observers or observing.leads(who) else [],
            "activities": [
                {"id": row.id, "label": row.label}
                for row in observing.activities(one.list_version).activities
                if row.used
            ],
        }
        for one in observing.studies(who)
    ]


@router.post("/time-studies/{study_id}/taps", response=TakenOut)
@operation(Permission.OWN)
def taps(request: HttpRequest, study_id: str, sent: TapsIn) -> dict[str, Any]:
    """Take what the reader tapped as an observer. Each tap counts once; those of a phone whose clock is off are moved by what it is off now, and both
    times are kept."""
    who = actor(request)
    if sent.observer and sent.observer != who.user:
        raise Refused("these taps are somebody else's: whoever tapped them signs in")
    made = [_tap(one) for one in sent.taps]
    found = deps.pipeline().observing.take(
        who, study_id, made, sent=_utc(sent.sent), mono=sent.mono, load=sent.load
    )
    return {
        "taken": list(found.taken),
        "refused": [{"id": one, "why": why} for one, why in found.refused],
        "off_seconds": round(found.off, 3),
    }


def _tap(one: TapIn) -> Tap:
    return Tap(
        id=one.id,
        shift=one.shift,
        number=one.number,
        what=one.what,
        phone=_utc(one.phone),
        mono=one.mono,
        load=one.load,
        activity=one.activity,
        whom=one.whom,
        until=_utc(one.until) if one.until else None,
        text=one.text.strip(),
    )


def _utc(at: datetime) -> datetime:
    """Raises InputError for a time without its offset."""
    if at.tzinfo is None:
        raise InputError("a time says its offset from UTC", where="phone")
    try:
        return at.astimezone(UTC)
    except OverflowError:
        raise InputError("there is no such time", where="phone") from None
