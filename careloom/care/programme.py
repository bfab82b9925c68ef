"""The calendar of watching: its items, their periods, and what happened in each. No clock: days come in."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Item:
    """Something that comes again: the role that owns it until an administrator names somebody, and how many days after its period it is due."""

    name: str
    role: str
    days: int


ITEMS: Mapping[str, Item] = {
    one.name: one
    for one in (
        Item("weekly", "quality_lead", 3),
        Item("monthly", "quality_lead", 21),
        Item("quarterly", "quality_lead", 21),
        Item("yearly", "administrator", 45),
    )
}


class StepKind(StrEnum):
    """What happened in a period of an item."""

    STARTED = "started"  # the calendar itself began on this site
    COMMITTED = "committed"  # the seed of a sample, by its hash, before anything is drawn
    DRAWN = "drawn"
    READ = "read"  # one document of the sample, by one reader
    FAILED = "failed"
    REPORTED = "reported"
    DONE = "done"  # its owner looked it through: a decision where it asks for one, and a note


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgrammeStep:
    """A step: `about` is the document that was read ("" for any other), `body` what it says, as JSON has it."""

    what: StepKind
    at: datetime
    who: str = "careloom"
    about: str = ""
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Period:
    """A week (ISO 8601, "2026-W48"), month ("2026-11"), quarter ("2026-Q4") or year of an item, and when what belongs to it is due."""

    item: str
    name: str
    first: date
    last: date

    @property
    def due(self) -> date:
        """The day by which its owner has looked it through."""
        return self.last + timedelta(days=ITEMS[self.item].days)


def period_of(item: str, day: date) -> Period:
    """The period of an item in which a day lies."""
    if item == "weekly":
        first = day - timedelta(days=day.weekday())
        year, week, _ = first.isocalendar()
        return Period(item, f"{year}-W{week:02}", first, first + timedelta(days=6))
    months = {"monthly": 1, "quarterly": 3, "yearly": 12}[item]
    begin = (day.month - 1) // months * months + 1
    first = date(day.year, begin, 1)
    end = begin + months
    last = date(day.year + (end > 12), (end - 1) % 12 + 1, 1) - timedelta(days=1)
    names = {"monthly": f"{first:%Y-%m}", "quarterly": f"{first.year}-Q{(begin + 2) // 3}"}
    return Period(item, names.get(item, str(first.year)), first, last)


def periods(item: str, first: date, last: date) -> Iterator[Period]:
    """The periods of an item from the one with the first day to the one with the last, in their order."""
    one = period_of(item, first)
    while one.first <= last:
        yield one
        one = period_of(item, one.last + timedelta(days=1))


def parsed(item: str, name: str) -> Period | None:
    """The period of this name; None where there is none."""
    try:
        if item == "weekly":
            day = date.fromisocalendar(int(name[:4]), int(name[6:]), 1)
        elif item == "quarterly":
            day = date(int(name[:4]), int(name[6:]) * 3, 1)
        else:
            day = date.fromisoformat(f"{name}-01" if item == "monthly" else f"{name}-01-01")
        found = period_of(item, day)
    except (ValueError, KeyError):
        return None
    return found if found.name == name else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a period of an item stands: its steps in their order, and whether it is coming, reading, waiting, overdue, failed or done."""

    period: Period
    state: str
    steps: tuple[ProgrammeStep, ...] = ()

    def newest(self, what: StepKind) -> ProgrammeStep | None:
        """The newest step of a kind."""
        return next((one for one in reversed(self.steps) if one.what is what), None)

    @property
    def reports(self) -> tuple[ProgrammeStep, ...]:
        """Every version of its report, the oldest first."""
        return tuple(one for one in self.steps if one.what is StepKind.REPORTED)

    @property
    def late(self) -> bool:
        """Whether its first report was made after it was due."""
        made = self.reports
        return bool(made) and bool(made[0].body.get("late"))


def standing(period: Period, steps: tuple[ProgrammeStep, ...], today: date) -> Standing:
    """How a period stands on a day of the site."""
    done = any(one.what is StepKind.DONE for one in steps)
    told = [one.what for one in steps if one.what in (StepKind.REPORTED, StepKind.FAILED)]
    if done:
        state = "done"
    elif today <= period.last:
        state = "coming"
    elif told and told[-1] is StepKind.FAILED:
        state = "failed"
    elif today > period.due:
        state = "overdue"
    elif StepKind.REPORTED in told:
        state = "waiting"
    else:
        state = "reading" if any(one.what is StepKind.DRAWN for one in steps) else "running"
    return Standing(period=period, state=state, steps=steps)
