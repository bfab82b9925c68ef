"""Whom a call is to: numbers, language, whether a message may be left, who else may be spoken to, and what the last contact said."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext

from careloom.care.entry import RECORDED_HERE, Entry, Person
from careloom.care.record import PatientRecord
from careloom.draft.visit_note import lines as noted
from careloom.pipeline.calling import may_leave_a_message
from careloom.record.asks import alone, of_a_child
from careloom.web.present.banner import language
from careloom.web.present.patient import around
from careloom.web.present.words import day

_NO_PHONE = frozenset({"old", "fax", "pager", "url", "email"})
_NOT_TO = frozenset({"", "primary care"})
LAST_LINES = 4


@dataclass(frozen=True, slots=True)
class Whom:
    """Whom to call: numbers with what they are for, the language, whether a message may be left, who else may be spoken to, what the last contact said.
    `alone` where the patient is spoken with alone, `child` where a parent or guardian is.
    """

    phones: tuple[tuple[str, str], ...]
    language: str
    spanish: bool
    interpreter: str
    message: str
    may_leave: bool
    others: tuple[around.Person, ...]
    last: str
    last_lines: tuple[str, ...]
    alone: bool
    child: bool


def whom(record: PatientRecord, persons: Iterable[Person]) -> Whom:
    """Whom to call, from what the sources say; what none says is told so."""
    who = record.demographics
    speaks = (who.language or "").split("-")[0].lower()
    told = {
        "ok": gettext("yes"),
        "no": gettext("no"),
        None: gettext("not recorded: leave none"),
        "": gettext("not recorded: leave none"),
    }
    last = max(filter(_is_ours, record.entries), key=_moment, default=None)
    return Whom(
        phones=tuple(_phones(persons)),
        language=language(who.language) or gettext("language not recorded"),
        spanish=speaks == "es",
        interpreter=_interpreter(who.interpreter, speaks),
        message=gettext("leave none, whatever is recorded")
        if alone(record)
        else told.get(who.safe_contact, who.safe_contact or ""),
        may_leave=may_leave_a_message(record),
        others=tuple(one for one in around.theirs(record) if one.role not in _NOT_TO),
        last=f"{last.name}, {day(last.happened)[:10]}" if last else "",
        last_lines=tuple(_lines_of(last, record.entries))[:LAST_LINES] if last else (),
        alone=alone(record),
        child=of_a_child(record),
    )


def _phones(persons: Iterable[Person]) -> Iterator[tuple[str, str]]:
    """Each number once, with what its source says that it is for."""
    uses: dict[str, str] = {}
    for person in persons:
        known = dict(person.uses)
        for one in person.telecoms:
            if "@" not in one and known.get(one, "") not in _NO_PHONE:
                uses[one] = known.get(one, "") or uses.get(one, "")
    old = {one for person in persons for one, use in person.uses if use in _NO_PHONE}
    return ((one, use) for one, use in uses.items() if one not in old)


def _interpreter(needed: bool | None, speaks: str) -> str:
    if needed:
        return gettext("An interpreter is needed: call with one on the line.")
    if needed is None and speaks and speaks not in ("en", "es"):
        return gettext("Not recorded whether an interpreter is needed; an interpreter asks the questions.")
    return ""


def _is_ours(entry: Entry) -> bool:
    return entry.kind == "Encounter" and entry.source.system == RECORDED_HERE


def _moment(entry: Entry) -> float:
    return entry.happened.latest.timestamp() if entry.happened else 0.0


def _lines_of(contact: Entry, entries: Sequence[Entry]) -> Iterator[str]:
    """What somebody said in a contact, as it was typed."""
    stored = contact.source.resource.removesuffix("contact")
    for entry in entries:
        mine = entry.source.system == RECORDED_HERE and stored.partition("/")[2] in entry.source.resource
        if mine and entry.kind == "DocumentReference" and entry.detail.get("title") == noted.REPORTED:
            yield from filter(None, entry.text.splitlines())
