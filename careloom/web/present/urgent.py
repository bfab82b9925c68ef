"""Pages, replies and messages as their lists show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from careloom.care.sending import Sending, State
from careloom.care.urgent import Page, Reply
from careloom.web.present.words import Mark, moment, sentence

NOBODY = "somebody whom nobody has found yet"
MARKS = {
    State.QUEUED: Mark("○", "waits", "plain"),
    State.SENDING: Mark("○", "is being sent", "plain"),
    State.SENT: Mark("✓", "sent", "ok"),
    State.FAILED: Mark("▲", "not delivered", "look"),
    State.CANCELLED: Mark("–", "cancelled", "plain"),
    State.UNKNOWN: Mark("▲", "unknown: somebody must say", "look"),
}
_DONE = {"told": "told", "failed": "could not be told", "acknowledged": "took it"}


@dataclass(frozen=True, slots=True)
class PageRow:
    """A page: what it is, about whom, since when, and what was done about it."""

    id: str
    who: str
    words: str
    at: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """A reply; `unknown` where no machine can tell its language."""

    id: str
    who: str
    text: str
    at: str
    channel: str
    urgent: bool
    unknown: bool


@dataclass(frozen=True, slots=True)
class SendingRow:
    """A message to a patient."""

    id: str
    who: str
    channel: str
    mark: Mark
    why: str
    at: str
    unknown: bool


def page_rows(
    pages: Iterable[Page], names: Mapping[str, str], users: Mapping[str, str], now: datetime
) -> tuple[PageRow, ...]:
    """The pages, in their order."""
    return tuple(
        PageRow(
            one.id,
            names.get(one.patient, NOBODY),
            sentence(one.words),
            moment(one.at, now),
            tuple(
                f"{users.get(step.whom, step.whom)} {_DONE[step.what]} {moment(step.at, now)}"
                for step in one.steps
            ),
        )
        for one in pages
    )


def reply_rows(replies: Iterable[Reply], names: Mapping[str, str], now: datetime) -> tuple[ReplyRow, ...]:
    """The replies: urgent ones first, then those in a language that nobody reads here, then the rest."""
    rows = [
        ReplyRow(
            one.id,
            names.get(one.patient, NOBODY),
            one.text,
            moment(one.at, now),
            "text message" if one.channel == "text" else one.channel,
            one.kind == "urgent",
            not one.language,
        )
        for one in replies
    ]
    return tuple(sorted(rows, key=lambda row: (not row.urgent, not row.unknown)))


def sending_rows(
    sendings: Iterable[Sending], names: Mapping[str, str], now: datetime
) -> tuple[SendingRow, ...]:
    """The messages: what a person must look at first."""
    rows = [
        SendingRow(
            one.id,
            names.get(one.patient, NOBODY),
            "text message" if one.channel == "text" else one.channel,
            MARKS[one.state],
            sentence(one.why) if one.why else "",
            moment(one.created, now),
            one.state is State.UNKNOWN,
        )
        for one in sendings
    ]
    return tuple(sorted(rows, key=lambda row: (not row.unknown, row.mark is not MARKS[State.FAILED])))
