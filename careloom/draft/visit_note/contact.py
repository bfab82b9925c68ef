"""Contact: what a nurse typed or ticked of a call or visit, read and held against itself.

Takes    the fields of the form, the day it is, and knowledge
Gives    a Contact, or the field that is missing, unreadable or against another, in words without what was typed
Never    fills in what is left empty
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import TypeVar

from careloom.care.document import ROLES
from careloom.draft.visit_note.measuring import Measurement, measurement
from careloom.draft.wording import ended
from careloom.errors import InputError
from careloom.knowledge import Knowledge
from careloom.knowledge.red_flags import Flag, load_red_flags, noted_flags, red_flags

T = TypeVar("T")
MOST_MINUTES = 480
LONGEST_AGO = timedelta(days=366)
LONGEST_LINE = 600
MOST_LINES = 60
WAYS: Mapping[str, str] = {
    "phone": "Telephone call",
    "video": "Video call",
    "home_visit": "Home visit",
    "office_visit": "Office visit",
}
CAME: Mapping[str, str] = {
    "nobody_reached": "nobody reached",
    "message_left": "message left",
    "wrong_number": "wrong number",
}
WITH: Mapping[str, str] = {
    "patient": "the patient",
    "caregiver": "the caregiver",
    "patient_and_caregiver": "the patient and the caregiver",
    "interpreter_and_patient": "the patient, through an interpreter",
}
# As they are typed; longer ones first.
TAKING: Mapping[str, str] = {
    "not taking": "not_taking",
    "not taken": "not_taking",
    "taking differently": "differently",
    "differently": "differently",
    "taking": "taking",
    "taken": "taking",
}
TEACH_BACK = ("correct", "correct after explaining again", "partly", "not yet", "not done")
# What can only be known from somebody who was there.
_NEEDS_SOMEBODY = ("reported", "medicines", "measured", "needs", "taught")
_LINES = ("reported", "medicines", "observed", "measured", "needs", "taught", "agreed", "question")
_QUOTES = str.maketrans({"“": "'", "”": "'", '"': "'", "…": "..."})
_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Taken:
    """A drug as somebody said it is taken: `state` is taking, not_taking or differently, `words` what was added."""

    drug: str
    state: str
    words: str


@dataclass(frozen=True, slots=True)
class Step:
    """What was agreed: whose task (a role of ROLES) by which day."""

    what: str
    owner: str
    due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A call or visit as it was typed. `start` and `minutes` are None where nobody said them, `whom` "" where nobody was reached."""

    day: date
    way: str
    reached: str
    whom: str = ""
    start: time | None = None
    minutes: int | None = None
    reported: tuple[str, ...] = ()
    medicines: tuple[Taken, ...] = ()
    observed: tuple[str, ...] = ()
    measured: tuple[Measurement, ...] = ()
    needs: tuple[tuple[str, str], ...] = ()
    taught: tuple[tuple[str, str], ...] = ()
    agreed: tuple[Step, ...] = ()
    question: str = ""

    @property
    def title(self) -> str:
        """What it was: "Telephone call at 14:05 with the patient"; "Home visit, nobody reached"."""
        at = f" at {self.start:%H:%M}" if self.start else ""
        came = f" with {WITH[self.whom]}" if self.whom else f", {CAME[self.reached]}"
        return f"{WAYS[self.way]}{at}{came}"

    @property
    def flags(self) -> tuple[Flag, ...]:
        """What was told, seen or asked that can't wait; what was taught or agreed doesn't count."""
        told = (*self.reported, *(one.words for one in self.medicines))
        noted = (*self.observed, *(answer for _, answer in self.needs), self.question)
        found = {flag.name for words in told for flag in red_flags(words)}
        found |= {flag.name for words in noted for flag in noted_flags(words)}
        return tuple(flag for flag in load_red_flags() if flag.name in found)


def contact_of(fields: Mapping[str, str], today: date, knowledge: Knowledge) -> Contact:
    """The contact that the fields of a form tell. Raises InputError naming the field."""
    for name in _LINES:
        _must_fit(_lines(fields, name), name)
    day = date.fromisoformat(fields["day"])
    if day > today:
        raise InputError("is in the future; a note tells what has happened", "day")
    if day < today - LONGEST_AGO:
        raise InputError("is more than a year ago; look at the year", "day")
    reached = fields["reached"]
    _must_have_met(fields, reached)
    return Contact(
        day=day,
        way=fields["way"],
        reached=reached,
        whom=fields.get("whom", ""),
        start=_start(fields.get("start", "")),
        minutes=_minutes(fields),
        reported=tuple(_lines(fields, "reported")),
        medicines=_medicines(fields, knowledge),
        observed=tuple(_lines(fields, "observed")),
        measured=_each(fields, "measured", lambda line: measurement(line, knowledge)),
        needs=_each(fields, "needs", _answer),
        taught=_each(fields, "taught", _teaching),
        agreed=_each(fields, "agreed", lambda line: _step(line, day)),
        question=_together(_lines(fields, "question")),
    )


