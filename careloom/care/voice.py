"""Voice: what people who work with the product say of it, what became of that, and what they let others know of what went well."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class About(StrEnum):
    """What a word is: something that doesn't work, something that could be better, something that went well."""

    FAULT = "fault"
    IDEA = "idea"
    PRAISE = "praise"


class Became(StrEnum):
    """What became of it, as its author is told: nobody said anything yet, it is looked into, it will be done, it was done, it won't be."""

    NEW = "new"
    LOOKED_AT = "looked_at"
    PLANNED = "planned"
    DONE = "done"
    NOT_DONE = "not_done"


@dataclass(frozen=True, slots=True)
class Said:
    """A word of a lead's about somebody's feedback: what became of it, and why, in words for its author. `offered` is what everybody is told where
    it is put to the vote: the lead's own words, so that nothing of a patient gets there."""

    became: Became
    words: str
    offered: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody's feedback. `page` is the page's name, `role` hers, `patient` our id where she said that it is about that patient, else ""."""

    id: str
    who: str
    role: str
    page: str
    about: About
    words: str
    patient: str
    at: datetime
    said: tuple[Said, ...] = ()
    votes: int = 0

    @property
    def became(self) -> Became:
        """What stands of it."""
        return self.said[-1].became if self.said else Became.NEW

    @property
    def offered(self) -> str:
        """What is put to the vote, "" where nothing is."""
        return next((one.offered for one in reversed(self.said) if one.offered), "")


@dataclass(frozen=True, slots=True)
class Shared:
    """What somebody lets others know: a win's key, its numbers as they were then, and whether it stands (she may take it back)."""

    who: str
    key: str
    numbers: dict[str, str]
    stands: bool
    at: datetime
