"""Cases: what a pilot's case came to, and which clocks are believed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from careloom.care.pilot import Arm, Enrolled
from careloom.study.pilot.revised import Revision

# A clock that says more than this for one case and one day ran while nobody worked.
MOST_A_DAY = 240
CLOCK_RULE = (
    f"A case whose clock says more than {MOST_A_DAY} minutes on one day, before or after corrections, is left out of the minutes and counted here: "
    "nobody works on one document for so long, so the clock ran by itself. One whose corrections are larger than what was measured stays in and is marked."
)


@dataclass(frozen=True, slots=True)
class DayWorked:
    """Seconds of a case on a day: as measured, and with the people's own corrections."""

    day: date
    measured: int
    corrected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Minutes:
    """Active minutes of a case; `left_out` says why they don't count, `marked` what is odd of them ("" for neither)."""

    minutes: float
    left_out: str = ""
    marked: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """A case with what became of it. `arm` is as allocated, `written` how it was really written (None: not yet), `finished` the day on which it was filed
    or sent back. `marked` is the reviewer's own word, `rated` the patient's (1 to 5); appointments are those kept and missed. `events`
    holds how often each severity was recorded. `order` is its place among the participant's cases.
    """

    enrolled: Enrolled
    order: int
    written: Arm | None = None
    departed: bool = False
    finished: date | None = None
    minutes: Minutes | None = None
    revision: Revision | None = None
    marked: bool | None = None
    rated: int | None = None
    kept: int = 0
    missed: int = 0
    events: Mapping[str, int] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)

    @property
    def arm(self) -> Arm:
        """The arm to which it was allocated: cases are analysed by it, however they were written."""
        return self.enrolled.arm

    @property
    def adhered(self) -> bool | None:
        """Whether it was written as allocated; None while nothing is written."""
        return None if self.written is None else self.written is self.arm


def minutes_of(days: Sequence[DayWorked]) -> Minutes | None:
    """The minutes of a case by the rule of clocks; None where no clock ever ran."""
    if not days:
        return None
    total = sum(one.corrected for one in days) / 60
    if any(max(one.measured, one.corrected) > MOST_A_DAY * 60 for one in days):
        return Minutes(minutes=total, left_out=f"more than {MOST_A_DAY} minutes on one day")
    measured = sum(one.measured for one in days)
    said = sum(abs(one.corrected - one.measured) for one in days)
    odd = "corrected by more than was measured" if said > measured else ""
    if total <= 0:
        return Minutes(minutes=0.0, left_out="no time at all")
    return Minutes(minutes=total, marked=odd)
