"""The work list's nouns: a waiting proposal as a list shows it, what somebody asked to see of them, and the page that answers."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum

from careloom.care.document import Tier

# So many rows a page.
PAGE = 50


class Risk(IntEnum):
    """How soon harm may come of waiting: a rule of ours that anybody can check (docs/worklist.md)."""

    ROUTINE = 0
    RAISED = 1
    HIGH = 2

    @property
    def word(self) -> str:
        """The word of pages and of the API."""
        return self.name.lower()


class Whose(StrEnum):
    """Whose work: what this person may decide or was given, that of the patients in whose care team she is, or all she may see."""

    MINE = "mine"
    TEAM = "team"
    ALL = "all"


class Order(StrEnum):
    """What comes first."""

    DUE = "due"
    RISK = "risk"
    AGE = "age"


@dataclass(frozen=True, slots=True)
class Counted:
    """What a list tells of a proposal without opening it: findings by severity; lines that wait, by who signs them; whether the
    whole waits for a physician; how many of the lines that count are signed; and the first line of the top three."""

    high: int
    moderate: int
    low: int
    automatic: int
    nurse: int
    physician: int
    whole: bool
    lines: int
    signed: int
    why: str

    def left(self, tier: Tier) -> int:
        """How many lines wait that somebody who reaches this tier may sign."""
        return sum((self.automatic, self.nurse, self.physician)[: tier + 1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A proposal that waits. `watched_until` is the last day of the time after a hospital stay or an emergency visit in which
    somebody looks sooner, `paged` an urgent page about the patient that nobody has acknowledged. `owner` is the name of whoever it is
    assigned to, `opened_by` of whoever has it open."""

    proposal: str
    patient: str
    kind: str
    tier: Tier
    created: datetime
    due: datetime | None
    assigned_to: str | None
    counted: Counted
    watched_until: date | None = None
    paged: bool = False
    name: str = ""
    birth_date: str = ""
    sex: str = ""
    owner: str = ""
    since: datetime | None = None
    opened_by: str = ""
    opened_since: datetime | None = None

    @property
    def signed(self) -> bool:
        """Whether nothing is left to sign: it is held for its second reader."""
        counted = self.counted
        return counted.lines > 0 and not counted.left(Tier.PHYSICIAN) and not counted.whole

    def risk(self, now: datetime) -> Risk:
        """Its risk at a time, in the site's zone."""
        return max(self.risks(now).values(), default=Risk.ROUTINE)

    def risks(self, now: datetime) -> dict[str, Risk]:
        """What its risk rests on."""
        found = {}
        if self.paged:
            found["urgent page"] = Risk.HIGH
        if self.counted.high:
            found["high finding"] = Risk.HIGH
        if self.watched_until and self.watched_until >= now.date():
            found["left hospital"] = Risk.RAISED
        if self.due and self.due < now:
            found["overdue"] = Risk.RAISED
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """What somebody asks to see; what isn't given excludes nothing. `page` counts from 1."""

    whose: Whose = Whose.ALL
    tier: Tier | None = None
    kind: str = ""
    risk: Risk | None = None
    overdue: bool = False
    older_than_days: int = 0
    order: Order = Order.DUE
    page: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """A waiting proposal, and whether it is this reader's to decide."""

    waiting: Waiting
    mine: bool


@dataclass(frozen=True, slots=True)
class Load:
    """Somebody's work: documents that wait, how many are overdue, how many of their lines are signed, and what she decided of late."""

    waiting: int = 0
    overdue: int = 0
    lines: int = 0
    signed: int = 0
    decided: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """A page of rows, how many there are in all (and overdue among them), and how many of each `Whose` without the other wishes."""

    rows: tuple[Row, ...]
    total: int
    overdue: int
    by_whose: dict[Whose, int]

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(-(-self.total // PAGE), 1)
