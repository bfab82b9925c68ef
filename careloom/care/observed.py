"""Observed work: the activities that somebody who shadows a colleague taps, time studies, taps of a phone, and what was said of them afterwards."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

# begin and end: of a shift; activity: it begins, and what ran before ends; pause: nothing runs; undo: takes a tap back (`activity` is its id);
# note: words; span: a whole stretch at once, of a table.
What = Literal["begin", "activity", "pause", "undo", "note", "end", "span"]
WHATS: tuple[What, ...] = get_args(What)

# observer, observed: somebody joins as such; …_out: and leaves; agree, disagree: of her own minutes in a small group; close: the study is over.
StudyWhat = Literal["observer", "observer_out", "observed", "observed_out", "agree", "disagree", "close"]

# keep: it was so; leave_out: it counts for nothing; minutes: it lasted so many; activity: it was another one; undo: as it was tapped.
SaidWhat = Literal["keep", "leave_out", "minutes", "activity", "undo"]
SAID: tuple[SaidWhat, ...] = get_args(SaidWhat)

# How much a delay harms (outcome), and how much it annoys (satisfaction): none to much.
GRADES = (0, 1, 2, 3)


@dataclass(frozen=True, slots=True)
class StudyActivity:
    """An activity of the list with what the site says of it; None is: nobody has said.

    `domain` is the coordination activity of the AHRQ Atlas that it belongs to ("" for a site's own). `outcome` and `satisfaction` are how much a
    delay harms or annoys (GRADES), `volume` how often a week it comes up at the site, `automatable` the share (0 to 1) of its minutes that
    software can take over, what checking costs left out, `setup_hours` what setting that up takes.
    """

    id: str
    label: str
    domain: str = ""
    repetitive: bool = False
    informed: bool = False
    billable: bool = False
    outcome: int = 0
    satisfaction: int = 0
    volume: float | None = None
    automatable: float | None = None
    setup_hours: float | None = None
    used: bool = True


@dataclass(frozen=True, slots=True)
class ActivityList:
    """A version of the list: version 0 is the one that Careloom ships."""

    version: int
    activities: tuple[StudyActivity, ...]
    who: str = ""
    at: datetime | None = None
    why: str = ""

    def find(self, name: str) -> StudyActivity | None:
        """The activity of this id."""
        return next((one for one in self.activities if one.id == name), None)


@dataclass(frozen=True, slots=True)
class StudyStep:
    """What happened to a study: `whom` it is about (a user's id), who said it, when."""

    what: StudyWhat
    whom: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TimeStudy:
    """A study: it keeps the version of the list with which it began."""

    id: str
    title: str
    question: str
    list_version: int
    who: str
    at: datetime
    steps: tuple[StudyStep, ...] = ()

    def _are(self, what: StudyWhat, not_any_more: StudyWhat) -> tuple[str, ...]:
        found: dict[str, bool] = {}
        for step in self.steps:
            if step.what in (what, not_any_more):
                found[step.whom] = step.what == what
        return tuple(whom for whom, is_one in found.items() if is_one)

    @property
    def observers(self) -> tuple[str, ...]:
        """Who observes in it now."""
        return self._are("observer", "observer_out")

    @property
    def observed(self) -> tuple[str, ...]:
        """Who is observed in it now."""
        return self._are("observed", "observed_out")

    @property
    def ever_observed(self) -> frozenset[str]:
        """Who is or was observed in it: whoever leaves still sees what was written down of her."""
        return frozenset(step.whom for step in self.steps if step.what == "observed")

    @property
    def agreed(self) -> frozenset[str]:
        """Who agreed that her minutes count in a group of fewer than five."""
        return frozenset(self._are("agree", "disagree"))

    @property
    def closed(self) -> datetime | None:
        """When it was closed."""
        return next((step.at for step in self.steps if step.what == "close"), None)


@dataclass(frozen=True, slots=True)
class Tap:
    """Something that an observer tapped, by the id that her phone gave it (32 hex digits), in one of her shifts.

    `phone` is the time by the phone's clock, `mono` the milliseconds since the page was loaded (`load` names that loading), `number` its place in the
    shift. `activity` is an activity's id, or of an undo the tap that it takes back; `whom` is who is observed; `until` is the end of a span.
    """

    id: str
    shift: str
    number: int
    what: What
    phone: datetime
    mono: float = 0.0
    load: str = ""
    activity: str = ""
    whom: str = ""
    until: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Placed:
    """A tap in the site's time: `at` is the phone's time moved by `off` (seconds that its clock was behind, measured when it was sent), both kept.

    `strayed` is by how many seconds that is later than its monotonic clock allows: more than none says that the clock was set meanwhile.
    """

    tap: Tap
    observer: str
    at: datetime
    off: float
    strayed: float
    received: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SaidOfTap:
    """What an observer said afterwards of the stretch that a tap began, and why; the newest one holds. `value` is minutes or an activity's id."""

    shift: str
    tap: str
    what: SaidWhat
    value: str
    why: str
    who: str
    at: datetime
