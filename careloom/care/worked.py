"""Work: the activities that a clock measures, the signs of life that pages send, and what people say of their own time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, get_args

# begin: a page of a case was opened or looked at again; beat: what happened since; still: she says that it goes on;
# leave: the page was left; stop: she says that it is over.
Word = Literal["begin", "beat", "still", "leave", "stop"]
WORDS: tuple[Word, ...] = get_args(Word)


@dataclass(frozen=True, slots=True)
class Activity:
    """Something that people do for a patient: its `word` on pages. With `asks_after` it runs without input, until it is
    stopped, and asks after so long whether it still does."""

    word: str
    asks_after: timedelta | None = None


ACTIVITIES: Mapping[str, Activity] = {
    "review": Activity("Reviewing a draft"),
    "write": Activity("Writing"),
    "read": Activity("Reading"),
    "call": Activity("On the phone", timedelta(minutes=60)),
    "visit": Activity("On a visit", timedelta(minutes=120)),
    "paper": Activity("On paper", timedelta(minutes=60)),
}


@dataclass(frozen=True, slots=True)
class Beat:
    """A sign of life, `at` by the server's clock, of one `span`: a page that stands open, or an activity that runs by itself.

    `case` is a proposal's id, "" for work for a patient before there is one. `inputs` are how many seconds before `at` somebody
    typed, clicked or scrolled, as the page says.
    """

    span: str
    patient: str
    case: str
    activity: str
    word: Word
    at: datetime
    inputs: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """An interval in which one person worked on one case."""

    patient: str
    case: str
    activity: str
    began: datetime
    ended: datetime

    @property
    def lasted(self) -> timedelta:
        """How long it was."""
        return self.ended - self.began


@dataclass(frozen=True, slots=True)
class Correction:
    """What a person said of her own measured time: `seconds` more (or fewer) on a day, and why."""

    who: str
    patient: str
    case: str
    activity: str
    day: date
    seconds: int
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Attested:
    """Minutes of a month (its first day) that a person attests as her own work for a patient; fewer than 0 take some back."""

    who: str
    patient: str
    month: date
    minutes: int
    why: str
    at: datetime
    id: str = ""
