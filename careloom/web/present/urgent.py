"""Pages and replies as their lists show them."""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from careloom.care.urgent import DETAIL, Page, Reply
from careloom.web.present.sending import NOBODY, called
from careloom.web.present.words import moment, sentence
from careloom.web.saying import later

_DONE = {
    "told": later("told"),
    "failed": later("could not be told"),
    "acknowledged": later("took it"),
    "added": later("came new on it"),
}


@dataclass(frozen=True, slots=True)
class PageRow:
    """A page: what it is, about whom (`patient` by id, "" where nobody knows; `who` by name), since when, what was done about it, and
    the address of what it rests on ("" where there is none, or the reader doesn't see the patient).
    """

    id: str
    patient: str
    who: str
    words: str
    at: str
    steps: tuple[str, ...]
    source: str = ""


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
    pages: Iterable[Page],
    names: Mapping[str, str],
    users: Mapping[str, str],
    now: datetime,
    seen: Container[str],
) -> tuple[PageRow, ...]:
    """The pages, in their order. The value of a result is told of patients whom the reader sees (`seen`) alone."""
    return tuple(
        PageRow(
            one.id,
            one.patient,
            names.get(one.patient, NOBODY),
            sentence(one.words if one.patient in seen else one.words.partition(DETAIL)[0]),
            moment(one.at, now),
            tuple(
                f"{users.get(step.whom, step.whom)} {_DONE[step.what]} {moment(step.at, now)}"
                for step in one.steps
            ),
            source_of(one) if one.patient in seen else "",
        )
        for one in pages
    )


def source_of(page: Page) -> str:
    """The address of the entry that a page rests on, in its own words; "" for one that rests on none."""
    if page.cause not in ("critical_result", "self_harm"):
        return ""
    section = "results" if page.cause == "critical_result" else "documents"
    return reverse("patient_fact", args=[page.patient, section, page.reference])


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
