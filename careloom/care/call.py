"""A call: what is asked on the telephone, what was ticked and typed so far, and what it ends with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, TypeAlias

from careloom.care.kinds import UNSEEN

# The code system under which an asked need stands in the record; its codes are the domains of the command line's contract.
NEED_ASKED = "urn:careloom:need"
# What a note of a contact is (a code of its type): a question asks of what others said, and says nothing new of the patient.
NOTE_KIND, QUESTION_ASKED = "urn:careloom:note", "question"

# How a drug is taken, as somebody says it; "" is "not asked".
TAKING: Mapping[str, str] = {"taking": "taking", "not_taking": "not taking", "differently": "differently"}
# Why a drug isn't taken, in the words of a note.
WHY_NOT: Mapping[str, str] = {
    "cost": "it costs too much",
    "side_effects": "side effects",
    "ran_out": "ran out",
    "not_understood": "did not understand what it is for or how",
    "feels_better": "feels better",
    "other": "another reason",
}
# What became of a need, and whether there is one then.
NEEDS: Mapping[str, tuple[str, bool]] = {
    "still": ("still so", True),
    "solved": ("solved", False),
    "new": ("new need", True),
}
# How the teach-back went: on the screen, and in the note.
TEACH: Mapping[str, tuple[str, str]] = {
    "yes": ("said it back in own words", "correct"),
    "again": ("after explaining again", "correct after explaining again"),
    "not_yet": ("not yet", "not yet"),
}
# Why a call reached nobody: on the screen. A message is left only where the record says that it may be.
UNREACHED: Mapping[str, str] = {
    "nobody_reached": "No answer",
    "message_left": "Left a message",
    "wrong_number": "Wrong number",
}
# Why a question stands where it does, and the order in which questions stand: harm that may be happening, harm that the checks find, what
# happened lately, what is taken, how it is now, what moves, what is needed, what is planned, what nobody wrote down, what everybody is asked.
Press: TypeAlias = Literal[
    "critical", "high", "home", "drug", "symptom", "trend", "need", "plan", "gap", "open"
]
# So many steps at most come of one call.
STEPS = 4
LONGEST = 600
_CHOICES: Mapping[str, frozenset[str]] = {
    "drug": frozenset(TAKING),
    "why": frozenset(WHY_NOT),
    "need": frozenset(NEEDS),
    "teach": frozenset(TEACH),
    "whom": frozenset({"patient", "caregiver", "patient_and_caregiver", "interpreter_and_patient"}),
    "way": frozenset({"phone", "video"}),
    "asks": frozenset({"1"}),
    "attested": frozenset({"1"}),
}
_ALONE = frozenset(
    {"whom", "way", "others", "reaction", "reported", "observed", "measured", "minutes", "attested"}
) | {"asks", "situation", "background", "assessment", "request", "to"}
_OF = ("drug", "dose", "often", "words", "why", "need", "about", "teach", "ask", "step", "owner", "due")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A thing to ask: in English, in Spanish ("" where there are no fixed words), what it is about, why, and the entries behind it.

    `press` is why it stands where it does among the three ("" in a call of before anybody said so), `more` what to do and who says so.
    """

    key: str
    topic: str
    words: str
    spanish: str
    why: str
    entries: tuple[str, ...] = ()
    press: Press | Literal[""] = ""
    more: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drug:
    """A drug of the reconciled list: how its sources say that it is taken, what is in doubt, the entries that say so."""

    key: str
    name: str
    how: tuple[str, ...] = ()
    doubt: str = ""
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedAsked:
    """A need's domain in plain words; `open` where the record knows of one, with the entries that say so."""

    domain: str
    name: str
    open: bool = False
    words: str = ""
    entries: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What can be explained and said back: a line of the plan."""

    key: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What one call asks; it stays as it was when the call began."""

    asks: tuple[Ask, ...] = ()
    drugs: tuple[Drug, ...] = ()
    needs: tuple[NeedAsked, ...] = ()
    topics: tuple[Topic, ...] = ()

    def knows(self, name: str) -> bool:
        """Whether a field is one of this sheet."""
        what, colon, of = name.partition(":")
        if not colon:
            return name in _ALONE
        if what not in _OF:
            return False
        keys: Mapping[str, frozenset[str]] = {
            "ask": frozenset(one.key for one in self.asks),
            "need": frozenset(one.domain for one in self.needs),
            "about": frozenset(one.domain for one in self.needs),
            "teach": frozenset(one.key for one in self.topics),
        }
        if what in ("step", "owner", "due"):
            return of in {str(number) for number in range(1, STEPS + 1)}
        return of in keys.get(what, frozenset(one.key for one in self.drugs))


def may_be(name: str, text: str) -> bool:
    """Whether a field can hold a text: a choice that there is, or words of a bearable length that can be seen; "" is nothing said."""
    if UNSEEN.search(text):
        return False
    choices = _CHOICES.get(name.partition(":")[0])
    if choices is not None:
        return not text or text in choices
    return len(text) <= LONGEST * (STEPS if name in ("reported", "observed", "others") else 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One person's call with a patient: when it began, what it asks, and what was ticked and typed so far, by field.

    `ended` is None while it goes on; `note` is the visit note that came of it, `seen` her last sign of life on it. `back` says when she took
    the ended call back, `why` for which reason.
    """

    id: str
    patient: str
    who: str
    began: datetime
    seen: datetime
    sheet: Sheet
    said: Mapping[str, str] = field(default_factory=dict)
    ended: datetime | None = None
    note: str = ""
    back: datetime | None = None
    why: str = ""

    def of(self, name: str) -> str:
        """What stands in a field; "" for nothing."""
        return self.said.get(name, "")

    @property
    def steps(self) -> tuple[tuple[str, str, str], ...]:
        """What, whose and by when, of each step that was typed."""
        numbers = range(1, STEPS + 1)
        found = ((self.of(f"step:{n}"), self.of(f"owner:{n}"), self.of(f"due:{n}")) for n in numbers)
        return tuple(one for one in found if one[0].strip())


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """What a call ends with, as it stands: said before, and made then."""

    drugs: int
    needs: int
    tasks: int
    to: str
    minutes: int
    flags: tuple[str, ...] = ()
    wrong: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """The next try after a call that reached nobody: by which day, and whose."""

    due: date
    owner: str
