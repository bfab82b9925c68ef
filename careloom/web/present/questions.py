"""What the page Questions prints: each question with its four parts, who asked whom by when, the answer, and what the reader may do."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from careloom.care.document import Reviewer
from careloom.care.question import PARTS, Question
from careloom.web.present.words import Mark, moment
from careloom.web.saying import later

SAID: Mapping[str, str] = {"yes": later("Yes"), "no": later("No"), "call_me": later("Call me")}
_PARTS: Mapping[str, str] = {
    "situation": later("Situation"),
    "background": later("Background"),
    "assessment": later("Assessment"),
    "request": later("Request"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A question as one reader sees it; `answers` says that she may answer, `undo`, `see` and `withdraw` what else."""

    id: str
    patient: str
    name: str
    mark: Mark
    asked: str
    due: str
    parts: tuple[tuple[str, str], ...]
    citations: tuple[str, ...]
    note: str
    orders: bool
    answered: str
    words: str
    answers: bool
    undo: bool
    see: bool
    withdraw: bool


def row(
    one: Question,
    reader: Reviewer,
    names: Mapping[str, str],
    users: Mapping[str, str],
    now: datetime,
    *,
    reaches: bool,
    covers: Set[str] = frozenset(),
) -> Row:
    """The question; `reaches` says whether the reader's licence reaches the physician's tier, `covers` for whom she stands in today."""
    mine, answer = one.who == reader.user, one.answer
    by = users.get(answer.who, "Somebody") if answer else ""
    return Row(
        id=one.id,
        patient=one.patient,
        name=names.get(one.patient, "") or gettext("Name not recorded"),
        mark=_mark(one, now),
        asked=gettext("{by} asks {whom}, {when}").format(
            by=users.get(one.who) or gettext("Somebody"),
            whom=users.get(one.to) or gettext("somebody"),
            when=moment(one.at, now),
        ),
        due=moment(one.due, now),
        parts=tuple((gettext(_PARTS[name]), one.parts.get(name, "")) for name in PARTS),
        citations=one.citations,
        note=one.note,
        orders=one.orders,
        answered=f"{by}: {gettext(SAID[answer.what]).lower()}, {moment(answer.at, now)}" if answer else "",
        words=answer.words if answer else "",
        answers=one.open and reaches,
        undo=answer is not None and answer.who == reader.user and not one.read,
        see=(mine or one.who in covers) and one.unread(now),
        withdraw=mine and one.open,
    )


def _mark(one: Question, now: datetime) -> Mark:
    if one.withdrawn:
        return Mark("○", gettext("withdrawn"), "plain")
    if one.answer:
        return Mark("✓", gettext(SAID[one.answer.what]).lower(), "ok")
    return Mark("■", gettext("overdue"), "look") if one.late(now) else Mark("○", gettext("waits"), "plain")
