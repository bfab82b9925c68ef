"""The panel: whose patients they are, and why each of them is looked at now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum
from typing import Literal, TypeAlias

from careloom.care.document import Finding
from careloom.care.hours import Calendar

# So many patients a page, and so many at most on a panel.
PAGE, MOST = 40, 400

# Whose patients a panel shows: those of her care teams, or all whom she may see.
Whose: TypeAlias = Literal["team", "all"]


class Because(IntEnum):
    """Why somebody is looked at now; what must be acted on comes first."""

    URGENT = 0  # a page that nobody has taken
    TAKEN = 1  # a page that somebody took, of which nobody has written what was done
    FINDING = 2  # a high finding of the record itself
    EMERGENCY = 3
    DISCHARGED = 4
    ADMITTED = 5
    TAKEN_BACK = 6  # a document that went out to the patient before it was taken back
    OVERDUE = 7  # a signed activity
    CALL = 8  # the contact after a discharge
    QUESTION = 9  # of a call, hers to answer
    ANSWER = 10  # to a question of hers
    REPLY = 11  # nobody has read it
    ASKED = 12  # by somebody, to settle what sources disagree on
    DRAFT = 13  # hers to decide
    SENT_BACK = 14  # a document that was returned, and none of its kind was drafted since
    DUE = 15  # a signed activity, today
    REFERRAL = 16  # of which nobody has heard
    OTHERS = 17  # a document that somebody else has to decide


@dataclass(frozen=True, slots=True)
class SentBack:
    """A document of a kind that somebody (a user's id) returned at some time; none of its kind was drafted since."""

    proposal: str
    kind: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason: since when it waits, `due` by when, `words` of its own, the `source` that tells it, `by` whom (a user's id), and what
    is opened for it (`reference`: a proposal's id, an entry's); `rule` of a finding, `number` of the same kind. `late` where its day has passed, `high` where a document has a high finding."""

    because: Because
    at: datetime
    words: str = ""
    due: date | None = None
    source: str = ""
    by: str = ""
    reference: str = ""
    rule: str = ""
    number: int = 1
    late: bool = False
    high: bool = False


@dataclass(frozen=True, slots=True)
class Stands:
    """A high finding of somebody's record itself, whatever was drafted, and since when it is known; of no rule where the record could
    not be looked through."""

    finding: Finding
    since: datetime


@dataclass(frozen=True, slots=True)
class Line:
    """A patient of a panel with the reasons, worst first. `looked` is when she looked last, `new` what came since by kind."""

    patient: str
    name: str
    birth_date: str
    sex: str
    reasons: tuple[Reason, ...]
    looked: datetime | None
    new: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Panel:
    """A page of a panel; `counts` are patients by reason on all its pages, `total` how many there are, `more` how many were left off."""

    lines: tuple[Line, ...]
    whose: Whose
    counts: Mapping[Because, int]
    total: int
    page: int
    pages: int
    more: int


def contact_by(discharged: date, calendar: Calendar) -> date:
    """The last day on which somebody here makes the contact after a discharge: the second business day, Monday to Friday but the holidays
    of the site's calendar; where nobody works on it, the last working day before it, if there is one since the discharge.

    Source   CPT 99495, 99496 (transitional care management) as Medicare's contractors quote it: interactive contact within two business
             days of discharge, Monday through Friday except holidays, without regard to the practice's hours
    Misses   holidays that the site's calendar doesn't have: the day named may be a business day earlier than the rule's
    """
    last, left = discharged, 2
    while left:
        last += timedelta(days=1)
        left -= calendar.is_business_day(last)
    since = (last - timedelta(days=number) for number in range((last - discharged).days))
    return next((day for day in since if calendar.works_on(day)), last)
