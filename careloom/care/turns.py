"""Turns: whose a waiting document is, who has it open, and who stands in for somebody who is away."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

from careloom.care.document import Reviewer

# How somebody came to have it: took it, was given it, gave it back, or one of these was undone.
Turned: TypeAlias = Literal["claim", "assign", "release", "undo", "pool", "escalate"]


@dataclass(frozen=True, slots=True)
class Turn:
    """What was said of whose a document is: `whom` (a user's id, "" for nobody in particular) by `who`, when and why."""

    proposal: str
    what: Turned
    whom: str
    who: str
    at: datetime
    why: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody has a document open since a time; `page` tells one opening of the page from the next."""

    who: str
    since: datetime
    page: int


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is away from a day to a day, both included, and `cover` does her work (users' ids)."""

    id: str
    who: str
    cover: str
    first: date
    last: date

    def holds(self, on: date) -> bool:
        """Whether she is away on a day."""
        return self.first <= on <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Whose a document is, as one reader is told: `owner` and `opened_by` are names, `covered` says that she stands in for the
    owner, `people` are those to whom she may give it, `why` the word with which it was turned last."""

    owner: str = ""
    since: datetime | None = None
    mine: bool = False
    covered: bool = False
    opened_by: str = ""
    why: str = ""
    may_decide: bool = False
    may_release: bool = False
    may_give: bool = False
    may_undo: bool = False
    people: tuple[Reviewer, ...] = ()
