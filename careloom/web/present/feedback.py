"""Feedback in words: what somebody said and what became of it, what is put to the vote, and what went well."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from careloom.care.voice import About, Became, Voice
from careloom.pipeline.hearing import CAUGHT_WIN
from careloom.web.present.words import ROLES, moment
from careloom.web.saying import later

ABOUT: Mapping[About, str] = {
    About.FAULT: later("something doesn't work"),
    About.IDEA: later("an idea"),
    About.PRAISE: later("something went well"),
}
BECAME: Mapping[Became, str] = {
    Became.NEW: later("nobody has answered yet"),
    Became.LOOKED_AT: later("it is being looked into"),
    Became.PLANNED: later("it is planned"),
    Became.DONE: later("it is done"),
    Became.NOT_DONE: later("it won't be done"),
}


@dataclass(frozen=True, slots=True)
class VoiceRow:
    """Somebody's feedback as its reader sees it; `who` and `patient` for a lead alone."""

    id: str
    about: str
    words: str
    page: str
    when: str
    became: str
    answers: tuple[tuple[str, str], ...]
    who: str = ""
    patient: str = ""
    votes: int = 0
    offered: str = ""


def rows(
    voices: Iterable[Voice], now: datetime, people: Mapping[str, str] | None = None, seen: Iterable[str] = ()
) -> list[VoiceRow]:
    """Feedback in words; with `people` (names by user's id) a lead's list, in which a patient of `seen` is led to."""
    known = set(seen)
    return [
        VoiceRow(
            one.id,
            str(ABOUT[one.about]),
            one.words,
            one.page.replace("_", " "),
            moment(one.at, now),
            str(BECAME[one.became]),
            tuple((str(BECAME[said.became]), said.words) for said in one.said if said.words),
            _who(one, people) if people is not None else "",
            one.patient if one.patient in known else "",
            one.votes,
            one.offered,
        )
        for one in voices
    ]


def _who(one: Voice, people: Mapping[str, str]) -> str:
    role = ROLES.get(one.role, one.role.replace("_", " "))
    return f"{people.get(one.who, gettext('Somebody who left'))}, {role}"


def win_words(key: str, numbers: Mapping[str, str]) -> str:
    """A success with its numbers; nothing of it tells of a patient, or whose it is."""
    if key == CAUGHT_WIN:
        return gettext(
            "{struck} wrong lines struck and {returned} drafts returned in half a year, before they reached a chart."
        ).format(**numbers)
    return gettext(
        "Cases with a draft take a median of {by_draft} minutes, those by hand {by_hand}: {percent} % less ({cases_by_draft} and {cases_by_hand} cases of one "
        "person in half a year; nothing was randomised)."
    ).format(**numbers)


def choices() -> list[tuple[str, str]]:
    """What a lead can say of it."""
    return [(one.value, str(words)) for one, words in BECAME.items() if one is not Became.NEW]
