"""What a kind of document demands, and what people give when they ask for one."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from careloom.care.document import Document, Finding
from careloom.care.texts import Site
from careloom.errors import InputError

MOST_GIVEN = 20_000
# Nobody types these: control characters but for the tab and the ends of lines and pages, halves of characters, and those that turn
# the order of letters round, so that what is shown is not what is stored.
UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202d\u202e\ud800-\udfff]")
# The kind that is a resource of its own in the chart, carried on from one to the next and tracked.
CARE_PLAN = "care_plan"


@dataclass(frozen=True, slots=True)
class Field:
    """Something that a kind is told by whoever asks for it, beside the record.

    `type` is text (one line), lines (several), date (ISO), time (ISO, with minutes), choice (one of `choices`) or ticks (any of
    `choices`, one a line). `default` is what holds where nothing is said, `most` how many characters it may have.
    """

    id: str
    title: str
    type: str = "text"
    required: bool = False
    choices: tuple[str, ...] = ()
    help: str = ""
    default: str = ""
    most: int = MOST_GIVEN


def checked(fields: tuple[Field, ...], given: Mapping[str, str]) -> Mapping[str, str]:
    """What was given, without what is empty and with what holds by itself. Raises InputError naming the field that is unknown, missing or of another type."""
    known = {one.id: one for one in fields}
    for name in given:
        if name not in known:
            raise InputError(f"no such field; there is {', '.join(known) or 'none'}", where=name)
    said = {one.id: one.default for one in fields if one.default}
    said |= {name: text.replace("\r", "").strip() for name, text in given.items() if text.strip()}
    for one in fields:
        if one.id in said:
            _check(one, said[one.id])
        elif one.required:
            raise InputError(f"is needed: {one.title}", where=one.id)
    return said


def _check(one: Field, text: str) -> None:
    if len(text) > one.most:
        raise InputError(f"is longer than {one.most} characters", where=one.id)
    if unseen := UNSEEN.search(text):
        line = text.count("\n", 0, unseen.start()) + 1
        raise InputError(
            f"line {line} holds a character that can't be seen (U+{ord(unseen[0]):04X})", where=one.id
        )
    if one.type not in ("lines", "ticks") and "\n" in text:
        raise InputError("is one line", where=one.id)
    try:
        if one.type == "date":
            date.fromisoformat(text)
        elif one.type == "time":
            datetime.fromisoformat(text)
    except ValueError:
        raise InputError(
            "is no date such as 2026-11-28, with a time 14:30 where one is asked", one.id
        ) from None
    chosen = text.split("\n") if one.type == "ticks" else [text] if one.type == "choice" else []
    if any(choice not in one.choices for choice in chosen):
        raise InputError(f"is one of {', '.join(one.choices)}", where=one.id)


@dataclass(frozen=True, slots=True)
class Given:
    """What a document is written from beside the record: the fields of whoever asked for it, by id, and the newest care plan in the
    patient's chart, of which only the lines that somebody signed are left (None where there is none), what the site says of
    itself in messages, and the name under which what was typed is stored where a kind makes entries of it. `standing` is what
    the check finds of the record itself, whatever is drafted.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    signed: Document | None = None
    site: Site = field(default_factory=Site)
    stored: str = ""
    standing: tuple[Finding, ...] = ()

    def lines(self, name: str) -> tuple[str, ...]:
        """The lines of a field, without empty ones."""
        return tuple(line.strip() for line in self.fields.get(name, "").split("\n") if line.strip())
