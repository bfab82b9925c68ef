"""Signals: what moved, since when, and why, as whoever looks after the site is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from careloom.care.watched import Cause


@dataclass(frozen=True, slots=True)
class Shift:
    """A series moved: noticed on `raised`, begun about `since` (as likely from `earliest` to `latest`). `before` and `after` are (cases, hits), or cases
    by category in `bins_before` and `bins_after`; `distance` is how far these lie apart (PSI, or Kolmogorov & Smirnov's distance on a scale)."""

    raised: date
    since: date
    earliest: date
    latest: date
    before: tuple[float, float]
    after: tuple[float, float]
    bins_before: Mapping[str, int] = field(default_factory=dict)
    bins_after: Mapping[str, int] = field(default_factory=dict)
    distance: float = 0.0

    @property
    def cases(self) -> float:
        """How many cases were seen since it moved."""
        return self.after[0]


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a series can be judged now: how many cases (of a rate: hits; of a mix: of its weeks) there are of how many it takes, the day from which on it
    can be at the pace so far (None: not to be told), and (cases, hits) since it is what it is."""

    judged: bool
    cases: float
    fewest: int
    ready: date | None
    now: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Mark:
    """A name that a series told first on a day, or again after a while: another version of a vendor's software, of our knowledge, of the model; `before` is what it told until then."""

    series: str
    name: str
    day: date
    before: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """A series that moved with others. `alarm`: by itself it was too much for chance; else it is told since another one was."""

    series: str
    shift: Shift
    alarm: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """Something moved, for one cause. `key` names it for as long as it is open: whoever keeps alarms opens no second one of that key.

    `leads` is the series that shows the cause best, `moved` all that moved with it, it first; `marks` are versions that changed about then. `within` says of
    a signal about practice whether it moved among drafts that are alike, too (None: that can't be told).
    """

    key: str
    cause: Cause
    raised: date
    since: date
    earliest: date
    latest: date
    moved: tuple[Moved, ...]
    marks: tuple[Mark, ...] = ()
    within: bool | None = None

    @property
    def leads(self) -> Moved:
        """The series that shows the cause best."""
        return self.moved[0]
