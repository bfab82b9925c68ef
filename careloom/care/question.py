"""Questions: one question of a call to a physician, as situation, background, assessment and request, and what she answers.

Source   Institute for Healthcare Improvement, Patient Safety Essentials Toolkit (2017): SBAR
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias, get_args

Answered: TypeAlias = Literal["yes", "no", "call_me"]
ANSWERS: tuple[Answered, ...] = get_args(Answered)
WORDS: Mapping[str, str] = {"yes": "Yes", "no": "No", "call_me": "Call me"}
# An answer that nobody has read is listed and told of for so long; afterwards it stands among all that was asked.
UNREAD_FOR = timedelta(days=30)
# The four parts in their order.
PARTS = ("situation", "background", "assessment", "request")


@dataclass(frozen=True, slots=True)
class QuestionStep:
    """What was done about a question: an answer, its taking back ("back"), that whoever asked read it ("seen") or withdrew ("withdrawn")."""

    what: str
    who: str
    at: datetime
    words: str = ""


@dataclass(frozen=True, slots=True)
class Outline:
    """A question without its words: whom it is about, in which note, who asked whom, by when, and what was done last ("" for nothing) and when."""

    id: str
    patient: str
    note: str
    who: str
    to: str
    due: datetime
    last: str
    last_at: datetime | None

    @property
    def open(self) -> bool:
        """Whether it waits for an answer."""
        return self.last in ("", "back")

    def unread(self, now: datetime) -> bool:
        """Whether it was answered, not long ago, and whoever asked hasn't read that."""
        return self.last in ANSWERS and self.last_at is not None and self.last_at > now - UNREAD_FOR


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question by `who` to `to` (users' ids), due by when. `note` is the visit note in which it stands, `statement` its line there,
    `citations` the entries behind it; `orders` says that a yes would be an order, so that whoever says it proves who she is."""

    id: str
    patient: str
    note: str
    statement: str
    who: str
    to: str
    at: datetime
    due: datetime
    parts: Mapping[str, str]
    citations: tuple[str, ...] = ()
    orders: bool = False
    steps: tuple[QuestionStep, ...] = ()

    @property
    def answer(self) -> QuestionStep | None:
        """The answer that stands; None while there is none."""
        found: QuestionStep | None = None
        for step in self.steps:
            if step.what in ANSWERS:
                found = step
            elif step.what == "back":
                found = None
        return found

    @property
    def withdrawn(self) -> bool:
        """Whether whoever asked took it back."""
        return any(step.what == "withdrawn" for step in self.steps)

    @property
    def open(self) -> bool:
        """Whether it waits for an answer."""
        return self.answer is None and not self.withdrawn

    @property
    def read(self) -> bool:
        """Whether whoever asked has read the answer that stands."""
        return self.answer is not None and self.steps[-1].what == "seen"

    def unread(self, now: datetime) -> bool:
        """Whether it was answered, not long ago, and whoever asked hasn't read that."""
        return self.answer is not None and not self.read and self.answer.at > now - UNREAD_FOR

    def late(self, now: datetime) -> bool:
        """Whether it should have been answered by now."""
        return self.open and self.due < now