def _lines(fields: Mapping[str, str], name: str) -> list[str]:
    """The lines of a field, in plain quotation marks, so that they can be quoted."""
    lines = (" ".join(line.translate(_QUOTES).split()) for line in fields.get(name, "").split("\n"))
    return [line for line in lines if line]


def _together(lines: list[str]) -> str:
    """Lines as one text, each a sentence: what the first one denies, the next one may tell."""
    return " ".join([*(ended(line.rstrip(" ,:;")) for line in lines[:-1]), *lines[-1:]])


def _must_fit(lines: list[str], name: str) -> None:
    if len(lines) > MOST_LINES:
        raise InputError(f"has more than {MOST_LINES} lines", name)
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST_LINE:
            raise InputError(f"line {number} is longer than {LONGEST_LINE} characters; make two of it", name)


def _must_have_met(fields: Mapping[str, str], reached: str) -> None:
    if reached == "reached":
        if not fields.get("whom"):
            raise InputError("is needed where somebody was reached", "whom")
        return
    if fields.get("whom"):
        raise InputError("says with whom, and the contact says that nobody was reached", "whom")
    for name in _NEEDS_SOMEBODY:
        if fields.get(name):
            raise InputError("can't be: the contact says that nobody was reached", name)


def _start(text: str) -> time | None:
    if not text:
        return None
    found = _CLOCK.fullmatch(text)
    if found is None:
        raise InputError("is no time such as 14:05", "start")
    return time(int(found[1]), int(found[2]))


def _minutes(fields: Mapping[str, str]) -> int | None:
    text = fields.get("minutes", "")
    if not text:
        if fields.get("attested"):
            raise InputError("attests minutes, and no minutes are given", "attested")
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= MOST_MINUTES):
        raise InputError(f"is a whole number from 1 to {MOST_MINUTES}", "minutes")
    if not fields.get("attested"):
        raise InputError("is needed: whoever spent the minutes attests them; else leave them out", "attested")
    return int(text)


def _each(fields: Mapping[str, str], name: str, read: Callable[[str], T]) -> tuple[T, ...]:
    """Each line of a field read. Raises InputError naming the line."""
    return tuple(_read(fields, name, read))


def _read(fields: Mapping[str, str], name: str, read: Callable[[str], T]) -> Iterator[T]:
    for number, line in enumerate(_lines(fields, name), 1):
        try:
            yield read(line)
        except InputError as error:
            raise InputError(f"line {number} {error.reason}", name) from None


def _medicines(fields: Mapping[str, str], knowledge: Knowledge) -> tuple[Taken, ...]:
    """Each drug once. Raises InputError where one is told twice."""
    found = _each(fields, "medicines", _taken)
    seen: set[frozenset[str]] = set()
    for number, one in enumerate(found, 1):
        # A combination beside one of its ingredients is two medicines.
        names = frozenset(drug.name for drug in knowledge.drugs.find(one.drug)) or frozenset(
            {one.drug.lower()}
        )
        if names in seen:
            raise InputError(
                f"line {number} is about a medicine of an earlier line; say it once", "medicines"
            )
        seen.add(names)
    return found


def _taken(line: str) -> Taken:
    drug, colon, rest = (part.strip() for part in line.partition(":"))
    low = rest.lower()
    said = next((words for words in TAKING if low == words or low.startswith((f"{words},", f"{words} "))), "")
    if not (drug and colon and said):
        raise InputError("is a medicine, a colon, and taking, not taking or differently")
    words = rest[len(said) :].strip(" ,.")
    if any(words.lower() == other or words.lower().startswith(f"{other},") for other in TAKING):
        raise InputError("says of one medicine that it is taken in two ways; say one")
    if TAKING[said] == "differently" and not words:
        raise InputError("says differently; say how, after a comma")
    return Taken(drug, TAKING[said], words)


def _answer(line: str) -> tuple[str, str]:
    topic, _, answer = (part.strip() for part in line.partition(":"))
    if not topic or not answer:
        raise InputError("is what was asked about, a colon, and the answer")
    return topic, answer.rstrip(".")


def _teaching(line: str) -> tuple[str, str]:
    topic, colon, result = (part.strip() for part in line.rpartition(":"))
    if not colon:
        return result.rstrip("."), ""
    if result.lower().rstrip(".") not in TEACH_BACK:
        raise InputError(f"is what was taught, a colon, and {', '.join(TEACH_BACK)}")
    return topic, result.lower().rstrip(".")


def _step(line: str, day: date) -> Step:
    parts = [part.strip() for part in line.split(";")]
    if len(parts) != 3 or not all(parts):
        raise InputError("is what; whose task; by when (2026-12-03)")
    owner = parts[1].lower().replace(" ", "_")
    if owner not in ROLES:
        raise InputError(f"names no role; there is {', '.join(ROLES)}".replace("_", " "))
    try:
        due = date.fromisoformat(parts[2])
    except ValueError:
        raise InputError("has no day such as 2026-12-03 at its end") from None
    if due < day:
        raise InputError("is due before the contact")
    return Step(parts[0].rstrip("."), owner, due)
