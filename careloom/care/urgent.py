"""What can't wait: pages to named persons, and replies of patients."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from careloom.care.access import Permission, may

Cause: TypeAlias = Literal[
    "reply", "contact", "self_harm", "bleeding", "head_injury", "fever", "maternal", "critical_result"
]
# In a page's words, before what only those read who see the patient: a value, its day and its source.
DETAIL = " · "
REACHED, NOT_REACHED = "reached", "not reached"
# The causes whose page rests on an entry: its `reference`.
ON_AN_ENTRY: frozenset[Cause] = frozenset(
    {"critical_result", "self_harm", "bleeding", "head_injury", "fever", "maternal"}
)
# What a page says that rests on what no consent opens (42 CFR Part 2), to whoever reads programmes.
RESTRICTED = "something critical waits in what is restricted (42 CFR Part 2)"
# What the command line says of a page that rests on what a programme sent, and of whom it says nothing.
UNTOLD = "something that can't wait; who may read it finds it on the page Urgent"
# What a reply is: "person" for one that somebody must read and nothing in it was recognised.
ReplyKind: TypeAlias = Literal["urgent", "stop", "start", "person"]


@dataclass(frozen=True, slots=True)
class Somebody:
    """Who is told of what can't wait: a name and an e-mail address."""

    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Told:
    """What was done about a page at a time: whom it was sent to ("told"), who couldn't be ("failed"), who took it ("acknowledged", a
    user's id), gave it back ("returned") or held it too long ("lapsed"), what came new on it ("added": `whom` has what, in
    words), or what whoever holds it did about it ("outcome", in words likewise). `whom` of a telephone call ("called"), of one that was taken
    back ("uncalled") and of an outcome that was taken back ("undone") is a user's id, DETAIL, and REACHED or NOT_REACHED, the call's number
    among the steps (the first is 1), or why."""

    what: str
    whom: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Something that a person must look at now. `words` say what, with all that came new on it; `reference` is the message, the
    contact or the entry; `restricted` where they say only that something waits."""

    id: str
    patient: str
    cause: Cause
    reference: str
    words: str
    at: datetime
    steps: tuple[Told, ...] = ()
    restricted: bool = False

    @property
    def taken(self) -> Told | None:
        """That somebody took it who holds it still; None where nobody does."""
        moves = [step for step in self.steps if step.what in ("acknowledged", "returned", "lapsed", "undone")]
        return moves[-1] if moves and moves[-1].what == "acknowledged" else None

    @property
    def is_done(self) -> bool:
        """Whether somebody wrote what was done about it, and nobody took that back."""
        ends = [step.what for step in self.steps if step.what in ("outcome", "undone")]
        return bool(ends) and ends[-1] == "outcome"

    @property
    def calls(self) -> tuple[tuple[int, Told], ...]:
        """The telephone calls that are ticked and weren't taken back, each with its number among the steps."""
        back = {step.whom.partition(DETAIL)[2] for step in self.steps if step.what == "uncalled"}
        numbered = enumerate(self.steps, 1)
        return tuple((n, step) for n, step in numbered if step.what == "called" and str(n) not in back)

    def may_uncall(self, number: int, user: str) -> bool:
        """Whether a tick is this person's own and stands, of a page that isn't over."""
        hers = [n for n, step in self.calls if step.whom.partition(DETAIL)[0] == user]
        return number in hers and not self.is_done

    @property
    def is_open(self) -> bool:
        """Whether nobody holds it, and nothing was done about it."""
        return self.taken is None and not self.is_done


def may_take(role: str, cause: Cause) -> bool:
    """Whether somebody of this role may act on a page of that cause: a result is no social worker's."""
    return may(role, Permission.ACT) and (cause != "critical_result" or role != "social_worker")


@dataclass(frozen=True, slots=True)
class About:
    """What an open page is about: whom, why, and the message, contact or entry."""

    patient: str
    cause: Cause
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a patient wrote back; `language` is en, es, or "" where nobody can tell what it says. `patient` is "" where nobody
    knows whose it is, `read_by` "" until somebody has read it.
    """

    id: str
    message: str
    patient: str
    channel: str
    kind: ReplyKind
    language: str
    text: str
    at: datetime
    read_by: str = ""
