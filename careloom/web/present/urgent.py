"""Pages and replies as their lists show them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from careloom.care.urgent import Page, Reply
from careloom.web.present.sending import NOBODY, called
from careloom.web.present.words import moment, sentence
from careloom.web.saying import later

_DONE = {"told": later("told"), "failed": later("could not be told"), "acknowledged": later("took it")}


@dataclass(frozen=True, slots=True)
class PageRow:
    """A page: what it is, about whom (`patient` by id, "" where nobody knows; `who` by name), since when, and what was done about it."""

    id: str
    patient: str
    who: str
    words: str
    at: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """A reply (`patient` by id, "" where nobody knows; `who` by name); `unknown` where no machine can tell its language."""

    id: str
    patient: str
    who: str
    text: str
    at: str
    channel: str
    urgent: bool
    unknown: bool


def page_rows(
    pages: Iterable[Page], names: Mapping[str, str], users: Mapping[str, str], now: datetime
) -> tuple[PageRow, ...]:
    """The pages, in their order."""
    return tuple(
        PageRow(
            one.id,
            one.patient,
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
            one.patient,
            names.get(one.patient, NOBODY),
            one.text,
            moment(one.at, now),
            called(one.channel),
            one.kind == "urgent",
            not one.language,
        )
        for one in replies
    ]
    return tuple(sorted(rows, key=lambda row: (not row.urgent, not row.unknown)))
